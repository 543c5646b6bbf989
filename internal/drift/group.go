package drift

import "strings"

// Group is one change in all the places that it was found at: the same member of a body that
// several statuses share, say.
type Group struct {
	Change
	// Sections are those of the places, in order; the first is that of the Change.
	Sections []string
}

// Groups are the changes of one grade, those put together that differ only in their section.
func (r *Report) Groups(grade Grade) []Group {
	type likeness struct{ rule, at, old, new string }
	var groups []Group
	index := map[likeness]int{}
	for _, change := range r.Graded(grade) {
		key := likeness{change.Rule, change.Where.At, change.Old, change.New}
		at, known := index[key]
		if !known {
			at = len(groups)
			index[key] = at
			groups = append(groups, Group{Change: change})
		}
		groups[at].Sections = append(groups[at].Sections, change.Where.Section)
	}
	return groups
}

// Places are the places as text, such as "400, 403 /trackingId".
func (g Group) Places() string {
	return strings.TrimSpace(strings.Join(g.Sections, ", ") + " " + g.Where.At)
}
