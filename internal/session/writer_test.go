package session

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gopkg.in/dnaeon/go-vcr.v3/cassette"

	"conformance/internal/exchange"
)

func TestANewSessionIsPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "session")
	record(t, dir, run(10))
	checkMode(t, dir, 0o700)
	for name := range files(t, dir) {
		checkMode(t, filepath.Join(dir, name), 0o600)
	}
}

func checkMode(t *testing.T, path string, want os.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != want {
		t.Errorf("%s has mode %o, want %o", path, got, want)
	}
}

// What a kill leaves behind is what stands in the folder between two calls.
func TestEachAppendIsOnDiskAtOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	writer, err := Create(dir, manifest())
	if err != nil {
		t.Fatal(err)
	}
	var all []exchange.Exchange
	for attempt := range 5 {
		e := answered("burst", attempt+1, 429)
		all = append(all, e)
		if err := writer.Append("429", e); err != nil {
			t.Fatal(err)
		}
		same(t, all, open(t, filepath.Join(dir, "429.yaml")).Exchanges())
		loaded, err := cassette.Load(filepath.Join(dir, "429"))
		if err != nil {
			t.Fatal(err)
		}
		same(t, attempt+1, len(loaded.Interactions))
	}
	checkUnfinished(t, dir, true)
	same(t, all, open(t, dir).Exchanges())
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	checkUnfinished(t, dir, false)
	same(t, all, open(t, dir).Exchanges())
}

// checkUnfinished looks for the mark of a recording that has not come to its end.
func checkUnfinished(t *testing.T, dir string, want bool) {
	t.Helper()
	text := files(t, dir)[ManifestName]
	if got := strings.Contains(text, "\nunfinished: true\n"); got != want || text == "" {
		t.Errorf("unfinished is %t, want %t, in the manifest\n%s", got, want, text)
	}
}

func TestConcurrentAppendsAllArrive(t *testing.T) {
	dir := t.TempDir()
	writer, err := Create(dir, manifest())
	if err != nil {
		t.Fatal(err)
	}
	const workers, each = 8, 25
	var group sync.WaitGroup
	for worker := range workers {
		group.Go(func() {
			for attempt := range each {
				e := answered(fmt.Sprintf("worker-%d", worker), attempt, 202)
				if err := writer.Append([]string{"202", "404"}[attempt%2], e); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	next := map[string]int{}
	for _, cassette := range open(t, dir).Cassettes {
		for _, e := range cassette.Exchanges {
			key := cassette.Name + e.Case
			if e.Attempt < next[key] {
				t.Errorf("%s: attempt %d stands behind a later one", e.Case, e.Attempt)
			}
			next[key] = e.Attempt
		}
	}
	same(t, workers*each, len(open(t, dir).Exchanges()))
}

func TestANewRecordingReplacesTheOld(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "s")
	record(t, dir, run(20))
	record(t, dir, map[string][]exchange.Exchange{"202": {answered("new", 1, 202)}})
	recording := open(t, dir)
	same(t, 1, len(recording.Exchanges()))
	same(t, 2, len(files(t, dir)))
	same(t, []string{"s"}, names(t, parent))
}

// names are what stands in a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, entry := range entries {
		all = append(all, entry.Name())
	}
	return all
}

func TestTheOldSessionSurvives(t *testing.T) {
	fails := func(string) (file, error) { return nil, errors.New("no space left") }
	for _, test := range []struct {
		name   string
		open   opener
		finish func(*Writer) error
		fails  bool
	}{
		{"an abort", openNew, (*Writer).Abort, false},
		{"a kill", openNew, func(*Writer) error { return nil }, false},
		{"a failed recording that is closed", fails, (*Writer).Close, true},
		{"a failed recording that is aborted", fails, (*Writer).Abort, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			parent := t.TempDir()
			dir := filepath.Join(parent, "s")
			record(t, dir, run(20))
			before := files(t, dir)
			writer, err := Create(dir, manifest(), withOpener(test.open))
			if err != nil {
				t.Fatal(err)
			}
			_ = writer.Append("202", answered("new", 1, 202))
			if err := test.finish(writer); (err != nil) != test.fails {
				t.Errorf("got %v", err)
			}
			same(t, before, files(t, dir))
			if test.name != "a kill" {
				same(t, []string{"s"}, names(t, parent))
			}
		})
	}
}

func TestAKillBetweenTheRenamesLosesNothing(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "s")
	record(t, dir, run(20))
	before := files(t, dir)
	if err := os.Rename(dir, replacedName(dir)); err != nil {
		t.Fatal(err)
	}
	writer, err := Create(dir, manifest())
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Abort(); err != nil {
		t.Fatal(err)
	}
	same(t, before, files(t, dir))
}

func TestAKillAfterTheRenamesLosesNothing(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "s")
	record(t, dir, run(20))
	record(t, replacedName(dir), run(3)) // the old session, which was to be removed
	before := files(t, dir)
	writer, err := Create(dir, manifest())
	if err != nil {
		t.Fatal(err)
	}
	same(t, before, files(t, dir))
	if err := writer.Append("202", answered("a", 1, 202)); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	same(t, []string{"s"}, names(t, parent))
}

