package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/contract"
	"conformance/internal/exchange"
	"conformance/internal/outcome"
	"conformance/internal/shard"
	"conformance/schemas"
)

func TestTheReferenceHolds(t *testing.T) {
	r := verified(t, Options{Paths: []string{shipped}, Strict: true})
	if r.ExitCode != 0 || r.Verdict != outcome.Conformant || r.Judged != r.Interactions || r.Judged != len(shippedExchanges(t)) {
		t.Fatalf("exit %d, %s, %d of %d judged", r.ExitCode, r.Verdict, r.Judged, r.Interactions)
	}
	for _, found := range r.Requirements {
		if want := map[bool]outcome.Outcome{true: outcome.Pass, false: outcome.Skip}[rules[found.ID]]; found.Outcome != want {
			t.Errorf("%s: %s, expected %s", found.ID, found.Outcome, want)
		}
	}
}

// answer is an answer of the operation with a body of another service's making.
func answer(url string, status int, body string) exchange.Exchange {
	return exchange.Exchange{
		Request: exchange.Request{Method: "POST", URL: url, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte("{}")},
		Response: &exchange.Response{Proto: "HTTP/1.1", Status: status, Body: []byte(body),
			Header: http.Header{"Content-Type": {"application/json"}, "Www-Authenticate": {"Bearer"}}},
	}
}

const (
	unlock   = "https://tenant.example/v2025/accounts/a1/unlock"
	notFound = `{"detailCode":"404 Not found","trackingId":"%s","messages":[{"locale":"en-US","localeOrigin":"DEFAULT","text":"Not found"}]}`
)

// Only requests for the operation are judged, wherever it lies.
func TestOnlyTheOperationIsJudged(t *testing.T) {
	for url, judged := range map[string]bool{
		unlock: true,
		"https://tenant.example/v3/accounts/a1/unlock":         true,
		"https://tenant.example/accounts/v1/a1/unlock":         true,
		"https://tenant.example/base/accounts/a1/unlock?x=1":   true,
		"https://tenant.example/v3/accounts/a1/enable":         false,
		"https://tenant.example/v3/accounts/a1":                false,
		"https://tenant.example/v3/accounts/a1/unlock/history": false,
	} {
		r := verified(t, Options{Paths: []string{written(t, answer(url, 401, `{"error":"no"}`))}})
		if (r.Judged == 1) != judged || r.Judged+r.Others != 1 {
			t.Errorf("%s: %d judged, %d others", url, r.Judged, r.Others)
		}
		if want := map[bool]int{true: 0, false: 3}[judged]; r.ExitCode != want {
			t.Errorf("%s: exit %d, expected %d", url, r.ExitCode, want)
		}
	}
	get := answer(unlock, 200, "")
	get.Request.Method = "GET"
	if r := verified(t, Options{Paths: []string{written(t, get)}}); r.Judged != 0 || r.ExitCode != 3 {
		t.Errorf("a GET: %d judged, exit %d", r.Judged, r.ExitCode)
	}
}

// An answer that the recording lacks is held against nobody.
func TestNotRecordedIsNotJudged(t *testing.T) {
	e := answer(unlock, 202, "")
	e.Response, e.Failure = nil, &exchange.Failure{Kind: exchange.NotRecorded, Message: "not in the archive"}
	r := verified(t, Options{Paths: []string{written(t, e)}})
	if r.Judged != 0 || r.Unrecorded != 1 || r.ExitCode != 3 {
		t.Errorf("%d judged, %d not recorded, exit %d", r.Judged, r.Unrecorded, r.ExitCode)
	}
}

