package resend

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conformance/fixtures"
	"conformance/internal/exchange"
)

// TestBodies: each way in which a body can differ, by what it was and what it is.
func TestBodies(t *testing.T) {
	for name, test := range map[string]struct {
		was, is string
		want    []string
	}{
		"equal":                        {`{"a":1}`, `{"a":1}`, nil},
		"spelled otherwise":            {`{"a":1,"b":"x"}`, "{ \"b\" : \"\\u0078\",\n\"a\": 1.0 }", nil},
		"another id":                   {`{"id":"1"}`, `{"id":"2"}`, nil},
		"an id that is a number now":   {`{"id":"1"}`, `{"id":2}`, []string{"breaking type-changed /id"}},
		"an id that is blank now":      {`{"id":"1"}`, `{"id":" "}`, []string{"breaking text-emptied /id"}},
		"another point in time":        {`{"a":"2026-01-01T00:00:00Z"}`, `{"a":"2027-02-03T04:05:06.7+08:00"}`, nil},
		"no point in time any more":    {`{"a":"2026-01-01T00:00:00Z"}`, `{"a":"soon"}`, []string{"tolerable text-changed /a"}},
		"another UUID":                 {`{"a":"f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}`, `{"a":"00000000-7dec-11d0-a765-00a0c91e6bf6"}`, nil},
		"other words":                  {`{"a":{"b/c":["x"]}}`, `{"a":{"b/c":["y"]}}`, []string{"tolerable text-changed /a/b~1c/*"}},
		"another number":               {`{"a":1}`, `{"a":2}`, []string{"tolerable value-changed /a"}},
		"a member that is gone":        {`{"a":1,"b":2}`, `{"b":2}`, []string{"breaking member-removed /a"}},
		"a member more":                {`{"a":1}`, `{"a":1,"b":null}`, []string{"tolerable member-added /b"}},
		"causes that are gone":         {`{"messages":[],"causes":[]}`, `{"messages":[]}`, []string{"tolerable optional-member-removed /causes"}},
		"a locale that is null now":    {`{"messages":[{"locale":"en"}]}`, `{"messages":[{"locale":null}]}`, []string{"tolerable null-now /messages/*/locale"}},
		"a text that is null now":      {`{"messages":[{"text":"x"}]}`, `{"messages":[{"text":null}]}`, []string{"breaking type-changed /messages/*/text"}},
		"a list that is longer":        {`{"a":[1]}`, `{"a":[1,2]}`, []string{"tolerable element-added /a"}},
		"a list that is shorter":       {`{"a":[1,2]}`, `{"a":[1]}`, []string{"tolerable element-removed /a"}},
		"a list that was an object":    {`{"a":{}}`, `{"a":[]}`, []string{"breaking type-changed /a"}},
		"another envelope":             {`{"id":"1"}`, `{"error":"x"}`, []string{"breaking envelope-changed body"}},
		"an envelope no more":          {`{"error":"x"}`, `{"errorMessage":"x"}`, []string{"breaking envelope-changed body"}},
		"JSON no more":                 {`{"a":1}`, `<html>`, []string{"breaking body-not-json body"}},
		"a member given twice":         {`{"a":1}`, `{"a":1,"a":2}`, []string{"breaking body-not-json body"}},
		"two JSON values":              {`{"a":1}`, `{"a":1}{"a":1}`, []string{"breaking body-not-json body"}},
		"other words that are no JSON": {`sorry`, `pardon`, []string{"tolerable body-changed body"}},
		"empty now":                    {`{"a":1}`, ``, []string{"breaking body-emptied body"}},
		"not empty any more":           {``, `{"a":1}`, []string{"tolerable body-added body"}},
	} {
		t.Run(name, func(t *testing.T) {
			was := exchange.Response{Status: 200, Body: []byte(test.was)}
			is := exchange.Response{Status: 200, Body: []byte(test.is)}
			var found differences
			(&comparer{}).body(&found, exchange.Exchange{Response: &was}, exchange.Exchange{Response: &is})
			if difference := cmp.Diff(test.want, inShort(found.list)); difference != "" {
				t.Errorf("-want +got:\n%s\n%+v", difference, found.list)
			}
		})
	}
}

func inShort(differences []Difference) []string {
	var all []string
	for _, d := range differences {
		all = append(all, fmt.Sprintf("%s %s %s", d.Class(), d.Rule, d.pattern()))
	}
	return all
}

