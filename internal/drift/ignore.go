package drift

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"conformance/internal/nearest"
	"conformance/internal/outcome"
	"conformance/internal/strictyaml"
)

// Ignore is the changes that are known and accepted, by rule and place.
type Ignore struct {
	entries []entry
}

// entry is one line of an ignore file.
type entry struct {
	key, rule string
	// where is a pattern of places; empty for all of them.
	where string
	outcome.Excuse
}

// largestIgnore bounds the file, in bytes.
const largestIgnore = 1 << 20

// LoadIgnore reads an ignore file: a mapping from the id of a rule, and behind a space, if
// wanted, a pattern of places in which a * stands for any text, to a reason and, if wanted,
// the last day (until, in UTC) on which it excuses:
//
//	status-added 503: {reason: announced for May, until: 2027-05-31}
//	text-changed: {reason: nobody parses descriptions}
//
// It returns a *strictyaml.Error, or several joined, when the file cannot be read, or an entry
// has a wrong key, no reason, no proper date or the id of no rule.
func LoadIgnore(path string) (*Ignore, error) {
	document, err := strictyaml.Read(path, largestIgnore)
	if err != nil {
		return nil, err
	}
	var rows map[string]outcome.Excuse
	document.Decode(&rows, nil)
	ignore := &Ignore{}
	for key, row := range rows {
		at := strictyaml.Path{key}
		rule, where, _ := strings.Cut(key, " ")
		one := entry{key: key, rule: rule, where: strings.TrimSpace(where)}
		if _, known := FindRule(rule); !known {
			document.Report(at, "unknown rule %q; %s", rule, adviseRule(rule))
		}
		row.Check(document, at, "say why the change is accepted")
		one.Excuse = row
		ignore.entries = append(ignore.entries, one)
	}
	slices.SortFunc(ignore.entries, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	return ignore, document.Err()
}

// adviseRule ends the sentence about an unknown rule. There are too many to list them all.
func adviseRule(id string) string {
	if near := nearest.Name(id, RuleIDs()); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "a report names the rule of each change"
}

// Apply moves the changes that are excused at the time now from the report's changes to its
// ignored ones, and adds a sentence for each entry that is past its day and still needed, or
// that excuses nothing. A nil Ignore excuses nothing.
func (i *Ignore) Apply(r *Report, now time.Time) {
	if i == nil {
		return
	}
	needed := map[string]bool{}
	var left []Change
	for _, change := range r.Changes {
		excused := false
		for _, one := range i.entries {
			if !one.names(change) {
				continue
			}
			needed[one.key] = true
			if one.Past(now) || excused {
				continue
			}
			excused = true
			r.Ignored = append(r.Ignored, Ignored{Change: change, Reason: one.Reason, Until: one.Until})
		}
		if !excused {
			left = append(left, change)
		}
	}
	r.Changes = left
	for _, one := range i.entries {
		switch {
		case !needed[one.key]:
			r.Stale = append(r.Stale, fmt.Sprintf("ignore file: %q matches no change; remove it", one.key))
		case one.Past(now):
			r.Stale = append(r.Stale, fmt.Sprintf("ignore file: %q excused until %s and does not any more: %s", one.key, one.Until, one.Reason))
		}
	}
}

func (e entry) names(change Change) bool {
	return e.rule == change.Rule && (e.where == "" || matches(e.where, change.Where.String()))
}
