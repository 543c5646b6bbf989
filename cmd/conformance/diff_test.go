package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conformance/internal/outcome"
	"conformance/internal/session"
)

// recordFault records the reference implementation with a fault into a folder of dir.
func recordFault(t *testing.T, dir, fault string) (folder string) {
	t.Helper()
	folder = filepath.Join(dir, "session-"+fault)
	arguments := []string{"run", "--record", folder}
	if fault != "" {
		arguments = append(arguments, "--fault", fault)
	}
	if r := conformance(t, dir, nil, arguments...); r.code > outcome.ExitNonconformant {
		t.Fatalf("record %s: exit %d\n%s", fault, r.code, r.stderr)
	}
	return folder
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestDiffExitCodes: what changed decides, and what the threshold and the ignore file make of it.
func TestDiffExitCodes(t *testing.T) {
	dir, good := t.TempDir(), absolute(t, shippedSession)
	document := absolute(t, "../../internal/drift/testdata/vendor.yaml")
	moved, words := recordFault(t, dir, "helpdesk-refused"), recordFault(t, dir, "detail-codes-words")
	har := filepath.Join(dir, "good.har")
	if r := conformance(t, dir, nil, "convert", good, har); r.code != 0 {
		t.Fatalf("convert: %s", r.stderr)
	}
	writeFile(t, dir, "ignore.yaml", "values-added: {reason: announced}\nstatus-moved 404*: {reason: never needed}\n")
	for _, row := range []struct {
		arguments string
		code      int
		says      string
	}{
		{good + " " + good, 0, "nothing changed (exit 0)"},
		{har + " " + good, 0, "nothing changed (exit 0)"},
		{good + " " + moved, 1, "status-moved                    202 case helpdesk,"},
		{moved + " " + good, 0, "status-mended"},
		{good + " " + words, 0, "values-added"},
		{good + " " + words + " --fail-on notable", 1, "404 /detailCode: 404 Not found, now ACCOUNT_NOT_FOUND"},
		{good + " " + words + " --fail-on notable --ignore ignore.yaml", 0, `"status-moved 404*" matches no change`},
		{"contract " + good, 0, "nothing changed"},
		{good + " contract", 0, "nothing changed"},
		{moved + " contract", 1, "202 case helpdesk,"},
		{document + " " + good, 0, "nothing changed"},
		{good + " " + document, 0, "nothing changed"},
		{"contract " + document, 0, "nothing changed"},
		{filepath.Join(good, "404.yaml") + " " + har, 0, "only in the new one"},
	} {
		r := conformance(t, dir, nil, append([]string{"diff"}, strings.Fields(row.arguments)...)...)
		text := strings.Join(strings.Fields(r.stdout), " ")
		if r.code != row.code || !strings.Contains(text, strings.Join(strings.Fields(row.says), " ")) || r.stderr != "" {
			t.Errorf("%s: exit %d, want %d and %q\n%s%s", row.arguments, r.code, row.code, row.says, r.stdout, r.stderr)
		}
	}
}

// TestDiffCalledWrongly: one sentence that says what is wrong, and nothing else.
func TestDiffCalledWrongly(t *testing.T) {
	dir, good := t.TempDir(), absolute(t, shippedSession)
	writeFile(t, dir, "bad.yaml", "status-move: {reason: x}\n")
	for arguments, says := range map[string]string{
		good:                                       "found one argument, expected two",
		good + " none":                             "none cannot be read: no such file",
		good + " " + dir:                           "no session",
		good + " contract --operation unlock":      "expected a method and a path",
		good + " contract --fail-on breakin":       `did you mean "breaking"?`,
		good + " contract --ignore bad.yaml":       `did you mean "status-moved"?`,
		good + " contract --report jsn=x":          `did you mean "json"?`,
		good + " contract --report json=x/y":       "there is no folder x",
		good + " contract --accept dir":            "contract is no recorded traffic",
		good + " contract --accpt dir":             "did you mean --accept?",
		good + " bad.yaml":                         "bad.yaml",
		good + " " + good + " --accept " + good:    "accepted already",
		good + " " + good + " --operation":         "--operation: the value is missing",
		good + " " + good + " --operation=POST_/x": "expected a method and a path",
	} {
		r := conformance(t, dir, nil, append([]string{"diff"}, strings.Fields(arguments)...)...)
		if r.code != outcome.ExitUsage || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, says) {
			t.Errorf("%s: exit %d, want %q\n%s%s", arguments, r.code, says, r.stdout, r.stderr)
		}
	}
}

