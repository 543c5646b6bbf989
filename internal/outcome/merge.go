package outcome

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"conformance/internal/shard"
)

// Merge puts the parts of one run together and gives their verdict, by the requirements that
// decide a status path and what stale baseline entries are left. A part that is missing, and one
// that stopped before its end, leave the whole incomplete. It returns an error, one sentence, for
// runs that are no parts of one run, and for a part that is there twice.
func Merge(parts []*Run, decides func(requirement string) bool, excuse func([]Result) (stale []string)) (*Run, error) {
	if len(parts) == 0 {
		return nil, fmt.Errorf("there is nothing to merge")
	}
	first := parts[0]
	whole := &Run{
		Tool: first.Tool, Target: first.Target, Mode: first.Mode, Started: first.Started, Strict: first.Strict,
		Requirements: first.Requirements,
	}
	var given []string
	for _, part := range parts {
		given = append(given, part.Shard)
	}
	missing, err := shard.Missing(given)
	if err != nil {
		return nil, err
	}
	for i, part := range parts {
		if part.Target != whole.Target || part.Strict != whole.Strict || part.Tool != whole.Tool {
			return nil, fmt.Errorf("report %d of %d is of another run: of %s, by version %s, strict %v; the first is of %s, by version %s, strict %v",
				i+1, len(parts), part.Target, part.Tool, part.Strict, whole.Target, whole.Tool, whole.Strict)
		}
		whole.take(part)
	}
	if text := shard.MissingText(missing); text != "" {
		whole.Ended = text
	}
	whole.sort()
	var stale []string
	if excuse != nil && whole.Ended == "" && whole.Filtered == "" {
		stale = excuse(whole.Results)
	}
	whole.Conclude(waivers(parts), decides, stale)
	return whole, nil
}

// take adds what a part found.
func (r *Run) take(part *Run) {
	if part.Started.Before(r.Started) {
		r.Started = part.Started
	}
	r.Duration = max(r.Duration, part.Duration)
	if part.Ended != "" {
		r.Ended = fmt.Sprintf("part %s: %s", part.Shard, part.Ended)
	}
	r.Filtered = cmp.Or(r.Filtered, part.Filtered)
	for _, note := range part.Notes {
		if !slices.Contains(r.Notes, note) {
			r.Notes = append(r.Notes, note)
		}
	}
	for _, result := range part.Results {
		if result.Exchange > 0 {
			result.Exchange += len(r.Exchanges)
		}
		if result.Outcome == Waived {
			// Another part may have exercised the path.
			result.Outcome = Skip
		}
		r.Results = append(r.Results, result)
	}
	r.Exchanges = append(r.Exchanges, part.Exchanges...)
}

// sort puts the results in the order of the paths, each requirement's together, and keeps the
// worst of those that several parts have of one case.
func (r *Run) sort() {
	type key struct{ path, requirement, name string }
	worst := map[key]int{}
	var kept []Result
	order := map[[2]string]int{}
	for _, result := range r.Results {
		k := key{result.Status, result.Requirement, result.Case}
		if _, known := order[[2]string{k.path, k.requirement}]; !known {
			order[[2]string{k.path, k.requirement}] = len(order)
		}
		i, seen := worst[k]
		switch {
		case !seen:
			worst[k] = len(kept)
			kept = append(kept, result)
		case slices.Index(severity, result.Outcome) > slices.Index(severity, kept[i].Outcome):
			kept[i] = result
		}
	}
	slices.SortStableFunc(kept, func(a, b Result) int {
		return cmp.Or(
			cmp.Compare(slices.Index(Statuses, a.Status), slices.Index(Statuses, b.Status)),
			cmp.Compare(order[[2]string{a.Status, a.Requirement}], order[[2]string{b.Status, b.Requirement}]),
		)
	})
	r.Results = kept
}

// severity orders the outcomes of one case: a failure tells most, and a pass more than a skip.
var severity = []Outcome{Skip, Pass, Known, Warn, Fail}

// waivers are the reasons of all parts.
func waivers(parts []*Run) map[string]string {
	waive := map[string]string{}
	for _, part := range parts {
		for _, path := range slices.Sorted(maps.Keys(part.Statuses)) {
			if summary := part.Statuses[path]; summary != nil && summary.Waived != "" {
				waive[path] = summary.Waived
			}
		}
	}
	return waive
}
