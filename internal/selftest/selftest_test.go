package selftest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/outcome"
	"conformance/internal/reference"
)

var requirements = []outcome.Requirement{
	{ID: "any-json", Level: outcome.Must}, {ID: "401-error", Level: outcome.Must}, {ID: "401-www-authenticate", Level: outcome.Should},
}

// findings are what the runs of the test report, by fault.
var findings = map[string]Finding{
	"caught":      broken("401-error", outcome.Fail),
	"warned":      broken("401-www-authenticate", outcome.Warn),
	"survives":    {Verdict: outcome.Conformant, Results: []outcome.Result{{Requirement: "any-json", Outcome: outcome.Pass}}},
	"by-another":  broken("401-error", outcome.Fail),
	"legal":       {Verdict: outcome.Conformant},
	"blamed":      broken("401-www-authenticate", outcome.Warn),
	"left-open":   {Verdict: outcome.Incomplete, ExitCode: outcome.ExitNoVerdict},
	"only-skips":  {Verdict: outcome.Conformant, Results: []outcome.Result{{Requirement: "any-json", Outcome: outcome.Skip}}},
	"caught-more": broken("401-error", outcome.Fail, "any-json"),
}

func broken(id string, as outcome.Outcome, more ...string) Finding {
	f := Finding{Verdict: outcome.Conformant, Results: []outcome.Result{{Requirement: id, Outcome: as}, {Requirement: id, Outcome: as}}}
	for _, other := range more {
		f.Results = append(f.Results, outcome.Result{Requirement: other, Outcome: outcome.Fail})
	}
	return f
}

func run(t *testing.T, faults ...reference.Fault) *Matrix {
	t.Helper()
	var progress []int
	matrix, err := Test(t.Context(), Options{
		Faults: faults, Requirements: requirements, Concurrency: 3,
		Run: func(_ context.Context, fault string) (Finding, error) {
			finding, known := findings[fault]
			if !known {
				return Finding{}, errors.New("no such run")
			}
			return finding, nil
		},
		Progress: func(done, total int) {
			if total != len(faults) {
				t.Errorf("%d runs in all; expected %d", total, len(faults))
			}
			progress = append(progress, done)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(progress) != len(faults) || !slices.IsSorted(progress) {
		t.Errorf("the progress was told as %v", progress)
	}
	return matrix
}

func names(rows []Row) string {
	var list []string
	for _, row := range rows {
		list = append(list, row.Fault.Name)
	}
	return strings.Join(list, " ")
}

func TestMatrix(t *testing.T) {
	matrix := run(t,
		reference.Fault{Name: "caught", Requirement: "401-error"},
		reference.Fault{Name: "warned", Requirement: "401-www-authenticate"},
		reference.Fault{Name: "survives", Requirement: "any-json"},
		reference.Fault{Name: "by-another", Requirement: "any-json"},
		reference.Fault{Name: "legal", Legal: true},
		reference.Fault{Name: "blamed", Legal: true},
		reference.Fault{Name: "left-open", Legal: true},
	)
	for what, pair := range map[string][2]string{
		"survivors":     {names(matrix.Survivors()), "survives"},
		"wrong killers": {names(matrix.WrongKillers()), "by-another"},
		"false alarms":  {names(matrix.FalseAlarms()), "blamed left-open"},
		"unproven":      {strings.Join(matrix.Unproven(), " "), "any-json"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %q, expected %q", what, pair[0], pair[1])
		}
	}
	if matrix.Sound() {
		t.Error("the matrix is called sound")
	}
	want := "2 of 4 faults caught by the requirement that they name, 1 of 3 legal variants passed, 2 of 3 requirements proven"
	if got := matrix.Summary(); got != want {
		t.Errorf("summary %q, expected %q", got, want)
	}
	var text bytes.Buffer
	if err := matrix.Print(&text); err != nil {
		t.Fatal(err)
	}
	for _, expected := range []string{
		"SURVIVOR      survives", "WRONG KILLER  by-another", "FALSE ALARM   blamed", "FALSE ALARM   left-open", "UNPROVEN      any-json", want,
	} {
		if !strings.Contains(text.String(), expected) {
			t.Errorf("the console report does not hold %q:\n%s", expected, text.String())
		}
	}
}

// TestSound: one of each shortcoming is enough.
func TestSound(t *testing.T) {
	all := []reference.Fault{
		{Name: "caught-more", Requirement: "any-json"}, {Name: "caught", Requirement: "401-error"},
		{Name: "warned", Requirement: "401-www-authenticate"}, {Name: "legal", Legal: true}, {Name: "only-skips", Legal: true},
	}
	if matrix := run(t, all...); !matrix.Sound() {
		t.Errorf("not sound: %s", matrix.Summary())
	}
	for _, spoiler := range []reference.Fault{
		{Name: "survives", Requirement: "any-json"}, {Name: "by-another", Requirement: "any-json"}, {Name: "blamed", Legal: true}, {Name: "left-open", Legal: true},
	} {
		if matrix := run(t, append(slices.Clone(all), spoiler)...); matrix.Sound() {
			t.Errorf("sound in spite of %s", spoiler.Name)
		}
	}
	if matrix := run(t, all[1:]...); matrix.Sound() {
		t.Error("sound although nothing proves any-json")
	}
}

func TestReports(t *testing.T) {
	matrix := run(t, reference.Fault{Name: "caught-more", Requirement: "401-error", About: "a | b"}, reference.Fault{Name: "legal", Legal: true, About: "c"})
	var markdown, document bytes.Buffer
	if err := matrix.writeMarkdown(&markdown); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		`| caught-more | a \| b | 401-error | any-json |`, "| legal | c |", "| 401-error | MUST | caught-more |", "| any-json | MUST |  |",
	} {
		if !strings.Contains(markdown.String(), line+"\n") {
			t.Errorf("the page does not hold %s:\n%s", line, markdown.String())
		}
	}
	if err := matrix.writeJSON(&document); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Sound     bool     `json:"sound"`
		Faults    int      `json:"faults"`
		Survivors []string `json:"survivors"`
		Unproven  []string `json:"unproven"`
		Rows      []struct {
			Name   string   `json:"name"`
			Caught []string `json:"caught"`
		} `json:"rows"`
	}
	if err := json.Unmarshal(document.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Sound || got.Faults != 1 || got.Survivors == nil || cmp.Diff(got.Unproven, []string{"any-json", "401-www-authenticate"}) != "" ||
		len(got.Rows) != 2 || cmp.Diff(got.Rows[0].Caught, []string{"any-json", "401-error"}) != "" {
		t.Errorf("%+v", got)
	}
}

// TestARunThatFails: a run that did not come to its end leaves no matrix to be trusted.
func TestARunThatFails(t *testing.T) {
	_, err := Test(t.Context(), Options{
		Faults: []reference.Fault{{Name: "one"}, {Name: "two"}},
		Run:    func(context.Context, string) (Finding, error) { return Finding{}, errors.New("no report") },
	})
	if err == nil || !strings.Contains(err.Error(), "no report") || !strings.Contains(err.Error(), "fault ") {
		t.Errorf("error %v", err)
	}
}
