package report

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"conformance/internal/exchange"
	"conformance/internal/outcome"
)

// hostileText would retitle a terminal, turn text around, end an XML element and a quoted
// shell word, and is not UTF-8.
const hostileText = "\x1b]0;title\a\u202e\x00\xff\u009b31m]]></failure>'\"$(touch x)\r\n\ttail \ufffe\ufffd"

// hostileRun has that text wherever a target, a session or a config can put text.
func hostileRun(t *testing.T) *outcome.Run {
	run := conformantRun(t)
	run.Verdict = outcome.Nonconformant
	run.Tool, run.Target, run.Mode = hostileText, hostileText, hostileText
	run.Notes, run.Reasons = []string{hostileText}, []string{hostileText}
	run.Requirements[hostileText] = outcome.Requirement{
		ID: hostileText, Level: hostileText, Sentence: hostileText, Source: hostileText, Checks: hostileText,
	}
	header := http.Header{"Content-Type": {hostileText}, "Authorization": {hostileText}, "X-" + hostileText: {hostileText}}
	run.Exchanges = append(run.Exchanges, exchange.Exchange{
		Case: hostileText, Credential: hostileText,
		Request: exchange.Request{
			Method: hostileText, URL: "http://localhost/" + strings.Repeat(hostileText, 100), Header: header,
			Body: []byte(strings.Repeat(hostileText, 200)),
		},
		Response: &exchange.Response{Proto: hostileText, Status: 200, Header: header, Body: []byte(strings.Repeat(hostileText, 200))},
		Failure:  &exchange.Failure{Kind: hostileText, Message: hostileText},
		Duration: time.Second,
	})
	for _, of := range []outcome.Outcome{outcome.Fail, outcome.Warn, outcome.Known, outcome.Skip, outcome.Waived, outcome.Pass} {
		for _, name := range []string{hostileText, hostileText, "other"} {
			run.Results = append(run.Results, outcome.Result{
				Requirement: hostileText, Case: name, Status: hostileText, Level: hostileText, Outcome: of,
				Message: hostileText, Pointer: hostileText, Expected: hostileText, Actual: hostileText,
				Exchange: len(run.Exchanges),
			})
		}
	}
	run.Statuses["202"].Waived = hostileText
	return run
}
