package resend

import (
	"errors"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/exchange"
	"conformance/internal/outcome"
	"conformance/internal/session"
)

// request changes the request of an exchange.
func request(method, path string) func(*exchange.Exchange) {
	return func(e *exchange.Exchange) { e.Request.Method, e.Request.URL = method, "http://then.test/v1"+path }
}

// TestConsent: whatever was recorded, only the two accounts of the config and ids that no system
// has are asked for.
func TestConsent(t *testing.T) {
	for name, test := range map[string]struct {
		manifest session.Manifest
		mapped   []string
		recorded exchange.Exchange
		// asked is what is sent; empty for nothing, for the reason in why.
		asked, why string
	}{
		"the recorded run's account":         {manifest: then, recorded: unlock("theirs", 202, `{"id":"1"}`, nil), asked: "POST /v2/accounts/mine/unlock"},
		"its missing account":                {manifest: then, recorded: missing(nil), asked: "POST /v2/accounts/nobody/unlock"},
		"the consented account itself":       {recorded: unlock("mine", 202, `{"id":"1"}`, nil), asked: "POST /v2/accounts/mine/unlock"},
		"an id that no system has":           {manifest: then, recorded: unlock("no%2Fsuch%2Faccount", 404, notFound, nil), asked: "POST /v2/accounts/no%2Fsuch%2Faccount/unlock"},
		"an id near the recorded account":    {manifest: then, recorded: unlock("theirs%00", 404, notFound, nil), asked: "POST /v2/accounts/mine%00/unlock"},
		"a near id that may be somebody's":   {manifest: then, recorded: unlock("theirs0", 404, notFound, nil), why: "no consent for the account"},
		"somebody else's account":            {manifest: then, recorded: unlock("other", 202, `{"id":"1"}`, nil), why: "no consent for the account"},
		"an account that was missing then":   {manifest: then, recorded: unlock("other", 404, notFound, nil), why: "no consent for the account"},
		"a request without a credential":     {manifest: then, recorded: unlock("other", 401, `{"error":"JWT is required"}`, nil), why: "no consent for the account"},
		"theirs, in foreign traffic":         {recorded: unlock("theirs", 202, `{"id":"1"}`, nil), why: "no consent for the account"},
		"an account that the user maps":      {mapped: []string{"other=mine"}, recorded: unlock("other", 202, `{"id":"1"}`, nil), asked: "POST /v2/accounts/mine/unlock"},
		"all accounts mapped":                {mapped: []string{"*=nobody"}, recorded: unlock("other", 202, `{"id":"1"}`, nil), asked: "POST /v2/accounts/nobody/unlock"},
		"another method":                     {manifest: then, recorded: unlock("other", 405, notFound, request("GET", "/accounts/other/unlock")), why: "no consent for the account"},
		"a method that may delete":           {manifest: then, recorded: unlock("theirs", 405, notFound, request("DELETE", "/accounts/theirs/unlock")), why: "no consent"},
		"a method that a run sends":          {manifest: then, recorded: unlock("theirs", 405, notFound, request("PUT", "/accounts/theirs/unlock")), asked: "PUT /v2/accounts/mine/unlock"},
		"a trailing slash":                   {manifest: then, recorded: unlock("other", 404, notFound, request("GET", "/accounts/other/unlock/")), why: "no consent"},
		"a way around":                       {manifest: then, recorded: unlock("other", 404, notFound, request("POST", "/accounts/theirs/../other/unlock")), why: "no consent"},
		"the account in another case":        {manifest: then, recorded: unlock("other", 404, notFound, request("POST", "/accounts/theirs/UNLOCK")), why: "no consent"},
		"another operation that changes":     {manifest: then, recorded: unlock("other", 202, `{"id":"1"}`, request("POST", "/accounts/theirs/disable")), why: "no consent"},
		"another operation that reads":       {manifest: then, recorded: unlock("other", 200, `{}`, request("GET", "/accounts?limit=2")), asked: "GET /v2/accounts?limit=2"},
		"one that reads, beside the base":    {manifest: then, recorded: unlock("other", 200, `{}`, func(e *exchange.Exchange) { e.Request.Method, e.Request.URL = "GET", "http://then.test/health" }), why: "the recording does not tell its base URL, and so not what stands below it"},
		"one that reads, in foreign traffic": {recorded: unlock("other", 200, `{}`, request("GET", "/accounts")), why: "the recording does not tell its base URL, and so not what stands below it"},
	} {
		t.Run(name, func(t *testing.T) {
			target := &answers{}
			r := target.replayed(t, test.manifest, Options{MapAccounts: test.mapped}, test.recorded)
			var got []string
			for _, a := range target.asked {
				got = append(got, a.method+" "+a.path)
			}
			var want []string
			wantWhy := map[string]int{}
			if test.asked != "" {
				want = []string{test.asked}
			} else {
				wantWhy[test.why] = 1
			}
			if difference := cmp.Diff(want, got); difference != "" {
				t.Errorf("asked: -want +got:\n%s", difference)
			}
			if difference := cmp.Diff(wantWhy, unsentFor(r)); difference != "" {
				t.Errorf("not sent: -want +got:\n%s", difference)
			}
		})
	}
}