// Who has no verdict learns what is missing.
func TestNothingToJudgeSaysWhy(t *testing.T) {
	const operation = "POST /accounts/{id}/unlock"
	unrecorded := answer(unlock, 202, "")
	unrecorded.Response, unrecorded.Failure = nil, &exchange.Failure{Kind: exchange.NotRecorded, Message: "not in the archive"}
	other := answer("https://tenant.example/v3/people", 200, "{}")
	for want, options := range map[string]Options{
		"the filter selects nothing that this traffic shows":                                   {Paths: []string{written(t, answer(unlock, 401, `{"error":"no"}`))}, Filter: "401-expired-token"},
		"the traffic holds requests for " + operation + ", but no whole answer to any of them": {Paths: []string{written(t, unrecorded)}},
		"nothing of " + operation + " is in part 2/2 of the traffic":                           {Paths: []string{written(t, other)}, Part: shard.Part{Number: 2, Of: 2}},
		"nothing of " + operation + " is in the traffic":                                       {Paths: []string{written(t, other)}},
	} {
		r := verified(t, options)
		if !slices.Equal(r.Reasons, []string{want}) || r.Verdict != outcome.Incomplete || !strings.Contains(printed(t, r), "INCOMPLETE") {
			t.Errorf("%s, %q; want %q", r.Verdict, r.Reasons, want)
		}
	}
}

// What was not judged says why: for want of the stimulus, of such an answer, or of what it shows.
func TestUnjudgedSaysWhy(t *testing.T) {
	r := verified(t, Options{Paths: []string{written(t, answer(unlock, 401, `{"error":"no"}`))}})
	for id, want := range map[string]string{
		"401-expired-token": whyStimulus,
		"202-task-id":       "no answer in this traffic has the status 202",
		"any-messages":      whyNotShown,
	} {
		if found := find(t, r, id); found.Outcome != outcome.Skip || found.Message != want {
			t.Errorf("%s: %s, %q; want %q", id, found.Outcome, found.Message, want)
		}
	}
}

// many is traffic in which the rules that compare answers find something far apart.
func many() []exchange.Exchange {
	var exchanges []exchange.Exchange
	for i := range 1000 {
		id := fmt.Sprintf("id-%d", i)
		if i%100 == 99 {
			id = "id-7"
		}
		exchanges = append(exchanges, answer(unlock, 404, fmt.Sprintf(notFound, id)))
	}
	return exchanges
}

func TestWorkersChangeNothing(t *testing.T) {
	dir := written(t, many()...)
	var first []byte
	for _, workers := range []int{1, 2, 3, 16} {
		r := verified(t, Options{Paths: []string{dir, dir}, Workers: workers})
		if found := find(t, r, "any-tracking-id-unique"); found.Broken != 20 || found.Held != 1980 {
			t.Errorf("%d workers: %d ids are not unique, %d are; expected 10 and 990 in each of two recordings", workers, found.Broken, found.Held)
		}
		if first == nil {
			first = asJSON(t, r)
		}
		if diff := cmp.Diff(string(first), string(asJSON(t, r))); diff != "" {
			t.Errorf("%d workers: -one +these\n%s", workers, diff)
		}
	}
}

