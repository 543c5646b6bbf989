package convert

import (
	"fmt"
	"strings"

	"conformance/internal/redact"
	"conformance/internal/session"
)

// SuspectsError is why nothing was written: something in the traffic still looks like a secret
// when all that is known to be one has been replaced.
type SuspectsError struct {
	count  int
	places []string
}

// mostPlaces is how many places an error tells.
const mostPlaces = 3

func (s *SuspectsError) add(item session.Item, found []redact.Suspect) {
	for _, suspect := range found {
		s.count++
		if len(s.places) < mostPlaces {
			s.places = append(s.places, fmt.Sprintf("%s, %s: %s (rule %s)", item, suspect.Place, suspect.What, suspect.Rule))
		}
	}
}

// Error tells the first places, and no value.
func (s *SuspectsError) Error() string {
	text := strings.Join(s.places, "; ")
	if more := s.count - len(s.places); more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return "nothing was written, since this still looks like secrets: " + text +
		"; name the headers and members with --secret-header and --secret-member, or add --keep-suspects if they are none"
}
