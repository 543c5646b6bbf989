package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"conformance/internal/outcome"
)

func TestRunOfTheReferenceIsConformant(t *testing.T) {
	dir := t.TempDir()
	r := conformance(t, dir, nil, "run", "--report", "json=report.json")
	if r.code != outcome.ExitConformant || r.stderr != "" {
		t.Fatalf("exit %d, standard error %q\n%s", r.code, r.stderr, r.stdout)
	}
	report := readReport(t, filepath.Join(dir, "report.json"))
	if report.Verdict != "conformant" || report.ExitCode != 0 || report.Mode != "live" || report.SchemaVersion != 1 {
		t.Errorf("verdict %q, exit code %d, mode %q, schema version %d", report.Verdict, report.ExitCode, report.Mode, report.SchemaVersion)
	}
	for _, path := range outcome.Statuses {
		if !report.Statuses[path].Exercised {
			t.Errorf("status path %s was not exercised", path)
		}
	}
	if n := report.Summary["pass"]; n != len(report.Results) || n < 1000 {
		t.Errorf("%d passes among %d results; expected all of more than 1000", n, len(report.Results))
	}
	if strings.Contains(r.stdout, "\x1b") {
		t.Error("an escape code went into a pipe")
	}
}

// A replay needs no target and gives the same results, for a right and for a wrong one.
func TestReplayGivesTheSameResults(t *testing.T) {
	for _, fault := range []string{"", faultForReplay} {
		t.Run("fault "+fault, func(t *testing.T) {
			dir := t.TempDir()
			recorded := conformance(t, dir, nil, "run", "--fault", fault, "--record", "session", "--report", "json=recorded.json")
			replayed := conformance(t, dir, nil, "run", "--replay", "session", "--report", "json=replayed.json")
			if recorded.code != replayed.code || (fault != "") != (recorded.code == outcome.ExitNonconformant) {
				t.Fatalf("recording exits %d, replaying %d\n%s%s", recorded.code, replayed.code, recorded.stderr, replayed.stderr)
			}
			one, other := readReport(t, filepath.Join(dir, "recorded.json")), readReport(t, filepath.Join(dir, "replayed.json"))
			if len(one.Results) == 0 || len(one.Results) != len(other.Results) {
				t.Fatalf("%d results recorded, %d replayed", len(one.Results), len(other.Results))
			}
			for i := range one.Results {
				if one.Results[i] != other.Results[i] {
					t.Errorf("result %d: recorded %+v, replayed %+v", i, one.Results[i], other.Results[i])
				}
			}
			if one.Mode != "record" || other.Mode != "replay" || one.Target != other.Target {
				t.Errorf("modes %s and %s, targets %s and %s", one.Mode, other.Mode, one.Target, other.Target)
			}
		})
	}
}

