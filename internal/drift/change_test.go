package drift

import (
	"slices"
	"strings"
	"testing"

	"conformance/internal/outcome"
)

func TestSupportInWords(t *testing.T) {
	for want, s := range map[string]Support{
		"":                                 {},
		"a.yaml":                           {File: "a.yaml"},
		"a.yaml:1":                         {File: "a.yaml", Line: 1},
		"1 exchange":                       {File: "session", Line: 3, Count: 1},
		"2 exchanges":                      {Count: 2},
		"2 exchanges, such as one, or two": {Count: 2, Examples: []string{"one", "or two"}},
	} {
		if got := s.String(); got != want {
			t.Errorf("%+v: %q, want %q", s, got, want)
		}
	}
}

func TestChangeInWords(t *testing.T) {
	where := Place{Section: "202", At: "/id"}
	for want, c := range map[string]Change{
		"202 /id: a text is new":         {Where: where, New: "a text"},
		"202 /id: a text is gone":        {Where: where, Old: "a text"},
		"202 /id: a text, now a number":  {Where: where, Old: "a text", New: "a number"},
		"202 /id: as oasdiff says":       {Where: where, Rule: oasdiffPrefix + "x", New: "as oasdiff says"},
		"operation: a text, now another": {Where: Place{Section: OperationSection}, Old: "a text", New: "another"},
	} {
		if got := c.Sentence(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestOrderOfChanges: the worst first, then by section with the statuses last, then by place; and
// each once.
func TestOrderOfChanges(t *testing.T) {
	change := func(grade Grade, section, at, old string) Change {
		return Change{Grade: grade, Where: Place{Section: section, At: at}, Rule: "r", Old: old}
	}
	sorted := []Change{
		change(Breaking, "404", "", "a"),
		change(Notable, OperationSection, "", "a"),
		change(Notable, SecuritySection, "", "a"),
		change(Notable, ParameterSection, "", "a"),
		change(Notable, RequestSection, "", "a"),
		change(Notable, "202", "/a", "a"),
		change(Notable, "202", "/a", "b"),
		change(Notable, "202", "/b", "a"),
		change(Notable, "429", "", "a"),
		change(Harmless, OperationSection, "", "a"),
	}
	mixed := slices.Concat(sorted, sorted)
	slices.Reverse(mixed)
	r := newReport("op", Name{}, Name{}, mixed)
	if !slices.EqualFunc(r.Changes, sorted, func(a, b Change) bool { return a.compare(b) == 0 }) {
		t.Errorf("got %+v", r.Changes)
	}
	if summary := r.Summary(); summary != "1 breaking, 8 notable, 1 harmless" {
		t.Error(summary)
	}
	r.Ignored = make([]Ignored, 2)
	if summary := r.Summary(); summary != "1 breaking, 8 notable, 1 harmless, 2 ignored" {
		t.Error(summary)
	}
	if summary := (&Report{}).Summary(); summary != "nothing changed" {
		t.Error(summary)
	}
}

// TestFailOn: what is as bad as the threshold, or worse, fails.
func TestFailOn(t *testing.T) {
	for threshold, failing := range map[Threshold][]Grade{
		OnBreaking: {Breaking}, OnNotable: {Breaking, Notable}, OnAny: {Breaking, Notable, Harmless},
	} {
		if parsed, err := ParseThreshold(string(threshold)); err != nil || parsed != threshold {
			t.Errorf("%s: %s, %v", threshold, parsed, err)
		}
		for _, grade := range Grades {
			r := newReport("op", Name{}, Name{}, []Change{{Grade: grade}})
			r.FailOn = threshold
			fails := slices.Contains(failing, grade)
			if want := map[bool]int{true: outcome.ExitNonconformant}[fails]; r.ExitCode() != want || r.Fails(grade) != fails {
				t.Errorf("fail on %s: %s gives %d, want %d", threshold, grade, r.ExitCode(), want)
			}
		}
	}
	if r := newReport("op", Name{}, Name{}, nil); r.ExitCode() != outcome.ExitConformant || r.FailOn != OnBreaking {
		t.Errorf("nothing: exit %d, fails on %s", r.ExitCode(), r.FailOn)
	}
	if _, err := ParseThreshold("notible"); err == nil || !strings.Contains(err.Error(), `unknown grade "notible" to fail on: did you mean "notable"?`) {
		t.Error(err)
	}
}
