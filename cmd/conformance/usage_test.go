package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conformance/internal/outcome"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
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

// walk visits each command.
func walk(command *cobra.Command, visit func(*cobra.Command)) {
	visit(command)
	for _, below := range command.Commands() {
		walk(below, visit)
	}
}

// nobody is a world in which nothing is written.
func nobody() world {
	return world{Output: io.Discard, Errors: io.Discard, Environ: func(string) (string, bool) { return "", false }}
}

// TestFlagsSayTheSame: a flag of several commands takes the same everywhere, each value has a name,
// and a flag that may be given again says so.
func TestFlagsSayTheSame(t *testing.T) {
	names := map[string]string{}
	walk(rootCommand(nobody()), func(command *cobra.Command) {
		command.LocalFlags().VisitAll(func(flag *pflag.Flag) {
			name, usage := pflag.UnquoteUsage(flag)
			if before, known := names[flag.Name]; known && before != name {
				t.Errorf("%s --%s takes %s, another command's %s", command.CommandPath(), flag.Name, name, before)
			}
			names[flag.Name] = name
			if flag.Hidden || flag.Value.Type() == "count" {
				return
			}
			if name != strings.ToUpper(name) {
				t.Errorf("%s --%s: the value is called %s", command.CommandPath(), flag.Name, name)
			}
			if _, several := flag.Value.(pflag.SliceValue); several != strings.Contains(usage, "may be given again") {
				t.Errorf("%s --%s: may be given again: %v, but: %s", command.CommandPath(), flag.Name, several, usage)
			}
		})
	})
	if names["config"] != "FILE" {
		t.Error("no flags were looked at")
	}
}

// TestExamplesAreCalls: each example in a help could be called.
func TestExamplesAreCalls(t *testing.T) {
	root := rootCommand(nobody())
	examples := 0
	walk(root, func(command *cobra.Command) {
		for line := range strings.SplitSeq(strings.ReplaceAll(command.Example, "\\\n", ""), "\n") {
			line, _, _ = strings.Cut(line, " >")
			words := strings.Fields(strings.TrimSuffix(strings.NewReplacer("'", "", " && ", "&&", "POST /", "POST_/").Replace(line), " &"))
			if len(words) == 0 {
				continue
			}
			examples++
			found, rest, err := rootCommand(nobody()).Find(words[1:])
			if err != nil || words[0] != "conformance" {
				t.Errorf("%s: %v", line, err)
				continue
			}
			if err := found.ParseFlags(rest); err != nil {
				t.Errorf("%s: %v", line, err)
			}
			if err := found.ValidateArgs(found.Flags().Args()); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		}
	})
	if examples < 30 {
		t.Errorf("found only %d examples", examples)
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
	for name, all := range map[string][]string{
		"run":    {".TH", "--replay", "EXAMPLE"},
		"mock":   {`"Bearer <orgAdmin>"`, "\nGET  /__conformance/health      how many", "\nPOST /__conformance/reset "},
		"record": {"a label such as <credential-1>, or", "such as /accounts/*/unlock;"},
		"diff":   {"\nrecorded traffic   the folder of", "\ncontract           the word"},
	} {
		page, err := os.ReadFile(filepath.Join(dir, "man1", "conformance-"+name+".1"))
		if err != nil {
			t.Fatal(err)
		}
		for _, expected := range all {
			if !strings.Contains(strings.ReplaceAll(string(page), `\-`, "-"), expected) {
				t.Errorf("the page of %s does not hold %q\n%s", name, expected, page)
			}
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
