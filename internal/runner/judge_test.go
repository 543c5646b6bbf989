package runner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/outcome"
	"conformance/internal/report"
	"conformance/internal/session"
	"conformance/internal/shard"
)

// accepting is a fault of the reference that several requirements of the path 401 notice.
const accepting = "expired-token-accepted"

// today is when the tests' runs take place.
var today = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// judge is Judge with what every run needs, and what it prints.
func judge(t *testing.T, options Options) (*outcome.Run, string, error) {
	t.Helper()
	var printed bytes.Buffer
	options.Output, options.Version = &printed, "1.0"
	if options.Now == nil {
		options.Now = func() time.Time { return today }
	}
	options.Environ = func(string) (string, bool) { return "", false }
	if options.Concurrency == 0 {
		options.Concurrency = 8
	}
	run, err := Judge(t.Context(), options)
	return run, printed.String(), err
}

func judged(t *testing.T, options Options) *outcome.Run {
	t.Helper()
	run, printed, err := judge(t, options)
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	return run
}

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestPrepareRefuses(t *testing.T) {
	for _, test := range []struct {
		options Options
		says    string
	}{
		{Options{Concurrency: -1}, "--concurrency -1: expected a number from 1"},
		{Options{Retries: -1}, "--retries -1: expected a number from 0 to 10"},
		{Options{Retries: 11}, "--retries 11: expected a number from 0 to 10"},
		{Options{Timeout: -time.Second}, "--timeout -1s: expected a duration longer than 0, such as 10m"},
		{Options{Reports: []report.Destination{{Kind: report.JSON, File: "nowhere/r.json"}}}, "report json=nowhere/r.json: there is no folder nowhere"},
		{Options{Baseline: "nowhere.yaml"}, "nowhere.yaml"},
		{Options{MaxAge: time.Hour}, "--max-age is of the session that --replay names, and there is none"},
		{Options{Record: "a", Replay: "b"}, "--record and --replay exclude each other"},
		{Options{Replay: "nowhere"}, "nowhere"},
		{Options{Record: filepath.Dir(writeFile(t, "notes.txt", ""))}, "which is no part of a session"},
	} {
		_, printed, err := judge(t, test.options)
		var wrong *outcome.Error
		if !errors.As(err, &wrong) || wrong.Code != outcome.ExitUsage || !strings.Contains(err.Error(), test.says) || printed != "" {
			t.Errorf("%v, printed %q; want %q", err, printed, test.says)
		}
	}
}

// TestPrepareAccepts: the bounds themselves.
func TestPrepareAccepts(t *testing.T) {
	if run := judged(t, Options{Concurrency: 1, Retries: mostRetries}); run.Verdict != outcome.Conformant {
		t.Errorf("%s, %q", run, run.Reasons)
	}
}

