package outcome

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"conformance/internal/strictyaml"

	"github.com/google/go-cmp/cmp"
)

var known = []string{"403-provisioning-scope", "401-expired-token", "429-retry-after"}

func loadBaseline(t *testing.T, text string) (*Baseline, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "known.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return LoadBaseline(path, known)
}

func TestLoadBaselineRefuses(t *testing.T) {
	for name, row := range map[string]struct{ text, want string }{
		"nothing":         {"", `known.yaml: the file is empty; expected YAML keys`},
		"a list":          {"- 403-provisioning-scope\n", `known.yaml: line 1: expected keys with values, found a list`},
		"a bare reason":   {"403-provisioning-scope: fixed in 2.4\n", `known.yaml: line 1: 403-provisioning-scope: expected keys with values, found a single value`},
		"a mistyped id":   {"403-provisoning-scope: {reason: x}\n", `known.yaml: line 1: 403-provisoning-scope: unknown requirement; did you mean "403-provisioning-scope"?`},
		"an unknown id":   {"\n403-nothing: {reason: x}\n", `known.yaml: line 2: 403-nothing: unknown requirement; "conformance run --list" shows all of them`},
		"no reason":       {"401-expired-token: {}\n", `known.yaml: line 1: 401-expired-token.reason: missing or empty; say why the failure is excused`},
		"a blank reason":  {"401-expired-token:\n  reason: \" \"\n", `known.yaml: line 2: 401-expired-token.reason: missing or empty; say why the failure is excused`},
		"an unknown key":  {"401-expired-token: {reason: x, untill: 2027-01-31}\n", `known.yaml: line 1: 401-expired-token.untill: unknown key; did you mean "until"?`},
		"an unusual date": {"401-expired-token: {reason: x, until: 31.1.2027}\n", `known.yaml: line 1: 401-expired-token.until: expected a date such as 2027-01-31`},
		"an empty date":   {"401-expired-token: {reason: x, until: \"\"}\n", `known.yaml: line 1: 401-expired-token.until: expected a date such as 2027-01-31`},
		"no such day":     {"401-expired-token: {reason: x, until: 2027-02-30}\n", `known.yaml: line 1: 401-expired-token.until: expected a date such as 2027-01-31`},
		"an id given twice": {"401-expired-token: {reason: x}\n401-expired-token: {reason: y}\n",
			`known.yaml: line 2: 401-expired-token: duplicate key; it stands in line 1 already`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := loadBaseline(t, row.text)
			var problem *strictyaml.Error
			if !errors.As(err, &problem) {
				t.Fatalf("got %v, want an *Error", err)
			}
			if got := strings.ReplaceAll(err.Error(), filepath.Dir(problem.File)+"/", ""); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}

func TestLoadBaselineNamesAMissingFile(t *testing.T) {
	_, err := LoadBaseline(filepath.Join(t.TempDir(), "none.yaml"), known)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("got %v, want fs.ErrNotExist", err)
	}
	if !strings.HasSuffix(err.Error(), "none.yaml: cannot be read: no such file or directory") {
		t.Errorf("got %v", err)
	}
}

func TestBaselineExcuses(t *testing.T) {
	const forever = "401-expired-token: {reason: fixed in 2.4}\n"
	const until = "401-expired-token: {reason: fixed in 2.4, until: 2027-01-31}\n"
	lastMoment := time.Date(2027, 1, 31, 23, 59, 59, 0, time.UTC)
	const excused, ended = "accepted (known: fixed in 2.4)", "accepted (the baseline excused it until 2027-01-31: fixed in 2.4)"
	for name, row := range map[string]struct {
		baseline    string
		now         time.Time
		requirement string
		outcome     Outcome
		message     string
		wantOutcome Outcome
		wantMessage string
	}{
		"a failure":                {forever, lastMoment, "401-expired-token", Fail, "accepted", Known, excused},
		"a warning":                {forever, lastMoment, "401-expired-token", Warn, "accepted", Known, excused},
		"a pass":                   {forever, lastMoment, "401-expired-token", Pass, "", Pass, ""},
		"a skip":                   {forever, lastMoment, "401-expired-token", Skip, "no", Skip, "no"},
		"another requirement":      {forever, lastMoment, "429-retry-after", Fail, "accepted", Fail, "accepted"},
		"a failure without words":  {forever, lastMoment, "401-expired-token", Fail, "", Known, "known: fixed in 2.4"},
		"on its last day":          {until, lastMoment, "401-expired-token", Fail, "accepted", Known, excused},
		"after its last day":       {until, lastMoment.Add(time.Second), "401-expired-token", Fail, "accepted", Fail, ended},
		"a warning, after the day": {until, lastMoment.Add(time.Second), "401-expired-token", Warn, "accepted", Warn, ended},
		"the day elsewhere":        {until, lastMoment.Add(time.Second).In(time.FixedZone("", -8*3600)), "401-expired-token", Fail, "accepted", Fail, ended},
	} {
		t.Run(name, func(t *testing.T) {
			baseline, err := loadBaseline(t, row.baseline)
			if err != nil {
				t.Fatal(err)
			}
			results := []Result{{Requirement: row.requirement, Outcome: row.outcome, Message: row.message}}
			baseline.Apply(results, row.now)
			if got := results[0]; got.Outcome != row.wantOutcome || got.Message != row.wantMessage {
				t.Errorf("got %s, %q; want %s, %q", got.Outcome, got.Message, row.wantOutcome, row.wantMessage)
			}
			if row.outcome == Fail && baseline.Excuses(row.requirement, row.now) != (row.wantOutcome == Known) {
				t.Errorf("Excuses does not say what Apply does")
			}
		})
	}
}

func TestBaselineFindsStaleEntries(t *testing.T) {
	const stale = "baseline: 401-expired-token no longer fails; remove it"
	for name, row := range map[string]struct {
		outcomes []Outcome
		want     []string
	}{
		"not judged at all":        {nil, nil},
		"passed everywhere":        {[]Outcome{Pass, Pass}, []string{stale}},
		"failed once":              {[]Outcome{Pass, Fail, Pass}, nil},
		"warned once":              {[]Outcome{Warn, Pass}, nil},
		"known already":            {[]Outcome{Known}, nil},
		"skipped everywhere":       {[]Outcome{Skip}, nil},
		"passed where not skipped": {[]Outcome{Pass, Skip}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			baseline, err := loadBaseline(t, "401-expired-token: {reason: fixed in 2.4, until: 2020-01-01}\n")
			if err != nil {
				t.Fatal(err)
			}
			results := []Result{{Requirement: "429-retry-after", Outcome: Pass}}
			for _, o := range row.outcomes {
				results = append(results, Result{Requirement: "401-expired-token", Outcome: o})
			}
			got := baseline.Apply(results, time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("stale (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStaleEntriesAreSorted(t *testing.T) {
	baseline, err := loadBaseline(t, "429-retry-after: {reason: a}\n401-expired-token: {reason: b}\n403-provisioning-scope: {reason: c}\n")
	if err != nil {
		t.Fatal(err)
	}
	results := []Result{
		{Requirement: "403-provisioning-scope", Outcome: Pass},
		{Requirement: "429-retry-after", Outcome: Pass},
		{Requirement: "401-expired-token", Outcome: Pass},
	}
	want := []string{
		"baseline: 401-expired-token no longer fails; remove it",
		"baseline: 403-provisioning-scope no longer fails; remove it",
		"baseline: 429-retry-after no longer fails; remove it",
	}
	if diff := cmp.Diff(want, baseline.Apply(results, time.Now())); diff != "" {
		t.Errorf("stale (-want +got):\n%s", diff)
	}
}

func TestNoBaselineExcusesNothing(t *testing.T) {
	var none *Baseline
	results := []Result{{Requirement: "401-expired-token", Outcome: Fail}}
	if stale := none.Apply(results, time.Now()); stale != nil || results[0].Outcome != Fail {
		t.Errorf("got %v, %s", stale, results[0].Outcome)
	}
	if none.Excuses("401-expired-token", time.Now()) {
		t.Error("it excuses a failure")
	}
}
