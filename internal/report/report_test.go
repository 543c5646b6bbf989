package report

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/fixtures"
	"conformance/internal/outcome"
)

func TestParseDestinations(t *testing.T) {
	tests := []struct {
		name   string
		values []string
		want   []Destination
		err    string
	}{
		{"two", []string{"json=a.json", "junit=dir/b=c.xml"}, []Destination{{JSON, "a.json"}, {JUnit, "dir/b=c.xml"}}, ""},
		{"none", nil, nil, ""},
		{"no file", []string{"json"}, nil, `report "json" names no file: write json=FILE`},
		{"empty file", []string{"junit="}, nil, `report "junit=" names no file: write junit=FILE`},
		{"near", []string{"JUnitt=a"}, nil, `unknown kind of report "JUnitt" in KIND=FILE: did you mean "junit"?`},
		{"a slip", []string{"jsn=a"}, nil, `unknown kind of report "jsn" in KIND=FILE: did you mean "json"?`},
		{"far", []string{"spreadsheet=a"}, nil, `unknown kind of report "spreadsheet" in KIND=FILE: expected one of json, junit, ctrf, markdown, badge, github, html`},
		{"only a file", []string{"out.json"}, nil, `unknown kind of report "out.json" in KIND=FILE: expected one of json, junit, ctrf, markdown, badge, github, html`},
		{"empty", []string{""}, nil, `unknown kind of report "" in KIND=FILE: expected one of json, junit, ctrf, markdown, badge, github, html`},
		{"github alone", []string{"github", "github=a.md"}, []Destination{{GitHub, ""}, {GitHub, "a.md"}}, ""},
		{"one file twice", []string{"json=a", "junit=./a"}, nil, `reports json and junit go to the same file a: give each its own`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := Run.Parse(test.values)
			if message := errorText(err); message != test.err {
				t.Errorf("error %q, want %q", message, test.err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestWriteFiles(t *testing.T) {
	folder := t.TempDir()
	run := nonconformantRun(t)
	old := filepath.Join(folder, "old.json")
	link := filepath.Join(folder, "link.xml")
	linked := filepath.Join(folder, "linked.xml")
	for _, file := range []string{old, linked} {
		if err := os.WriteFile(file, bytes.Repeat([]byte("old"), 1e5), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(linked, link); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(folder, "no", "report.json")
	err := Run.WriteFiles(run, []Destination{{JSON, missing}, {JSON, old}, {JUnit, link}})
	if !strings.Contains(errorText(err), missing) || strings.Contains(errorText(err), old) {
		t.Errorf("the error names another file than the one that failed: %v", err)
	}

	var wantJSON, wantJUnit bytes.Buffer
	if err := writeJSON(&wantJSON, run); err != nil {
		t.Fatal(err)
	}
	if err := writeJUnit(&wantJUnit, run); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{old: wantJSON.String(), linked: wantJUnit.String()} {
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is no link any more: %v, %v", info, err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 3 {
		t.Errorf("temporary files were left behind: %v, %v", entries, err)
	}
}

// TestReplaceKeepsTheOldFile has the writing fail half way, as a full disk would.
func TestReplaceKeepsTheOldFile(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "report.json")
	if err := os.WriteFile(file, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	full := errors.New("disk full")
	err := replace(file, func(w io.Writer) error {
		if _, err := w.Write(make([]byte, 1e5)); err != nil {
			return err
		}
		return full
	})
	if !errors.Is(err, full) {
		t.Errorf("replace: %v, want %v", err, full)
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != "old" {
		t.Errorf("the file holds %.20q, %v", got, err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 1 {
		t.Errorf("temporary files were left behind: %v, %v", entries, err)
	}
}

func TestWriteFilesRefusesAnUnknownKind(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report")
	err := Run.WriteFiles(&outcome.Run{}, []Destination{{"paper", file}})
	if !strings.Contains(errorText(err), `unknown kind of report "paper"`) {
		t.Errorf("WriteFiles: %v", err)
	}
}

func TestList(t *testing.T) {
	list := []Explanation{
		{Requirement: outcome.Requirement{ID: "202-task-id", Level: outcome.Must, Checks: "id is there, is a string, and is not blank"}},
		{Requirement: outcome.Requirement{ID: "any-charset", Level: outcome.Should, Checks: strings.Repeat("a charset parameter ", 10)},
			Cases: make([]fixtures.Case, 2), Faults: make([]FaultCaught, 1)},
		{Requirement: outcome.Requirement{ID: "any-\x1b[31m", Level: outcome.Must, Checks: "a\nb"}},
	}
	want := `202-task-id   MUST    every answer  0 faults   id is there, is a string, and is not blank
any-charset   SHOULD  2 cases       1 fault    a charset parameter a charset parameter a charset ...
any-\x1b[31m  MUST    every answer  0 faults   a\nb
`
	var got bytes.Buffer
	if err := List(&got, list); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestExplain(t *testing.T) {
	e := Explanation{
		Requirement: outcome.Requirement{ID: "401-no-authorization", Level: outcome.Must, Source: "page",
			Sentence: "Unauthorized - Returned if there is no authorization header.", Checks: "a request without an Authorization header is refused"},
		Cases: []fixtures.Case{{Name: "anonymous", Method: "POST", Account: "probe", Body: "empty-object", Credential: "none",
			Authorization: fixtures.Bearer, Headers: map[string]string{"X-Two": "2", "X-One": "1"}, Expect: []int{401, 400}}},
		Faults: []FaultCaught{{"let-in", "A request without a credential is accepted."}},
	}
	want := `401-no-authorization  MUST

  checks    a request without an Authorization header is refused
  sentence  "Unauthorized - Returned if there is no authorization header."
  source    page
  cases     anonymous: POST for the account probe with the body empty-object and the credential
            none; expects 401 or 400; X-One: 1; X-Two: 2
  catches   let-in: A request without a credential is accepted.
`
	var got bytes.Buffer
	if err := Explain(&got, e); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	got.Reset()
	if err := Explain(&got, Explanation{Requirement: e.Requirement, Paths: []string{"401", "403"}}); err != nil ||
		!strings.Contains(got.String(), "on every answer that it applies to, on the status paths 401, 403") {
		t.Errorf("%v\n%s", err, got.String())
	}
}
