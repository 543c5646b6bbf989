package print

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/xeipuuv/gojsonschema"

	"conformance/internal/drift"
	"conformance/internal/report"
)

// sample is a report with a change of each grade, one ignored, and text that is out to harm.
func sample() *drift.Report {
	at := func(section, pointer string) drift.Change {
		return drift.Change{
			Rule: "member-removed", Grade: drift.Breaking, Hits: drift.Client, Why: "Clients read it.",
			Where: drift.Place{Section: section, At: pointer}, Old: "a member of type string",
			Evidence: drift.Evidence{
				Old: drift.Support{File: "old.yaml", Line: 7},
				New: drift.Support{File: "docs/new, 100%.yaml", Line: 12},
			},
		}
	}
	added := drift.Change{
		Rule: "status-added", Grade: drift.Notable, Hits: drift.Both, Why: "Look at it.",
		Where: drift.Place{Section: "503"}, New: "the status",
		Evidence: drift.Evidence{New: drift.Support{Count: 3, Examples: []string{"exchange 4"}}},
	}
	text := drift.Change{
		Rule: "text-changed", Grade: drift.Harmless, Hits: drift.Both, Why: "It reads differently.",
		Where: drift.Place{Section: "500"}, Old: "a|b `c` @team <b>\x1b[31m\n::error::x", New: strings.Repeat("long words ", 60),
		Evidence: drift.Evidence{Old: drift.Support{File: "contract", Line: 3}},
	}
	return &drift.Report{
		Tool: "1.2.3", Operation: "POST /accounts/{id}/unlock", FailOn: drift.OnBreaking,
		Old:     drift.Name{Kind: drift.Contract, Name: "contract"},
		New:     drift.Name{Kind: drift.Document, Name: "docs/new, 100%.yaml"},
		Changes: []drift.Change{at("400", "/trackingId"), at("403", "/trackingId"), added, text},
		Ignored: []drift.Ignored{{Change: at("404", "/causes"), Reason: "nobody reads it", Until: "2027-01-31"}},
		Stale:   []string{`ignore file: "x" matches no change; remove it`},
	}
}

func written(t *testing.T, kind report.Kind, r *drift.Report) string {
	t.Helper()
	for _, format := range Reports {
		if format.Kind == kind {
			var out bytes.Buffer
			if err := format.Write(&out, r); err != nil {
				t.Fatal(err)
			}
			return out.String()
		}
	}
	t.Fatalf("no report %s", kind)
	return ""
}