func asJSON(t *testing.T, r *Report) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := writeJSON(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// The examples are the first in the traffic, and say where they stand.
func TestExamples(t *testing.T) {
	r := verified(t, Options{Paths: []string{written(t, many()...)}})
	var places []int
	for _, example := range find(t, r, "any-tracking-id-unique").Examples {
		places = append(places, example.Place.Number)
		if example.Violation.Where != "/trackingId" || !strings.Contains(example.Violation.Seen, "as in exchange 8") {
			t.Errorf("%+v", example.Violation)
		}
	}
	if !slices.Equal(places, []int{100, 200, 300}) {
		t.Errorf("the examples are %v", places)
	}
	text := printed(t, r)
	for _, expected := range []string{"FAIL  any-tracking-id-unique  MUST", "broken by 10 of 1000 answers", "traffic.yaml: line", "(interaction 100)",
		"repeat    curl ", "conformance explain any-tracking-id-unique", "NONCONFORMANT: 1 requirement is broken"} {
		if !strings.Contains(text, expected) {
			t.Errorf("the report does not say %q:\n%s", expected, text)
		}
	}
	if n := strings.Count(text, "repeat "); n != 3 {
		t.Errorf("%d examples are shown", n)
	}
}

func printed(t *testing.T, r *Report) string {
	t.Helper()
	var out strings.Builder
	if err := r.Print(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// What a server sends cannot act upon a terminal, nor widen the report.
func TestHostileTextIsPrintable(t *testing.T) {
	e := answer(unlock, 404, `{"detailCode":"\u001b[31m`+strings.Repeat("x", 500)+`","messages":5}`)
	e.Response.Header["Content-Type"] = []string{"text/\x1b[2J\u202e"}
	text := printed(t, verified(t, Options{Paths: []string{written(t, e)}}))
	for line := range strings.Lines(text) {
		if len(strings.TrimRight(line, "\n")) > 100 {
			t.Errorf("wider than 100 columns: %q", line)
		}
	}
	if strings.ContainsAny(text, "\x1b\u202e") {
		t.Errorf("a control character came through:\n%q", text)
	}
}

func TestFilter(t *testing.T) {
	dir := written(t, answer(unlock, 404, `{}`), answer(unlock, 401, `{"error":"no"}`), answer(unlock, 302, ``))
	for _, test := range []struct {
		filter string
		code   int
		broken []string
	}{
		{"", 1, []string{"any-documented-status", "any-envelope"}},
		{"401", 0, nil},
		{"404", 1, []string{"any-envelope"}},
		{"any-envelope", 1, []string{"any-envelope"}},
		{"401 && any-envelope", 0, nil},
		{"MUST && !404", 1, []string{"any-documented-status"}},
		{"any-tracking-id", 3, nil},
		{"401-expired-token", 3, nil},
	} {
		r := verified(t, Options{Paths: []string{dir}, Filter: test.filter})
		var broken []string
		for _, found := range r.Requirements {
			if found.Broken > 0 {
				broken = append(broken, found.ID)
			}
		}
		if r.ExitCode != test.code || !slices.Equal(broken, test.broken) {
			t.Errorf("%q: exit %d, broken %v; expected %d, %v", test.filter, r.ExitCode, broken, test.code, test.broken)
		}
	}
}

// A broken SHOULD warns, and fails when that is asked for.
func TestStrict(t *testing.T) {
	e := answer(unlock, 401, `{"error":"no"}`)
	e.Response.Header.Del("Www-Authenticate")
	dir := written(t, e)
	for strict, code := range map[bool]int{false: 0, true: 1} {
		r := verified(t, Options{Paths: []string{dir}, Strict: strict})
		if r.ExitCode != code || find(t, r, "401-www-authenticate").Outcome != outcome.Warn {
			t.Errorf("strict %t: exit %d", strict, r.ExitCode)
		}
	}
}

func TestBaseline(t *testing.T) {
	broken := written(t, answer(unlock, 404, `{}`))
	right := written(t, answer(unlock, 401, `{"error":"no"}`))
	for _, test := range []struct {
		name, path, baseline string
		part                 shard.Part
		code                 int
		says                 string
	}{
		{"excused", broken, "any-envelope: {reason: soon}", shard.Part{}, 0, "known: soon"},
		{"excused no longer", broken, "any-envelope: {reason: soon, until: 2026-02-01}", shard.Part{}, 1, "until 2026-02-01"},
		{"holds again", right, "any-envelope: {reason: soon}", shard.Part{}, 1, "no longer fails"},
		{"holds in a part", right, "any-envelope: {reason: soon}", shard.Part{Number: 1, Of: 2}, 0, "no longer fails"},
		{"not judged", right, "any-messages: {reason: soon}", shard.Part{}, 0, "nothing broken"},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "baseline.yaml")
			if err := os.WriteFile(file, []byte(test.baseline), 0o600); err != nil {
				t.Fatal(err)
			}
			r := verified(t, Options{Paths: []string{test.path}, Baseline: file, Part: test.part})
			if text := printed(t, r); r.ExitCode != test.code || !strings.Contains(text, test.says) {
				t.Errorf("exit %d, expected %d and %q\n%s", r.ExitCode, test.code, test.says, text)
			}
		})
	}
}

// The parts are disjoint and complete, over all paths.
func TestParts(t *testing.T) {
	paths := []string{written(t, many()...), shipped}
	whole := verified(t, Options{Paths: paths})
	sum := 0
	for number := 1; number <= 3; number++ {
		r := verified(t, Options{Paths: paths, Part: shard.Part{Number: number, Of: 3}})
		sum += r.Judged
		if share := whole.Judged / 3; r.Judged < share || r.Judged > share+1 {
			t.Errorf("part %d has %d of %d answers", number, r.Judged, whole.Judged)
		}
	}
	if sum != whole.Judged {
		t.Errorf("the parts have %d answers, the whole %d", sum, whole.Judged)
	}
}

