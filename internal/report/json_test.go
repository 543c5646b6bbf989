package report

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xeipuuv/gojsonschema"

	"conformance/internal/exchange"
	"conformance/internal/outcome"
)

// TestJSONFormat compares with a report that was written by hand.
func TestJSONFormat(t *testing.T) {
	run := &outcome.Run{
		Tool: "1.2.3", Target: "https://tenant.example/v2025", Mode: outcome.Record,
		Started: time.Date(2026, 7, 31, 14, 0, 0, 0, time.FixedZone("", 2*60*60)), Duration: 1234567 * time.Microsecond,
		Verdict: outcome.Nonconformant, ExitCode: 1, Reasons: []string{"500 is not exercised"},
		Summary: map[outcome.Outcome]int{outcome.Fail: 1, outcome.Pass: 2, outcome.Waived: 3},
		Statuses: map[string]*outcome.StatusSummary{
			"202": {Exercised: true, Pass: 2, Known: 4},
			"500": {Waived: "no <faults>"},
		},
		Results: []outcome.Result{
			{Requirement: "202-task-id", Case: "org-admin", Status: "202", Level: outcome.Must, Outcome: outcome.Fail,
				Message: "it is null", Pointer: "/id", Expected: "a string", Actual: "null", Exchange: 1},
			{Requirement: "202-helpdesk", Case: "helpdesk", Status: "202", Level: outcome.Should, Outcome: outcome.Pass},
		},
		Exchanges: []exchange.Exchange{
			{
				Case: "org-admin", Attempt: 1, Credential: "orgAdmin", Started: 1500 * time.Microsecond, Duration: 250 * time.Microsecond,
				Request: exchange.Request{Method: "POST", URL: "https://tenant.example/v2025/accounts/a%2Fb/unlock",
					Header: http.Header{"X-B": {"2", "3"}, "Authorization": {"Bearer <orgAdmin>"}}, Body: []byte(`{"a":"<\u001b"}`)},
				Response: &exchange.Response{Proto: "HTTP/1.1", Status: 202, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte("\xff\x00\x1b")},
			},
			{
				Case: "helpdesk", Attempt: 2,
				Request: exchange.Request{Method: "GET", URL: "https://tenant.example/"},
				Failure: &exchange.Failure{Kind: exchange.Timeout, Message: "no answer within 10 s"},
			},
		},
	}
	want, err := os.ReadFile("testdata/report.json")
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := writeJSON(&got, run); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestJSONHasItsShape holds every kind of run against a schema of the format.
func TestJSONHasItsShape(t *testing.T) {
	schema, err := gojsonschema.NewSchema(gojsonschema.NewReferenceLoader("file://testdata/report.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	empty := &outcome.Run{Verdict: outcome.Incomplete, Mode: outcome.Live}
	hostile := hostileRun(t)
	hostile.Mode = outcome.Replay
	for i := range hostile.Results {
		hostile.Results[i].Level = outcome.Must
	}
	for name, run := range map[string]*outcome.Run{
		"conformant": conformantRun(t), "nonconformant": nonconformantRun(t), "incomplete": incompleteRun(t), "hostile": hostile, "empty": empty,
	} {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			if err := writeJSON(&got, run); err != nil {
				t.Fatal(err)
			}
			found, err := schema.Validate(gojsonschema.NewBytesLoader(got.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			for _, violation := range found.Errors() {
				t.Error(violation)
			}
		})
	}
}

func TestJSONKeepsBodies(t *testing.T) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	for _, want := range [][]byte{nil, []byte("{}"), []byte("\x00\x1b\u2028</script>"), every} {
		text, err := json.Marshal(body(want))
		if err != nil {
			t.Fatal(err)
		}
		var got []byte
		var encoded struct{ Base64 []byte }
		var plain string
		if json.Unmarshal(text, &plain) == nil {
			got = []byte(plain)
		} else if err := json.Unmarshal(text, &encoded); err == nil {
			got = encoded.Base64
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%q came back as %q from %s", want, got, text)
		}
	}
}

// TestJSONHoldsNothingThatATerminalObeys: the report may be read with cat. Its escapes decode to
// what was there.
func TestJSONHoldsNothingThatATerminalObeys(t *testing.T) {
	run := hostileRun(t)
	const text = "\x1b[31m\x7f\u009b31m\u202e\u2028\U000e0001é世"
	run.Exchanges[len(run.Exchanges)-1].Response.Body = []byte(text)
	var got bytes.Buffer
	if err := writeJSON(&got, run); err != nil {
		t.Fatal(err)
	}
	if i := strings.IndexFunc(got.String(), func(r rune) bool { return r != '\n' && hidden(r) }); i >= 0 {
		t.Errorf("the report holds %+q", got.String()[i:i+10])
	}
	var read struct {
		Exchanges []struct{ Response struct{ Body string } }
	}
	if err := json.Unmarshal(got.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	if body := read.Exchanges[len(read.Exchanges)-1].Response.Body; body != text {
		t.Errorf("a body came back as %+q", body)
	}
}
