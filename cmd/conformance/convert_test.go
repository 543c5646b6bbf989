package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/outcome"
)

// Each form of a recording replays to the same results, for a right server and for a wrong one.
func TestConvertedSessionsReplayTheSame(t *testing.T) {
	for _, fault := range []string{"", faultForReplay} {
		t.Run("fault "+fault, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			recorded := conformance(t, dir, nil, "run", "--fault", fault, "--record", "session", "--report", "json=recorded.json")
			want := readReport(t, filepath.Join(dir, "recorded.json")).Results
			if len(want) == 0 {
				t.Fatal("nothing was recorded")
			}
			verified := conformance(t, dir, nil, "verify", "session", "--report", "json=session.verify.json")
			from := "session"
			for _, to := range []string{"a.har", "again", "c.yaml", "last"} {
				if r := conformance(t, dir, nil, "convert", from, to); r.code != 0 || !strings.Contains(r.stdout, "0 of them cleaned") {
					t.Fatalf("convert %s %s: exit %d\n%s%s", from, to, r.code, r.stdout, r.stderr)
				}
				replayed := conformance(t, dir, nil, "run", "--replay", to, "--report", "json=replayed.json")
				if replayed.code != recorded.code {
					t.Errorf("%s: the run exits %d, its replay %d\n%s", to, recorded.code, replayed.code, replayed.stderr)
				}
				if diff := cmp.Diff(want, readReport(t, filepath.Join(dir, "replayed.json")).Results); diff != "" {
					t.Errorf("%s: -recorded +replayed\n%.3000s", to, diff)
				}
				if r := conformance(t, dir, nil, "verify", to); r.code != verified.code || counts(r.stdout) != counts(verified.stdout) {
					t.Errorf("%s: verify exits %d, of the recording %d\n%s", to, r.code, verified.code, r.stdout)
				}
				from = to
			}
			if diff := cmp.Diff(readSession(t, os.DirFS(filepath.Join(dir, "session"))), readSession(t, os.DirFS(filepath.Join(dir, "last")))); diff != "" {
				t.Errorf("-recorded +converted\n%.3000s", diff)
			}
		})
	}
}

// counts is what verify found, without places and times.
func counts(report string) string {
	var kept []string
	for line := range strings.Lines(report) {
		if strings.HasPrefix(line, "FAIL") || strings.Contains(line, "broken by") || strings.Contains(line, "interactions:") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

func TestConvertExitCodes(t *testing.T) {
	shipped := checkout(t, "cassettes/reference")
	for _, test := range []struct {
		name      string
		arguments []string
		code      int
		says      string
	}{
		{"to an archive", []string{shipped, "out.har"}, 0, "out.har: 253 interactions"},
		{"an import", []string{checkout(t, "internal/session/testdata/go-vcr-v1.yaml"), "out"}, 0, "out: "},
		{"one argument", []string{shipped}, 2, "expected two"},
		{"no such input", []string{"nowhere", "out"}, 2, "nowhere"},
		{"no traffic", []string{"c.yaml", "out"}, 2, "c.yaml"},
		{"onto something", []string{shipped, "c.yaml"}, 2, "nothing is overwritten"},
		{"onto a folder", []string{shipped, "."}, 2, "nothing is overwritten"},
		{"into nowhere", []string{shipped, "no/such/out.har"}, 2, "no/such"},
		{"a key that is in no place for secrets", []string{"secret.yaml", "out.yaml"}, 2, "--keep-suspects"},
		{"an empty name", []string{shipped, "out", "--secret-header", " "}, 2, "header"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			writeFile(t, dir, "c.yaml", "hello: world")
			writeFile(t, dir, "secret.yaml", foreignCassette("AK"+"IAIOSFODNN7CANARYA"))
			r := conformance(t, dir, nil, append([]string{"convert"}, test.arguments...)...)
			if r.code != test.code || !strings.Contains(r.stdout+r.stderr, test.says) {
				t.Errorf("exit %d, expected %d and %q\n%s%s", r.code, test.code, test.says, r.stdout, r.stderr)
			}
			if test.code == outcome.ExitUsage && strings.Count(r.stderr, "\n") != 1 {
				t.Errorf("expected one sentence on one line:\n%s", r.stderr)
			}
			if _, err := os.Stat(filepath.Join(dir, "out")); test.code != 0 && err == nil {
				t.Error("something was written")
			}
		})
	}
}

// foreignCassette is what another program has recorded, with a text in its answer.
func foreignCassette(text string) string {
	return fmt.Sprintf(`---
version: 2
interactions:
- id: 0
  request:
    method: POST
    url: https://tenant.example/v3/accounts/a/unlock?access_token=%s
    headers:
      Authorization: ["Bearer %s"]
      Cookie: ["session=%s"]
    body: '{"password": "%s"}'
  response:
    code: 404
    headers: {Content-Type: [application/json], Set-Cookie: ["id=%s; Path=/"]}
    body: '{"detailCode": 5, "error": "%s"}'
    duration: 1ms
`, canaries["a token in the config"], canaries["a token in the config"], canaries["a cookie"], canaries["a client secret"], canaries["a cookie"], text)
}

// No secret of other people's traffic comes into any output or file.
func TestForeignSecretsStayWhereTheyAre(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "theirs.yaml", foreignCassette(canaries["a token in the config"]))
	texts := map[string]string{}
	for _, arguments := range []string{
		"verify theirs.yaml --report json=r.json --report junit=r.xml", "convert theirs.yaml ours.har",
		"convert theirs.yaml ours", "convert theirs.yaml ours.yaml", "convert theirs.yaml theirs.yaml", "verify ours.har", "verify ours ours.yaml",
	} {
		r := conformance(t, dir, nil, strings.Fields(arguments)...)
		texts["what "+arguments+" says"] = r.stdout + r.stderr
	}
	for _, pattern := range []string{"r.*", "ours.*", filepath.Join("ours", "*")} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(files) < 2 {
			t.Fatalf("%s: %v, %v", pattern, files, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			texts[file] = string(text)
		}
	}
	for where, text := range texts {
		for what, canary := range canaries {
			if strings.Contains(text, canary) {
				t.Errorf("%s holds %s", where, what)
			}
		}
	}
}
