package convert

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/dnaeon/go-vcr.v3/cassette"

	"conformance/internal/clock"
	"conformance/internal/exchange"
	"conformance/internal/session"
)

const shipped = "../../cassettes/reference"

// odd are exchanges that a form of recorded traffic could easily lose something of.
func odd() []exchange.Exchange {
	request := exchange.Request{Method: "POST", URL: "https://tenant.example/v3/accounts/a%2Fb/unlock?x=%zz",
		Header: http.Header{"X-None": {}, "X-Two": {"b", "a"}, "x-lower": {"1"}}, Body: []byte("\t\n\x00\xff")}
	answer := exchange.Response{Proto: "HTTP/2.0", Status: 429, Header: http.Header{"Retry-After": {" 1 "}}, Body: []byte("\r\n\xfe")}
	unpacked := exchange.Response{Proto: "HTTP/1.1", Status: 200, Uncompressed: true, Body: []byte("{}")}
	return []exchange.Exchange{
		{Case: "one", Attempt: 2, Credential: "orgAdmin:tampered", Request: request, Response: &answer, Started: 1, Duration: 123456789},
		{Request: request, Failure: &exchange.Failure{Kind: exchange.Refused, Message: "nothing listens\nthere"}, Started: time.Hour},
		{Request: request, Response: &answer, Failure: &exchange.Failure{Kind: exchange.Truncated, Message: "broke off"}},
		{Request: request, Response: &unpacked},
	}
}

// oddSession is a session of two cassettes, and a manifest with everything in it.
func oddSession(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "odd")
	writer, err := session.Create(dir, session.Manifest{
		Tool: "conformance 1", Recorded: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC), Target: "https://tenant.example/v3",
		Accounts: map[string]string{"unlockable": "0123", "missing": "yes"}, Credentials: []string{"orgAdmin"},
		RateLimit:     &session.RateLimit{Requests: 5, Concurrency: 2, MaxWait: 90 * time.Second, Headers: map[string]string{"X": "1"}},
		InternalFault: &session.InternalFault{Account: "boom\n\U0001F4A3"}, Retries: 3,
		Headers: map[string]string{"X-Key": "<X-Key>"}, Waive: map[string]string{"500": "the tenant: cannot #\n\n  do it"},
	}, session.WithSync(session.SyncNone, clock.System{}))
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range odd() {
		if err := writer.Append([]string{"429", "failed", "429", "429"}[i], e); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// All ways from one form to another lead back to the very same session.
func TestRoundTripsLoseNothing(t *testing.T) {
	ways := map[string][]string{
		"archive":            {"a.har", "out"},
		"cassette":           {"c.yaml", "out"},
		"archive, cassette":  {"a.har", "s", "c.yaml", "out"},
		"cassette, archive":  {"c.yml", "a.HAR", "out"},
		"archive to archive": {"a.har", "b.har", "out"},
	}
	for name, in := range map[string]string{"reference": shipped, "odd": oddSession(t)} {
		for way, stops := range ways {
			t.Run(name+" by "+way, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				from := in
				for _, stop := range stops {
					to := filepath.Join(dir, stop)
					if _, err := Convert(t.Context(), Options{In: from, Out: to}); err != nil {
						t.Fatal(err)
					}
					if want, got := read(t, in), read(t, to); !reflect.DeepEqual(want, got) {
						t.Fatalf("%s: -recorded +converted\n%.3000s", stop, cmp.Diff(want, got))
					}
					from = to
				}
				if diff := cmp.Diff(files(t, in), files(t, from)); diff != "" {
					t.Errorf("-recorded +converted\n%.3000s", diff)
				}
			})
		}
	}
}

// contents is everything that a place with recorded traffic holds. No header and none with
// nothing in it are the same.
type contents struct {
	Manifest  session.Manifest
	Cassettes []string
	Exchanges []exchange.Exchange
}

