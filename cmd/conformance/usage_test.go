package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conformance/internal/outcome"
)

// TestTyposSuggest: one sentence on one line tells what was probably meant.
func TestTyposSuggest(t *testing.T) {
	for arguments, want := range map[string]string{
		"rum":                       `did you mean "run"?`,
		"frobnicate":                "expected one of ",
		"run --targit x":            "did you mean --target?",
		"run --frobnicate":          `"conformance run --help" lists the flags`,
		"explain 401-expierd-token": "did you mean 401-expired-token?",
		"reference --fault expired-token-acepted": `did you mean "expired-token-accepted"?`,
		"config chek":                `"check"`,
		"run --report jsn=x":         "json",
		"run --report json=x surpls": "surpls",
	} {
		r := conformance(t, t.TempDir(), nil, strings.Fields(arguments)...)
		if r.code != outcome.ExitUsage || r.stdout != "" || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, want) {
			t.Errorf("%s: exit %d, want %s\n%s%s", arguments, r.code, want, r.stdout, r.stderr)
		}
	}
}

// TestHelpHasAnExample: each command that does something shows how.
func TestHelpHasAnExample(t *testing.T) {
	for _, command := range []string{"run", "selftest", "reference", "mock", "record", "explain", "init", "config check", "config schema", "docs man"} {
		r := conformance(t, t.TempDir(), nil, append(strings.Fields(command), "--help")...)
		if r.code != outcome.ExitConformant || !strings.Contains(r.stdout, "\nExamples:\n  conformance "+command) {
			t.Errorf("%s --help: exit %d\n%s%s", command, r.code, r.stdout, r.stderr)
		}
	}
}

func TestVersionNamesGo(t *testing.T) {
	r := conformance(t, t.TempDir(), nil, "--version")
	if r.code != outcome.ExitConformant || !strings.HasPrefix(r.stdout, "conformance ") || !strings.Contains(r.stdout, "go1.") || strings.Count(r.stdout, "\n") != 1 {
		t.Errorf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
}

// TestCompletion asks as a shell does.
func TestCompletion(t *testing.T) {
	for arguments, want := range map[string]string{
		"explain 401-ex":           "401-expired-token",
		"run --filter 403-prov":    "403-provisioning-scope",
		"run --report ju":          "junit=",
		"reference --fault expire": faultForReplay,
	} {
		r := conformance(t, t.TempDir(), nil, append([]string{"__complete"}, strings.Fields(arguments)...)...)
		if !strings.Contains("\n"+r.stdout, "\n"+want) {
			t.Errorf("%s: %s", arguments, r.stdout)
		}
	}
	if r := conformance(t, t.TempDir(), nil, "completion", "bash"); r.code != outcome.ExitConformant || !strings.Contains(r.stdout, "bash completion") {
		t.Errorf("completion bash: exit %d, %s", r.code, r.stderr)
	}
}

func TestManualPages(t *testing.T) {
	dir := t.TempDir()
	if r := conformance(t, dir, nil, "docs", "man", "man1"); r.code != outcome.ExitConformant {
		t.Fatalf("exit %d\n%s", r.code, r.stderr)
	}
	page, err := os.ReadFile(filepath.Join(dir, "man1", "conformance-run.1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, expected := range []string{".TH", "--replay", "EXAMPLE"} {
		if !strings.Contains(strings.ReplaceAll(string(page), `\-`, "-"), expected) {
			t.Errorf("the page of run does not hold %s", expected)
		}
	}
}

func TestConfigCheck(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "c.yaml", "target: {url: http://127.0.0.1:1}\ncredentials: {orgAdmin: {tokenEnv: A_TOKEN}}\nwaive: {\"500\": none here}\n")
	r := conformance(t, dir, nil, "config", "check", "c.yaml")
	if r.code != outcome.ExitUsage || !strings.Contains(r.stderr, "c.yaml: line 2: credentials.orgAdmin.tokenEnv") {
		t.Errorf("without its variable: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	r = conformance(t, dir, []string{"A_TOKEN=abcdefgh"}, "config", "check", "c.yaml")
	for _, expected := range []string{"c.yaml is right", "202  0 of", "accounts.unlockable", "credentials.unprivileged", "waived: none here"} {
		if r.code != outcome.ExitConformant || !strings.Contains(r.stdout, expected) {
			t.Errorf("exit %d, want %s\n%s%s", r.code, expected, r.stdout, r.stderr)
		}
	}
	r = conformance(t, dir, nil, "config", "schema")
	var schema map[string]any
	if err := json.Unmarshal([]byte(r.stdout), &schema); r.code != outcome.ExitConformant || err != nil || schema["title"] != "conformance.yaml" {
		t.Errorf("schema: exit %d, %v", r.code, err)
	}
}
