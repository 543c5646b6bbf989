package selftest

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/reference"
)

// TestHTML: every fault is an entry with what became of it, and the page says whether all is well.
func TestHTML(t *testing.T) {
	matrix := run(t,
		reference.Fault{Name: "caught", Requirement: "401-error", About: "<img src=x onerror=y>"},
		reference.Fault{Name: "survives", Requirement: "any-json"},
		reference.Fault{Name: "by-another", Requirement: "any-json"},
		reference.Fault{Name: "legal", Legal: true},
		reference.Fault{Name: "left-open", Legal: true},
	)
	got := map[string][]string{}
	for _, row := range matrix.Rows {
		got[row.Fault.Name] = row.entry(matrix.results()[row.Fault.Name]).Values
	}
	want := map[string][]string{
		"caught": {"caught", "fault"}, "survives": {"survived", "fault"}, "by-another": {"wrong requirement", "fault"},
		"legal": {"passed", "legal variant"}, "left-open": {"false alarm", "legal variant"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	var text bytes.Buffer
	if err := matrix.writeHTML(&text); err != nil {
		t.Fatal(err)
	}
	for _, expected := range []string{"not sound", "conformance reference --fault survives", "left-open", "any-json"} {
		if !strings.Contains(text.String(), expected) {
			t.Errorf("the page does not hold %q", expected)
		}
	}
	if strings.Contains(text.String(), "<img") {
		t.Error("a text became markup")
	}
}
