package runner

import (
	"slices"

	"conformance/internal/nearest"
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
		return report.Explanation{}, wrong("no requirement is called %q; %s", id, hint)
	}
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
	return e, nil
}
