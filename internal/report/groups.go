package report

import "conformance/internal/outcome"

// group is the results that have something in common, in the order of the run.
type group struct {
	// key is what they have in common: the id of a requirement, or a reason.
	key     string
	results []outcome.Result
}

// cases are the names of the cases of a group, each once.
func (g group) cases() []string {
	return distinct(g.results, func(r outcome.Result) string { return r.Case })
}

// requirements are the ids of the requirements of a group, each once.
func (g group) requirements() []string { return distinct(g.results, requirementID) }

// groupBy sorts the results that are kept into groups, in the order in which each group
// first comes up.
func groupBy(results []outcome.Result, keep func(outcome.Result) bool, key func(outcome.Result) string) []group {
	var groups []group
	index := map[string]int{}
	for _, result := range results {
		if !keep(result) {
			continue
		}
		k := key(result)
		i, ok := index[k]
		if !ok {
			i = len(groups)
			index[k] = i
			groups = append(groups, group{key: k})
		}
		groups[i].results = append(groups[i].results, result)
	}
	return groups
}

// broken says whether a result counts against the target in this run: a strict run does
// not forgive a warning.
func broken(run *outcome.Run, result outcome.Result) bool {
	return result.Outcome == outcome.Fail || run.Strict && result.Outcome == outcome.Warn
}

func requirementID(r outcome.Result) string { return r.Requirement }

// unexercised says whether a result says nothing about the target.
func unexercised(r outcome.Result) bool {
	return r.Outcome == outcome.Skip || r.Outcome == outcome.Waived
}

// reason is why a requirement was not exercised.
func reason(r outcome.Result) string {
	message := excerpt(r.Message)
	if message == "" {
		message = "no reason was given"
	}
	if r.Outcome == outcome.Waived {
		return "waived: " + message
	}
	return message
}

func distinct(results []outcome.Result, of func(outcome.Result) string) []string {
	var values []string
	seen := map[string]bool{}
	for _, result := range results {
		if value := of(result); !seen[value] {
			seen[value] = true
			values = append(values, value)
		}
	}
	return values
}
