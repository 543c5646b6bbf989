package runner

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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
	for _, filter := range []string{"402", "((", "MUST && !MUST"} {
		_, err := Select(filter)
		var wrong *outcome.Error
		if !errors.As(err, &wrong) || wrong.Code != outcome.ExitUsage || !strings.Contains(err.Error(), filter) {
			t.Errorf("%s: %v", filter, err)
		}
	}
}

func TestExplainUnknown(t *testing.T) {
	for id, says := range map[string]string{"401-expired-tokn": "401-expired-token", "nonsense": "--list"} {
		_, err := Explain(id)
		var wrong *outcome.Error
		if !errors.As(err, &wrong) || wrong.Code != outcome.ExitUsage || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", id, err)
		}
	}
	e, err := Explain("403-provisioning-scope")
	if err != nil || len(e.Cases) < 2 || len(e.Faults) == 0 || !cmp.Equal(e.Paths, []string{"403"}) {
		t.Errorf("%+v, %v", e, err)
	}
}
