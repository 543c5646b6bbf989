package report

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/outcome"
	"conformance/internal/page"
)

func TestLoadEarlier(t *testing.T) {
	folder := t.TempDir()
	for _, test := range []struct{ name, text, want string }{
		{"whole", `{"schemaVersion":1,"results":[{"requirement":"a","outcome":"pass"}],"later":{}}`, ""},
		{"empty", ``, "it is empty"},
		{"cut", `{"schemaVersion":1,"results":[`, "the JSON breaks off at its end"},
		{"not JSON", `<testsuites>` + strings.Repeat(" ", 20), "it is not JSON (offset 1: invalid character '<' looking for beginning of value)"},
		{"a list", `[]`, "it is a JSON array where a report is an object"},
		{"wrong type", `{"schemaVersion":1,"results":{}}`, "results is a object"},
		{"other JSON", `{"openapi":"3.0.0"}`, "it has no schemaVersion, so it is not a report of a run"},
		{"later format", `{"schemaVersion":2}`, "it has the schemaVersion 2, and this program reads 1"},
		{"unknown outcome", `{"schemaVersion":1,"results":[{"outcome":"pass"},{"outcome":"\u001bfine"}]}`, `results[1].outcome is "\x1bfine"; expected one of [pass warn known fail waived skip]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(folder, test.name)
			if err := os.WriteFile(file, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			earlier, err := LoadEarlier(file)
			if test.want == "" {
				if err != nil || len(earlier.results) != 1 {
					t.Fatalf("%+v, %v", earlier, err)
				}
				return
			}
			want := "earlier report " + file + ": " + test.want + `; give a file that "conformance run --report json=FILE" wrote`
			if got := errorText(err); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
	for file, want := range map[string]string{
		folder:                         "is a directory",
		filepath.Join(folder, "no.js"): "no such file or directory",
	} {
		if _, err := LoadEarlier(file); !strings.Contains(errorText(err), ": "+want+"; ") {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// result is a result in a few letters.
func result(requirement string, o outcome.Outcome) outcome.Result {
	return outcome.Result{Requirement: requirement, Case: "c", Status: "202", Outcome: o}
}

func TestTrend(t *testing.T) {
	const (
		pass, fail, warn, known, skip, waived = outcome.Pass, outcome.Fail, outcome.Warn, outcome.Known, outcome.Skip, outcome.Waived
		absent                                = outcome.Outcome("")
	)
	for _, test := range []struct {
		then, now outcome.Outcome
		strict    bool
		want      string
	}{
		{pass, pass, false, ""},
		{pass, fail, false, "newly failing"},
		{absent, fail, false, "newly failing"},
		{skip, fail, false, "newly failing"},
		{warn, fail, false, "newly failing"},
		{fail, pass, false, "newly passing"},
		{fail, warn, false, "newly passing"},
		{fail, fail, false, "still failing"},
		{fail, known, false, "still failing"},
		{known, fail, false, "still failing"},
		{pass, known, false, "newly failing"},
		{fail, skip, false, "gone"},
		{fail, waived, false, "gone"},
		{fail, absent, false, "gone"},
		{pass, skip, false, ""},
		{pass, warn, false, ""},
		{pass, warn, true, "newly failing"},
		{warn, warn, true, "still failing"},
		{warn, pass, true, "newly passing"},
	} {
		earlier, run := &Earlier{}, &outcome.Run{Strict: test.strict}
		if test.then != absent {
			earlier.results = append(earlier.results, result("r", test.then))
		}
		if test.now != absent {
			run.Results = append(run.Results, result("r", test.now))
		}
		changes := compare(run, earlier)
		var got []string
		for name, results := range map[string][]outcome.Result{
			"newly failing": changes.newlyFailing, "newly passing": changes.newlyPassing,
			"still failing": changes.stillFailing, "gone": changes.gone,
		} {
			for range results {
				got = append(got, name)
			}
		}
		if strings.Join(got, ", ") != test.want {
			t.Errorf("%q then, %q now, strict %t: %q, want %q", test.then, test.now, test.strict, got, test.want)
		}
	}
}

// TestTrendSection compares a run with the JSON report of another, as a user does.
func TestTrendSection(t *testing.T) {
	file := filepath.Join(t.TempDir(), "old.json")
	var text bytes.Buffer
	if err := writeJSON(&text, nonconformantRun(t)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	earlier, err := LoadEarlier(file)
	if err != nil {
		t.Fatal(err)
	}
	run := nonconformantRun(t)
	run.Target = "http://elsewhere.test"
	for i := range run.Results {
		switch r := &run.Results[i]; r.Case {
		case "expired-token":
			r.Outcome = outcome.Pass
		case "internal-fault":
			r.Outcome = outcome.Skip
		case "case-202":
			r.Outcome = outcome.Fail
		}
	}
	summarize(run)
	section := trendSection(run, earlier)
	if want := "Since the run of 2026-07-31T12:00:00Z"; section.Title != want {
		t.Errorf("title %q, want %q", section.Title, want)
	}
	lines := []string{}
	for _, block := range section.Blocks {
		lines = append(lines, "# "+block.Title)
		switch body := block.Body.(type) {
		case page.Text:
			lines = append(lines, string(body))
		case page.List:
			lines = append(lines, body[0])
		case page.Table:
			for _, row := range body.Rows {
				lines = append(lines, row[0].Text+" "+row[1].Text+" "+row[2].Text)
			}
		}
	}
	want := []string{
		"# ", "The earlier run was of another target: http://127.0.0.1:8080/v2025",
		"# Newly failing: 2", "any-answered, case case-202",
		"# Newly passing: 1", "401-expired-token, case expired-token",
		"# Still failing: 11", "401-expired-token, case expired-token-missing-account",
		"# Failed then, not looked at now: 1", "any-answered, case internal-fault",
		"# ", "verdict nonconformant nonconformant", "fail 12 12", "warn 1 0", "known 1 1", "skip 0 1", "waived 0 0", "pass 14 14",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestComparedTo: only the HTML report shows what changed.
func TestComparedTo(t *testing.T) {
	folder := t.TempDir()
	earlier := &Earlier{target: "http://was.test"}
	destinations := []Destination{{JSON, filepath.Join(folder, "r.json")}, {HTML, filepath.Join(folder, "r.html")}}
	for _, test := range []struct {
		formats Formats[*outcome.Run]
		want    bool
	}{{ComparedTo(earlier), true}, {ComparedTo(nil), false}, {Run, false}} {
		if err := test.formats.WriteFiles(nonconformantRun(t), destinations); err != nil {
			t.Fatal(err)
		}
		for _, destination := range destinations {
			text, err := os.ReadFile(destination.File)
			if err != nil {
				t.Fatal(err)
			}
			if got := bytes.Contains(text, []byte("http://was.test")); got != (test.want && destination.Kind == HTML) {
				t.Errorf("the %s report compares: %t", destination.Kind, got)
			}
		}
	}
}
