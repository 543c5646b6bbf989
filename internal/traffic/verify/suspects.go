package verify

import (
	"maps"
	"slices"
	"strings"

	"conformance/internal/redact"
	"conformance/internal/session"
)

// SuspectGroup is what one rule has found in the traffic of other programs that looks like a
// secret. It tells no value.
type SuspectGroup struct {
	// Rule is the id of the rule, such as "jwt".
	Rule string
	// What says in a few words what the first of them looks like.
	What  string
	Count int
	// Places are the first places: the interaction, and where in it.
	Places []string
}

// suspects are what looks like secrets in the traffic of other programs, by rule.
type suspects struct{ groups map[string]*SuspectGroup }

// mostPlaces is how many places are told of secrets that one rule finds.
const mostPlaces = 3

func (s *suspects) add(item session.Item, found []redact.Suspect) {
	for _, suspect := range found {
		if s.groups == nil {
			s.groups = map[string]*SuspectGroup{}
		}
		group := s.groups[suspect.Rule]
		if group == nil {
			group = &SuspectGroup{Rule: suspect.Rule, What: strings.Clone(suspect.What)}
			s.groups[suspect.Rule] = group
		}
		group.Count++
		if len(group.Places) < mostPlaces {
			group.Places = append(group.Places, item.String()+", "+suspect.Place)
		}
	}
}

// sorted are the groups in the order of their rules.
func (s *suspects) sorted() []SuspectGroup {
	var groups []SuspectGroup
	for _, rule := range slices.Sorted(maps.Keys(s.groups)) {
		groups = append(groups, *s.groups[rule])
	}
	return groups
}