// annotated are the workflow commands for a report.
func annotated(t *testing.T, r *drift.Report) string {
	t.Helper()
	var out bytes.Buffer
	if err := Annotate(&out, r, []report.Destination{{Kind: report.JSON, File: "x"}}); err != nil || out.Len() > 0 {
		t.Fatalf("annotations that nobody asked for: %v\n%s", err, &out)
	}
	if err := Annotate(&out, r, []report.Destination{{Kind: report.GitHub}}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestSARIFIsValid(t *testing.T) {
	schema, err := os.ReadFile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]*drift.Report{"sample": sample(), "empty": {FailOn: drift.OnBreaking}} {
		text := written(t, SARIF, r)
		result, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(schema), gojsonschema.NewStringLoader(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range result.Errors() {
			t.Errorf("%s: %s", name, problem)
		}
	}
}

func TestSARIFNamesPlacesAndRules(t *testing.T) {
	var log sarifLog
	if err := json.Unmarshal([]byte(written(t, SARIF, sample())), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if len(run.Results) != 5 || len(run.Results[4].Suppressions) != 1 || run.Results[0].Suppressions != nil {
		t.Fatalf("got %d results, of which the last must be the only suppressed one", len(run.Results))
	}
	var got []string
	for _, result := range run.Results {
		if rule := run.Tool.Driver.Rules[result.RuleIndex]; rule.ID != result.RuleID {
			t.Errorf("%s has the index of %s", result.RuleID, rule.ID)
		}
		place := "nowhere"
		if physical := result.Locations[0].Physical; physical != nil {
			place = physical.Artifact.URI
		}
		got = append(got, result.Level+" "+place)
	}
	want := []string{"error docs/new,%20100%25.yaml", "error docs/new,%20100%25.yaml", "warning nowhere", "note nowhere", "error docs/new,%20100%25.yaml"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestGitHubCommandsAreEscaped(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(annotated(t, sample()), "\n"), "\n")
	want := "::error file=docs/new%2C 100%25.yaml,line=12,title=member-removed::400, 403 /trackingId: a member of type string is gone. Clients read it."
	if lines[0] != want {
		t.Errorf("got  %s\nwant %s", lines[0], want)
	}
	if len(lines) != 4 || !strings.HasPrefix(lines[1], "::warning title=status-added::") || !strings.HasPrefix(lines[2], "::notice title=text-changed::") {
		t.Errorf("got %d lines:\n%s", len(lines), strings.Join(lines, "\n"))
	}
	strict := sample()
	strict.FailOn = drift.OnAny
	if text := annotated(t, strict); strings.Count(text, "::error ") != 3 {
		t.Errorf("what fails must be an error:\n%s", text)
	}
}

func TestJUnitCountsFailures(t *testing.T) {
	for threshold, failures := range map[drift.Threshold]int{drift.OnBreaking: 2, drift.OnNotable: 3, drift.OnAny: 4} {
		r := sample()
		r.FailOn = threshold
		var root struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Suites   []struct {
				Skipped int `xml:"skipped,attr"`
			} `xml:"testsuite"`
		}
		if err := xml.Unmarshal([]byte(written(t, report.JUnit, r)), &root); err != nil {
			t.Fatal(err)
		}
		if root.Tests != 5 || root.Failures != failures || root.Suites[0].Skipped != 1 {
			t.Errorf("%s: %d tests, %d failures, %d skipped", threshold, root.Tests, root.Failures, root.Suites[0].Skipped)
		}
	}
	if text := written(t, report.JUnit, &drift.Report{FailOn: drift.OnAny}); !strings.Contains(text, `tests="1" failures="0"`) {
		t.Errorf("nothing changed must be one case that passes:\n%s", text)
	}
}

func TestMarkdownKeepsForeignTextInCode(t *testing.T) {
	text := written(t, report.Markdown, sample())
	for _, want := range []string{
		"# Drift of `POST /accounts/{id}/unlock`",
		"**2 breaking, 1 notable, 1 harmless, 1 ignored**",
		"| `400, 403 /trackingId` | `a member of type string is gone` | member-removed | Clients read it. (client) | `old old.yaml:7, new docs/new, 100%.yaml:12` |",
		"``a\\|b `c` @team <b>\\x1b[31m\\n::error::x, now long words",
		"| `404 /causes` |",
		"- `ignore file: \"x\" matches no change; remove it`",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("missing %q in:\n%s", want, text)
		}
	}
}

func TestJSONHasItsContract(t *testing.T) {
	var got struct {
		SchemaVersion int
		Tool          struct{ Name, Version string }
		FailOn        string
		ExitCode      int
		Summary       map[string]int
		Changes       []struct {
			Rule, Grade, Section, At string
			Evidence                 struct{ Old, New struct{ Line, Count int } }
		}
		Ignored []struct{ Rule, Reason string }
	}
	text := written(t, report.JSON, sample())
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if got.SchemaVersion != 1 || got.Tool.Version != "1.2.3" || got.FailOn != "breaking" || got.ExitCode != 1 {
		t.Errorf("got %+v", got)
	}
	if diff := cmp.Diff(map[string]int{"breaking": 2, "notable": 1, "harmless": 1, "ignored": 1}, got.Summary); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if c := got.Changes[1]; c.Rule != "member-removed" || c.Section != "403" || c.At != "/trackingId" || c.Evidence.New.Line != 12 {
		t.Errorf("got %+v", c)
	}
	if got.Changes[2].Evidence.New.Count != 3 || got.Ignored[0].Reason != "nobody reads it" {
		t.Errorf("got %+v", got)
	}
	if text := written(t, report.JSON, &drift.Report{}); strings.Contains(text, "null") {
		t.Errorf("an empty list must not be null:\n%s", text)
	}
}

func TestConsoleFitsItsWidth(t *testing.T) {
	var out bytes.Buffer
	if err := Console(&out, sample(), false); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	for line := range strings.SplitSeq(text, "\n") {
		if utf8.RuneCountInString(line) > report.DefaultWidth {
			t.Errorf("too wide: %q", line)
		}
	}
	if strings.Contains(text, "\x1b") {
		t.Errorf("an escape code got through:\n%q", text)
	}
	want := `drift of POST /accounts/{id}/unlock: contract, now docs/new, 100%.yaml

BREAKING (2)
  member-removed                  400, 403 /trackingId: a member of type string is gone
                                  hits the client: Clients read it.
                                  old old.yaml:7, new docs/new, 100%.yaml:12

Notable (1)
  status-added                    503: the status is new
                                  hits the client and the server: Look at it.
                                  new 3 exchanges, such as exchange 4
`
	if !strings.HasPrefix(text, want) {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want, text))
	}
	if !strings.HasSuffix(text, "\n2 breaking, 1 notable, 1 harmless, 1 ignored (exit 1)\n") {
		t.Errorf("the last line is wrong:\n%s", text)
	}
	out.Reset()
	if err := Console(&out, sample(), true); err != nil || !strings.Contains(out.String(), "\x1b[31;1mBREAKING\x1b[") {
		t.Errorf("no colour (%v):\n%q", err, out.String())
	}
}
