package report

import (
	"strconv"

	"conformance/internal/contract"
	"conformance/internal/outcome"
)

// cause is the results that one defect of the target accounts for, as far as that can be seen from
// outside. The first that counts against the target comes first.
type cause struct {
	results []outcome.Result
	// broken says that the cause counts against the target; else it is a warning.
	broken bool
}

// first is the result that a report shows in full.
func (c cause) first() outcome.Result { return c.results[0] }

// requirements are the results by requirement, the one of the first result first.
func (c cause) requirements() []group {
	return groupBy(c.results, func(outcome.Result) bool { return true }, requirementID)
}

// cases are the names of the cases, each once.
func (c cause) cases() []string { return group{results: c.results}.cases() }

// causes sorts what failed and what warned by cause, what counts against the target first. Two
// results have one cause where
//   - on one status path the same wrong status, or the same kind of failure, came back, or
//   - one credential gets wrong statuses most of the time, on one path or the same on several, or
//   - one requirement is broken at one place, whatever the path and the value, or
//   - two requirements are broken at one place of one exchange.
func causes(run *outcome.Run) []cause {
	var found []outcome.Result
	for _, result := range run.Results {
		if broken(run, result) || result.Outcome == outcome.Warn {
			found = append(found, result)
		}
	}
	sets := newSets(len(found))
	joined := map[string]int{}
	wrong := mostlyWrong(run, found)
	for i, result := range found {
		for _, key := range causeKeys(run, result, wrong) {
			if other, ok := joined[key]; ok {
				sets.join(other, i)
			} else {
				joined[key] = i
			}
		}
	}
	var list []cause
	at := map[int]int{}
	for i, result := range found {
		root := sets.root(i)
		if _, ok := at[root]; !ok {
			at[root] = len(list)
			list = append(list, cause{})
		}
		c := &list[at[root]]
		if broken(run, result) && !c.broken {
			c.broken = true
			c.results = append([]outcome.Result{result}, c.results...)
			continue
		}
		c.results = append(c.results, result)
	}
	return failuresFirst(list)
}

func failuresFirst(list []cause) []cause {
	var failures, warnings []cause
	for _, c := range list {
		if c.broken {
			failures = append(failures, c)
		} else {
			warnings = append(warnings, c)
		}
	}
	return append(failures, warnings...)
}

// causeKeys are the keys of a result; results of one cause have one in common.
func causeKeys(run *outcome.Run, result outcome.Result, wrong map[usage]bool) []string {
	e := run.Exchange(result.Exchange)
	if e != nil && result.Pointer == placeStatus {
		status := strconv.Itoa(e.Status())
		keys := []string{"path " + result.Status + " status " + status}
		if wrong[usage{result.Status, e.Credential}] {
			keys = append(keys, "path "+result.Status+" credential "+e.Credential, "credential "+e.Credential+" status "+status)
		}
		return keys
	}
	if e != nil && result.Pointer == placeConnection && e.Failure != nil {
		return []string{"path " + result.Status + " failure " + string(e.Failure.Kind)}
	}
	keys := []string{"requirement " + result.Requirement + " " + contract.AnyElement(result.Pointer)}
	if e != nil && result.Pointer != "" {
		keys = append(keys, "exchange "+strconv.Itoa(result.Exchange)+" "+result.Pointer)
	}
	return keys
}

// usage is what was sent with one credential on one status path.
type usage struct{ path, credential string }

// mostlyWrong are the usages in which more than half of the exchanges had a wrong status.
func mostlyWrong(run *outcome.Run, found []outcome.Result) map[usage]bool {
	count := func(results []outcome.Result, counts func(outcome.Result) bool) map[usage]int {
		counted := map[int]bool{}
		n := map[usage]int{}
		for _, result := range results {
			if e := run.Exchange(result.Exchange); e != nil && !counted[result.Exchange] && counts(result) {
				counted[result.Exchange] = true
				n[usage{result.Status, e.Credential}]++
			}
		}
		return n
	}
	all := count(run.Results, func(outcome.Result) bool { return true })
	mostly := map[usage]bool{}
	for u, n := range count(found, func(r outcome.Result) bool { return r.Pointer == placeStatus }) {
		mostly[u] = 2*n > all[u]
	}
	return mostly
}

// sets keeps numbers in sets that can be joined.
type sets []int

func newSets(n int) sets {
	s := make(sets, n)
	for i := range s {
		s[i] = i
	}
	return s
}

// root is the number that stands for the set of i.
func (s sets) root(i int) int {
	for s[i] != i {
		s[i] = s[s[i]]
		i = s[i]
	}
	return i
}

func (s sets) join(one, other int) { s[s.root(other)] = s.root(one) }