// A replay asks the network nothing: not even with the target's address at hand.
func TestReplayAsksNobody(t *testing.T) {
	var asked atomic.Int64
	implementation := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusTeapot)
	}))
	dir := t.TempDir()
	if r := conformance(t, dir, nil, "run", "--target", implementation.URL, "--record", "session"); r.code != outcome.ExitNonconformant {
		t.Fatalf("a teapot's recording exits %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	before := asked.Load()
	implementation.Close()
	if r := conformance(t, dir, nil, "run", "--replay", "session"); r.code != outcome.ExitNonconformant || asked.Load() != before {
		t.Errorf("the replay exits %d and asked %d times\n%s", r.code, asked.Load()-before, r.stderr)
	}
}

// None of these may exit 0, and each says what is wrong in one sentence.
func TestCallsThatGiveNoVerdict(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	unreachable := "http://" + closed.Addr().String()
	closed.Close()
	shipped, err := filepath.Abs("../../cassettes/reference")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name      string
		arguments string
		config    string
		code      int
		says      string
	}{
		{"missing config", "run --config nowhere.yaml", "", 2, "nowhere.yaml"},
		{"unknown key", "run --config c.yaml", "target: {url: http://127.0.0.1:1, timout: 1s}", 2, "timout"},
		{"broken YAML", "run --config c.yaml", "target: {url: [", 2, "c.yaml"},
		{"empty config", "run --config c.yaml", "", 2, "c.yaml"},
		{"config without a target", "run --config c.yaml", "accounts: {missing: m}", 2, "target.url"},
		{"variable that is not set", "run --config c.yaml", "target: {url: \"http://${NOT_SET_ANYWHERE}\"}", 2, "NOT_SET_ANYWHERE"},
		{"token variable that is not set", "run --config c.yaml", "target: {url: " + unreachable + "}\ncredentials: {orgAdmin: {tokenEnv: NOT_SET_ANYWHERE}}", 2, "NOT_SET_ANYWHERE"},
		{"unknown flag", "run --targit x", "", 2, "targit"},
		{"unknown command", "rum", "", 2, "rum"},
		{"surplus argument", "run now", "", 2, "now"},
		{"filter that matches nothing", "run --filter 402", "", 2, "402"},
		{"mistyped filter", "run --filter 401-expired-tokn", "", 2, `did you mean "401-expired-token"?`},
		{"broken filter", "run --filter ((", "", 2, "(("},
		{"list of nothing", "run --list --filter 402", "", 2, "402"},
		{"unreachable target", "run --target " + unreachable, "", 3, "nothing listens"},
		{"the operation's own URL", "run --target http://127.0.0.1:1/v3/accounts/7/unlock", "", 2, "--target: the URL is that of one account's operation"},
		{"missing session", "run --replay nowhere", "", 2, "nowhere"},
		{"session that is none", "run --replay .", "", 2, "session.yaml"},
		{"bad URL", "run --target tenant.example", "", 2, "--target"},
		{"URL of another scheme", "run --target ftp://tenant.example", "", 2, "http"},
		{"unknown report", "run --report xml=x.xml", "", 2, "xml"},
		{"report without a file", "run --report json", "", 2, "json"},
		{"report into nowhere", "run --report json=no/such/folder/r.json", "", 2, "no/such/folder"},
		{"missing baseline", "run --baseline nowhere.yaml", "", 2, "nowhere.yaml"},
		{"unknown requirement in the baseline", "run --baseline c.yaml", "401-no-such: {reason: r}", 2, "401-no-such"},
		{"record and replay", "run --record a --replay b", "", 2, "--record"},
		{"max age of nothing", "run --max-age 1h", "", 2, "--max-age"},
		{"a session that is too old", "run --max-age 1ns --replay " + shipped, "", 2, "was recorded on 2026-"},
		{"unknown sync policy", "run --record d --sync sometimes", "", 2, "sometimes"},
		{"no concurrency", "run --concurrency 0", "", 2, "--concurrency"},
		{"unknown fault", "run --fault no-such-fault", "", 2, "no-such-fault"},
		{"one path of seven", "run --filter 401", "", 3, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			writeFile(t, dir, "c.yaml", test.config)
			r := conformance(t, dir, nil, strings.Fields(test.arguments)...)
			if r.code != test.code {
				t.Errorf("exit %d, expected %d\n%s%s", r.code, test.code, r.stdout, r.stderr)
			}
			if !strings.Contains(r.stderr, test.says) {
				t.Errorf("standard error does not name %q: %s", test.says, r.stderr)
			}
			for _, noise := range []string{"goroutine ", "panic", ".go:", "Usage:", "Ginkgo", "unmarshal"} {
				if strings.Contains(r.stderr, noise) {
					t.Errorf("standard error holds %q: %s", noise, r.stderr)
				}
			}
			if test.says != "" && strings.Count(r.stderr, "\n") != 1 {
				t.Errorf("expected one sentence on one line:\n%s", r.stderr)
			}
		})
	}
}

// Without credentials only what needs none is tested, and that is no verdict.
func TestRunWithoutCredentials(t *testing.T) {
	url, stop := serveReference(t)
	defer stop()
	dir := t.TempDir()
	r := conformance(t, dir, nil, "run", "--target", url, "--report", "json=report.json")
	if r.code != outcome.ExitNoVerdict {
		t.Fatalf("exit %d, expected %d\n%s%s", r.code, outcome.ExitNoVerdict, r.stdout, r.stderr)
	}
	report := readReport(t, filepath.Join(dir, "report.json"))
	if report.Verdict != "incomplete" || !report.Statuses["401"].Exercised || report.Statuses["202"].Exercised {
		t.Errorf("verdict %s, statuses %+v", report.Verdict, report.Statuses)
	}
	for _, expected := range []string{"credentials.orgAdmin", "accounts.unlockable", "provoke.internalFault", "conformance init > conformance.yaml"} {
		if !strings.Contains(r.stdout, expected) {
			t.Errorf("the report does not say %q:\n%s", expected, r.stdout)
		}
	}
}

// The reference prints a config with which it is itself conformant, over a real connection and
// in real time.
func TestReferenceWithItsOwnConfig(t *testing.T) {
	dir := t.TempDir()
	reference := startReference(t)
	defer reference.stop()
	writeFile(t, dir, "conformance.yaml", reference.config)
	r := conformance(t, dir, nil, "run", "--config", "conformance.yaml", "--record", "session", "--report", "junit=report.xml")
	if r.code != outcome.ExitConformant {
		t.Fatalf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	r = conformance(t, dir, nil, "run", "--replay", "session")
	if r.code != outcome.ExitConformant {
		t.Errorf("the replay exits %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	assertNoSecrets(t, dir, reference.tokens, r.stdout)
}

// assertNoSecrets searches every file below dir but the config, and some text, for tokens and
// for their parts.
func assertNoSecrets(t *testing.T, dir string, tokens []string, text string) {
	t.Helper()
	if len(tokens) == 0 {
		t.Fatal("there are no tokens to search for")
	}
	search := func(where, text string) {
		for _, token := range tokens {
			for _, part := range append(strings.Split(token, ".")[1:], token) {
				if len(part) > 8 && strings.Contains(text, part) {
					t.Errorf("%s holds a token", where)
				}
			}
		}
	}
	search("the output", text)
	err := filepath.Walk(dir, func(file string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() || filepath.Base(file) == "conformance.yaml" {
			return err
		}
		content, err := os.ReadFile(file)
		search(file, string(content))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
