package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// action is the part of action.yml that a runner executes.
type action struct {
	Inputs map[string]struct {
		Default string `yaml:"default"`
	} `yaml:"inputs"`
	Outputs map[string]struct {
		Value string `yaml:"value"`
	} `yaml:"outputs"`
	Runs struct {
		Using string       `yaml:"using"`
		Steps []actionStep `yaml:"steps"`
	} `yaml:"runs"`
}

// actionStep is a step that runs in a shell.
type actionStep struct {
	ID        string            `yaml:"id"`
	Name      string            `yaml:"name"`
	Shell     string            `yaml:"shell"`
	Directory string            `yaml:"working-directory"`
	Env       map[string]string `yaml:"env"`
	Run       string            `yaml:"run"`
}

// actionRunner executes steps as GitHub's runner does: with bash, stopping at the first error.
type actionRunner struct {
	t *testing.T
	// workspace is where steps start, temp what runner.temp stands for.
	workspace, temp string
	action          action
}

func newActionRunner(t *testing.T) *actionRunner {
	t.Helper()
	text, err := os.ReadFile("../../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	r := &actionRunner{t: t, workspace: t.TempDir(), temp: t.TempDir()}
	if err := yaml.Unmarshal(text, &r.action); err != nil {
		t.Fatal(err)
	}
	if r.action.Runs.Using != "composite" || len(r.action.Runs.Steps) != 2 {
		t.Fatalf("not the action that this test knows: %+v", r.action.Runs)
	}
	return r
}

var expression = regexp.MustCompile(`\$\{\{ *([a-z_.-]+) *\}\}`)

// resolve puts in what an expression stands for. One that it does not know fails the test.
func (r *actionRunner) resolve(text string, inputs map[string]string) string {
	return expression.ReplaceAllStringFunc(text, func(found string) string {
		name := expression.FindStringSubmatch(found)[1]
		switch input, is := strings.CutPrefix(name, "inputs."); {
		case is:
			declared, known := r.action.Inputs[input]
			if !known {
				r.t.Errorf("there is no input %s", input)
			}
			if value, given := inputs[input]; given {
				return value
			}
			return declared.Default
		case name == "github.action_path":
			return absolute(r.t, "../..")
		case name == "runner.temp":
			return r.temp
		}
		r.t.Errorf("what is %s?", found)
		return ""
	})
}

// step executes one step and returns its exit code, what it printed, and its outputs.
func (r *actionRunner) step(step actionStep, inputs map[string]string) (code int, printed, outputs string) {
	r.t.Helper()
	if step.Shell != "bash" || strings.Contains(step.Run, "${{") {
		r.t.Errorf("%s: a script that inputs are pasted into runs what they say", step.Name)
	}
	script := writeFile(r.t, r.temp, "step.sh", step.Run)
	file := writeFile(r.t, r.temp, "output", "")
	command := exec.CommandContext(r.t.Context(), "bash", "--noprofile", "--norc", "-eo", "pipefail", script)
	command.Dir = r.workspace
	if step.Directory != "" {
		command.Dir = r.resolve(step.Directory, inputs)
	}
	command.Env = append(os.Environ(), "GITHUB_ACTIONS=true", "GITHUB_OUTPUT="+file, "GITHUB_STEP_SUMMARY="+filepath.Join(r.temp, "summary.md"))
	for name, value := range step.Env {
		command.Env = append(command.Env, name+"="+r.resolve(value, inputs))
	}
	output, err := command.CombinedOutput()
	var exited *exec.ExitError
	if err != nil && !errors.As(err, &exited) {
		r.t.Fatal(err)
	}
	return command.ProcessState.ExitCode(), string(output), cassetteOf(r.t, r.temp, "output")
}

// TestActionSteps executes the steps of the GitHub Action: they build the program and call it.
func TestActionSteps(t *testing.T) {
	r := newActionRunner(t)
	build, conformance := r.action.Runs.Steps[0], r.action.Runs.Steps[1]
	if code, printed, _ := r.step(build, nil); code != 0 {
		t.Fatalf("build: exit %d\n%s", code, printed)
	}
	good := absolute(t, shippedSession)
	for _, row := range []struct {
		name   string
		inputs map[string]string
		code   int
		says   string
	}{
		{"the defaults", nil, 0, "conformant"},
		{"a recording", map[string]string{"record": "new session", "strict": "true"}, 0, "conformant"},
		{"a replay", map[string]string{"replay": "new session", "reports": "json=run.json\njunit=run.xml\n"}, 0, "conformant"},
		{"a drift", map[string]string{"command": "diff", "old": good, "new": "new session", "fail-on": "any", "accept": "last good"}, 0, "nothing changed"},
		{"no drift", map[string]string{"command": "diff", "old": "last good", "new": "contract", "reports": "sarif=drift.sarif"}, 0, "nothing changed"},
		{"no new side", map[string]string{"command": "diff", "old": good}, 2, "cannot be read"},
		{"a wrong call", map[string]string{"command": "diff", "old": good, "new": good, "fail-on": "$(touch harm)"}, 2, "unknown grade"},
		{"an unknown command", map[string]string{"command": "drift; touch harm"}, 2, "neither run nor diff"},
		{"a side like a flag", map[string]string{"command": "diff", "old": "--help", "new": good}, 2, "--help cannot be read"},
		{"an unreachable target", map[string]string{"target": "http://127.0.0.1:1"}, 3, "no verdict"},
	} {
		code, printed, outputs := r.step(conformance, row.inputs)
		if code != row.code || !strings.Contains(printed, row.says) {
			t.Errorf("%s: exit %d, want %d and %q\n%s", row.name, code, row.code, row.says, printed)
		}
		if called := row.name != "an unknown command"; called && outputs != fmt.Sprintf("exit-code=%d\n", row.code) {
			t.Errorf("%s: outputs %q", row.name, outputs)
		}
	}
	for _, file := range []string{"run.json", "run.xml", "drift.sarif", "last good/session.yaml"} {
		if _, err := os.Stat(filepath.Join(r.workspace, file)); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(r.workspace, "harm")); err == nil {
		t.Error("an input was executed")
	}
	if got := r.action.Outputs["exit-code"].Value; got != "${{ steps."+conformance.ID+".outputs.exit-code }}" {
		t.Errorf("the output is %s", got)
	}
}
