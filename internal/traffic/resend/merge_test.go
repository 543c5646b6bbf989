package resend

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/outcome"
)

// monday is when the parts of a replay began.
var monday = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// partOfReplay is the report of one part of two, with a breaking difference in two exchanges.
func partOfReplay(shard string) *Report {
	return &Report{
		Tool: "1.0", Session: "s", Target: "http://target", Recorded: monday.AddDate(0, -1, 0), Started: monday, Duration: time.Second,
		Shard: shard, Interactions: 10, Sent: 8, Equal: 5, Differing: map[Class]int{Breaking: 2, Tolerable: 1, Noise: 0},
		Groups: []Group{
			{Difference: Difference{Rule: memberRemoved, Where: "/id", Was: "7"}, Status: "202", Count: 2,
				Examples: []Example{{1, "interaction 1 of 202.yaml", "c", "/id", "7", "", "curl x"}, {3, "interaction 3 of 202.yaml", "", "/id", "8", "", "curl y"}}},
			{Difference: Difference{Rule: headerAdded, Where: "header X"}, Status: "404", Count: 1, Learnt: true, Examples: []Example{{Number: 5}}},
		},
		NotSent: []NotSent{{Reason: "no consent", Count: 2, About: []string{"a"}}},
		Notes:   []string{"of both"},
	}
}

func asJSON(t *testing.T, r *Report) string {
	t.Helper()
	var out bytes.Buffer
	if err := writeJSON(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func reportFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestReadReport: what is read is what was written.
func TestReadReport(t *testing.T) {
	written := partOfReplay("1/2")
	written.Beyond, written.Ended = map[Class]int{Noise: 3}, "the run was interrupted"
	for _, recorded := range []time.Time{{}, written.Recorded} {
		written.Recorded = recorded
		text := asJSON(t, written)
		read, err := ReadReport(reportFile(t, text))
		if err != nil {
			t.Fatal(err)
		}
		if difference := cmp.Diff(written, read); difference != "" {
			t.Errorf("-written +read:\n%s", difference)
		}
		if difference := cmp.Diff(text, asJSON(t, read)); difference != "" {
			t.Errorf("-written +written again:\n%s", difference)
		}
	}
}

// TestReadReportRefuses: what is no report of a replay is told in a sentence that names the file.
func TestReadReportRefuses(t *testing.T) {
	for text, says := range map[string]string{
		``:                                    "it is empty",
		`{"`:                                  "breaks off",
		`[]`:                                  "array where a report is an object",
		`{"schemaVersion":1,"kind":"verify"}`: `kind "verify"`,
		`{"schemaVersion":2,"kind":"replay"}`: "schemaVersion 2",
		`{"schemaVersion":1,"kind":"replay","notes":5}`:                                                   "notes is a number",
		`{"schemaVersion":1,"kind":"replay","differences":[{"rule":"nonsense"}]}`:                         `differences[0].rule is "nonsense"`,
		`{"schemaVersion":1,"kind":"replay","differences":[{"rule":"no-answer","count":1}],"notSent":[]}`: "differences[0] has no examples",
	} {
		file := filepath.Join(t.TempDir(), "r.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadReport(file); err == nil || !strings.Contains(err.Error(), says) || !strings.HasPrefix(err.Error(), file+": ") {
			t.Errorf("%s\ngot  %v\nwant %s", text, err, says)
		}
	}
	if _, err := ReadReport("nosuch.json"); err == nil || !strings.HasPrefix(err.Error(), "nosuch.json: ") {
		t.Errorf("of a file that is not there: %v", err)
	}
}

// TestMergeAddsUp: what the parts counted, and what they found of one kind in one group.
func TestMergeAddsUp(t *testing.T) {
	first, second := partOfReplay("1/2"), partOfReplay("2/2")
	first.Beyond, second.Beyond = map[Class]int{Noise: 1}, map[Class]int{Noise: 2}
	second.Started, second.Duration = monday.Add(-time.Minute), time.Hour
	second.Notes = []string{"of both", "of the second"}
	second.NotSent = []NotSent{{Reason: "no credential", Count: 1}, {Reason: "no consent", Count: 3, About: []string{"b"}}}
	second.Groups[0].Examples = []Example{{Number: 2}, {Number: 4}}
	second.Groups = append(second.Groups, Group{Difference: Difference{Rule: statusChanged, Where: "status", Was: "202", Is: "400"}, Status: "202", Count: 1})
	want := &Report{
		Tool: "1.0", Session: "s", Target: "http://target", Recorded: first.Recorded, Started: second.Started, Duration: time.Hour,
		Interactions: 20, Sent: 16, Equal: 10, Differing: map[Class]int{Breaking: 4, Tolerable: 2, Noise: 0}, Beyond: map[Class]int{Noise: 3},
		Groups:  []Group{second.Groups[2], first.Groups[0], first.Groups[1]},
		NotSent: []NotSent{{Reason: "no consent", Count: 5, About: []string{"a"}}, {Reason: "no credential", Count: 1}},
		Notes:   []string{"latencies are in the reports of the parts", "of both", "of the second"},
	}
	want.Groups[1].Count, want.Groups[2].Count = 4, 2
	want.Groups[2].Examples = []Example{{Number: 5}, {Number: 5}}
	want.Groups[1].Examples = []Example{first.Groups[0].Examples[0], {Number: 2}, first.Groups[0].Examples[1]}
	whole, err := Merge([]*Report{first, second})
	if err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(want, whole); difference != "" {
		t.Errorf("-want +got:\n%s", difference)
	}
	if whole.ExitCode() != outcome.ExitNonconformant {
		t.Errorf("exit code %d", whole.ExitCode())
	}
}

// TestMergeOfWhatEndedEarly: a missing part tells more than one that was stopped.
func TestMergeOfWhatEndedEarly(t *testing.T) {
	ended := partOfReplay("2/2")
	ended.Ended = "the run was interrupted"
	for want, parts := range map[string][]*Report{
		"":                                  {partOfReplay("1/2"), partOfReplay("2/2")},
		"part 2/2: the run was interrupted": {ended, partOfReplay("1/2")},
		"the report of part 1/2 is missing": {ended},
	} {
		if whole, err := Merge(parts); err != nil || whole.Ended != want {
			t.Errorf("%v, %v; want %q", whole, err, want)
		}
	}
}

func TestMergeRefuses(t *testing.T) {
	session, target := partOfReplay("2/2"), partOfReplay("2/2")
	session.Session, target.Target = "other", "http://other"
	for says, second := range map[string]*Report{
		"report 2 of 2 is of another replay: of other at http://target; the first is of s at http://target": session,
		"report 2 of 2 is of another replay: of s at http://other; the first is of s at http://target":      target,
		"part 1/2 is given twice":        partOfReplay("1/2"),
		"report 2 of 2 is not of a part": partOfReplay(""),
	} {
		if whole, err := Merge([]*Report{partOfReplay("1/2"), second}); err == nil || whole != nil || !strings.HasPrefix(err.Error(), says) {
			t.Errorf("%v; want %s", err, says)
		}
	}
}
