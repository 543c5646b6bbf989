package main

import (
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	batch "k8s.io/api/batch/v1"
	"sigs.k8s.io/yaml"

	"conformance/internal/shard"
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestReadmeCommandsExist: every command in the README is one, with flags that it has.
func TestReadmeCommandsExist(t *testing.T) {
	commands := regexp.MustCompile(`(?m)^ *(?:\$ |./|- run: )?conformance ([a-z].*)$`).FindAllStringSubmatch(readme(t), -1)
	if len(commands) < 12 {
		t.Fatalf("found only %d commands", len(commands))
	}
	root := rootCommand(world{Output: io.Discard, Errors: io.Discard, Environ: func(string) (string, bool) { return "", false }})
	for _, found := range commands {
		line, _, _ := strings.Cut(found[1], " #")
		line = regexp.MustCompile(` *(>|\||;|&|\|\|).*$`).ReplaceAllString(line, "")
		if strings.HasPrefix(line, "of ") {
			continue // what a run prints
		}
		words := strings.Fields(strings.NewReplacer("'", "", `"`, "").Replace(line))
		command, rest, err := root.Find(words)
		if err != nil || command == root {
			t.Errorf("%s: there is no such command (%v)", found[0], err)
			continue
		}
		if err := command.ParseFlags(rest); err != nil {
			t.Errorf("%s: %v", found[0], err)
		}
	}
}

// TestReadmeManifest: the Kubernetes manifest in the README is one, by the published types, and
// asks for as many parts as it has completions.
func TestReadmeManifest(t *testing.T) {
	_, manifest, found := strings.Cut(readme(t), "```yaml\napiVersion: batch/v1\n")
	manifest, _, ended := strings.Cut("apiVersion: batch/v1\n"+manifest, "```")
	if !found || !ended {
		t.Fatal("the README holds no manifest")
	}
	var job batch.Job
	if err := yaml.UnmarshalStrict([]byte(manifest), &job); err != nil {
		t.Fatal(err)
	}
	if job.Kind != "Job" || job.Spec.CompletionMode == nil || *job.Spec.CompletionMode != batch.IndexedCompletion || job.Spec.Completions == nil {
		t.Fatalf("not an indexed job: %+v", job.Spec)
	}
	containers := job.Spec.Template.Spec.Containers
	if len(containers) != 1 || len(containers[0].VolumeMounts) == 0 || job.Spec.Template.Spec.RestartPolicy != "Never" {
		t.Fatalf("pods: %+v", job.Spec.Template.Spec)
	}
	arguments := strings.Join(containers[0].Args, " ")
	_, part, _ := strings.Cut(arguments, "--shard ")
	part, _, _ = strings.Cut(part, " ")
	for index := range *job.Spec.Completions {
		environ := func(name string) (string, bool) {
			return string(rune('0' + index)), name == "JOB_COMPLETION_INDEX"
		}
		got, err := shard.Parse(part, environ)
		if want := (shard.Part{Number: int(index) + 1, Of: int(*job.Spec.Completions)}); err != nil || got != want {
			t.Errorf("pod %d: part %v, %v; want %v", index, got, err, want)
		}
	}
}