// TestWhatThisMachineLacks is not held against the target, and is no end either.
func TestWhatThisMachineLacks(t *testing.T) {
	target := &answers{answer: func(number int, _ *http.Request) (*http.Response, error) {
		if number == 3 {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("socket", syscall.EMFILE)}
		}
		return said(http.StatusNotFound, notFound), nil
	}}
	r := target.replayed(t, then, Options{}, missing(nil), missing(nil), missing(nil))
	if r.ExitCode() != outcome.ExitNoVerdict || r.Sent != 2 || r.Differing[Breaking] != 0 || !strings.Contains(r.Ended, "too many open files") {
		t.Errorf("exit %d, %d sent, differing %v, ended %q", r.ExitCode(), r.Sent, r.Differing, r.Ended)
	}
}

// TestRerouting: header fields that ask for another request than the one that was consented to
// are not sent.
func TestRerouting(t *testing.T) {
	target := &answers{}
	target.replayed(t, then, Options{}, missing(func(e *exchange.Exchange) {
		for _, name := range []string{"X-HTTP-Method-Override", "X-Original-URL", "X-Forwarded-Host", "Host", "Connection", "X-Named", "User-Agent"} {
			e.Request.Header.Set(name, "other")
		}
		e.Request.Header.Set("Connection", "X-Named, close")
		e.Request.Header.Set("Accept-Language", "fr")
	}))
	var got []string
	for name, values := range target.asked[0].header {
		got = append(got, name+"="+strings.Join(values, ","))
	}
	slices.Sort(got)
	want := []string{"Accept-Language=fr", "Accept=application/json", "Content-Type=application/json", "User-Agent=conformance"}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("-want +got:\n%s", difference)
	}
}

