package suites

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"conformance/fixtures"
	"conformance/internal/contract"
	"conformance/internal/outcome"
)

func loaded(t *testing.T) (*fixtures.Set, *Requirements) {
	t.Helper()
	set, err := fixtures.Load()
	if err != nil {
		t.Fatal(err)
	}
	requirements, err := LoadRequirements()
	if err != nil {
		t.Fatal(err)
	}
	return set, requirements
}

// TestRequirementIDsAreStable: an id that has landed keeps its meaning for ever. A new one is
// added to the list by hand; none is ever taken away.
func TestRequirementIDsAreStable(t *testing.T) {
	text, err := os.ReadFile("testdata/requirement-ids.txt")
	if err != nil {
		t.Fatal(err)
	}
	landed := strings.Fields(string(text))
	_, requirements := loaded(t)
	for _, id := range landed {
		if _, known := requirements.Find(id); !known {
			t.Errorf("the requirement %s has landed and is gone", id)
		}
	}
	for _, requirement := range requirements.All() {
		if !slices.Contains(landed, requirement.ID) {
			t.Errorf("the requirement %s is new: add it to testdata/requirement-ids.txt", requirement.ID)
		}
	}
}

func TestRequirementsAreComplete(t *testing.T) {
	_, requirements := loaded(t)
	shape := regexp.MustCompile(`^(any|202|400|401|403|404|429|500)-[a-z0-9]+(-[a-z0-9]+)*$`)
	for _, r := range requirements.All() {
		if !shape.MatchString(r.ID) || !strings.HasPrefix(r.ID, r.Status+"-") {
			t.Errorf("%s: expected an id of the form %s-words", r.ID, r.Status)
		}
		if r.Level != outcome.Must && r.Level != outcome.Should {
			t.Errorf("%s: unknown level %q", r.ID, r.Level)
		}
		if r.Sentence == "" || r.Source == "" || r.Checks == "" || strings.Contains(r.Checks, "\n") {
			t.Errorf("%s: expected a sentence, its source, and one line of what is checked", r.ID)
		}
		if r.Level == outcome.Must && r.Source != "page" && !strings.HasPrefix(r.Source, "page ") {
			t.Errorf("%s is a MUST that the page does not say, but %s", r.ID, r.Source)
		}
	}
	if n := len(requirements.All()); n < 40 {
		t.Errorf("%d requirements; expected at least 40", n)
	}
}

// TestEveryRequirementIsJudged: each is decided by a case or looked for by a rule, and each
// rule and each case has its requirement.
func TestEveryRequirementIsJudged(t *testing.T) {
	set, requirements := loaded(t)
	judged := map[string]bool{retryAfterClose: true}
	for _, rule := range contract.Rules {
		judged[rule.Requirement] = true
	}
	for _, path := range set.Paths {
		for _, c := range path.Cases {
			judged[c.Proves] = true
		}
	}
	for id := range judged {
		if _, known := requirements.Find(id); !known {
			t.Errorf("no requirement is called %s", id)
		}
	}
	for _, requirement := range requirements.All() {
		if !judged[requirement.ID] {
			t.Errorf("nothing judges %s", requirement.ID)
		}
	}
}
