package reference

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"conformance/fixtures"
	"conformance/internal/clock"
)

// noon is the time at which the clocks of the tests stand.
var noon = time.Date(2030, 5, 17, 12, 0, 0, 0, time.UTC)

// newReference makes a reference with a seed and a virtual clock.
func newReference(t *testing.T, fault string) (*Reference, *clock.Virtual) {
	t.Helper()
	virtual := clock.NewVirtual(noon)
	r, err := New(Options{Clock: virtual, Seed: "test", Fault: fault})
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return r, virtual
}

// request makes a request for an account, escaped as it stands in the path.
func request(method, segment, body string, headers ...string) *http.Request {
	r, err := http.NewRequest(method, "http://reference.test/accounts/"+segment+"/unlock", strings.NewReader(body))
	if err != nil {
		panic(err) // the tests write only segments that are escaped
	}
	if r.Body == nil {
		r.Body = http.NoBody // as a server has it
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

// reply is what came back for one request.
type reply struct {
	Status int
	Header http.Header
	Body   string
	// Aborted says that the handler broke the connection off.
	Aborted bool
}

// ask hands one request to a handler.
func ask(handler http.Handler, request *http.Request) (got reply) {
	recorder := httptest.NewRecorder()
	defer func() {
		if cause := recover(); cause != nil {
			if cause != http.ErrAbortHandler {
				panic(cause)
			}
			got = reply{Aborted: true}
		}
	}()
	handler.ServeHTTP(recorder, request)
	answer := recorder.Result()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		panic(err)
	}
	return reply{Status: answer.StatusCode, Header: answer.Header, Body: string(body)}
}

// fixtureCases are the cases of all paths, in order, and behind them a few in which more
// than one thing is wrong. Those show in what order things are checked; the page leaves
// that open, so they expect any of several statuses.
func fixtureCases(t *testing.T) (*fixtures.Set, []fixtures.Case) {
	t.Helper()
	set, err := fixtures.Load()
	if err != nil {
		t.Fatal(err)
	}
	var cases []fixtures.Case
	for _, path := range set.Paths {
		cases = append(cases, path.Cases...)
	}
	return set, append(cases, twofoldCases...)
}

// twofoldCases are wrong in two ways each.
var twofoldCases = []fixtures.Case{
	{Name: "no-authority-missing-account", Account: fixtures.Missing, Credential: "unprivileged", Body: "empty-object",
		Method: "POST", ContentType: "application/json", Expect: []int{403, 404}},
	{Name: "no-authority-bad-body", Account: fixtures.Unlockable, Credential: "unprivileged", Body: "truncated",
		Method: "POST", ContentType: "application/json", Expect: []int{403, 400}},
	{Name: "bad-body-missing-account", Account: fixtures.Missing, Credential: "orgAdmin", Body: "truncated",
		Method: "POST", ContentType: "application/json", Expect: []int{400, 404}},
	{Name: "no-authorization-get", Account: fixtures.Unlockable, Credential: fixtures.NoCredential, Body: "missing",
		Method: "GET", ContentType: "application/json", Expect: []int{401, 403, 404, 405, 501}},
	{Name: "fast-helpdesk", Path: "429", Account: fixtures.Missing, Credential: "helpdesk", Body: "empty-object",
		Method: "POST", ContentType: "application/json", Expect: []int{404, 429}},
	{Name: "fast-bad-body", Path: "429", Account: fixtures.Missing, Credential: "throttled", Body: "truncated",
		Method: "POST", ContentType: "application/json", Expect: []int{400, 404, 429}},
}

// caseRequest makes the request of a case, with the tokens of a reference.
func caseRequest(t *testing.T, set *fixtures.Set, c fixtures.Case, credentials map[string]string) *http.Request {
	t.Helper()
	roles := map[string]string{
		fixtures.Unlockable: UnlockableAccount, fixtures.Probe: UnlockableAccount,
		fixtures.Missing: MissingAccount, fixtures.Fault: FaultAccount,
	}
	account, _ := set.Account(c.Account)
	segment := account.Segment
	if account.Role {
		segment = roles[account.Name]
	}
	if account.Near != "" {
		segment = strings.NewReplacer("{id}", UnlockableAccount, "{head}", UnlockableAccount[:31], "{tail}", UnlockableAccount[1:], "{half}", UnlockableAccount[:16]).Replace(account.Near)
	}
	body, _ := set.Body(c.Body)
	r := request(c.Method, segment, string(body.Bytes), "Content-Type", c.ContentType)
	for name, value := range c.Headers {
		r.Header.Set(name, value)
	}
	if c.Chunked {
		r.ContentLength, r.TransferEncoding = -1, []string{"chunked"}
	}
	if c.ContentType == fixtures.NoContentType {
		r.Header.Del("Content-Type")
	}
	if value := authorization(c, credentials[c.Credential]); value != "" || c.Authorization == fixtures.EmptyHeader {
		r.Header.Set("Authorization", value)
	}
	return r
}

// authorization presents a token as a case says.
func authorization(c fixtures.Case, token string) string {
	switch c.Authorization {
	case fixtures.LowerCase:
		return "bearer " + token
	case fixtures.Basic:
		return "Basic " + base64.StdEncoding.EncodeToString([]byte("conformance:"+token))
	case fixtures.Empty:
		return "Bearer "
	case fixtures.UpperCase:
		return "BEARER " + token
	case fixtures.BasicToken:
		return "Basic " + token
	case fixtures.OtherScheme:
		return "Token " + token
	case fixtures.Bare:
		return token
	case fixtures.EmptyHeader:
		return ""
	case fixtures.Short:
		return "Bearer x"
	case fixtures.Shortened:
		return "Bearer " + token[:len(token)-9]
	case fixtures.Lengthened:
		return "Bearer " + token + "xyz"
	case fixtures.SwappedCase:
		return "Bearer " + strings.ToUpper(token)
	case fixtures.Quoted:
		return `Bearer "` + token + `"`
	case fixtures.Second:
		return "Bearer not-a-token " + token
	case fixtures.Malformed:
		return "Bearer not-a-token"
	case fixtures.Tampered:
		return "Bearer " + tamper(token)
	case fixtures.Unsigned:
		return "Bearer " + unsign(token)
	}
	if token == "" {
		return ""
	}
	return "Bearer " + token
}

// tamper changes the last character of a token.
func tamper(token string) string {
	last := byte('A')
	if strings.HasSuffix(token, "A") {
		last = 'B'
	}
	return token[:len(token)-1] + string(last)
}

// unsign makes a token with the algorithm "none" that says the same.
func unsign(token string) string {
	header := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`))
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return header + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"orgAdmin"}`)) + "."
	}
	return header + "." + parts[1] + "."
}

