package resend

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"conformance/internal/clock"
	"conformance/internal/exchange"
	"conformance/internal/redact"
	"conformance/internal/session"
	"conformance/internal/subject"
	"conformance/internal/target"
)

// answers is a target without a network: it keeps what it was asked, and when.
type answers struct {
	// answer gives the answer to the request with that number, from 1; nil says 404.
	answer func(number int, r *http.Request) (*http.Response, error)
	clock  *clock.Virtual

	mutex sync.Mutex
	asked []asked
}

// asked is a request that came.
type asked struct {
	method, path string
	header       http.Header
	body         string
	at           time.Duration
}

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	a.mutex.Lock()
	a.asked = append(a.asked, asked{r.Method, r.URL.RequestURI(), r.Header, string(body), a.clock.Now().Sub(epoch)})
	number := len(a.asked)
	a.mutex.Unlock()
	if a.answer == nil {
		return said(http.StatusNotFound, notFound), nil
	}
	return a.answer(number, r)
}

// notFound is the body of a 404 that keeps all requirements.
const notFound = `{"detailCode":"404 Not found","trackingId":"e7eab60924f64aa284175b9fa3309599",` +
	`"messages":[{"locale":"en-US","localeOrigin":"DEFAULT","text":"The server did not find a current representation."}]}`

// said is an answer in JSON; the header is given as names and values in turn.
func said(status int, body string, header ...string) *http.Response {
	r := &http.Response{Proto: "HTTP/1.1", StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body))}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

// at makes a subject of a target without a network, which consents to the account "mine".
func (a *answers) at() *subject.Subject {
	a.clock = clock.NewVirtual(epoch)
	base, _ := url.Parse("http://now.test/v2") // never fails
	return &subject.Subject{
		Name: base.String(), URL: base, Transport: a, Clock: a.clock, Timeout: time.Minute, Secrets: &redact.Secrets{},
		Credentials: target.Tokens{"orgAdmin": "the-token-of-org-admin"},
		Plan:        target.Plan{Unlockable: "mine", Missing: "nobody", MaxWait: 15 * time.Second},
		Close:       func() {},
	}
}

// replayed sends exchanges again to a target without a network.
func (a *answers) replayed(t testing.TB, m session.Manifest, options Options, exchanges ...exchange.Exchange) *Report {
	t.Helper()
	options.Path = written(t, m, exchanges...)
	options.Now, options.Output = func() time.Time { return epoch }, io.Discard
	if options.Concurrency == 0 {
		options.Concurrency = 1
	}
	r, err := replay(t.Context(), a.at(), options)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// written is a session on the disk that holds the exchanges.
func written(t testing.TB, m session.Manifest, exchanges ...exchange.Exchange) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "session")
	m.Recorded = epoch
	writer, err := session.Create(folder, m)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range exchanges {
		if err := writer.Append(statusPath(e), e); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return folder
}

// then is the manifest of a run at another server: its account was "theirs".
var then = session.Manifest{Target: "http://then.test/v1", Accounts: map[string]string{"unlockable": "theirs", "missing": "none"}}

// unlock is a recorded request for an account with its answer; change, if it is not nil, changes it.
func unlock(account string, status int, body string, change func(*exchange.Exchange)) exchange.Exchange {
	e := exchange.Exchange{
		Request: exchange.Request{
			Method: http.MethodPost, URL: "http://then.test/v1/accounts/" + account + "/unlock",
			Header: http.Header{"Accept": {"application/json"}, "Content-Type": {"application/json"}}, Body: []byte("{}"),
		},
		Response: &exchange.Response{Proto: "HTTP/1.1", Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(body)},
	}
	if change != nil {
		change(&e)
	}
	return e
}

// missing is a recorded request for the missing account.
func missing(change func(*exchange.Exchange)) exchange.Exchange {
	return unlock("none", http.StatusNotFound, notFound, change)
}

// rules are the differences of a report in short: the rule, the status and the place of each.
func rules(r *Report) []string {
	var all []string
	for _, g := range r.Groups {
		all = append(all, fmt.Sprintf("%s %s %s %s", g.Class(), g.Rule, g.Status, g.Where))
	}
	return all
}

// unsentFor are the reasons for which requests were not sent, each up to its first colon, with counts.
func unsentFor(r *Report) map[string]int {
	all := map[string]int{}
	for _, n := range r.NotSent {
		reason, _, _ := strings.Cut(n.Reason, ":")
		all[reason] += n.Count
	}
	return all
}