func TestCreateRefusesOtherFolders(t *testing.T) {
	for _, test := range []struct{ name, text string }{
		{"notes.txt", "mine"},
		{"conformance.yaml", "target:\n  url: http://h\n"},
		{"session.yaml", "desktop: gnome\n"},
		{"openapi.yaml", "openapi: 3.0.0\nversion: 2\n"},
		{"sub/202.yaml", cassetteHead},
		{".hidden.yaml", cassetteHead},
	} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "202.yaml"), cassetteHead)
		write(t, filepath.Join(dir, test.name), test.text)
		_, err := Create(dir, manifest())
		var problem *Error
		if !errors.As(err, &problem) {
			t.Errorf("%s: got %v, want an *Error", test.name, err)
			continue
		}
		first, _, _ := strings.Cut(test.name, "/")
		mustContain(t, problem.Error(), dir, first, "no part of a session", "new folder")
		same(t, 2, len(names(t, dir)))
	}
	path := filepath.Join(t.TempDir(), "file")
	write(t, path, "")
	if _, err := Create(path, manifest()); err == nil {
		t.Error("a file is taken for a folder")
	}
}

func TestAKilledRecordingCanBeReplaced(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "202.yaml"), cassetteHead[:30])
	write(t, filepath.Join(dir, "404.yaml"), "")
	write(t, filepath.Join(dir, ".session.yaml-123"), "formatV")
	e := answered("a", 1, 202)
	record(t, dir, map[string][]exchange.Exchange{"202": {e}})
	same(t, []string{"202.yaml", ManifestName}, names(t, dir))
	same(t, []exchange.Exchange{e}, open(t, dir).Exchanges())
}

func TestWhatIsAddedWhileRecordingIsNotDestroyed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	record(t, dir, run(20))
	writer, err := Create(dir, manifest())
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Append("202", answered("new", 1, 202)); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "notes.txt"), "mine")
	err = writer.Close()
	if err == nil {
		t.Fatal("the folder is replaced")
	}
	mustContain(t, err.Error(), "notes.txt", "what was recorded is left in "+writer.work)
	same(t, "mine", files(t, dir)["notes.txt"])
	open(t, writer.work)
}

func TestAbortLeavesAnUnfinishedSession(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	writer, err := Create(dir, manifest())
	if err != nil {
		t.Fatal(err)
	}
	e := answered("a", 1, 202)
	if err := writer.Append("202", e); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(writer.Abort(), writer.Abort()); err != nil {
		t.Fatal(err)
	}
	checkUnfinished(t, dir, true)
	same(t, []exchange.Exchange{e}, open(t, dir).Exchanges())
	if err := writer.Append("202", e); !errors.Is(err, errEnded) {
		t.Errorf("Append after Abort returns %v", err)
	}
	if err := writer.Close(); !errors.Is(err, errEnded) {
		t.Errorf("Close after Abort returns %v", err)
	}
}

func TestNothingStaysOfARecordingOfNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	writer, err := Create(dir, manifest())
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Abort(); err != nil {
		t.Fatal(err)
	}
	if exists(dir) {
		t.Errorf("the folder stays, with %v", names(t, dir))
	}
}

func TestSinkSortsByStatus(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	writer, err := Create(dir, manifest())
	if err != nil {
		t.Fatal(err)
	}
	sink := writer.Sink(func(err error) { t.Error(err) })
	refused := answered("a", 3, 0)
	refused.Response, refused.Failure = nil, &exchange.Failure{Kind: exchange.Refused, Message: "nobody listens"}
	for _, e := range []exchange.Exchange{answered("a", 1, 202), answered("a", 2, 404), refused, answered("a", 4, 202), answered("a", 5, 99)} {
		sink(e)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, cassette := range open(t, dir).Cassettes {
		got[cassette.Name] = len(cassette.Exchanges)
	}
	same(t, map[string]int{"202": 2, "404": 1, "099": 1, "failed": 1}, got)
}

func TestAppendRefusesWhatCannotBeKept(t *testing.T) {
	writer, err := Create(t.TempDir(), manifest())
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"", "../202", "a/b", `a\b`, ".202", "session", "2 2", "2\n", "é"} {
		if err := writer.Append(path, answered("a", 1, 202)); err == nil {
			t.Errorf("the path %q is accepted", path)
		}
	}
	if err := writer.Append("202", exchange.Exchange{}); err == nil {
		t.Error("an exchange without an end is accepted")
	}
	huge := answered("a", 1, 202)
	huge.Response.Body = make([]byte, MaxBodySize+1)
	if err := writer.Append("202", huge); !errors.Is(err, errBodyTooLarge) {
		t.Errorf("Append of a huge body returns %v", err)
	}
	if err := writer.Append("202", answered("a", 1, 202)); err != nil {
		t.Fatal(err)
	}
	writer.cassettes["202.yaml"].size = MaxFileSize - 100
	if err := writer.Append("202", answered("a", 2, 202)); !errors.Is(err, errTooLarge) {
		t.Errorf("Append to a full cassette returns %v", err)
	}
}
