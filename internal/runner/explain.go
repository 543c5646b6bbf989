package runner

import (
	"slices"

	"conformance/fixtures"
	"conformance/internal/nearest"
	"conformance/internal/outcome"
	"conformance/internal/reference"
	"conformance/internal/report"
	"conformance/suites"
)

// Explain tells all there is to know of a requirement. An id that no requirement has is an *Error.
func Explain(id string) (report.Explanation, error) {
	set, requirements, err := load()
	if err != nil {
		return report.Explanation{}, err
	}
	requirement, known := requirements.Find(id)
	if !known {
		hint := "conformance run --list shows them all"
		if name := nearest.Name(id, requirements.IDs()); name != "" {
			hint = "did you mean " + name + "?"
		}
		return report.Explanation{}, outcome.Wrong("no requirement is called %q; %s", id, hint)
	}
	return explain(set, requirements, requirement), nil
}

// List explains each requirement that a filter selects, once, in the order of the specs.
func List(filter string) ([]report.Explanation, error) {
	set, requirements, err := load()
	if err != nil {
		return nil, err
	}
	specs, err := Select(filter)
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
