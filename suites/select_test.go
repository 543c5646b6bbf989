package suites

import (
	"errors"
	"strings"
	"testing"

	"conformance/internal/outcome"
)

func TestSelect(t *testing.T) {
	for filter, want := range map[string]int{
		"401-expired-token":        1, // on one path only
		"any-json":                 7, // on each path
		"any-json && 401":          1,
		"401-error || 429-message": 9, // a 429 may come on any path, a 401 also for another method
	} {
		specs, err := Select(filter)
		if err != nil || len(specs) != want {
			t.Errorf("%s selects %d specs, %v; expected %d", filter, len(specs), err, want)
		}
	}
	for filter, says := range map[string]string{"402": "selects nothing", "((": "cannot be read", "MUST && !MUST": "selects nothing"} {
		_, err := Select(filter)
		var wrong *outcome.Error
		if !errors.As(err, &wrong) || wrong.Code != outcome.ExitUsage || !strings.HasPrefix(err.Error(), "--filter \""+filter+"\" "+says) {
			t.Errorf("%s: %v", filter, err)
		}
	}
}
