package contract

import (
	"slices"

	"conformance/fixtures"
	"conformance/internal/exchange"
)

// Rule holds answers to one requirement, by looking at them alone.
type Rule struct {
	// Requirement is the id of the requirement.
	Requirement string
	// On says whether the requirement can be judged on an answer.
	On func(*Answer) bool
	// Check returns what the answer breaks, given what earlier answers have shown.
	Check func(*Answer, *memory) []Violation
}

// Rules are all rules, in the order in which they are reported.
var Rules = concat(
	transportRules,
	jsonRules,
	envelopeRules,
	languageRules,
	textRules,
	taskRules,
	unauthorizedRules,
	limitRules,
)

func concat(lists ...[]Rule) []Rule {
	var all []Rule
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

// Judge applies the rules to one answer after the other. It is not safe for concurrent use:
// what it finds depends on the order of the answers.
type Judge struct {
	memory memory
}

// NewJudge makes a judge that has seen nothing yet.
func NewJudge() *Judge {
	return &Judge{memory: memory{
		trackingIDs: map[digest]int{},
		innocent:    map[string]bool{},
		tasks:       map[digest]taskGiven{},
		languages:   map[digest]string{},
		refusals:    map[refused]string{},
	}}
}

// Full says that there were more ids or texts than are remembered: later ones were compared with
// the first MaxRemembered of them alone.
func (j *Judge) Full() bool { return j.memory.full }

// Answer holds one answer to every rule that can be judged on it. After that the answer no
// longer has its body's values, and cannot be judged again.
func (j *Judge) Answer(a *Answer) []Finding {
	defer a.forget()
	if !a.inspected {
		a.inspect(&j.memory)
	}
	for i := range a.findings {
		if rule := a.findings[i].rule; rule != nil {
			a.findings[i].Finding = a.finding(*rule, &j.memory)
		}
	}
	var findings []Finding
	for _, found := range a.findings {
		findings = append(findings, found.Finding)
	}
	return findings
}

// comparing are the rules that need what earlier answers have shown.
var comparing = map[string]bool{
	"any-tracking-id-unique": true,
	"any-locale-default":     true,
	"any-locale-language":    true,
	"202-task-id-distinct":   true,
	"401-same-answer":        true,
}

// pending is a finding, or the rule that has yet to make it.
type pending struct {
	Finding
	rule *Rule
}

// inspect holds the answer to every rule that compares it with no other. It is most of the work.
func (a *Answer) inspect(m *memory) {
	a.inspected = true
	if a.Exchange.Failure != nil && !judged(a.Exchange.Failure.Kind) {
		return
	}
	for i := range Rules {
		rule := &Rules[i]
		switch {
		case !rule.On(a):
		case comparing[rule.Requirement]:
			a.findings = append(a.findings, pending{rule: rule})
		default:
			a.findings = append(a.findings, pending{Finding: a.finding(*rule, m)})
		}
	}
}

// finding is what a rule finds in the answer.
func (a *Answer) finding(rule Rule, m *memory) Finding {
	finding := Finding{Requirement: rule.Requirement, State: Holds}
	if finding.Violations = rule.Check(a, m); len(finding.Violations) > 0 {
		finding.State = Broken
		if a.besideOperation() {
			finding.State, finding.Why = Doubtful, "an id like this may be refused before it reaches the operation"
		}
	}
	return finding
}

// besideOperation says whether an answer to a hostile account id most likely comes from what
// stands before the operation, such as a proxy or a router: it refuses, and not in JSON.
func (a *Answer) besideOperation() bool {
	return a.complete() && a.Case != nil && a.Case.Proves == "404-hostile-id" && a.mediaType.name != "application/json" &&
		a.Exchange.Response.Status/100 == 4
}

// judged says whether a failure is the target's doing.
func judged(kind exchange.FailureKind) bool {
	return kind != exchange.Interrupted && kind != exchange.NotRecorded && kind != exchange.Local
}

// accepts says whether the case itself allows a status that the page does not document.
func accepts(c *fixtures.Case, status int) bool {
	return c != nil && slices.Contains(c.Expect, status)
}

func always(*Answer) bool { return true }