// TestNobodyThere: nothing is printed of a target that is out of reach, and no session is left.
func TestNobodyThere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "session")
	_, printed, err := judge(t, Options{Target: "http://127.0.0.1:1", Record: dir})
	var none *outcome.Error
	if !errors.As(err, &none) || none.Code != outcome.ExitNoVerdict || !strings.HasPrefix(err.Error(), "no verdict on http://127.0.0.1:1: nothing listens") || printed != "" {
		t.Errorf("%v, printed %q", err, printed)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

// TestConsoleOfARun: what is tested, what became of each path, and the verdict.
func TestConsoleOfARun(t *testing.T) {
	run, printed, err := judge(t, Options{Fault: accepting})
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	for _, part := range []string{"http://reference.test", "202", "400", "401", "403", "404", "500", "429", "NONCONFORMANT", "401-expired-token"} {
		found := strings.Index(printed[at:], part)
		if found < 0 {
			t.Fatalf("no %q behind the first %d bytes of\n%s", part, at, printed)
		}
		at += found
	}
	if requirement := run.Requirements["401-expired-token"]; requirement.Sentence == "" {
		t.Errorf("%+v", requirement)
	}
}

// TestDurationOfARun is the time from its beginning to its end.
func TestDurationOfARun(t *testing.T) {
	var seconds atomic.Int64
	run := judged(t, Options{Now: func() time.Time { return today.Add(time.Duration(seconds.Add(1)) * time.Second) }})
	if last := time.Duration(seconds.Load()) * time.Second; run.Duration <= 0 || run.Started.Add(run.Duration).After(today.Add(last)) {
		t.Errorf("began at %s and took %s", run.Started, run.Duration)
	}
}

// TestClosedBeforeItsEnd: who prepares a recording and gives it up leaves nothing, and holds nothing.
func TestClosedBeforeItsEnd(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "session")
	for range 2 {
		p, err := Prepare(t.Context(), Options{Record: dir, Concurrency: 1, Output: io.Discard, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		p.Close()
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("left %s: %v", dir, err)
		}
	}
}

// TestRecordAndReplay: a replay has the results of the run that was recorded, and notes nothing.
func TestRecordAndReplay(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "session")
	recorded := judged(t, Options{Record: dir, Sync: session.SyncNone, Fault: accepting})
	if recorded.Mode != outcome.Record || recorded.Verdict != outcome.Nonconformant || recorded.Tool != "1.0" || !recorded.Started.Equal(today) {
		t.Errorf("%s, mode %s, by %s at %s", recorded.Verdict, recorded.Mode, recorded.Tool, recorded.Started)
	}
	replayed := judged(t, Options{Replay: dir, MaxAge: time.Hour})
	if difference := cmp.Diff(recorded.Results, replayed.Results); difference != "" || len(replayed.Results) == 0 {
		t.Errorf("-recorded +replayed:\n%s", difference)
	}
	if stopped := judged(t, Options{Replay: dir, FailFast: true}); stopped.Ended == "" || len(stopped.Notes) != 0 {
		t.Errorf("a replay that ended for %q notes %q", stopped.Ended, stopped.Notes)
	}
	if replayed.Mode != outcome.Replay || len(replayed.Notes) != 0 || len(replayed.Exchanges) != len(recorded.Exchanges) {
		t.Errorf("mode %s, notes %q, %d exchanges of %d", replayed.Mode, replayed.Notes, len(replayed.Exchanges), len(recorded.Exchanges))
	}
}

