package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conformance/internal/outcome"
)

// The committed session, archives and cassettes, seen from a test's folder.
func checkout(t *testing.T, path string) string {
	t.Helper()
	absolute, err := filepath.Abs(filepath.Join("..", "..", filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return absolute
}

func TestVerifyExitCodes(t *testing.T) {
	shipped := checkout(t, "cassettes/reference")
	for _, test := range []struct {
		name      string
		arguments []string
		code      int
		says      string
	}{
		{"the shipped session", []string{shipped, "--strict"}, 0, "nothing broken"},
		{"one cassette", []string{filepath.Join(shipped, "401.yaml")}, 0, "29 judged"},
		{"a filter", []string{shipped, "--filter", "401-error"}, 0, "1 holds"},
		{"a part", []string{shipped, "--shard", "2/2"}, 0, "part 2/2"},
		{"a browser's archive", []string{checkout(t, "internal/har/testdata/chromium.har")}, 0, "nothing broken"},
		{"what is broken", []string{checkout(t, "internal/session/testdata/go-vcr-v1.yaml")}, 1, "FAIL  any-media-type"},
		{"nothing of the operation", []string{checkout(t, "internal/session/testdata/go-vcr-v2.yaml")}, 3, "nothing of POST /accounts/{id}/unlock"},
		{"a filter that nothing shows", []string{shipped, "--filter", "401-expired-token"}, 3, "the filter selects nothing that this traffic shows"},
		{"no path", nil, 2, "found no argument, expected at least one: the recorded traffic"},
		{"a path that is not there", []string{"nowhere"}, 2, "nowhere"},
		{"a file that is no traffic", []string{"c.yaml"}, 2, "c.yaml"},
		{"an archive that is cut off", []string{"cut.har"}, 2, "cut.har"},
		{"a folder that is no session", []string{"."}, 2, "session.yaml"},
		{"a filter that selects nothing", []string{shipped, "--filter", "402"}, 2, "402"},
		{"a part that there is not", []string{shipped, "--shard", "3/2"}, 2, "--shard"},
		{"a baseline that is not there", []string{shipped, "--baseline", "nowhere.yaml"}, 2, "nowhere.yaml"},
		{"a report into nowhere", []string{shipped, "--report", "json=no/such/r.json"}, 2, "no/such"},
		{"an unknown report", []string{shipped, "--report", "xml=r.xml"}, 2, "xml"},
		{"an unknown flag", []string{shipped, "--stric"}, 2, "--strict"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			writeFile(t, dir, "c.yaml", "hello: world")
			writeFile(t, dir, "cut.har", `{"log":{"version":"1.2","entries":[{"startedDateTime":`)
			r := conformance(t, dir, nil, append([]string{"verify"}, test.arguments...)...)
			if r.code != test.code || !strings.Contains(r.stdout+r.stderr, test.says) {
				t.Errorf("exit %d, expected %d and %q\n%s%s", r.code, test.code, test.says, r.stdout, r.stderr)
			}
			if lines := strings.Count(r.stderr, "\n"); (lines == 1) != (test.code == outcome.ExitUsage) || lines > 1 {
				t.Errorf("expected one sentence on one line where the call is wrong:\n%s", r.stderr)
			}
		})
	}
}

// A recording of a wrong server is found out, as the run did while it was recorded.
func TestVerifyFindsFaults(t *testing.T) {
	for fault, requirement := range map[string]string{
		"task-id-missing":      "202-task-id",
		"tracking-id-constant": "any-tracking-id-unique",
		"retry-after-missing":  "429-retry-after",
		"400-messages-missing": "any-messages",
		"error-missing":        "401-error",
		"cause-text-missing":   "any-cause-text",
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if r := conformance(t, dir, nil, "run", "--fault", fault, "--record", "session"); r.code != outcome.ExitNonconformant {
				t.Fatalf("the run exits %d\n%s", r.code, r.stderr)
			}
			r := conformance(t, dir, nil, "verify", "session", "--report", "junit=v.xml")
			if r.code != outcome.ExitNonconformant || !strings.Contains(r.stdout, "FAIL  "+requirement) {
				t.Errorf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
			}
			junit, err := os.ReadFile(filepath.Join(dir, "v.xml"))
			if err != nil || !strings.Contains(string(junit), `<failure type="`+requirement+`"`) {
				t.Errorf("the JUnit report has no failure of %s: %v", requirement, err)
			}
		})
	}
}
