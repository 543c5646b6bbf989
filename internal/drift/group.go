package drift

import (
	"fmt"
	"slices"
	"strings"
)

// Group is one change in all the places that it was found at: the same member of a body that
// several statuses share, say, or all stimuli that are answered otherwise in the same way.
type Group struct {
	Change
	// Sections are those of the places, in order; the first is that of the Change.
	Sections []string
	// Stimuli are the names of those that the change was found at, if it was found at stimuli.
	Stimuli []string
}

// Groups are the changes of one grade, those put together that differ only in their section, or
// only in their stimulus.
func (r *Report) Groups(grade Grade) []Group {
	type likeness struct{ rule, at, old, new string }
	var groups []Group
	index := map[likeness]int{}
	for _, change := range r.Graded(grade) {
		key := likeness{change.Rule, change.Where.At, change.Old, change.New}
		if change.Where.isStimulus() {
			key.at = "stimulus of " + change.Where.Section
		}
		at, known := index[key]
		if !known {
			at = len(groups)
			index[key] = at
			groups = append(groups, Group{Change: change})
		}
		group := &groups[at]
		if !slices.Contains(group.Sections, change.Where.Section) {
			group.Sections = append(group.Sections, change.Where.Section)
		}
		if change.Where.isStimulus() {
			group.Stimuli = append(group.Stimuli, change.Where.At)
		}
	}
	return groups
}

// mostNamed is how many stimuli of a group are named.
const mostNamed = 3

// Places are the places as text, such as "400, 403 /trackingId".
func (g Group) Places() string {
	if len(g.Stimuli) > 0 {
		names := strings.Join(g.Stimuli[:min(len(g.Stimuli), mostNamed)], ", ")
		if more := len(g.Stimuli) - mostNamed; more > 0 {
			names += fmt.Sprintf(" and %d more", more)
		}
		return g.Sections[0] + " " + names
	}
	return strings.TrimSpace(strings.Join(g.Sections, ", ") + " " + g.Where.At)
}