// TestNotesOfAReplay: what a run had no use for is named, the first of it; and what broke off. A
// run that leaves out cases does not know.
func TestNotesOfAReplay(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "session")
	run := judged(t, Options{Record: dir, Sync: session.SyncNone})
	spare := run.Exchanges[0]
	spare.Request.URL = "http://reference.test/accounts/spare/unlock"
	for _, test := range []struct {
		spare int
		want  []string
	}{
		{5, []string{"recorded and not used: interaction 1 of 999.yaml, interaction 2 of 999.yaml, interaction 3 of 999.yaml, interaction 4 of 999.yaml, interaction 5 of 999.yaml; another version of the suite recorded them"}},
		{7, []string{"recorded and not used: interaction 1 of 999.yaml, interaction 2 of 999.yaml, interaction 3 of 999.yaml, interaction 4 of 999.yaml, interaction 5 of 999.yaml, and 2 more; another version of the suite recorded them"}},
	} {
		recording, err := session.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		longer := filepath.Join(t.TempDir(), "longer")
		writer, err := session.Create(longer, recording.Manifest, session.WithSync(session.SyncNone, nil))
		if err != nil {
			t.Fatal(err)
		}
		for item := range recording.Items() {
			e, err := item.Exchange()
			if err := errors.Join(err, writer.Append(item.Cassette, e)); err != nil {
				t.Fatal(err)
			}
		}
		for range test.spare {
			if err := writer.Append("999", spare); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(writer.Close(), recording.Close()); err != nil {
			t.Fatal(err)
		}
		if difference := cmp.Diff(test.want, judged(t, Options{Replay: longer}).Notes); difference != "" {
			t.Errorf("notes -want +got:\n%s", difference)
		}
		if notes := judged(t, Options{Replay: longer, Shard: shard.Part{Number: 1, Of: 2}}).Notes; len(notes) != 0 {
			t.Errorf("a part notes %q", notes)
		}
	}
	text := "  - id: 1\n    request:\n"
	file, err := os.OpenFile(filepath.Join(dir, "404.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteString(text)
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
	if notes := judged(t, Options{Replay: dir}).Notes; len(notes) != 1 || !strings.Contains(notes[0], "404.yaml") {
		t.Errorf("of a recording that broke off is noted %q", notes)
	}
	if notes := judged(t, Options{Replay: dir, Shard: shard.Part{Number: 1, Of: 2}}).Notes; len(notes) != 1 || !strings.Contains(notes[0], "404.yaml") {
		t.Errorf("a part of a recording that broke off notes %q", notes)
	}
}

// TestNextStep: who named a target alone is told of the config; who has one, or a verdict, is not.
func TestNextStep(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	told := func(run *outcome.Run) bool {
		return len(run.Notes) > 0 && strings.HasPrefix(run.Notes[len(run.Notes)-1], `to go on, write a config with "conformance init`)
	}
	incomplete := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("WWW-Authenticate", "Bearer")
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"error":"JWT validation failed: JWT is expired"}`)
	}))
	defer incomplete.Close()
	if run := judged(t, Options{Target: incomplete.URL}); run.Verdict != outcome.Incomplete || !told(run) {
		t.Errorf("%s, notes %q, reasons %q", run.Verdict, run.Notes, run.Reasons)
	}
	if run := judged(t, Options{Target: server.URL}); run.Verdict != outcome.Nonconformant || told(run) {
		t.Errorf("%s, notes %q", run.Verdict, run.Notes)
	}
	config := writeFile(t, "conformance.yaml", "target: {url: \""+incomplete.URL+"\"}")
	for _, target := range []string{"", incomplete.URL} {
		if run := judged(t, Options{ConfigFile: config, Target: target}); run.Verdict != outcome.Incomplete || told(run) {
			t.Errorf("%s, notes %q", run.Verdict, run.Notes)
		}
	}
}

// TestFailFastEnds: at the first failure that is not excused, and says so.
func TestFailFastEnds(t *testing.T) {
	known := "401-expired-token: {reason: r%[1]s}\n401-before-account: {reason: r%[1]s}\n401-before-body: {reason: r%[1]s}\n"
	whole := len(judged(t, Options{Fault: accepting}).Exchanges)
	for name, test := range map[string]struct {
		options Options
		ended   string
	}{
		"a failure":         {Options{Fault: accepting}, string(firstFailure)},
		"excused":           {Options{Fault: accepting, Baseline: writeFile(t, "b.yaml", fmt.Sprintf(known, ""))}, ""},
		"excused no longer": {Options{Fault: accepting, Baseline: writeFile(t, "b.yaml", fmt.Sprintf(known, ", until: 2026-03-01"))}, string(firstFailure)},
		"excused today":     {Options{Fault: accepting, Baseline: writeFile(t, "b.yaml", fmt.Sprintf(known, ", until: 2026-03-02"))}, ""},
		"nothing failed":    {Options{}, ""},
	} {
		test.options.FailFast = true
		run := judged(t, test.options)
		if run.Ended != test.ended || (len(run.Exchanges) < whole) != (test.ended != "") {
			t.Errorf("%s: ended %q after %d exchanges of %d", name, run.Ended, len(run.Exchanges), whole)
		}
	}
}

// TestAnEndedRunCallsNothingStale: what did not fail may not have been tried.
func TestAnEndedRunCallsNothingStale(t *testing.T) {
	baseline := writeFile(t, "b.yaml", "202-org-admin: {reason: r}")
	const stale = "baseline: 202-org-admin no longer fails; remove it"
	for name, test := range map[string]struct {
		options Options
		stale   bool
	}{
		"whole":  {Options{}, true},
		"ended":  {Options{FailFast: true, Fault: accepting}, false},
		"a part": {Options{Shard: shard.Part{Number: 1, Of: 2}}, false},
	} {
		test.options.Baseline = baseline
		run := judged(t, test.options)
		if got := strings.Contains(strings.Join(run.Reasons, "\n"), stale); got != test.stale {
			t.Errorf("%s: reasons %q", name, run.Reasons)
		}
	}
}

// TestAnEndedRecordingReplacesNothing: the session of a run that came to its end stays.
func TestAnEndedRecordingReplacesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "session")
	whole := judged(t, Options{Record: dir, Sync: session.SyncNone})
	judged(t, Options{Record: dir, Sync: session.SyncNone, FailFast: true, Fault: accepting})
	if run := judged(t, Options{Replay: dir}); run.Verdict != outcome.Conformant || len(run.Exchanges) != len(whole.Exchanges) {
		t.Errorf("%s, %d exchanges of %d", run.Verdict, len(run.Exchanges), len(whole.Exchanges))
	}
	if names, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), ".*")); len(names) != 0 {
		t.Errorf("left %v", names)
	}
}

// TestTimeUp: the run's time ends the wait for a target, which is not to blame for it.
func TestTimeUp(t *testing.T) {
	ctx, cancel := bounded(t.Context(), time.Nanosecond)
	defer cancel(nil)
	<-ctx.Done()
	if cause := context.Cause(ctx); cause.Error() != "the run's time was up (--timeout 1ns)" {
		t.Errorf("%v", cause)
	}
	unbounded, end := bounded(t.Context(), 0)
	if unbounded.Err() != nil {
		t.Errorf("without a limit the run has ended: %v", context.Cause(unbounded))
	}
	end(firstFailure)
	if cause := context.Cause(unbounded); !errors.Is(cause, firstFailure) {
		t.Errorf("%v", cause)
	}
}

// TestTrace: each exchange is shown when that is asked for, with its body when more is.
func TestTrace(t *testing.T) {
	for verbose, want := range map[int][2]bool{0: {false, false}, 1: {true, false}, 2: {true, true}} {
		var trace bytes.Buffer
		run := judged(t, Options{Verbose: verbose, Trace: &trace})
		lines, bodies := strings.Count(trace.String(), "\n") >= len(run.Exchanges), strings.Contains(trace.String(), `"detailCode"`)
		if got := [2]bool{lines, bodies}; got != want {
			t.Errorf("-v %d times: lines and bodies %v, want %v", verbose, got, want)
		}
	}
}

// TestReportsAreWritten: those that were asked for; one that cannot be written is an error.
func TestReportsAreWritten(t *testing.T) {
	dir := t.TempDir()
	good := report.Destination{Kind: report.JSON, File: filepath.Join(dir, "report.json")}
	run := judged(t, Options{Reports: []report.Destination{good}})
	read, err := report.ReadRun(good.File)
	if err != nil || read.Verdict != run.Verdict || len(read.Results) != len(run.Results) {
		t.Errorf("%v, %v", read, err)
	}
	full := report.Destination{Kind: report.JSON, File: "/dev/full"}
	if _, err := os.Stat(full.File); err != nil {
		t.Skip("this system has no full device")
	}
	got, _, err := judge(t, Options{Reports: []report.Destination{full, good}})
	var wrong *outcome.Error
	if !errors.As(err, &wrong) || wrong.Code != outcome.ExitUsage || !strings.Contains(err.Error(), "write the json report to /dev/full") || got == nil {
		t.Errorf("%v, %v", got, err)
	}
}
