package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xeipuuv/gojsonschema"

	"conformance/internal/exchange"
	"conformance/internal/outcome"
)

// readCTRF is a CTRF report as a reader sees it, apart from the types that write it.
type readCTRF struct {
	Results struct {
		Summary map[string]any
		Tests   []struct {
			TestID, Name, Status, RawStatus, Message, Trace string
			Duration                                        int
			Suite, Tags                                     []string
			Labels                                          map[string]string
		}
	}
}

func ctrf(t *testing.T, run *outcome.Run) ([]byte, readCTRF) {
	t.Helper()
	var out bytes.Buffer
	if err := writeCTRF(&out, run); err != nil {
		t.Fatal(err)
	}
	var read readCTRF
	if err := json.Unmarshal(out.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), read
}

// TestCTRFHasItsShape holds every kind of run against the schema that https://ctrf.io publishes, as
// the npm package ctrf 0.3.0 has it.
func TestCTRFHasItsShape(t *testing.T) {
	schema, err := gojsonschema.NewSchema(gojsonschema.NewReferenceLoader("file://testdata/ctrf.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	for name, run := range sampleRuns(t) {
		t.Run(name, func(t *testing.T) {
			text, _ := ctrf(t, run)
			found, err := schema.Validate(gojsonschema.NewBytesLoader(text))
			if err != nil {
				t.Fatal(err)
			}
			for _, violation := range found.Errors() {
				t.Error(violation)
			}
		})
	}
}

func TestCTRFCounts(t *testing.T) {
	statusOf := map[outcome.Outcome]string{
		outcome.Pass: "passed", outcome.Warn: "passed", outcome.Fail: "failed", outcome.Known: "other", outcome.Skip: "skipped", outcome.Waived: "skipped",
	}
	for name, run := range sampleRuns(t) {
		t.Run(name, func(t *testing.T) {
			_, read := ctrf(t, run)
			want := map[string]int{"tests": len(run.Results), "passed": 0, "failed": 0, "skipped": 0, "pending": 0, "other": 0}
			for _, result := range run.Results {
				status := statusOf[result.Outcome]
				if run.Strict && result.Outcome == outcome.Warn {
					status = "failed"
				}
				want[status]++
			}
			elements := map[string]int{"tests": len(read.Results.Tests), "passed": 0, "failed": 0, "skipped": 0, "pending": 0, "other": 0}
			ids := map[string]bool{}
			for _, test := range read.Results.Tests {
				elements[test.Status]++
				if ids[test.TestID] {
					t.Errorf("two tests have the id %s", test.TestID)
				}
				ids[test.TestID] = true
			}
			said := map[string]int{}
			for key := range want {
				said[key] = int(read.Results.Summary[key].(float64))
			}
			if diff := cmp.Diff(want, elements); diff != "" {
				t.Errorf("tests (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(want, said); diff != "" {
				t.Errorf("summary (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCTRFContent(t *testing.T) {
	text, read := ctrf(t, nonconformantRun(t))
	for _, test := range read.Results.Tests {
		if test.Name != "401-expired-token [expired-token]" {
			continue
		}
		if test.Status != "failed" || test.RawStatus != "fail" || test.Message != "the answer is 202 where it must be 401" ||
			!cmp.Equal(test.Suite, []string{"401"}) || !cmp.Equal(test.Tags, []string{"MUST"}) || !cmp.Equal(test.Labels, map[string]string{"requirement": "401-expired-token", "case": "expired-token"}) {
			t.Errorf("%+v", test)
		}
		for _, part := range []string{"POST /v2025/accounts/", "HTTP/1.1 202 Accepted", "Bearer $EXPIRED", "Unauthorized - Returned"} {
			if !strings.Contains(test.Trace, part) {
				t.Errorf("the trace lacks %q:\n%s", part, test.Trace)
			}
		}
		// 2026-07-31T12:00:00Z
		if read.Results.Summary["start"] != 1785499200000.0 || read.Results.Summary["stop"] != 1785499200310.0 {
			t.Errorf("times %v", read.Results.Summary)
		}
		if !bytes.Contains(text, []byte(`"verdict": "nonconformant"`)) {
			t.Error("the verdict is missing")
		}
		return
	}
	t.Error("the failed test is missing")
}

// TestCTRFTells: what passed needs no words; whatever else came of a test says why.
func TestCTRFTells(t *testing.T) {
	run := &outcome.Run{
		Verdict: outcome.Incomplete, ExitCode: outcome.ExitNoVerdict, Reasons: []string{"one reason", "another\x1b"},
		Exchanges: []exchange.Exchange{{Duration: 40 * time.Millisecond}},
	}
	for _, o := range outcome.Outcomes {
		run.Results = append(run.Results, outcome.Result{Requirement: "202-" + string(o), Status: "202", Case: "c", Outcome: o, Message: "why", Exchange: 1})
	}
	text, read := ctrf(t, run)
	for i, test := range read.Results.Tests {
		o := run.Results[i].Outcome
		if says := test.Message != ""; says != (o != outcome.Pass) || says && !strings.Contains(test.Message, "why") {
			t.Errorf("%s says %q", o, test.Message)
		}
		if traced := test.Trace != ""; traced != (o == outcome.Warn || o == outcome.Known || o == outcome.Fail) {
			t.Errorf("%s has the trace %q", o, test.Trace)
		}
		if want := map[bool]int{true: 40}[i == 0]; test.Duration != want {
			t.Errorf("test %d took %d ms, want %d", i, test.Duration, want)
		}
	}
	var whole struct {
		Results struct {
			Summary struct {
				Extra struct{ Reasons []string }
			}
		}
	}
	if err := json.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	if got := whole.Results.Summary.Extra.Reasons; len(got) != 2 || got[0] != "one reason" || strings.ContainsRune(got[1], 0x1b) {
		t.Errorf("reasons %q", got)
	}
}
