package drift

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/session"
)

// What was cut short could be called the last good session, and then nothing would be missed in it.
func TestUnfinishedRecordingIsNotAccepted(t *testing.T) {
	dir := t.TempDir()
	writer, err := session.Create(filepath.Join(dir, "new"), session.Manifest{Recorded: time.Unix(0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Append("202", traffic(1, reply{status: 202, body: task})[0]); err != nil {
		t.Fatal(err)
	}
	defer writer.Abort()
	if err := Accept(filepath.Join(dir, "new"), filepath.Join(dir, "good")); err == nil || !strings.Contains(err.Error(), "did not come to its end") {
		t.Errorf("got %v", err)
	}
	if names, _ := filepath.Glob(filepath.Join(dir, "*")); len(names) != 1 {
		t.Errorf("left %v", names)
	}
}

// recordInto records an exchange for each name of a cassette.
func recordInto(t *testing.T, dir string, cassettes ...string) {
	t.Helper()
	writer, err := session.Create(dir, session.Manifest{Recorded: time.Unix(0, 0), Target: "http://target"})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range cassettes {
		if err := writer.Append(name, traffic(1, reply{status: 202, body: task})[0]); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
}

// files are the texts of the files in a folder.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.Base(name)] = string(text)
	}
	return texts
}

// TestAccepted: the new session is there as it is, whether or not there was an old one.
func TestAccepted(t *testing.T) {
	t.Chdir(t.TempDir())
	recordInto(t, "new", "202", "401")
	recordInto(t, "old", "500")
	for _, good := range []string{"old", "nowhere"} {
		if err := Accept("new", good); err != nil {
			t.Fatal(err)
		}
		if difference := cmp.Diff(files(t, "new"), files(t, good)); difference != "" {
			t.Errorf("%s: -new +accepted:\n%s", good, difference)
		}
	}
}

// TestNotAccepted: what cannot be the last good session leaves the one that is.
func TestNotAccepted(t *testing.T) {
	t.Chdir(t.TempDir())
	recordInto(t, "new", "202")
	recordInto(t, "good", "500")
	recordInto(t, "broken", "202", "401")
	damaged := strings.Replace(files(t, "broken")["401.yaml"], "code: 202", "code: [202", 1)
	recordInto(t, "outdated", "202", "401")
	outdated := strings.Replace(files(t, "outdated")["401.yaml"], "version: 2", "version: 3", 1)
	for name, text := range map[string]string{"broken/401.yaml": damaged, "outdated/401.yaml": outdated, "other/notes.txt": "mine"} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("good", "link"); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ from, to, says string }{
		{"good", "good", "good is accepted already: name another folder"},
		{"good", "./link", "good is accepted already: name another folder"},
		{"nothing", "good", "nothing"},
		{"broken", "good", "accept into good: broken/401.yaml: line "},
		{"outdated", "good", "accept into good: outdated/401.yaml: line 3: found cassette version 3"},
		{"new", "other", `other: the folder holds "notes.txt"`},
	} {
		before := files(t, test.to)
		if err := Accept(test.from, test.to); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s into %s: %v, want %q", test.from, test.to, err, test.says)
		}
		if difference := cmp.Diff(before, files(t, test.to)); difference != "" {
			t.Errorf("%s into %s: -before +after:\n%s", test.from, test.to, difference)
		}
	}
	if names, _ := filepath.Glob(".*"); len(names) != 0 {
		t.Errorf("left %v", names)
	}
}

// TestAcceptedWithoutSecrets: other programs' recordings hold them, this project's sessions do not.
func TestAcceptedWithoutSecrets(t *testing.T) {
	t.Chdir(t.TempDir())
	const canary = "canary-token-0123456789"
	archive := `{"log": {"version": "1.2", "creator": {"name": "browser", "version": "1"}, "entries": [{"startedDateTime": "2026-01-01T00:00:00Z", "time": 1,
		"request": {"method": "POST", "url": "http://target/accounts/a/unlock", "httpVersion": "HTTP/1.1", "cookies": [], "queryString": [], "headersSize": -1, "bodySize": 0,
			"headers": [{"name": "Authorization", "value": "Bearer ` + canary + `"}]},
		"response": {"status": 202, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [], "headers": [], "redirectURL": "", "headersSize": -1, "bodySize": 2,
			"content": {"size": 2, "mimeType": "application/json", "text": "{}"}}, "cache": {}, "timings": {"send": 0, "wait": 1, "receive": 0}}]}}`
	if err := os.WriteFile("foreign.har", []byte(archive), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Accept("foreign.har", "good"); err != nil {
		t.Fatal(err)
	}
	all := files(t, "good")
	if len(all) != 2 {
		t.Errorf("accepted %v", all)
	}
	for name, text := range all {
		if strings.Contains(text, canary) {
			t.Errorf("%s holds a token:\n%s", name, text)
		}
	}
}

// TestDamagedRecordingIsNotAccepted: what it has lost would not be missed from then on.
func TestDamagedRecordingIsNotAccepted(t *testing.T) {
	dir := t.TempDir()
	folder, good := filepath.Join(dir, "new"), filepath.Join(dir, "good")
	writer, err := session.Create(folder, session.Manifest{Recorded: time.Unix(0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range traffic(2, reply{status: 202, body: task}) {
		if err := writer.Append("202", e); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	cassette := filepath.Join(folder, "202.yaml")
	text, err := os.ReadFile(cassette)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cassette, text[:len(text)-20], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Accept(folder, good); err == nil || !strings.Contains(err.Error(), "is damaged") || !strings.Contains(err.Error(), "202.yaml: line") {
		t.Errorf("got %v", err)
	}
	if names, _ := filepath.Glob(filepath.Join(good, "*")); len(names) != 0 {
		t.Errorf("left %v", names)
	}
}
