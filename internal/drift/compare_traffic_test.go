package drift

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/drift/observe"
	"conformance/internal/drift/openapi"
	"conformance/internal/exchange"
	"conformance/internal/session"
)

// reply is one answer to a request without a case, for an account of which nothing is known.
type reply struct {
	status  int
	body    string
	header  http.Header
	took    time.Duration
	request string
	account string
	method  string
	failure exchange.FailureKind
}

// The bodies that a server of the page sends; TRACKING stands for an id of its own.
const (
	task    = `{"id":"2c91808474683da6017468693c260195"}`
	problem = `{"detailCode":"404 Not found","trackingId":"TRACKING","messages":[{"locale":"en-US","localeOrigin":"DEFAULT","text":"The server did not find it."}]}`
)

// traffic makes n exchanges of each reply.
func traffic(n int, replies ...reply) []exchange.Exchange {
	var all []exchange.Exchange
	for _, r := range replies {
		for range n {
			header := http.Header{"Content-Type": {"application/json"}}
			body := strings.ReplaceAll(r.body, "TRACKING", fmt.Sprintf("b21b1f7ce4da4d639f2c%012x", r.status*1000+len(all)))
			for name, values := range r.header {
				header[name] = values
			}
			e := exchange.Exchange{
				Duration: r.took,
				Request: exchange.Request{Method: "POST", URL: "http://h/accounts/" + r.account + "7/unlock", Body: []byte(r.request),
					Header: http.Header{"Authorization": {"Bearer <credential-4>"}, "Content-Type": {"application/json"}}},
				Response: &exchange.Response{Status: r.status, Header: header, Body: []byte(body)},
			}
			if r.method != "" {
				e.Request.Method = r.method
			}
			if r.failure != "" {
				e.Response, e.Failure = nil, &exchange.Failure{Kind: r.failure, Message: "it failed"}
			}
			all = append(all, e)
		}
	}
	return all
}

// lines are the changes of a report, and below them its notes.
func lines(r *Report) []string { return slices.Concat(folded(r), r.Notes) }