// TestCredentials: a recorded label becomes the config's token in the form that was recorded; what
// the config has not is not sent.
func TestCredentials(t *testing.T) {
	const token = "the-token-of-org-admin"
	for recorded, test := range map[string]struct {
		mapped    []string
		want, why string
	}{
		"Bearer <orgAdmin>":             {want: "Bearer " + token},
		"bearer <orgAdmin>":             {want: "bearer " + token},
		"Token <orgAdmin:other-scheme>": {want: "Token " + token},
		"Bearer <orgAdmin:quoted>":      {want: `Bearer "` + token + `"`},
		"Basic <orgAdmin:basic>":        {want: "Basic dG9rZW46dGhlLXRva2VuLW9mLW9yZy1hZG1pbg=="},
		"Bearer <orgAdmin:unheard-of>":  {why: "needs credentials.orgAdmin in the config"},
		"Bearer <helpdesk>":             {why: "needs credentials.helpdesk in the config"},
		"Bearer <credential-1>":         {mapped: []string{"credential-1=orgAdmin"}, want: "Bearer " + token},
		"Bearer <credential-2>":         {mapped: []string{"*=orgAdmin"}, want: "Bearer " + token},
		"Bearer not-a-token":            {want: "Bearer not-a-token"},
	} {
		t.Run(recorded, func(t *testing.T) {
			target := &answers{}
			r := target.replayed(t, then, Options{MapCredentials: test.mapped}, missing(func(e *exchange.Exchange) {
				e.Request.Header.Set("Authorization", recorded)
			}))
			if test.why != "" {
				if unsentFor(r)[test.why] != 1 || len(target.asked) > 0 {
					t.Errorf("not sent: %v, asked %v; expected %q", unsentFor(r), target.asked, test.why)
				}
				return
			}
			if len(target.asked) != 1 || target.asked[0].header.Get("Authorization") != test.want {
				t.Fatalf("asked %v, not sent %v; expected %q", target.asked, r.NotSent, test.want)
			}
			if text := console(t, r); strings.Contains(text, token) {
				t.Errorf("the report holds the token:\n%s", text)
			}
		})
	}
}

// TestSecretsThatAreGone: what a recording hides and the config does not supply is not made up.
func TestSecretsThatAreGone(t *testing.T) {
	for why, change := range map[string]func(*exchange.Exchange){
		secretField:   func(e *exchange.Exchange) { e.Request.Header.Set("X-Api-Key", "<X-Api-Key>") },
		noCookies:     func(e *exchange.Exchange) { e.Request.Header.Set("Cookie", "session=<cookie>") },
		noBody:        func(e *exchange.Exchange) { e.Request.Header.Set("Content-Length", "2"); e.Request.Body = nil },
		secretInQuery: func(e *exchange.Exchange) { e.Request.URL += "?access_token=%3Ccredential-1%3E" },
	} {
		target := &answers{}
		r := target.replayed(t, then, Options{}, missing(change))
		if len(target.asked) > 0 || len(r.NotSent) != 1 || r.NotSent[0].Reason != why || r.ExitCode() != 3 {
			t.Errorf("asked %v, not sent %v, exit %d; expected %q", target.asked, r.NotSent, r.ExitCode(), why)
		}
	}
}

// TestCookiesBesideACredential: a browser sends its cookies with everything.
func TestCookiesBesideACredential(t *testing.T) {
	target := &answers{}
	r := target.replayed(t, then, Options{}, missing(func(e *exchange.Exchange) {
		e.Request.Header.Set("Cookie", "session=<cookie>")
		e.Request.Header.Set("Authorization", "Bearer <orgAdmin>")
	}))
	if len(target.asked) != 1 || target.asked[0].header.Get("Cookie") != "" {
		t.Errorf("asked %v, not sent %v", target.asked, r.NotSent)
	}
}

// TestWrongMapping: an account that nobody consented to cannot be mapped to, nor a credential to
// one that the config has not.
func TestWrongMapping(t *testing.T) {
	for flag, options := range map[string]Options{
		"--map-account *=other":       {MapAccounts: []string{"*=other"}},
		"--map-account \"mine\"":      {MapAccounts: []string{"mine"}},
		"--map-credential *=helpdesk": {MapCredentials: []string{"*=helpdesk"}},
		"--map-credential \"=x\"":     {MapCredentials: []string{"=x"}},
	} {
		options.Path, options.Now = written(t, then, missing(nil)), func() time.Time { return epoch }
		target := &answers{}
		_, err := replay(t.Context(), target.at(), options)
		var wrong *outcome.Error
		if !errors.As(err, &wrong) || wrong.Code != outcome.ExitUsage || !strings.HasPrefix(err.Error(), flag) || len(target.asked) > 0 {
			t.Errorf("%v; expected an error of the call that begins with %s", err, flag)
		}
	}
}
