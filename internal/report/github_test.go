package report

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/outcome"
)

// environment looks names up in a table.
func environment(values map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, set := values[name]
		return value, set
	}
}

func TestOnGitHub(t *testing.T) {
	const summary = "/tmp/summary.md"
	step := map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": summary}
	tests := []struct {
		name        string
		environment map[string]string
		asked, want []Destination
	}{
		{"elsewhere", nil, []Destination{{JSON, "a"}}, []Destination{{JSON, "a"}}},
		{"elsewhere, asked for", nil, []Destination{{GitHub, ""}}, []Destination{{GitHub, ""}}},
		{"not asked for", step, []Destination{{JSON, "a"}}, []Destination{{JSON, "a"}, {GitHub, summary}}},
		{"asked for", step, []Destination{{GitHub, ""}}, []Destination{{GitHub, summary}}},
		{"asked for with a file", step, []Destination{{GitHub, "b.md"}}, []Destination{{GitHub, "b.md"}}},
		{"without a summary", map[string]string{"GITHUB_ACTIONS": "true"}, nil, []Destination{{GitHub, ""}}},
		{"turned off", map[string]string{"GITHUB_ACTIONS": "false", "GITHUB_STEP_SUMMARY": summary}, nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, OnGitHub(test.asked, environment(test.environment))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestAnnotation(t *testing.T) {
	got := annotation("error", "401: a, 100%\n", "100% of\r\n", "a: b, c", "::error::x")
	want := "::error title=401%3A a%2C 100%25\\n::100%25 of\\r\\n%0Aa: b, c%0A::error::x\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// command is a workflow command as GitHub's runner reads a line.
var command = regexp.MustCompile(`^::(error|warning|notice) title=([^:,\r\n]*)::([^\r\n]*)$`)

func TestAnnotations(t *testing.T) {
	for name, test := range map[string]struct {
		run  *outcome.Run
		want map[string]int
	}{
		"conformant":    {conformantRun(t), map[string]int{"notice": 1}},
		"nonconformant": {nonconformantRun(t), map[string]int{"error": 3, "warning": 1}},
		"incomplete":    {incompleteRun(t), map[string]int{"error": 1}},
		"interrupted":   {interruptedRun(t), map[string]int{"error": 1}},
		"hostile":       {hostileRun(t), map[string]int{"error": 2}},
		"many":          {manyCauses(t, 30), map[string]int{"error": 10}},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := Annotate(&out, test.run, []Destination{{GitHub, ""}}); err != nil {
				t.Fatal(err)
			}
			got := map[string]int{}
			for line := range strings.Lines(out.String()) {
				parts := command.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
				if parts == nil {
					t.Fatalf("no workflow command: %q", line)
				}
				got[parts[1]]++
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s\n%s", diff, out.String())
			}
		})
	}
}

func TestAnnotationsSayWhat(t *testing.T) {
	var out bytes.Buffer
	if err := Annotate(&out, nonconformantRun(t), []Destination{{GitHub, ""}}); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		"::error title=conformance%3A nonconformant::12 of 28 checks failed on 2 requirements",
		"%0Athe baseline excuses 404-allow-header",
		"::error title=401-expired-token (MUST) in 11 cases::a token that has expired is refused%0Acase expired-token: the answer is 202",
		"%0Areceived: 202 Accepted%0Amore: conformance explain 401-expired-token\n",
		"::warning title=401-www-authenticate (SHOULD) in 1 case::",
	} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("there is no %q in\n%s", part, out.String())
		}
	}
	out.Reset()
	if err := Annotate(&out, manyCauses(t, 30), []Destination{{GitHub, ""}}); err != nil || !strings.Contains(out.String(), "::error title=22 more::") {
		t.Errorf("of 31 errors 9 are shown, and of the others is said: %v\n%s", err, out.String())
	}
	out.Reset()
	if err := Annotate(&out, nonconformantRun(t), []Destination{{JSON, "a"}}); err != nil || out.Len() > 0 {
		t.Errorf("annotations that nobody asked for: %v, %s", err, out.String())
	}
}

// TestSummaryIsAppended: a step's summary holds what other commands of the step wrote.
func TestSummaryIsAppended(t *testing.T) {
	file := filepath.Join(t.TempDir(), "summary.md")
	destinations := []Destination{{GitHub, file}, {GitHub, ""}}
	run := nonconformantRun(t)
	for range 2 {
		if err := Run.WriteFiles(run, destinations); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := markdown(run, summaryBytes)
	if diff := cmp.Diff(want+want, string(got)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if len(markdown(manyCauses(t, 500), summaryBytes)) > 1<<20 {
		t.Error("the summary is longer than GitHub takes")
	}
}