// TestHeaders: each way in which the header of an answer can differ.
func TestHeaders(t *testing.T) {
	field := func(name string, values ...string) http.Header { return http.Header{name: values} }
	for name, test := range map[string]struct {
		was, is http.Header
		want    []string
	}{
		"another moment":              {field("Date", "Thu, 01 Jan 2026 00:00:00 GMT"), field("Date", "Fri, 02 Jan 2026 00:00:00 GMT"), nil},
		"another server":              {field("Server", "nginx"), nil, nil},
		"a charset more":              {field("Content-Type", "application/json"), field("Content-Type", "Application/JSON ; charset=utf-8"), nil},
		"small letters":               {field("Content-Type", "application/json"), field("content-type", "application/json"), nil},
		"another media type":          {field("Content-Type", "application/json"), field("Content-Type", "text/plain"), []string{"breaking media-type-changed header Content-Type"}},
		"two media types":             {field("Content-Type", "application/json"), field("Content-Type", "application/json", "application/json"), []string{"breaking media-type-changed header Content-Type"}},
		"no media type":               {field("Content-Type", "application/json"), nil, []string{"breaking header-removed header Content-Type"}},
		"another wait":                {field("Retry-After", "1"), field("Retry-After", "9"), nil},
		"no wait":                     {field("Retry-After", "1"), nil, []string{"breaking header-removed header Retry-After"}},
		"no challenge":                {field("Www-Authenticate", "Bearer"), nil, []string{"breaking header-removed header Www-Authenticate"}},
		"another challenge":           {field("Www-Authenticate", "Bearer"), field("Www-Authenticate", `Bearer realm="x"`), []string{"tolerable header-changed header Www-Authenticate"}},
		"methods in another order":    {field("Allow", "GET, POST"), field("Allow", "POST,GET, PUT"), nil},
		"a method less":               {field("Allow", "GET, POST"), field("Allow", "GET"), []string{"breaking header-narrowed header Allow"}},
		"no language":                 {field("Content-Language", "en"), nil, []string{"tolerable other-header-removed header Content-Language"}},
		"an announcement":             {nil, field("Sunset", "Fri, 02 Jan 2026 00:00:00 GMT"), []string{"tolerable header-added header Sunset"}},
		"a field of the server's own": {field("X-Api-Version", "1"), field("X-Api-Version", "2"), []string{"tolerable header-changed header X-Api-Version"}},
	} {
		t.Run(name, func(t *testing.T) {
			var found differences
			(&comparer{}).headers(&found, test.was, test.is)
			if difference := cmp.Diff(test.want, inShort(found.list)); difference != "" {
				t.Errorf("-want +got:\n%s", difference)
			}
		})
	}
}

// TestFailures: a failure is the same as the same failure, and nothing else.
func TestFailures(t *testing.T) {
	whole := exchange.Exchange{Response: &exchange.Response{Status: 202}}
	reset := exchange.Exchange{Failure: &exchange.Failure{Kind: exchange.Reset}}
	cut := exchange.Exchange{Response: &exchange.Response{Status: 202}, Failure: &exchange.Failure{Kind: exchange.Truncated}}
	for name, test := range map[string]struct {
		then, now exchange.Exchange
		want      []string
	}{
		"answer, none":      {whole, reset, []string{"breaking no-answer connection"}},
		"answer, half":      {whole, cut, []string{"breaking no-answer connection"}},
		"none, answer":      {reset, whole, []string{"tolerable answered-now connection"}},
		"the same failure":  {reset, reset, nil},
		"another failure":   {reset, cut, []string{"tolerable other-failure connection"}},
		"half, and so half": {cut, cut, nil},
	} {
		got, _ := compareFailures(test.then, test.now)
		if difference := cmp.Diff(test.want, inShort(got)); difference != "" {
			t.Errorf("%s: -want +got:\n%s", name, difference)
		}
	}
}