func TestRecordingsCompared(t *testing.T) {
	ok, missing := reply{status: 202, body: task}, reply{status: 404, body: problem, request: `{"a":1}`}
	with := func(r reply, change func(*reply)) reply { change(&r); return r }
	body := func(r reply, text string) reply { r.body = text; return r }
	forbidden := with(body(missing, strings.Replace(problem, "404 Not found", "403", 1)), func(r *reply) { r.status = 403 })
	slow := func(took time.Duration) reply { return with(ok, func(r *reply) { r.took = took }) }
	header := func(r reply, name string, values ...string) reply {
		r.header = http.Header{name: values}
		return r
	}
	limited := func(wait string) reply {
		return header(reply{status: 429, body: `{"message":"x y"}`, request: `{"b":1}`}, "Retry-After", wait)
	}
	for name, row := range map[string]struct {
		old, new []exchange.Exchange
		want     []string
	}{
		"nothing":                 {traffic(9, ok, missing), traffic(9, missing, ok), nil},
		"another size":            {traffic(3, ok), traffic(90, ok), nil},
		"other ids":               {traffic(9, ok), traffic(9, body(ok, strings.Replace(task, "2c91", "ffff", 1))), nil},
		"an id of digits alone":   {traffic(9, ok), append(traffic(9, ok), traffic(1, body(ok, `{"id":"11111111111111111111111111111111"}`))...), nil},
		"another form of id":      {traffic(9, ok), traffic(1, body(ok, `{"id":"11111111-1111-4111-8111-111111111111"}`)), []string{"harmless page-allows 202 /id", "1 kind of request has fewer than 3 exchanges on one side: whether they are answered otherwise is not said"}},
		"moved":                   {traffic(3, missing), traffic(3, forbidden), []string{"breaking status-moved 404 request POST account id: digits, body {\"a\":0}, as somebody"}},
		"moved, of one account":   {traffic(3, ok), traffic(3, with(missing, func(r *reply) { r.request = "" })), []string{"notable status-mixed 202 request POST account id: digits, no body, as somebody"}},
		"moved, of too few":       {traffic(2, missing), traffic(9, forbidden), []string{"1 kind of request has fewer than 3 exchanges on one side: whether they are answered otherwise is not said", "404: 2 exchanges with this status before, and none now: of its answers nothing is known any more"}},
		"sometimes moved":         {traffic(3, ok), traffic(3, ok, with(forbidden, func(r *reply) { r.request = "" })), []string{"notable status-mixed 202 request POST account id: digits, no body, as somebody"}},
		"busy":                    {traffic(3, ok), traffic(3, ok, reply{status: 503}), []string{"notable status-mixed 202 request POST account id: digits, no body, as somebody"}},
		"no answer":               {traffic(3, ok), traffic(3, reply{failure: exchange.Reset}), []string{"breaking answer-lost 202 request POST account id: digits, no body, as somebody"}},
		"interrupted":             {traffic(3, ok), append(traffic(3, ok), traffic(3, reply{failure: exchange.Interrupted})...), nil},
		"another method":          {traffic(3, ok), append(traffic(3, ok), traffic(3, reply{status: 200, body: "[]", method: "GET"})...), []string{"kinds of request that were not compared: 0 only in the old recording, 1 only in the new one"}},
		"a member gone":           {traffic(3, ok), traffic(3, body(ok, `{}`)), []string{"breaking member-removed 202 /id"}},
		"a member renamed":        {traffic(3, ok), traffic(3, body(ok, `{"taskId":"2c91808474683da6017468693c260195"}`)), []string{"breaking member-renamed 202 /id"}},
		"a member once not there": {traffic(3, ok), traffic(1, ok, ok, body(ok, `{}`)), []string{"breaking member-optional 202 /id"}},
		"gone, of too few":        {traffic(2, ok), traffic(3, body(ok, `{}`)), []string{"breaking requirement-broken 202 /id", "1 kind of request has fewer than 3 exchanges on one side: whether they are answered otherwise is not said", "202 /id: is not as before, but before there were only 2 exchanges: too few to say what is usual"}},
		"a member retyped":        {traffic(3, ok), traffic(1, ok, body(ok, `{"id":7}`), ok), []string{"breaking member-retyped 202 /id"}},
		"a member null":           {traffic(3, ok), traffic(1, ok, body(ok, `{"id":null}`), ok), []string{"breaking member-nullable 202 /id"}},
		"a member empty":          {traffic(3, ok), traffic(1, ok, body(ok, `{"id":""}`), ok), []string{"breaking requirement-broken 202 /id"}},
		"a member more":           {traffic(3, ok), traffic(3, body(ok, task[:len(task)-1]+`,"more":[]}`)), []string{"harmless member-added 202 /more"}},
		"a member of its own":     {traffic(3, body(ok, task[:len(task)-1]+`,"more":1}`)), traffic(3, ok), []string{"notable undocumented-member-changed 202 /more"}},
		"once seen, now never":    {traffic(1, ok, body(ok, task[:len(task)-1]+`,"more":1}`), ok), traffic(3, ok), nil},
		"often seen, now never":   {traffic(9, ok, body(ok, task[:len(task)-1]+`,"more":1}`)), traffic(20, ok), []string{"notable undocumented-member-changed 202 /more"}},
		"no JSON":                 {traffic(3, ok), traffic(1, ok, ok, body(ok, "<html>")), []string{"breaking body-unreadable 202 body"}},
		"another media type":      {traffic(3, ok), traffic(3, header(ok, "Content-Type", "text/html")), []string{"breaking requirement-broken 202 header Content-Type", "breaking media-type-removed 202 media type application/json", "notable media-type-added 202 media type text/html"}},
		"a header gone":           {traffic(3, header(ok, "X-Left", "7")), traffic(3, ok), []string{"notable header-removed 202 header X-Left"}},
		"a header more":           {traffic(3, ok), traffic(3, header(ok, "X-Left", "7")), []string{"harmless header-added 202 header X-Left"}},
		"a header in other words": {traffic(3, header(ok, "X-Left", "7")), traffic(3, header(ok, "X-Left", "seven")), []string{"notable header-form-changed 202 header X-Left"}},
		"no Retry-After":          {traffic(3, limited("1")), traffic(3, with(limited("1"), func(r *reply) { r.header = nil })), []string{"breaking required-header-removed 429 header Retry-After"}},
		"Retry-After as a date":   {traffic(3, limited("1")), traffic(3, limited("Thu, 01 Jan 2026 00:00:00 GMT")), []string{"harmless page-allows 429 header Retry-After"}},
		"longer waits":            {traffic(3, limited("1")), traffic(3, limited("3600")), []string{"notable retry-after-grown 429 header Retry-After"}},
		"slower":                  {traffic(20, slow(100*time.Millisecond)), traffic(20, slow(time.Second)), []string{"notable latency-grown 202 latency"}},
		"a little slower":         {traffic(20, slow(10*time.Millisecond)), traffic(20, slow(100*time.Millisecond)), nil},
		"slower, but not by far":  {traffic(20, slow(300*time.Millisecond)), traffic(20, slow(800*time.Millisecond)), nil},
		"slower by far":           {traffic(20, slow(300*time.Millisecond)), traffic(20, slow(time.Second)), []string{"notable latency-grown 202 latency"}},
		"slower, of too few":      {traffic(19, slow(100*time.Millisecond)), traffic(19, slow(time.Second)), nil},
		"a new code":              {traffic(12, missing), traffic(3, body(missing, strings.Replace(problem, "404 Not found", "404.1", 1))), []string{"notable values-added 404 /detailCode"}},
		"a new code, of too few":  {traffic(11, missing), traffic(3, body(missing, strings.Replace(problem, "404 Not found", "404.1", 1))), nil},
		"words among texts":       {traffic(12, missing, body(missing, strings.Replace(problem, "DEFAULT", "any text", 1))), traffic(3, body(missing, strings.Replace(problem, "DEFAULT", "TENANT", 1))), nil},
		"a new origin":            {traffic(12, missing), traffic(3, body(missing, strings.Replace(problem, "DEFAULT", "TENANT", 1))), []string{"harmless locale-origin-added 404 /messages/*/localeOrigin"}},
		"mended":                  {traffic(3, body(ok, `{"id":" "}`)), traffic(3, ok), []string{"harmless requirement-mended 202 /id"}},
		"other operations":        {traffic(3, ok), append(traffic(3, ok), traffic(3, with(missing, func(r *reply) { r.account = "x/" }))...), nil},
	} {
		report, err := Recordings(observedSide(t, "old", row.old), observedSide(t, "new", row.new))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(row.want, lines(report)); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", name, diff)
		}
	}
}