func TestErrors(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, test := range map[string]struct {
		ctx     context.Context
		options Options
		code    int
		says    string
	}{
		"no such path":    {t.Context(), Options{Paths: []string{"nowhere"}}, 2, "nowhere"},
		"wrong filter":    {t.Context(), Options{Paths: []string{shipped}, Filter: "(("}, 2, "(("},
		"empty filter":    {t.Context(), Options{Paths: []string{shipped}, Filter: "402"}, 2, "402"},
		"wrong baseline":  {t.Context(), Options{Paths: []string{shipped}, Baseline: "nowhere.yaml"}, 2, "nowhere.yaml"},
		"damaged archive": {t.Context(), Options{Paths: []string{damaged(t)}}, 2, "damaged.har"},
		"interrupted":     {ctx, Options{Paths: []string{shipped}}, 3, "interrupted"},
	} {
		test.options.Now = time.Now
		_, err := Verify(test.ctx, test.options)
		var failed *outcome.Error
		if !errors.As(err, &failed) || failed.Code != test.code || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func damaged(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "damaged.har")
	text := `{"log":{"version":"1.2","entries":[{"startedDateTime":"2026-01-01T00:00:00Z","request":{"method":"POST"}}]}}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestJSONReport(t *testing.T) {
	r := verified(t, Options{Paths: []string{written(t, many()...)}})
	var got struct {
		SchemaVersion int
		Kind          string
		Verdict       string
		ExitCode      int
		Summary       map[string]int
		Results       []struct {
			Requirement, Outcome string
			Broken               int
			Examples             []struct{ Curl, Pointer, Actual string }
		}
	}
	if err := json.Unmarshal(asJSON(t, r), &got); err != nil {
		t.Fatal(err)
	}
	if got.SchemaVersion != 1 || got.Kind != "verify" || got.Verdict != "nonconformant" || got.ExitCode != 1 || got.Summary["fail"] != 1 {
		t.Errorf("%+v", got)
	}
	for _, result := range got.Results {
		if result.Requirement == "any-tracking-id-unique" &&
			(result.Outcome != "fail" || result.Broken != 10 || len(result.Examples) != 3 || !strings.HasPrefix(result.Examples[0].Curl, "curl ")) {
			t.Errorf("%+v", result)
		}
	}
}

func TestJUnitReport(t *testing.T) {
	r := verified(t, Options{Paths: []string{written(t, many()...)}})
	var out strings.Builder
	if err := writeJUnit(&out, r); err != nil {
		t.Fatal(err)
	}
	for text, times := range map[string]int{
		"<failure ": 3, `name="any-tracking-id-unique [recorded traffic]"`: 1, `name="any-tracking-id-unique [recorded traffic, example 3]"`: 1,
		`name="any-json [recorded traffic]"`: 1, "broken by 10 of 1000 answers": 6, "<skipped ": r.Summary()[outcome.Skip],
	} {
		if got := strings.Count(out.String(), text); got != times {
			t.Errorf("%q stands there %d times, expected %d", text, got, times)
		}
	}
}

// What is looked at ahead of the judge is what the judge would find alone.
func TestInspectingAheadChangesNothing(t *testing.T) {
	compiled, err := schemas.Load()
	if err != nil {
		t.Fatal(err)
	}
	reader := contract.NewReader(contract.Unlock, compiled)
	alone, ahead := contract.NewJudge(), contract.NewJudge()
	for i, e := range append(shippedExchanges(t), many()...) {
		inspected := reader.Read(i+1, nil, e)
		reader.Inspect(inspected)
		if diff := cmp.Diff(alone.Answer(reader.Read(i+1, nil, e)), ahead.Answer(inspected)); diff != "" {
			t.Fatalf("exchange %d: -alone +ahead\n%s", i+1, diff)
		}
	}
}
