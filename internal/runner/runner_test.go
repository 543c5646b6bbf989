package runner

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/outcome"
)

func TestExplainUnknown(t *testing.T) {
	for id, says := range map[string]string{"401-expired-tokn": "did you mean 401-expired-token?", "nonsense": "conformance run --list shows all requirements"} {
		_, err := Explain(id)
		var wrong *outcome.Error
		if !errors.As(err, &wrong) || wrong.Code != outcome.ExitUsage || err.Error() != "no requirement and no rule of drift is called \""+id+"\"; "+says {
			t.Errorf("%s: %v", id, err)
		}
	}
	e, err := Explain("403-provisioning-scope")
	if err != nil || len(e.Cases) < 2 || len(e.Faults) == 0 || !cmp.Equal(e.Paths, []string{"403"}) {
		t.Errorf("%+v, %v", e, err)
	}
}
