package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"time"

	"conformance/internal/exchange"
	"conformance/internal/outcome"
	"conformance/internal/smallfile"
)

// largestReport bounds, in bytes, how much of a report is read into memory.
const largestReport = 512 << 20

// ReadRun reads a JSON report that --report json=FILE wrote: all of it but Requirements. The
// error is one sentence that names the file and says what is wrong: it cannot be read, it is
// larger than 512 MiB, it is no report of a run, or it has another schema version.
func ReadRun(file string) (*outcome.Run, error) {
	fail := func(format string, values ...any) (*outcome.Run, error) {
		return nil, fmt.Errorf("%s: "+format+"; give a file that \"conformance run --report json=FILE\" wrote", append([]any{file}, values...)...)
	}
	text, err := smallfile.Read(file, largestReport)
	if err != nil {
		return fail("%w", err)
	}
	var read document
	if err := json.Unmarshal(text, &read); err != nil {
		return fail("%s", notReport(err, len(text)))
	}
	switch {
	case read.SchemaVersion == 0:
		return fail("it has no schemaVersion, so it is not a report of a run")
	case read.SchemaVersion != schemaVersion:
		return fail("it has the schemaVersion %d, and this program reads %d", read.SchemaVersion, schemaVersion)
	}
	run := &outcome.Run{
		Tool: read.Tool.Version, Target: read.Target, Mode: read.Mode, Started: read.Started,
		Duration: time.Duration(read.DurationMs) * time.Millisecond, Strict: read.Strict, Shard: read.Shard, Filtered: read.Filtered, Ended: read.Ended,
		Verdict: read.Verdict, ExitCode: read.ExitCode, Reasons: read.Reasons, Notes: read.Notes,
		Summary: map[outcome.Outcome]int{
			outcome.Pass: read.Summary.Pass, outcome.Fail: read.Summary.Fail, outcome.Warn: read.Summary.Warn,
			outcome.Skip: read.Summary.Skip, outcome.Waived: read.Summary.Waived, outcome.Known: read.Summary.Known,
		},
		Statuses: read.Statuses, Results: read.Results, Requirements: map[string]outcome.Requirement{},
	}
	for i, result := range run.Results {
		if !slices.Contains(outcome.Outcomes, result.Outcome) {
			return fail("results[%d].outcome is %q; expected one of %v", i, result.Outcome, outcome.Outcomes)
		}
		if result.Exchange < 0 || result.Exchange > len(read.Exchanges) {
			return fail("results[%d].exchange is %d, and there are %d exchanges", i, result.Exchange, len(read.Exchanges))
		}
	}
	for _, e := range read.Exchanges {
		run.Exchanges = append(run.Exchanges, e.exchange())
	}
	return run, nil
}

// KindOf says what a report is by its beginning: junit, or the kind that a JSON report names,
// which is empty for that of a run. The error is one sentence that names the file.
func KindOf(name string) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, smallfile.Reason(err))
	}
	defer file.Close()
	head := make([]byte, 4096)
	n, err := io.ReadFull(file, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return "", fmt.Errorf("%s: %w", name, smallfile.Reason(err))
	}
	return kindOf(head[:n]), nil
}

var kindMember = regexp.MustCompile(`^\s*\{\s*"schemaVersion":\s*\d+,\s*"kind":\s*"([a-z]+)"`)

func kindOf(head []byte) string {
	if bytes.HasPrefix(bytes.TrimSpace(head), []byte("<")) {
		return string(JUnit)
	}
	if match := kindMember.FindSubmatch(head); match != nil {
		return string(match[1])
	}
	return ""
}

// ReadDocument reads the JSON report of another command than run into a document with the members
// kind, which is the command's name, and schemaVersion. The error is one sentence that names the
// file.
func ReadDocument(file, kind string, version int, document any) error {
	fail := func(format string, values ...any) error {
		return fmt.Errorf("%s: "+format+"; give a file that \"conformance %s --report json=FILE\" wrote", append(append([]any{file}, values...), kind)...)
	}
	text, err := smallfile.Read(file, largestReport)
	if err != nil {
		return fail("%w", err)
	}
	var head struct {
		SchemaVersion int    `json:"schemaVersion"`
		Kind          string `json:"kind"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return fail("%s", notReport(err, len(text)))
	}
	if head.Kind != kind || head.SchemaVersion != version {
		return fail("found kind %q and schemaVersion %d, expected %q and %d", head.Kind, head.SchemaVersion, kind, version)
	}
	if err := json.Unmarshal(text, document); err != nil {
		return fail("%s", notReport(err, len(text)))
	}
	return nil
}

// notReport says why a text cannot be read as a report.
func notReport(err error, size int) string {
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case size == 0:
		return "it is empty"
	case errors.As(err, &syntax) && syntax.Offset >= int64(size):
		return "the JSON breaks off at its end"
	case errors.As(err, &syntax):
		return fmt.Sprintf("it is not JSON (offset %d: %v)", syntax.Offset, syntax)
	case errors.As(err, &mismatch) && mismatch.Field == "":
		return fmt.Sprintf("it is a JSON %s where a report is an object", mismatch.Value)
	case errors.As(err, &mismatch):
		return fmt.Sprintf("%s is a %s", mismatch.Field, mismatch.Value)
	}
	return err.Error()
}

func (e documentExchange) exchange() exchange.Exchange {
	read := exchange.Exchange{
		Case: e.Case, Attempt: e.Attempt, Credential: e.Credential,
		Started: duration(e.StartedMs), Duration: duration(e.DurationMs),
		Request: exchange.Request{Method: e.Request.Method, URL: e.Request.URL, Header: e.Request.Headers, Body: e.Request.Body},
	}
	if r := e.Response; r != nil {
		read.Response = &exchange.Response{Status: r.Status, Proto: r.Proto, Header: r.Headers, Body: r.Body}
	}
	if f := e.Failure; f != nil {
		read.Failure = &exchange.Failure{Kind: f.Kind, Message: f.Message}
	}
	return read
}

// UnmarshalJSON reads both forms of a body.
func (b *body) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '{' {
		var coded struct {
			Base64 []byte `json:"base64"`
		}
		err := json.Unmarshal(text, &coded)
		*b = coded.Base64
		return err
	}
	var plain string
	err := json.Unmarshal(text, &plain)
	*b = nil
	if plain != "" {
		*b = []byte(plain)
	}
	return err
}

// duration is the inverse of milliseconds.
func duration(ms float64) time.Duration {
	return (time.Duration(ms*1000+0.5) * time.Microsecond)
}
