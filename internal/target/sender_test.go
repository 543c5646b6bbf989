package target

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/exchange"
)

func requestLine(c captured) string {
	line, _, _ := strings.Cut(c.head, "\r\n")
	return line
}

func headerLines(c captured) []string {
	lines := strings.Split(strings.TrimSuffix(c.head, "\r\n\r\n"), "\r\n")[1:]
	slices.Sort(lines)
	return lines
}

func TestPathIsSentAsItIsEscaped(t *testing.T) {
	address, requests := capture(t)
	bases := []struct{ given, sent string }{
		{"", ""}, {"/", ""}, {"/v2025", "/v2025"}, {"/v2025/", "/v2025"}, {"/a%2Fb/%C3%A9%20", "/a%2Fb/%C3%A9%20"},
		{"/trailing%2F", "/trailing%2F"}, {"/it's(ok)", "/it's(ok)"},
	}
	for _, base := range bases {
		sender := newSender(t, "http://"+address+base.given, newTransport(t), nil)
		for _, account := range loadFixtures(t).Accounts {
			if account.Role {
				continue
			}
			stimulus := plainStimulus()
			stimulus.Segment = account.Segment
			e := sender.Send(t.Context(), stimulus)
			if e.Failure != nil {
				t.Fatalf("base %q, account %s: %v", base.given, account.Name, e.Failure)
			}
			path := base.sent + "/accounts/" + account.Segment + "/unlock"
			if got, want := requestLine(<-requests), "POST "+path+" HTTP/1.1"; got != want {
				t.Errorf("base %q, account %s:\ngot  %s\nwant %s", base.given, account.Name, got, want)
			}
			if want := "http://" + address + path; e.Request.URL != want {
				t.Errorf("base %q, account %s: kept URL %s, want %s", base.given, account.Name, e.Request.URL, want)
			}
		}
	}
}

func TestAPasswordInTheURLIsNeitherSentNorKept(t *testing.T) {
	address, requests := capture(t)
	e := newSender(t, "http://user:hunter2@"+address, newTransport(t), nil).Send(t.Context(), plainStimulus())
	if got := authorizationLine(<-requests); got != "" {
		t.Errorf("sent %q", got)
	}
	if strings.Contains(e.Request.URL, "hunter2") {
		t.Errorf("kept URL %s", e.Request.URL)
	}
}

func TestConfiguredAccountIsOneSegment(t *testing.T) {
	tests := []struct{ id, want string }{
		{"2c91808474683da6017468693c260195", "2c91808474683da6017468693c260195"},
		{"a/b?c#d e%f", "a%2Fb%3Fc%23d%20e%25f"},
		{"größe", "gr%C3%B6%C3%9Fe"},
		{"CN=x,OU=y", "CN=x%2COU=y"},
	}
	for _, test := range tests {
		if got := segment(test.id); got != test.want {
			t.Errorf("account %q: segment %s, want %s", test.id, got, test.want)
		}
	}
}

func TestBodiesAreSentToTheByte(t *testing.T) {
	address, requests := capture(t)
	sender := newSender(t, "http://"+address, newTransport(t), nil)
	for _, body := range loadFixtures(t).Bodies {
		stimulus := plainStimulus()
		stimulus.Body = body.Bytes
		e := sender.Send(t.Context(), stimulus)
		got := <-requests
		if got.body != string(body.Bytes) || !bytes.Equal(e.Request.Body, body.Bytes) {
			t.Errorf("body %s: sent %q, kept %q, want %q", body.Name, got.body, e.Request.Body, body.Bytes)
		}
		if want := fmt.Sprintf("Content-Length: %d", len(body.Bytes)); !slices.Contains(headerLines(got), want) {
			t.Errorf("body %s: no %q in\n%s", body.Name, want, got.head)
		}
	}
}

