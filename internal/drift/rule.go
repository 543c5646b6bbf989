package drift

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"conformance/internal/strictyaml"
)

// Rule is one way in which an operation can change.
type Rule struct {
	// ID is words, such as "status-dropped". It keeps its meaning for ever.
	ID    string
	Grade Grade
	Hits  Hits
	// Why says in one sentence why the grade is what it is.
	Why string
	// Applies lists the comparisons in which the rule is asked.
	Applies []Measure
	// Covers are the ids of oasdiff's checks that find the same; a * stands for any text.
	Covers []string
}

// Grade is how bad a change is.
type Grade string

// The grades, from the worst.
const (
	Breaking Grade = "breaking" // a client or a server that was right is wrong now
	Notable  Grade = "notable"  // somebody should look at it
	Harmless Grade = "harmless" // nobody has to do anything
)

// Grades are all grades, the worst first.
var Grades = []Grade{Breaking, Notable, Harmless}

// Hits is who has to do something about a change.
type Hits string

// Who can be hit.
const (
	Client Hits = "client"
	Server Hits = "server"
	Both   Hits = "both"
)

// Measure is what a description is compared with.
type Measure string

// The measures.
const (
	// AnyChange: two documents, of which the older is the measure. Every difference counts.
	AnyChange Measure = "documents"
	// Contradiction: a document and the contract. What only says less, or more, is no change.
	Contradiction Measure = "contract"
	// Observation: recorded traffic is on one side at least.
	Observation Measure = "traffic"
)

// Rules are all rules, in the order in which they are listed to the user.
var Rules = mustReadRules(rulesFile)

//go:embed rules.yaml
var rulesFile []byte

// FindRule is the rule of an id; false when there is none.
func FindRule(id string) (Rule, bool) {
	at := slices.IndexFunc(Rules, func(r Rule) bool { return r.ID == id })
	if at < 0 {
		return Rule{}, false
	}
	return Rules[at], true
}

// RuleIDs are the ids of all rules.
func RuleIDs() []string {
	var ids []string
	for _, rule := range Rules {
		ids = append(ids, rule.ID)
	}
	return ids
}

// asked says whether the rule is asked in a comparison.
func (r Rule) asked(measure Measure) bool { return slices.Contains(r.Applies, measure) }

// covers says whether the rule finds what a check of oasdiff finds.
func (r Rule) covers(check string) bool {
	return slices.ContainsFunc(r.Covers, func(pattern string) bool { return matches(pattern, check) })
}

// matches says whether a text has the form of a pattern, in which a * stands for any text.
func matches(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	rest, is := strings.CutPrefix(text, parts[0])
	if !is || len(parts) == 1 {
		return is && rest == ""
	}
	last := len(parts) - 1
	for _, part := range parts[1:last] {
		_, after, found := strings.Cut(rest, part)
		if !found {
			return false
		}
		rest = after
	}
	return strings.HasSuffix(rest, parts[last])
}

// mustReadRules reads the table of rules. It is part of the program, so a mistake in it is
// one of the program.
func mustReadRules(data []byte) []Rule {
	rules, err := readRules(data)
	if err != nil {
		panic("the embedded rules are broken: " + err.Error())
	}
	return rules
}

func readRules(data []byte) ([]Rule, error) {
	const limit = 1 << 20
	document, err := strictyaml.Parse("rules.yaml", data, limit)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		ID      string   `yaml:"id"`
		Grade   string   `yaml:"grade"`
		Hits    string   `yaml:"hits"`
		Why     string   `yaml:"why"`
		Applies []string `yaml:"applies"`
		Covers  []string `yaml:"covers"`
	}
	document.Decode(&rows, nil)
	if err := document.Err(); err != nil {
		return nil, err
	}
	var rules []Rule
	for i, row := range rows {
		rule := Rule{ID: row.ID, Grade: Grade(row.Grade), Hits: Hits(row.Hits), Why: row.Why, Covers: row.Covers}
		for _, measure := range row.Applies {
			rule.Applies = append(rule.Applies, Measure(measure))
		}
		if problem := rule.problem(rules); problem != "" {
			return nil, fmt.Errorf("rules.yaml: rule %d (%s): %s", i+1, row.ID, problem)
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

// problem is what is wrong with a rule, given those before it; empty when nothing is.
func (r Rule) problem(before []Rule) string {
	known := []Measure{AnyChange, Contradiction, Observation}
	switch {
	case r.ID == "" || r.Why == "":
		return "expected an id and a reason"
	case slices.ContainsFunc(before, func(other Rule) bool { return other.ID == r.ID }):
		return "there is a rule of this id already"
	case !slices.Contains(Grades, r.Grade):
		return fmt.Sprintf("unknown grade %q", r.Grade)
	case !slices.Contains([]Hits{Client, Server, Both}, r.Hits):
		return fmt.Sprintf("unknown party %q", r.Hits)
	case len(r.Applies) == 0:
		return "it applies to nothing"
	case slices.ContainsFunc(r.Applies, func(m Measure) bool { return !slices.Contains(known, m) }):
		return fmt.Sprintf("unknown measure in %v", r.Applies)
	}
	return ""
}
