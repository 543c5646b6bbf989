package suites

import (
	"github.com/onsi/ginkgo/v2/types"

	"conformance/fixtures"
	"conformance/internal/nearest"
	"conformance/internal/outcome"
)

// Select lists the specs that a filter selects, an expression in Ginkgo's label syntax; empty
// selects all. The error is an *outcome.Error for a filter that cannot be read or selects nothing.
func Select(filter string) ([]Spec, error) {
	set, err := fixtures.Load()
	if err != nil {
		return nil, outcome.Wrong("%w", err)
	}
	requirements, err := LoadRequirements()
	if err != nil {
		return nil, outcome.Wrong("%w", err)
	}
	matches, err := types.ParseLabelFilter(filter)
	if err != nil {
		return nil, outcome.Wrong("--filter %q cannot be read: write labels such as 401 or MUST or any-json, joined by && || ! and ()", filter)
	}
	var selected []Spec
	var labels []string
	for _, spec := range Specs(set, requirements) {
		labels = append(labels, spec.Labels()...)
		if matches(spec.Labels()) {
			selected = append(selected, spec)
		}
	}
	if len(selected) > 0 {
		return selected, nil
	}
	if near := nearest.Name(filter, labels); near != "" {
		return nil, outcome.Wrong("--filter %q selects nothing; did you mean %q?", filter, near)
	}
	return nil, outcome.Wrong("--filter %q selects nothing: its labels are the statuses, MUST and SHOULD, and the requirement ids that --list shows", filter)
}