func TestHeadersAreTheseAndNoOthers(t *testing.T) {
	address, requests := capture(t)
	always := []string{"Accept: application/json", "Host: " + address, "User-Agent: conformance/test"}
	tests := []struct {
		name     string
		options  func(*SenderOptions)
		stimulus func(*Stimulus)
		want     []string
	}{
		{"a plain request", nil, nil, []string{"Content-Length: 2", "Content-Type: application/json"}},
		{"without a body", nil, func(s *Stimulus) { s.Body = nil }, []string{"Content-Length: 0", "Content-Type: application/json"}},
		{"a GET", nil, func(s *Stimulus) { s.Method, s.Body, s.Header = http.MethodGet, nil, http.Header{} }, nil},
		{"configured headers", func(o *SenderOptions) { o.Headers = map[string]string{"x-env": "staging", "X-Two": "a, b"} }, nil,
			[]string{"Content-Length: 2", "Content-Type: application/json", "X-Env: staging", "X-Two: a, b"}},
		{"the case comes first", func(o *SenderOptions) { o.Headers = map[string]string{"Accept-Language": "en", "X-Env": "a"} },
			func(s *Stimulus) { s.Header.Set("Accept-Language", "tlh") },
			[]string{"Accept-Language: tlh", "Content-Length: 2", "Content-Type: application/json", "X-Env: a"}},
		{"a credential", nil, func(s *Stimulus) { s.authorization = present("bearer", "orgAdmin", "tok") },
			[]string{"Authorization: Bearer tok", "Content-Length: 2", "Content-Type: application/json"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			stimulus := plainStimulus()
			if test.stimulus != nil {
				test.stimulus(&stimulus)
			}
			e := newSender(t, "http://"+address, newTransport(t), test.options).Send(t.Context(), stimulus)
			if e.Failure != nil {
				t.Fatal(e.Failure)
			}
			want := append(slices.Clone(always), test.want...)
			slices.Sort(want)
			if diff := cmp.Diff(want, headerLines(<-requests)); diff != "" {
				t.Errorf("header lines (-want +got):\n%s", diff)
			}
		})
	}
}

func TestConfiguredHostReplacesThatOfTheURL(t *testing.T) {
	address, requests := capture(t)
	sender := newSender(t, "http://"+address, newTransport(t), func(o *SenderOptions) {
		o.Headers = map[string]string{"host": "tenant.example"}
	})
	sender.Send(t.Context(), plainStimulus())
	if got := headerLines(<-requests); !slices.Contains(got, "Host: tenant.example") {
		t.Errorf("header lines %q", got)
	}
}

func TestAnswersAreKeptAsReceived(t *testing.T) {
	var zipped bytes.Buffer
	writer := gzip.NewWriter(&zipped)
	fmt.Fprint(writer, `{"id":"1"}`)
	writer.Close()
	var requests atomic.Int32
	var cookies atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		cookies.Add(int32(len(r.Cookies())))
		switch r.URL.Path {
		case "/accounts/redirect/unlock":
			http.SetCookie(w, &http.Cookie{Name: "session", Value: "hunter2", Path: "/", HttpOnly: true})
			http.Redirect(w, r, "/accounts/acc/unlock", http.StatusTemporaryRedirect)
		case "/accounts/gzip/unlock":
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(zipped.Bytes())
		default:
			w.WriteHeader(http.StatusAccepted)
		}
	}))
	defer server.Close()
	sender := newSender(t, server.URL, newTransport(t), nil)
	send := func(segment string) exchange.Exchange {
		stimulus := plainStimulus()
		stimulus.Segment = segment
		return sender.Send(t.Context(), stimulus)
	}
	redirected := send("redirect")
	if redirected.Status() != http.StatusTemporaryRedirect || requests.Load() != 1 {
		t.Errorf("a redirect became %d after %d requests", redirected.Status(), requests.Load())
	}
	if got := redirected.Response.Header.Values("Set-Cookie"); !slices.Equal(got, []string{"session=<cookie>"}) {
		t.Errorf("kept cookie %q", got)
	}
	coded := send("gzip")
	if !bytes.Equal(coded.Response.Body, zipped.Bytes()) || coded.Response.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("a gzip body became %q, coding %q", coded.Response.Body, coded.Response.Header.Get("Content-Encoding"))
	}
	if cookies.Load() != 0 {
		t.Error("a cookie was sent back")
	}
}

// Only a connection that nothing was written to may be replaced by another: a server that took
// a request and hung up has left it without an answer.
func TestARequestIsNotSentTwice(t *testing.T) {
	var connections, requests atomic.Int32
	address := listen(t, func(connection net.Conn) {
		connections.Add(1)
		for answered := range 2 {
			if _, _, err := readRequest(connection); err != nil {
				return
			}
			requests.Add(1)
			if answered == 1 {
				return
			}
			fmt.Fprint(connection, "HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}")
		}
	})
	sender := newSender(t, "http://"+address, newTransport(t), nil)
	for i, want := range []exchange.FailureKind{"", exchange.Reset, "", exchange.Reset} {
		var got exchange.FailureKind
		if e := sender.Send(t.Context(), plainStimulus()); e.Failure != nil {
			got = e.Failure.Kind
		}
		if got != want {
			t.Errorf("request %d: failure %q, want %q", i+1, got, want)
		}
	}
	if connections.Load() != 2 || requests.Load() != 4 {
		t.Errorf("%d connections, %d requests; want 2 and 4", connections.Load(), requests.Load())
	}
}
