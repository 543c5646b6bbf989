package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"conformance/internal/outcome"
)

// TestWrongCalls: one sentence says what was found and what was expected, in no library's words.
func TestWrongCalls(t *testing.T) {
	for _, row := range []struct {
		arguments []string
		want      string
	}{
		{[]string{"run", "extra"}, `found the argument "extra", expected none; "conformance run --help" lists the flags`},
		{[]string{"explain"}, "found no argument, expected one: the id of a requirement, or of a rule of diff"},
		{[]string{"config", "check", "a", "b"}, "found 2 arguments, expected one: the config file, such as conformance.yaml"},
		{[]string{"diff", "a"}, "found one argument, expected two: what was, and what is now"},
		{[]string{"merge"}, "found no argument, expected at least one: the report of a part"},
		{[]string{"help", "rum"}, `unknown command "rum"; did you mean "run"?`},
		{[]string{"help", "run", "x"}, `found the argument "x", expected none`},
		{[]string{"completion", "ksh"}, `unknown command "ksh"; did you mean "zsh"?`},
		{[]string{"completion", "bash", "x"}, `found the argument "x", expected none`},
		{[]string{"run", "-t", "x"}, `unknown shorthand flag: 't' in -t; "conformance run --help" lists the flags`},
		{[]string{"run", "--target"}, "--target: the value is missing; expected URL"},
		{[]string{"run", "--concurrency", "many"}, `--concurrency: found "many", expected a whole number`},
		{[]string{"run", "--timeout", "5"}, `--timeout: found "5", expected a duration such as 90s, 10m or 720h`},
		{[]string{"run", "--strict=maybe"}, `--strict: found "maybe", expected true or false`},
		{[]string{"run", "--sync", "sometimes"}, `--sync: "sometimes" is no sync policy; expected always, interval or none`},
		{[]string{"replay", "x", "--speed", "fast"}, `--speed: found "fast", expected a number`},
		{[]string{"run", "--target", ""}, "--target: the value is empty; expected URL (is a variable not set?)"},
		{[]string{"run", "--config", " "}, "--config: the value is empty; expected FILE (is a variable not set?)"},
		{[]string{"run", "--record", ""}, "--record: the value is empty; expected FOLDER (is a variable not set?)"},
		{[]string{"run", "--report", "json=a", "--report", ""}, "--report: the value is empty; expected KIND=FILE (is a variable not set?)"},
		{[]string{"reference", "--listen", ""}, "--listen: the value is empty; expected ADDRESS (is a variable not set?)"},
		{[]string{"selftest", "--concurrency", "0"}, "--concurrency 0: expected a number from 1"},
	} {
		r := conformance(t, t.TempDir(), nil, row.arguments...)
		if r.code != outcome.ExitUsage || r.stdout != "" || strings.Count(r.stderr, "\n") != 1 || !strings.HasPrefix(r.stderr, "conformance: "+row.want) {
			t.Errorf("%q: exit %d, want %s\n%s%s", row.arguments, r.code, row.want, r.stdout, r.stderr)
		}
	}
}

// TestWrongFiles: one sentence says which file or flag is wrong, and what to do.
func TestWrongFiles(t *testing.T) {
	dir := t.TempDir()
	session := checkout(t, "cassettes/reference")
	config := writeFile(t, dir, "c.yaml", "target:\n  url: http://127.0.0.1:1\n  tls: {caFile: nowhere.pem}\n")
	file := writeFile(t, dir, "file", "text\n")
	const target = "--target http://127.0.0.1:1 "
	for arguments, want := range map[string]string{
		"explain expired-token-accepted":                        `"expired-token-accepted"; it is a fault of the reference implementation, which 401-expired-token catches`,
		"convert " + session + " out.json":                      "out.json: nothing becomes a .json file; name an archive (.har), a cassette (.yaml) or a folder",
		"convert " + session + " none/out.har":                  "none/out.har: there is no folder none; make it first",
		"verify " + session + " " + session:                     session + " is given twice; its exchanges would count twice",
		"diff contract https://tenant.example/openapi.yaml":     "https://tenant.example/openapi.yaml is an address, from which nothing is fetched; download it, and name the file",
		"diff Contract " + session:                              "Contract cannot be read: no such file or directory; did you mean the word contract?",
		"run --record " + file:                                  file + ": a file is in the place of the session's folder; name a folder",
		"run --config " + config:                                config + ": line 3: target.tls.caFile: " + filepath.Join(dir, "nowhere.pem") + " cannot be read: no such file or directory",
		"record --out o --ca-file nowhere.pem " + target:        "--ca-file: nowhere.pem cannot be read: no such file or directory",
		"record --out o --ca-file file " + target:               "--ca-file: file holds no certificate in PEM form",
		"record --out o --timeout -1s " + target:                "--timeout -1s: expected a duration such as 1m; 0 sets no limit",
		"record --out o --secret-header X-Key:value1 " + target: "a secret header has a name that no header can have; expected one such as X-Tenant-Key, without a value",
		"replay " + session + " --speed NaN " + target:          "--speed NaN: expected how many times faster than recorded, such as 2",
		"mock " + session + " --credential nobody":              "expected one of expired, helpdesk, noProvisioning, orgAdmin, orgAdmin:",
	} {
		r := conformance(t, dir, nil, strings.Fields(arguments)...)
		if r.code != outcome.ExitUsage || r.stdout != "" || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, want) || strings.Contains(r.stderr, "value1") {
			t.Errorf("%s: exit %d, want %s\n%s%s", arguments, r.code, want, r.stdout, r.stderr)
		}
	}
}

