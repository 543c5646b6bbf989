package runner

import (
	"fmt"
	"slices"

	"conformance/fixtures"
	"conformance/internal/drift"
	"conformance/internal/nearest"
	"conformance/internal/outcome"
	"conformance/internal/reference"
	"conformance/internal/report"
	"conformance/suites"
)

// Explain tells all there is to know of a requirement, or of a rule of drift. An id that neither has
// is an *Error.
func Explain(id string) (report.Explanation, error) {
	set, requirements, err := load()
	if err != nil {
		return report.Explanation{}, err
	}
	if requirement, known := requirements.Find(id); known {
		return explain(set, requirements, requirement), nil
	}
	if rule, known := drift.FindRule(id); known {
		return report.Explanation{Rule: explainRule(rule)}, nil
	}
	hint := "conformance run --list shows all requirements"
	if name := nearest.Name(id, slices.Concat(requirements.IDs(), drift.RuleIDs())); name != "" {
		hint = "did you mean " + name + "?"
	}
	for _, fault := range reference.Faults() {
		if fault.Name == id && fault.Requirement != "" {
			hint = fmt.Sprintf("it is a fault of the reference implementation, which %s catches", fault.Requirement)
		}
	}
	return report.Explanation{}, outcome.Wrong("no requirement and no rule of drift is called %q; %s", id, hint)
}

// explainRule says what a rule of drift is about.
func explainRule(rule drift.Rule) *report.RuleExplained {
	e := &report.RuleExplained{ID: rule.ID, Grade: string(rule.Grade), Hits: string(rule.Hits), Why: rule.Why, Covers: rule.Covers}
	for _, measure := range rule.Applies {
		e.Compares = append(e.Compares, comparisons[measure])
	}
	return e
}

// comparisons say what is compared in each kind of comparison.
var comparisons = map[drift.Measure]string{
	drift.AnyChange:     "two documents",
	drift.Contradiction: "a document and the contract",
	drift.Observation:   "recorded traffic and anything",
}

// List explains each requirement that a filter selects, once, in the order of the specs.
func List(filter string) ([]report.Explanation, error) {
	set, requirements, err := load()
	if err != nil {
		return nil, err
	}
	specs, err := suites.Select(filter)
	if err != nil {
		return nil, err
	}
	var explanations []report.Explanation
	listed := map[string]bool{}
	for _, spec := range specs {
		if id := spec.Requirement.ID; !listed[id] {
			listed[id] = true
			explanations = append(explanations, explain(set, requirements, spec.Requirement))
		}
	}
	return explanations, nil
}

func explain(set *fixtures.Set, requirements *suites.Requirements, requirement outcome.Requirement) report.Explanation {
	id := requirement.ID
	e := report.Explanation{Requirement: requirement}
	for _, path := range set.Paths {
		for _, c := range path.Cases {
			if c.Proves == id {
				e.Cases = append(e.Cases, c)
			}
		}
	}
	for _, spec := range suites.Specs(set, requirements) {
		if spec.Requirement.ID == id && !slices.Contains(e.Paths, spec.Path) {
			e.Paths = append(e.Paths, spec.Path)
		}
	}
	for _, fault := range reference.Faults() {
		if fault.Requirement == id {
			e.Faults = append(e.Faults, report.FaultCaught{Name: fault.Name, About: fault.About})
		}
	}
	return e
}