// runCases sends every case to a fresh reference, one after another, a second apart so
// that no rate limit is met but where the case is about one. Replies are by the case's name.
func runCases(t *testing.T, set *fixtures.Set, cases []fixtures.Case, fault string) map[string][]reply {
	t.Helper()
	r, virtual := newReference(t, fault)
	credentials := r.Credentials()
	replies := map[string][]reply{}
	for _, c := range cases {
		times := 1
		switch {
		case c.Name == "burst":
			times = burstLength
		case strings.HasPrefix(c.Name, "fast-"):
			times = burstLength / 2
		case c.Path != "429":
			virtual.Advance(time.Second)
		}
		for range times {
			replies[c.Name] = append(replies[c.Name], ask(r, caseRequest(t, set, c, credentials)))
		}
		if c.Name == "burst" {
			virtual.Advance(believed(replies[c.Name], virtual.Now()))
		}
	}
	return replies
}

// burstLength is how many requests the burst has. Half as many go over every limit that a
// legal variant sets for a token that is not throttled.
const burstLength = 62

// believed is how long a client waits that believes the Retry-After of the last reply.
func believed(replies []reply, now time.Time) time.Duration {
	value := ""
	for name, values := range replies[len(replies)-1].Header {
		if strings.EqualFold(name, "Retry-After") && len(values) > 0 {
			value = values[0]
		}
	}
	if at, err := http.ParseTime(value); err == nil {
		return at.Sub(now)
	}
	seconds, err := strconv.Atoi(value)
	if err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}