// An operation that the page does not speak of has no page to allow or forbid anything.
func TestRecordingsOfAnotherOperation(t *testing.T) {
	wanted, err := openapi.ParseOperation("POST /sources/{id}/reset")
	if err != nil {
		t.Fatal(err)
	}
	side := func(text string) Side {
		all := traffic(3, reply{status: 200, body: text})
		for i := range all {
			all[i].Request.URL = "http://h/v3/sources/7/reset"
		}
		s, err := trafficSide("x", wanted, observe.Exchanges(observe.Operation(wanted), session.Manifest{}, all))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	report, err := Recordings(side(`{"a":"2c91808474683da6","b":null}`), side(`{"a":"no id at all","b":3}`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"notable format-changed 200 /a"}, lines(report)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A document or the contract is the measure, on whichever side it stands.
func TestTrafficAgainstDocuments(t *testing.T) {
	contract := loaded(t, ContractName)
	strict := filepath.Join(t.TempDir(), "strict.yaml")
	text, err := os.ReadFile(vendors)
	if err != nil {
		t.Fatal(err)
	}
	edited := strings.Replace(string(text), "          description: Which task.\n          type: string", "          description: Which task.\n          type: integer", 1)
	edited = strings.Replace(edited, "        '404':\n          $ref: '#/components/responses/404'\n", "", 1)
	if err := os.WriteFile(strict, []byte(edited), 0o600); err != nil {
		t.Fatal(err)
	}
	ok, missing := reply{status: 202, body: task}, reply{status: 404, body: problem}
	for name, row := range map[string]struct {
		document Side
		traffic  []exchange.Exchange
		want     []string
	}{
		"nothing":             {contract, traffic(1, ok, missing), nil},
		"a vendor's, nothing": {loaded(t, vendors), traffic(1, ok, missing), nil},
		"a vendor's":          {loaded(t, strict), traffic(1, ok, missing), []string{"notable status-added 404", "harmless page-allows 202 /id"}},
		"no id":               {contract, traffic(1, reply{status: 202, body: "{}"}), []string{"breaking member-optional 202 /id"}},
		"another status":      {contract, traffic(1, reply{status: 200, body: task}), []string{"breaking requirement-broken 200 status", "notable status-added 200"}},
		"a number":            {contract, traffic(1, reply{status: 202, body: `{"id":1}`}), []string{"breaking member-retyped 202 /id"}},
		"no Retry-After":      {contract, traffic(3, reply{status: 429, body: `{"message":"x y"}`}), []string{"breaking required-header-removed 429 header Retry-After"}},
		"a blank id":          {contract, traffic(1, reply{status: 202, body: `{"id":" "}`}), []string{"breaking requirement-broken 202 /id"}},
	} {
		side := observedSide(t, "traffic", row.traffic)
		for _, pair := range [][2]Side{{row.document, side}, {side, row.document}} {
			report, err := Compare(pair[0], pair[1])
			if err != nil {
				t.Fatal(err)
			}
			slices.SortFunc(report.Changes, Change.compare)
			if diff := cmp.Diff(row.want, lines(report)); diff != "" {
				t.Errorf("%s: (-want +got):\n%s", name, diff)
			}
			if report.Old.Kind == Traffic {
				t.Errorf("%s: the document is the measure", name)
			}
		}
	}
	empty, err := Load(vendors, "POST /sources/{id}/reset", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := AgainstTraffic(empty, observedSide(t, "traffic", traffic(1, ok))); err == nil {
		t.Error("a document without the operation was compared")
	}
}

// What a named case got is held to what the page lets it get.
func TestAnswersToCases(t *testing.T) {
	ofCase := func(name string, replies ...reply) []exchange.Exchange {
		all := traffic(1, replies...)
		for i := range all {
			all[i].Case = name
		}
		return all
	}
	refused := reply{status: 401, body: `{"error":"no"}`, header: http.Header{"Www-Authenticate": {"Bearer"}}}
	limited := reply{status: 429, body: `{"message":"Rate Limit Exceeded"}`, header: http.Header{"Retry-After": {"1"}}}
	for name, row := range map[string]struct {
		traffic []exchange.Exchange
		want    []string
	}{
		"as expected":               {ofCase("expired-token", refused), nil},
		"a case that nobody knows":  {ofCase("no-such-case", reply{status: 202, body: task}), nil},
		"another status":            {ofCase("expired-token", reply{status: 202, body: task}), []string{"breaking status-moved 401 case expired-token"}},
		"a status that is doubtful": {ofCase("malformed-token-missing-account", reply{status: 400, body: strings.Replace(problem, "404 Not found", "400 Bad request", 1)}), []string{"notable status-doubtful 401 case malformed-token-missing-account"}},
		"no answer":                 {ofCase("expired-token", reply{failure: exchange.Reset}), []string{"breaking answer-lost 401 case expired-token"}},
		"a limit in the way":        {ofCase("expired-token", limited, refused), nil},
		"a limit alone":             {ofCase("expired-token", limited), []string{"breaking status-moved 401 case expired-token"}},
	} {
		report, err := AgainstTraffic(loaded(t, ContractName), observedSide(t, "traffic", row.traffic))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(row.want, folded(report)); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", name, diff)
		}
	}
}

// What was left out of the traffic of any side is noted.
func TestPartialTrafficIsNoted(t *testing.T) {
	side := func(name string) Side {
		made := observedSide(t, name, traffic(1, reply{status: 202, body: task}))
		made.observed.Warnings = []string{name + " broke off"}
		return made
	}
	for _, test := range []struct {
		old, new Side
		want     []string
	}{
		{side("old"), side("new"), []string{"1 kind of request has fewer than 3 exchanges on one side: whether they are answered otherwise is not said", "old broke off", "new broke off"}},
		{loaded(t, ContractName), side("new"), []string{"new broke off"}},
		{side("old"), loaded(t, vendors), []string{"old broke off"}},
	} {
		report, err := Compare(test.old, test.new)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, report.Notes); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// Each change says what it rests on, on both sides.
func TestTrafficIsEvidence(t *testing.T) {
	old := traffic(5, reply{status: 202, body: task})
	report, err := Recordings(observedSide(t, "old", old), observedSide(t, "new", append(slices.Clone(old), traffic(2, reply{status: 202, body: "{}"})...)))
	if err != nil || len(report.Changes) != 1 {
		t.Fatalf("%v: %v", err, report)
	}
	want := Evidence{
		Old: Support{Count: 5, Examples: []string{"exchange 1", "exchange 2", "exchange 3"}},
		New: Support{Count: 2, Examples: []string{"exchange 6", "exchange 7"}},
	}
	if diff := cmp.Diff(want, report.Changes[0].Evidence); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := report.Changes[0].Sentence(); got != "202 /id: always there, now missing in 2 of 7" {
		t.Error(got)
	}
}

// Stimuli that are answered otherwise in the same way are one group.
func TestGroupsOfStimuli(t *testing.T) {
	var changes []Change
	for i := range 5 {
		changes = append(changes, Change{Rule: "status-moved", Grade: Breaking, Old: "202", New: "403", Where: Place{"202", fmt.Sprintf("case c%d", i)}})
	}
	changes = append(changes, Change{Rule: "status-moved", Grade: Breaking, Old: "404", New: "403", Where: Place{"404", "case c9"}})
	var places []string
	for _, group := range newReport("x", Name{}, Name{}, changes).Groups(Breaking) {
		places = append(places, group.Places())
	}
	if diff := cmp.Diff([]string{"202 case c0, case c1, case c2 and 2 more", "404 case c9"}, places); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
