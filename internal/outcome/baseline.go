package outcome

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"conformance/internal/nearest"
	"conformance/internal/strictyaml"
)

// Baseline is the failures that are known and excused for now, by requirement.
type Baseline struct {
	entries map[string]Excuse
}

// largestBaseline bounds the file, in bytes.
const largestBaseline = 1 << 20

// LoadBaseline reads a baseline file: a mapping of requirement ids to a reason and, if
// wanted, the last day (until, in UTC) on which it excuses. known are the ids of all
// requirements. It returns a *strictyaml.Error, or several joined, when the
// file cannot be read, or an entry has a wrong key, no reason, no proper date or an
// unknown id.
func LoadBaseline(path string, known []string) (*Baseline, error) {
	document, err := strictyaml.Read(path, largestBaseline)
	if err != nil {
		return nil, err
	}
	b := &Baseline{}
	document.Decode(&b.entries, nil)
	for id, entry := range b.entries {
		at := strictyaml.Path{id}
		if !slices.Contains(known, id) {
			document.Report(at, "unknown requirement; %s", advise(id, known))
		}
		entry.Check(document, at, "say why the failure is excused")
		b.entries[id] = entry
	}
	if err := document.Err(); err != nil {
		return nil, err
	}
	return b, nil
}

// advise ends the sentence about an unknown requirement. There are too many to list them all.
func advise(id string, known []string) string {
	if near := nearest.Name(id, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return `"conformance run --list" shows all of them`
}

// Apply turns the failures and warnings that the baseline excuses at the time now into
// the outcome known, in place, and adds the reason to their messages. It returns a
// sentence for each entry that no longer fails: one whose requirement passed in every
// case that judged it and was skipped in none, since a case that was skipped can be the
// one that fails. A nil baseline excuses nothing.
func (b *Baseline) Apply(results []Result, now time.Time) (stale []string) {
	if b == nil {
		return nil
	}
	seen := map[string]map[Outcome]bool{}
	for i := range results {
		result := &results[i]
		entry, listed := b.entries[result.Requirement]
		if !listed {
			continue
		}
		if seen[result.Requirement] == nil {
			seen[result.Requirement] = map[Outcome]bool{}
		}
		seen[result.Requirement][result.Outcome] = true
		if result.Outcome == Fail || result.Outcome == Warn {
			entry.excuse(result, now)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(seen)) {
		if outcomes := seen[id]; len(outcomes) == 1 && outcomes[Pass] {
			stale = append(stale, fmt.Sprintf("baseline: %s no longer fails; remove it", id))
		}
	}
	return stale
}

// Excuses says whether a failure of the requirement is excused at the time now. A nil baseline
// excuses nothing.
func (b *Baseline) Excuses(requirement string, now time.Time) bool {
	if b == nil {
		return false
	}
	entry, listed := b.entries[requirement]
	return listed && !entry.Past(now)
}

// excuse makes a failure a known one, and adds the reason; past its day it adds that alone.
func (e Excuse) excuse(result *Result, now time.Time) {
	note := fmt.Sprintf("known: %s", e.Reason)
	if e.Past(now) {
		note = fmt.Sprintf("the baseline excused it until %s: %s", e.Until, e.Reason)
	} else {
		result.Outcome = Known
	}
	if result.Message == "" {
		result.Message = note
		return
	}
	result.Message = fmt.Sprintf("%s (%s)", result.Message, note)
}