// TestStatuses: another status breaks, unless the page leaves both open or a limit is the reason.
func TestStatuses(t *testing.T) {
	answer := func(status int, header ...string) func(int, *http.Request) (*http.Response, error) {
		body := strings.Replace(notFound, "404 Not found", fmt.Sprint(status), 1)
		if status == http.StatusTooManyRequests {
			body = `{"message":"Rate Limit Exceeded"}`
		}
		return func(int, *http.Request) (*http.Response, error) { return said(status, body, header...), nil }
	}
	bodiless := func(e *exchange.Exchange) {
		e.Response.Body, e.Failure = nil, &exchange.Failure{Kind: exchange.NotRecorded, Message: "no body"}
	}
	ofCase := func(name string) func(*exchange.Exchange) {
		return func(e *exchange.Exchange) { e.Case = name }
	}
	for name, test := range map[string]struct {
		recorded exchange.Exchange
		answer   func(int, *http.Request) (*http.Response, error)
		want     string
		exit     int
	}{
		"another status":                                        {missing(nil), answer(400), "breaking status-changed 404 status", 1},
		"a case that allows both":                               {unlock("none", 202, `{"id":"1"}`, ofCase("unlock-idn-null")), answer(400), "tolerable status-left-open 202 status", 0},
		"a case that does not":                                  {unlock("none", 202, `{"id":"1"}`, ofCase("empty-object")), answer(400), "breaking status-changed 202 status", 1},
		"another method":                                        {unlock("none", 405, notFound, request("PUT", "/accounts/none/unlock")), answer(501), "tolerable status-left-open 405 status", 0},
		"another method that unlocks":                           {unlock("none", 405, notFound, request("PUT", "/accounts/none/unlock")), answer(202), "breaking status-changed 405 status", 1},
		"a method that unlocked":                                {unlock("none", 202, `{"id":"1"}`, request("PUT", "/accounts/none/unlock")), answer(405), "breaking status-changed 202 status", 1},
		"a limit that is in the way":                            {missing(nil), answer(429, "Retry-After", "60"), "noise limited 404 status", 3},
		"another one than that of a body that was not recorded": {missing(bodiless), answer(400), "breaking status-changed 404 status", 1},
		"a limit that is gone":                                  {unlock("none", 429, `{"message":"x"}`, nil), answer(404), "breaking status-changed 429 status", 1},
	} {
		t.Run(name, func(t *testing.T) {
			r := (&answers{answer: test.answer}).replayed(t, then, Options{}, test.recorded)
			if got := rules(r); !slices.Contains(got, test.want) || r.ExitCode() != test.exit {
				t.Errorf("exit %d, %q; expected %d, %q", r.ExitCode(), got, test.exit, test.want)
			}
		})
	}
}

// TestLimitNotMet: a request that was over a limit then may get what the same request got below it,
// and nothing else; another one shows nothing.
func TestLimitNotMet(t *testing.T) {
	for name, test := range map[string]struct {
		before []exchange.Exchange
		want   string
	}{
		"nothing before":         {nil, statusChanged},
		"the same, below it":     {[]exchange.Exchange{missing(nil)}, limitNotMet},
		"the same, and another":  {[]exchange.Exchange{missing(nil), unlock("none", 400, notFound, nil)}, limitNotMet},
		"the same, over it":      {[]exchange.Exchange{unlock("none", 429, `{"message":"x"}`, nil)}, statusChanged},
		"over it, then below it": {[]exchange.Exchange{unlock("none", 429, `{"message":"x"}`, nil), missing(nil)}, limitNotMet},
		"failed, then below it":  {[]exchange.Exchange{missing(func(e *exchange.Exchange) { e.Response = nil }), missing(nil)}, limitNotMet},
		"the same, otherwise":    {[]exchange.Exchange{unlock("none", 400, notFound, nil)}, statusChanged},
		"another body":           {[]exchange.Exchange{missing(func(e *exchange.Exchange) { e.Request.Body = []byte("[]") })}, statusChanged},
		"another method":         {[]exchange.Exchange{missing(request("PUT", "/accounts/none/unlock"))}, statusChanged},
		"another account":        {[]exchange.Exchange{missing(request("POST", "/accounts/nobody/unlock"))}, statusChanged},
		"with another's request": {[]exchange.Exchange{missing(func(e *exchange.Exchange) { e.Request.Header.Set("Authorization", "Bearer x") })}, statusChanged},
	} {
		t.Run(name, func(t *testing.T) {
			open := newOpenStatuses(&fixtures.Set{})
			for _, e := range test.before {
				open.remember(e)
			}
			c := &comparer{open: open}
			if got := c.status(unlock("none", 429, `{"message":"x"}`, nil), missing(nil)); got.Rule != test.want {
				t.Errorf("%s, want %s", got.Rule, test.want)
			}
		})
	}
	unlimited := &answers{answer: func(int, *http.Request) (*http.Response, error) { return said(404, notFound), nil }}
	later := unlock("none", 429, `{"message":"x"}`, func(e *exchange.Exchange) { e.Started = time.Second })
	if got := rules(unlimited.replayed(t, then, Options{}, missing(nil), later)); !slices.Contains(got, "noise limit-not-met 429 status") {
		t.Errorf("a replay finds %q", got)
	}
}