// TestDiffAccepts: a recording that passes takes the place of the last good one, as a whole; one
// that does not leaves it alone.
func TestDiffAccepts(t *testing.T) {
	dir, shipped := t.TempDir(), absolute(t, shippedSession)
	good := filepath.Join(dir, "good")
	accept := func(new string) ran {
		return conformance(t, dir, nil, "diff", shipped, new, "--accept", good)
	}
	if r := accept(recordFault(t, dir, "helpdesk-refused")); r.code != 1 {
		t.Fatalf("exit %d", r.code)
	}
	if _, err := os.Stat(good); !os.IsNotExist(err) {
		t.Fatal("what fails was accepted")
	}
	if r := accept(recordFault(t, dir, "")); r.code != 0 || !strings.Contains(r.stdout, "good holds what is in") {
		t.Fatalf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	first := cassetteOf(t, good, "202.yaml")
	if first != cassetteOf(t, filepath.Join(dir, "session-"), "202.yaml") {
		t.Error("the accepted session is not the one that was recorded")
	}
	if r := accept(recordFault(t, dir, "uuids")); r.code != 0 || cassetteOf(t, good, "202.yaml") == first {
		t.Errorf("exit %d: the second session did not take the place of the first\n%s", r.code, r.stderr)
	}
	if r := conformance(t, dir, nil, "run", "--replay", good); r.code != 0 {
		t.Errorf("the accepted session cannot be replayed: exit %d\n%s", r.code, r.stdout)
	}
	if names, err := filepath.Glob(filepath.Join(dir, ".*")); err != nil || len(names) > 0 {
		t.Errorf("left behind: %v %v", names, err)
	}
	writeFile(t, good, "notes.txt", "mine")
	before := cassetteOf(t, good, "202.yaml")
	if r := accept(shipped); r.code != outcome.ExitUsage || !strings.Contains(r.stderr, `"notes.txt", which is no part of a session`) || cassetteOf(t, good, "202.yaml") != before {
		t.Errorf("a folder with something else in it: exit %d\n%s", r.code, r.stderr)
	}
}

func cassetteOf(t *testing.T, folder, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestDiffOnGitHub: the job summary and the annotations are written unasked, and what a server
// sent cannot pass for a command.
func TestDiffOnGitHub(t *testing.T) {
	dir := t.TempDir()
	summary := writeFile(t, dir, "summary.md", "before\n")
	environment := []string{"GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY=" + summary}
	r := conformance(t, dir, environment, "diff", absolute(t, shippedSession), recordFault(t, dir, "helpdesk-refused"), "--report", "json=drift.json")
	lines := strings.Split(r.stdout, "\n")
	guard, is := strings.CutPrefix(lines[0], "::stop-commands::")
	_, after, ended := strings.Cut(r.stdout, "\n::"+guard+"::\n")
	if r.code != 1 || !is || len(guard) < 20 || !ended || !strings.HasPrefix(after, "::error title=status-moved::202 case helpdesk") {
		t.Errorf("exit %d\n%s", r.code, r.stdout)
	}
	if text := cassetteOf(t, dir, "summary.md"); !strings.HasPrefix(text, "before\n# Drift of") {
		t.Errorf("summary:\n%s", text)
	}
	var report struct {
		Changes []struct {
			Rule     string
			Evidence struct {
				New struct {
					Count    int
					Examples []string
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(cassetteOf(t, dir, "drift.json")), &report); err != nil || len(report.Changes) != 8 {
		t.Fatalf("%v: %d changes", err, len(report.Changes))
	}
	if e := report.Changes[0].Evidence.New; e.Count != 1 || len(e.Examples) != 1 || e.Examples[0] != "interaction 4 of 202.yaml (line 110)" {
		t.Errorf("evidence %+v", e)
	}
}

// TestDiffHidesSecretsOfForeignTraffic: what another program recorded is shown without its secrets.
func TestDiffHidesSecretsOfForeignTraffic(t *testing.T) {
	const secret = "s3cr3t-t0ken-of-a-tenant"
	dir := t.TempDir()
	har := func(body string) string {
		entry := `{"startedDateTime":"2026-01-01T00:00:00Z","time":1,"cache":{},"timings":{"send":0,"wait":1,"receive":0},
			"request":{"method":"POST","url":"http://h/accounts/1/unlock","httpVersion":"HTTP/1.1","cookies":[],"queryString":[],"headersSize":-1,"bodySize":-1,
				"headers":[{"name":"Authorization","value":"Bearer ` + secret + `"}]},
			"response":{"status":401,"statusText":"","httpVersion":"HTTP/1.1","cookies":[],"redirectURL":"","headersSize":-1,"bodySize":-1,
				"headers":[{"name":"Content-Type","value":"application/json"}],"content":{"size":1,"mimeType":"application/json","text":` + body + `}}}`
		return `{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"entries":[` + strings.Repeat(entry+",", 3) + entry + `]}}`
	}
	writeFile(t, dir, "old.har", har(`"{\"error\":\"Who are you?\"}"`))
	writeFile(t, dir, "new.har", har(`"{\"error\":[\"Bearer `+secret+`\"]}"`))
	r := conformance(t, dir, nil, "diff", "old.har", "new.har", "--report", "json=drift.json", "--fail-on", "any")
	if r.code != 1 || !strings.Contains(r.stdout, "member-retyped") || strings.Contains(r.stdout+r.stderr+cassetteOf(t, dir, "drift.json"), secret) {
		t.Errorf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	if r := conformance(t, dir, nil, "diff", "old.har", "old.har", "--accept", "good"); r.code != 0 {
		t.Fatalf("exit %d: %s", r.code, r.stderr)
	}
	source, err := session.OpenSource(filepath.Join(dir, "good"))
	if err != nil {
		t.Fatal(err)
	}
	if len(source.Manifest.Cassettes) != 1 || strings.Contains(cassetteOf(t, dir, "good/"+source.Manifest.Cassettes[0]), secret) {
		t.Errorf("accepted with its secrets, or not at all: %v", source.Manifest.Cassettes)
	}
}

// TestDiffExplains: each rule that a report names can be explained.
func TestDiffExplains(t *testing.T) {
	for id, says := range map[string]string{"status-moved": "breaking", "member-removed": "of oasdiff"} {
		if r := conformance(t, t.TempDir(), nil, "explain", id); r.code != 0 || !strings.HasPrefix(r.stdout, id+"  ") || !strings.Contains(r.stdout, says) {
			t.Errorf("%s: exit %d\n%s%s", id, r.code, r.stdout, r.stderr)
		}
	}
	if r := conformance(t, t.TempDir(), nil, "explain", "status-moves"); r.code != outcome.ExitUsage || !strings.Contains(r.stderr, "did you mean status-moved?") {
		t.Errorf("exit %d: %s", r.code, r.stderr)
	}
}