func read(t *testing.T, path string) contents {
	t.Helper()
	source, err := session.OpenSource(path)
	if err != nil {
		t.Fatal(err)
	}
	found := contents{Manifest: source.Manifest}
	for item, err := range source.Items() {
		if err != nil {
			t.Fatal(err)
		}
		e, err := item.Exchange()
		if err != nil {
			t.Fatal(err)
		}
		if e.Request.Header == nil {
			e.Request.Header = http.Header{}
		}
		if e.Response != nil && e.Response.Header == nil {
			e.Response.Header = http.Header{}
		}
		for name, values := range e.Request.Header {
			e.Request.Header[name] = append([]string{}, values...)
		}
		found.Cassettes = append(found.Cassettes, item.Cassette)
		found.Exchanges = append(found.Exchanges, e)
	}
	if len(source.Warnings()) > 0 {
		t.Errorf("warnings: %v", source.Warnings())
	}
	return found
}

func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		texts[entry.Name()] = string(text)
	}
	return texts
}

// A single cassette with a whole session in it is one that plain go-vcr loads.
func TestGoVCRLoadsTheCassette(t *testing.T) {
	out := filepath.Join(t.TempDir(), "c.yaml")
	if _, err := Convert(t.Context(), Options{In: shipped, Out: out}); err != nil {
		t.Fatal(err)
	}
	loaded, err := cassette.Load(strings.TrimSuffix(out, ".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	want := read(t, shipped).Exchanges
	if len(loaded.Interactions) != len(want) {
		t.Fatalf("%d interactions, expected %d", len(loaded.Interactions), len(want))
	}
	for i, interaction := range loaded.Interactions {
		if interaction.Response.Code != want[i].Status() || interaction.Request.URL != want[i].Request.URL {
			t.Errorf("interaction %d is %s, %d", i, interaction.Request.URL, interaction.Response.Code)
		}
	}
}

// canary is in pieces: a scanner of this file would complain of the whole.
const canary = "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiJjYW5hcnkifQ" + ".c2lnbmF0dXJlLWNhbmFyeQ"

// foreign is a cassette of another program, with a token in its header and in its answer.
func foreign(t *testing.T, answer string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "some traffic.yaml")
	text := `---
version: 2
interactions:
- id: 0
  request:
    method: POST
    url: https://tenant.example/v3/accounts/a/unlock
    headers:
      Authorization: ["Bearer ` + canary + `"]
      Cookie: ["session=0123456789abcdef0123"]
    body: "{}"
  response:
    code: 401
    status: 401 Unauthorized
    headers:
      Date: ["Wed, 04 Feb 2026 05:06:07 GMT"]
    body: '` + answer + `'
    duration: 1ms
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestForeignTrafficIsCleaned(t *testing.T) {
	in := foreign(t, `{"error":"no such token `+canary+`"}`)
	for _, name := range []string{"out.har", "out.yaml", "out"} {
		out := filepath.Join(t.TempDir(), name)
		result, err := Convert(t.Context(), Options{In: in, Out: out, Version: "1"})
		if err != nil || result.Cleaned != 1 || result.Interactions != 1 {
			t.Fatalf("%+v, %v", result, err)
		}
		found := read(t, out)
		e := found.Exchanges[0]
		if e.Request.Header.Get("Authorization") != "Bearer <credential-1>" || string(e.Response.Body) != `{"error":"no such token <credential-1>"}` {
			t.Errorf("%s: %v %s", name, e.Request.Header, e.Response.Body)
		}
		if !found.Manifest.Recorded.Equal(time.Date(2026, 2, 4, 5, 6, 7, 0, time.UTC)) || found.Manifest.Tool != "conformance 1" {
			t.Errorf("%s: the manifest is %+v", name, found.Manifest)
		}
		if err := filepath.WalkDir(filepath.Dir(out), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			for _, secret := range []string{canary, "c2lnbmF0dXJlLWNhbmFyeQ", "0123456789abcdef0123"} {
				if strings.Contains(string(text), secret) {
					t.Errorf("%s holds a secret", path)
				}
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	}
}

// What still looks like a secret is not written, unless somebody says that it is none.
func TestSuspectsAreRefused(t *testing.T) {
	const key = "AK" + "IAIOSFODNN7CANARYA"
	in := foreign(t, `{"error":"the key `+key+` is off"}`)
	out := filepath.Join(t.TempDir(), "out.yaml")
	_, err := Convert(t.Context(), Options{In: in, Out: out})
	var suspects *SuspectsError
	if !errors.As(err, &suspects) || strings.Contains(err.Error(), key) || !strings.Contains(err.Error(), "response body") {
		t.Fatalf("error %v", err)
	}
	assertEmpty(t, filepath.Dir(out))
	if _, err := Convert(t.Context(), Options{In: in, Out: out, KeepSuspects: true}); err != nil {
		t.Error(err)
	}
}

// Our own sessions are left as they are, unless that is asked for.
func TestRedactOwn(t *testing.T) {
	dir := t.TempDir()
	clean, dirty := filepath.Join(dir, "clean.yaml"), oddSession(t)
	writer, err := session.Create(filepath.Join(dir, "own"), session.Manifest{})
	if err != nil {
		t.Fatal(err)
	}
	e := odd()[0]
	e.Request.Header = http.Header{"Authorization": {"Bearer " + canary}}
	if err := errors.Join(writer.Append("401", e), writer.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := Convert(t.Context(), Options{In: filepath.Join(dir, "own"), Out: clean, Redact: true}); err != nil {
		t.Fatal(err)
	}
	if got := read(t, clean).Exchanges[0].Request.Header.Get("Authorization"); got != "Bearer <credential-1>" {
		t.Errorf("Authorization is %q", got)
	}
	result, err := Convert(t.Context(), Options{In: dirty, Out: filepath.Join(dir, "same")})
	if err != nil || result.Cleaned != 0 {
		t.Errorf("%+v, %v", result, err)
	}
}

func TestNothingIsOverwritten(t *testing.T) {
	for _, name := range []string{"out.har", "out.yaml", "out"} {
		dir := t.TempDir()
		out := filepath.Join(dir, name)
		if err := os.WriteFile(out, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Convert(t.Context(), Options{In: shipped, Out: out}); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v", name, err)
		}
		if err := place(filepath.Join(shipped, "401.yaml"), out, name); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s, put there meanwhile: %v", name, err)
		}
		if text, err := os.ReadFile(out); err != nil || string(text) != "mine" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
}

// What fails on the way leaves nothing behind.
func TestFailuresLeaveNothing(t *testing.T) {
	cut := filepath.Join(t.TempDir(), "broken.yaml")
	if err := os.WriteFile(cut, []byte("version: 2\ninteractions:\n- id: 0\n  request: {method: [}\n- id: 1\n  request: {}\n  response: {code: 200}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, name := range []string{"out.har", "out.yaml", "out"} {
		dir := t.TempDir()
		var damaged *session.Error
		if _, err := Convert(t.Context(), Options{In: cut, Out: filepath.Join(dir, name)}); !errors.As(err, &damaged) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := Convert(ended, Options{In: shipped, Out: filepath.Join(dir, name)}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s, interrupted: %v", name, err)
		}
		assertEmpty(t, dir)
	}
}

func assertEmpty(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// Cassettes of every version of go-vcr can be converted, and so can browsers' archives.
func TestForeignFormats(t *testing.T) {
	for _, in := range []string{
		"../session/testdata/go-vcr-v1.yaml", "../session/testdata/go-vcr-v2.yaml", "../session/testdata/go-vcr-v4.yaml",
		"../session/testdata/by-hand.yaml", "../har/testdata/chromium.har", "../har/testdata/firefox.har", "../har/testdata/mitmproxy.har", "../har/testdata/playwright.har",
	} {
		out := filepath.Join(t.TempDir(), "out")
		result, err := Convert(t.Context(), Options{In: in, Out: out, KeepSuspects: true})
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if got := len(read(t, out).Exchanges); got == 0 || got != result.Interactions || got != len(read(t, in).Exchanges) {
			t.Errorf("%s: %d interactions, %d converted", in, got, result.Interactions)
		}
	}
}