// TestOpenStatuses: which statuses an odd request of another program may get in each other's place.
func TestOpenStatuses(t *testing.T) {
	open := newOpenStatuses(&fixtures.Set{})
	sent := func(method, id, mediaType string) exchange.Exchange {
		return exchange.Exchange{Request: exchange.Request{Method: method, URL: "http://h/accounts/" + id + "/unlock", Header: http.Header{"Content-Type": {mediaType}}}}
	}
	const usual, json = "7", "application/json; charset=utf-8"
	for name, test := range map[string]struct {
		then exchange.Exchange
		want []int
	}{
		"a usual request":      {sent("POST", usual, json), nil},
		"another method":       {sent("PUT", usual, json), []int{400, 401, 403, 404, 405, 501}},
		"an escaped id":        {sent("POST", "%20", json), []int{400, 404, 414, 431}},
		"the longest usual id": {sent("POST", strings.Repeat("7", longestID), json), nil},
		"a longer id":          {sent("POST", strings.Repeat("7", longestID+1), json), []int{400, 404, 414, 431}},
		"another media type":   {sent("POST", usual, "text/plain"), []int{400, 415}},
		"no media type":        {sent("POST", usual, ""), []int{400, 415}},
	} {
		for was := 200; was < 600; was++ {
			for is := 200; is < 600; is++ {
				if got := open.has(test.then, was, is); got != (slices.Contains(test.want, was) && slices.Contains(test.want, is)) {
					t.Errorf("%s: %d then and %d now are open: %v", name, was, is, got)
				}
			}
		}
	}
}

// TestRoomIsNoExcuseForUnlocking: what the page leaves room for may change, but not from a refusal
// to an unlocking.
func TestRoomIsNoExcuseForUnlocking(t *testing.T) {
	set, err := fixtures.Load()
	if err != nil {
		t.Fatal(err)
	}
	open := newOpenStatuses(set)
	then := exchange.Exchange{Case: "hostile-account-near-space"}
	for change, want := range map[[2]int]bool{{404, 202}: false, {404, 403}: true, {202, 404}: true, {404, 400}: true, {404, 500}: false} {
		if got := open.has(then, change[0], change[1]); got != want {
			t.Errorf("%d then and %d now are open: %v", change[0], change[1], got)
		}
	}
}

// TestFindRule: every rule is found by its id, and no other.
func TestFindRule(t *testing.T) {
	for _, rule := range Rules {
		if found, is := FindRule(rule.ID); !is || found != rule {
			t.Errorf("%s: %v, %v", rule.ID, found, is)
		}
	}
	if found, is := FindRule("invented"); is {
		t.Errorf("found %v", found)
	}
}

// TestABodyThatWasNotRecorded is compared with none.
func TestABodyThatWasNotRecorded(t *testing.T) {
	r := (&answers{answer: func(int, *http.Request) (*http.Response, error) { return said(404, notFound, "Vary", "X"), nil }}).
		replayed(t, then, Options{}, missing(func(e *exchange.Exchange) {
			e.Response.Body, e.Failure = nil, &exchange.Failure{Kind: exchange.NotRecorded, Message: "no body"}
		}))
	if got := rules(r); len(got) != 1 || got[0] != "tolerable header-added 404 header Vary" || r.ExitCode() != 0 {
		t.Errorf("exit %d, %q", r.ExitCode(), got)
	}
}

// TestRules: the table is whole, and each sentence is one.
func TestRules(t *testing.T) {
	seen := map[string]bool{}
	for _, rule := range Rules {
		if seen[rule.ID] || !slices.Contains(Classes, rule.Class) || !strings.HasSuffix(rule.Why, ".") {
			t.Errorf("rule %+v", rule)
		}
		seen[rule.ID] = true
	}
}