// TestReportsSpareInputs: no report takes the place of a file that the call reads.
func TestReportsSpareInputs(t *testing.T) {
	dir := t.TempDir()
	if r := conformance(t, dir, nil, "convert", checkout(t, "cassettes/reference"), "traffic.har"); r.code != outcome.ExitConformant {
		t.Fatal(r.stderr)
	}
	if r := conformance(t, dir, nil, "run", "--shard", "1/2", "--report", "json=part.json"); r.code != outcome.ExitNoVerdict {
		t.Fatal(r.stderr)
	}
	writeFile(t, dir, "c.yaml", "target: {url: http://127.0.0.1:1}\n")
	writeFile(t, dir, "known.yaml", "401-expired-token: {reason: fixed in 2.4}\n")
	for file, calls := range map[string][]string{
		"c.yaml":      {"run --config c.yaml", "replay traffic.har --config c.yaml"},
		"known.yaml":  {"run --baseline known.yaml", "verify traffic.har --baseline known.yaml", "merge part.json --baseline known.yaml"},
		"traffic.har": {"verify traffic.har", "diff contract traffic.har", "diff traffic.har contract", "replay traffic.har --config c.yaml"},
		"part.json":   {"merge part.json"},
	} {
		before, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range calls {
			r := conformance(t, dir, nil, append(strings.Fields(call), "--report", "json=./"+file)...)
			want := "conformance: report json=./" + file + ": the report would take the place of what " + file + " holds; name another file\n"
			if r.code != outcome.ExitUsage || r.stdout != "" || r.stderr != want {
				t.Errorf("%s: exit %d\n%s%s", call, r.code, r.stdout, r.stderr)
			}
			if after, err := os.ReadFile(filepath.Join(dir, file)); err != nil || !bytes.Equal(before, after) {
				t.Fatalf("%s: %s is not what it was (%v)", call, file, err)
			}
		}
	}
}

// TestHelpOfEachCommand: help takes the words of every command.
func TestHelpOfEachCommand(t *testing.T) {
	for _, words := range []string{"", "run", "config check", "docs man", "completion", "help"} {
		r := conformance(t, t.TempDir(), nil, append([]string{"help"}, strings.Fields(words)...)...)
		if r.code != outcome.ExitConformant || !strings.Contains(r.stdout, "Usage:\n  conformance "+words) {
			t.Errorf("help %s: exit %d\n%s%s", words, r.code, r.stdout, r.stderr)
		}
	}
}

// TestNobodyReads: when the reader of both outputs has gone, the run, its reports and its recording
// come to their end all the same, and so does the exit code.
func TestNobodyReads(t *testing.T) {
	dir := t.TempDir()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer write.Close()
	if err := read.Close(); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), os.Args[0], "run", "-vv", "--record", "session", "--report", "json=report.json")
	command.Dir, command.Env = dir, []string{"CONFORMANCE_TEST_MAIN=1"}
	command.Stdout, command.Stderr = write, write
	if err := command.Run(); err != nil {
		t.Errorf("the run did not come to its end: %v", err)
	}
	if verdict := readReport(t, filepath.Join(dir, "report.json")).Verdict; verdict != "conformant" {
		t.Errorf("the report says %q", verdict)
	}
	if manifest, err := os.ReadFile(filepath.Join(dir, "session", "session.yaml")); err != nil || !bytes.Contains(manifest, []byte("target:")) {
		t.Errorf("the recording: %v\n%s", err, manifest)
	}
}
