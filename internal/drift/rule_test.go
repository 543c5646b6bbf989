package drift

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/oasdiff/oasdiff/checker"
)

func TestRulesAreSentencesWithAnID(t *testing.T) {
	for _, rule := range Rules {
		if strings.ToLower(rule.ID) != rule.ID || strings.ContainsAny(rule.ID, " _") {
			t.Errorf("%s: an id is small words with hyphens", rule.ID)
		}
		if !strings.HasSuffix(rule.Why, ".") || len(rule.Why) > 120 {
			t.Errorf("%s: expected one sentence: %s", rule.ID, rule.Why)
		}
	}
}

// A pattern that covers none of oasdiff's checks is a slip, or oasdiff has renamed them.
func TestRulesCoverChecksThatThereAre(t *testing.T) {
	checks := checker.GetAllRuleIds()
	for _, rule := range Rules {
		for _, pattern := range rule.Covers {
			if !slices.ContainsFunc(checks, func(check string) bool { return matches(pattern, check) }) {
				t.Errorf("%s covers %q, which no check of oasdiff is called", rule.ID, pattern)
			}
		}
	}
}

// Whatever the code can find must be in the table, and the other way round.
func TestEveryRuleIsUsedByTheCode(t *testing.T) {
	var code strings.Builder
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file.Name(), ".go") && !strings.HasSuffix(file.Name(), "_test.go") {
			text, err := os.ReadFile(file.Name())
			if err != nil {
				t.Fatal(err)
			}
			code.Write(text)
		}
	}
	for _, id := range RuleIDs() {
		if !strings.Contains(code.String(), `"`+id+`"`) {
			t.Errorf("nothing finds %s", id)
		}
	}
	for _, rules := range []shapeRules{responseRules, requestRules} {
		for _, id := range []string{rules.mediaRemoved, rules.mediaAdded, rules.removed, rules.renamed, rules.added, rules.requiredAdded,
			rules.required, rules.optional, rules.retyped, rules.typesWidened, rules.typesNarrowed, rules.untyped, rules.nullable,
			rules.notNullable, rules.valuesAdded, rules.valuesRemoved, rules.narrowed, rules.widened, rules.formatChanged, rules.closed, rules.opened} {
			if _, known := FindRule(id); !known && id != "" {
				t.Errorf("there is no rule %s", id)
			}
		}
	}
}

func TestBrokenRulesAreRefused(t *testing.T) {
	const good = "- id: a\n  grade: breaking\n  hits: client\n  why: x\n  applies: [documents]\n"
	if _, err := readRules([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"twice":           good + good,
		"unknown grade":   strings.Replace(good, "breaking", "awful", 1),
		"unknown party":   strings.Replace(good, "client", "nobody", 1),
		"unknown measure": strings.Replace(good, "documents", "dreams", 1),
		"no measure":      strings.Replace(good, "[documents]", "[]", 1),
		"no reason":       strings.Replace(good, "why: x", "why: ''", 1),
		"unknown key":     good + "  what: x\n",
	} {
		if _, err := readRules([]byte(text)); err == nil {
			t.Errorf("%s: read", name)
		}
	}
}

func TestPatterns(t *testing.T) {
	for _, row := range []struct {
		pattern, text string
		want          bool
	}{
		{"a", "a", true}, {"a", "ab", false}, {"a*", "ab", true}, {"*b", "ab", true}, {"a*c", "abc", true},
		{"a*c", "ac", true}, {"a*bc*d", "abcbcd", true}, {"a*b", "b", false}, {"", "a", false}, {"*", "", true},
		{"ab*ba", "aba", false}, {"/messages/*/text", "/messages/*/text", true},
	} {
		if got := matches(row.pattern, row.text); got != row.want {
			t.Errorf("matches(%q, %q) = %v", row.pattern, row.text, got)
		}
	}
}

func TestThresholds(t *testing.T) {
	for threshold, want := range map[Threshold]map[Grade]int{
		OnBreaking: {Breaking: 1, Notable: 0, Harmless: 0},
		OnNotable:  {Breaking: 1, Notable: 1, Harmless: 0},
		OnAny:      {Breaking: 1, Notable: 1, Harmless: 1},
	} {
		if parsed, err := ParseThreshold(string(threshold)); err != nil || parsed != threshold {
			t.Errorf("%s: %v, %v", threshold, parsed, err)
		}
		for grade, code := range want {
			if got := (&Report{FailOn: threshold, Changes: []Change{{Grade: grade}}}).ExitCode(); got != code {
				t.Errorf("%s with a %s change: exit %d", threshold, grade, got)
			}
		}
	}
	if _, err := ParseThreshold("notabel"); err == nil || !strings.Contains(err.Error(), `did you mean "notable"?`) {
		t.Errorf("got %v", err)
	}
}
