package report

import (
	"net/http"
	"os"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"conformance/internal/exchange"
	"conformance/internal/outcome"
)

// requirements are some of the project's own, by id.
func requirements(t *testing.T) map[string]outcome.Requirement {
	t.Helper()
	text, err := os.ReadFile("../../suites/requirements.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var list []outcome.Requirement
	if err := yaml.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	byID := map[string]outcome.Requirement{}
	for _, requirement := range list {
		byID[requirement.ID] = requirement
	}
	return byID
}

// conformantRun is a run in which everything passed.
func conformantRun(t *testing.T) *outcome.Run {
	run := &outcome.Run{
		Tool:         "1.2.3",
		Target:       "http://127.0.0.1:8080/v2025",
		Mode:         outcome.Live,
		Started:      time.Date(2026, 7, 31, 12, 0, 0, 0, time.UTC),
		Duration:     310 * time.Millisecond,
		Verdict:      outcome.Conformant,
		Statuses:     map[string]*outcome.StatusSummary{},
		Requirements: requirements(t),
	}
	for i, status := range outcome.Statuses {
		run.Exchanges = append(run.Exchanges, exchange.Exchange{
			Case:       "case-" + status,
			Attempt:    1,
			Credential: "orgAdmin",
			Request: exchange.Request{
				Method: "POST",
				URL:    "http://127.0.0.1:8080/v2025/accounts/ef38f94347e94562b5bb8424a56397d8/unlock",
				Header: http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer <orgAdmin>"}},
				Body:   []byte("{}"),
			},
			Response: &exchange.Response{
				Proto:  "HTTP/1.1",
				Status: 202,
				Header: http.Header{"Content-Type": {"application/json"}},
				Body:   []byte(`{"id":"2c91808474683da6017468693c260195"}`),
			},
			Started:  time.Duration(i) * 10 * time.Millisecond,
			Duration: 1500 * time.Microsecond,
		})
		for _, id := range []string{"any-answered", "any-media-type"} {
			run.Results = append(run.Results, outcome.Result{
				Requirement: id, Case: "case-" + status, Status: status,
				Level: outcome.Must, Outcome: outcome.Pass, Exchange: i + 1,
			})
		}
	}
	summarize(run)
	return run
}

// nonconformantRun has a requirement that broke in many cases, one that broke without an
// answer, a warning, a known failure, and texts that must not get through to a terminal.
func nonconformantRun(t *testing.T) *outcome.Run {
	run := conformantRun(t)
	run.Verdict, run.ExitCode = outcome.Nonconformant, outcome.ExitNonconformant
	run.Notes = []string{"A 429 before the burst was waited out: 3 s."}
	run.Reasons = []string{"the baseline excuses 404-allow-header, which no longer fails: remove it"}

	accepted := run.Exchanges[2]
	accepted.Credential = "expired"
	accepted.Request.Header = http.Header{
		"Content-Type": {"application/json"}, "Authorization": {"Bearer <expired>"}, "Accept-Language": {"fr-FR, fr;q=0.9"},
	}
	accepted.Request.Body = []byte(`{"externalVerificationId":"3f9180835d2e5168015d32f890ca1581","unlockIDNAccount":true,"forceProvisioning":true}`)
	accepted.Response = &exchange.Response{
		Proto: "HTTP/1.1", Status: 202, Header: http.Header{"Content-Type": {"application/json"}},
		Body: []byte("{\n  \"id\": \"\x1b]0;owned\a\u202egnp.exe\xff\"\n}"),
	}
	run.Exchanges[2] = accepted
	for i, name := range []string{
		"expired-token", "expired-token-missing-account", "expired-token-bad-body", "d", "e", "f", "g", "h", "i", "j", "k",
	} {
		result := outcome.Result{
			Requirement: "401-expired-token", Case: name, Status: "401", Level: outcome.Must, Outcome: outcome.Fail,
			Message: "the answer is 202 where it must be 401", Pointer: "status", Expected: "401", Actual: "202", Exchange: 3,
		}
		if i == 2 {
			result.Message, result.Actual = "the answer is \x1b[31m200\x1b[0m where it must be 401", "\x1b[31m200"
		}
		run.Results = append(run.Results, result)
	}

	run.Exchanges[6].Response = nil
	run.Exchanges[6].Failure = &exchange.Failure{Kind: exchange.Timeout, Message: "no answer within 10 s: raise target.timeout"}
	run.Results = append(run.Results,
		outcome.Result{
			Requirement: "any-answered", Case: "internal-fault", Status: "500", Level: outcome.Must, Outcome: outcome.Fail,
			Message: "no complete answer came back", Pointer: "connection", Expected: "a complete answer", Actual: "timeout", Exchange: 7,
		},
		outcome.Result{
			Requirement: "401-www-authenticate", Case: "expired-token", Status: "401", Level: outcome.Should, Outcome: outcome.Warn,
			Message: "the header is missing", Pointer: "header WWW-Authenticate", Expected: "at least one challenge", Actual: "no such header", Exchange: 3,
		},
		outcome.Result{
			Requirement: "403-provisioning-scope", Case: "force-without-scope", Status: "403", Level: outcome.Must, Outcome: outcome.Known,
			Message: "the answer is 202 where it must be 403; the baseline excuses it: fixed in 2.4", Exchange: 4,
		},
	)
	summarize(run)
	return run
}

// incompleteRun has a path that needs a credential, one that is waived, and no failure.
func incompleteRun(t *testing.T) *outcome.Run {
	run := conformantRun(t)
	run.Verdict, run.ExitCode = outcome.Incomplete, outcome.ExitNoVerdict
	run.Reasons = []string{"403 is neither exercised nor waived: it needs credentials.unprivileged"}
	for i := range run.Results {
		result := &run.Results[i]
		switch result.Status {
		case "403":
			result.Outcome, result.Exchange, result.Message = outcome.Skip, 0, "needs credentials.unprivileged"
		case "500":
			result.Outcome, result.Exchange, result.Message = outcome.Waived, 0, "the tenant cannot inject faults"
		}
	}
	run.Statuses["500"].Waived = "the tenant cannot inject faults"
	summarize(run)
	return run
}

// interruptedRun ended in its second status path.
func interruptedRun(t *testing.T) *outcome.Run {
	run := conformantRun(t)
	run.Verdict, run.ExitCode = outcome.Incomplete, outcome.ExitNoVerdict
	run.Reasons = []string{"the run was interrupted"}
	run.Results, run.Exchanges = run.Results[:3], run.Exchanges[:2]
	run.Results = append(run.Results, outcome.Result{
		Requirement: "400-null-field", Case: "verification-id-null", Status: "400", Level: outcome.Must, Outcome: outcome.Skip,
		Message: "the run was interrupted before it",
	})
	run.Exchanges[1].Response = nil
	run.Exchanges[1].Failure = &exchange.Failure{Kind: exchange.Interrupted, Message: "interrupted"}
	run.Results[2].Outcome, run.Results[2].Message = outcome.Skip, "the run was interrupted in it"
	summarize(run)
	return run
}

// sampleRuns are one of each kind.
func sampleRuns(t *testing.T) map[string]*outcome.Run {
	t.Helper()
	strict := nonconformantRun(t)
	strict.Strict = true
	return map[string]*outcome.Run{
		"conformant": conformantRun(t), "nonconformant": nonconformantRun(t), "strict": strict, "incomplete": incompleteRun(t),
		"interrupted": interruptedRun(t), "hostile": hostileRun(t), "empty": {Verdict: outcome.Incomplete},
	}
}

// summarize counts the results of a run into its summaries.
func summarize(run *outcome.Run) {
	run.Summary = map[outcome.Outcome]int{}
	for _, status := range outcome.Statuses {
		waived := ""
		if before := run.Statuses[status]; before != nil {
			waived = before.Waived
		}
		run.Statuses[status] = &outcome.StatusSummary{Waived: waived}
	}
	for _, result := range run.Results {
		run.Summary[result.Outcome]++
		path := run.Statuses[result.Status]
		switch result.Outcome {
		case outcome.Pass:
			path.Pass++
		case outcome.Fail:
			path.Fail++
		case outcome.Warn:
			path.Warn++
		case outcome.Known:
			path.Known++
		case outcome.Skip:
			path.Skip++
		}
		if !unexercised(result) {
			path.Exercised = true
		}
	}
}
