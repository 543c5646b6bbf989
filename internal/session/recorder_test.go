package session

import (
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"conformance/internal/clock"
	"conformance/internal/exchange"
)

// gathered is a sink that remembers.
type gathered struct {
	mutex sync.Mutex
	all   []exchange.Exchange
}

func (g *gathered) sink(e exchange.Exchange) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.all = append(g.all, e)
}

func (g *gathered) list() []exchange.Exchange {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return g.all
}

// only is the one exchange that there must be.
func (g *gathered) only(t *testing.T) exchange.Exchange {
	t.Helper()
	all := g.list()
	if len(all) != 1 {
		t.Fatalf("%d exchanges are recorded, want 1", len(all))
	}
	return all[0]
}

// rawServer answers every connection with the same bytes once it has read a request, and
// sends what it read. It closes the connection after that.
func rawServer(t *testing.T, answer string) (address string, requests <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	read := make(chan string, 10)
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			read <- readRequest(connection)
			_, _ = io.WriteString(connection, answer)
			_ = connection.Close()
		}
	}()
	return listener.Addr().String(), read
}

// readRequest reads up to the marks that end the requests of these tests.
func readRequest(from io.Reader) string {
	var text strings.Builder
	buffer := make([]byte, 4096)
	for !strings.HasSuffix(text.String(), "END") && !strings.HasSuffix(text.String(), "0\r\n\r\n") {
		n, err := from.Read(buffer)
		text.Write(buffer[:n])
		if err != nil {
			break
		}
	}
	return text.String()
}

// plain is a transport that asks for no coding.
func plain() *http.Transport {
	return &http.Transport{DisableCompression: true, DisableKeepAlives: true}
}

func request(t *testing.T, method, url, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// fetch sends a request and reads the answer to its end.
func fetch(t *testing.T, through http.RoundTripper, r *http.Request) (*http.Response, string) {
	t.Helper()
	response, err := through.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Error(err)
	}
	return response, string(body)
}

// zip is a text in gzip.
func zip(t *testing.T, text string) string {
	t.Helper()
	var zipped bytes.Buffer
	writer := gzip.NewWriter(&zipped)
	if _, err := io.WriteString(writer, text); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return zipped.String()
}

func TestRecorderKeepsTheAnswerOfTheWire(t *testing.T) {
	zipped := zip(t, "plain")
	length := strconv.Itoa(len(zipped))
	for _, test := range []struct {
		name      string
		method    string
		answer    string
		transport *http.Transport
		want      exchange.Response
	}{
		{
			name:   "a coded body stays coded",
			answer: "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + length + "\r\n\r\n" + zipped,
			want: exchange.Response{Status: 200, Body: []byte(zipped),
				Header: http.Header{"Content-Encoding": {"gzip"}, "Content-Length": {length}}},
		},
		{
			name:      "a decoded body says so",
			answer:    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + length + "\r\n\r\n" + zipped,
			transport: &http.Transport{DisableKeepAlives: true},
			want:      exchange.Response{Status: 200, Body: []byte("plain"), Uncompressed: true},
		},
		{
			name:   "chunks",
			answer: "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n1\r\n\n\r\n0\r\n\r\n",
			want:   exchange.Response{Status: 202, Body: []byte("{}\n"), Header: http.Header{"Transfer-Encoding": {"chunked"}}},
		},
		{
			name:   "no length at all",
			answer: "HTTP/1.0 500 Oops\r\nA: 1\r\nA: 2\r\n\r\nuntil the end\r\n",
			want:   exchange.Response{Proto: "HTTP/1.0", Status: 500, Body: []byte("until the end\r\n"), Header: http.Header{"A": {"1", "2"}}},
		},
		{
			name:   "bytes that are not UTF-8",
			answer: "HTTP/1.1 400 Bad\r\nX-Name: caf\xe9 \xff\r\nContent-Length: 3\r\n\r\n\x00\xff\xfe",
			want: exchange.Response{Status: 400, Body: []byte("\x00\xff\xfe"),
				Header: http.Header{"X-Name": {"caf\xe9 \xff"}, "Content-Length": {"3"}}},
		},
		{
			name:   "an answer to HEAD",
			method: "HEAD",
			answer: "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
			want:   exchange.Response{Status: 200, Header: http.Header{"Content-Length": {"1000"}}},
		},
		{
			name:   "no body",
			answer: "HTTP/1.1 204 No Content\r\n\r\n",
			want:   exchange.Response{Status: 204},
		},
		{
			name:   "an empty body",
			answer: "HTTP/1.1 429 Slow\r\nContent-Length: 0\r\nRetry-After: 7\r\n\r\n",
			want:   exchange.Response{Status: 429, Header: http.Header{"Content-Length": {"0"}, "Retry-After": {"7"}}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			address, _ := rawServer(t, test.answer)
			var seen gathered
			transport := test.transport
			if transport == nil {
				transport = plain()
			}
			if test.method == "" {
				test.method = "POST"
			}
			if test.want.Proto == "" {
				test.want.Proto = "HTTP/1.1"
			}
			_, body := fetch(t, NewRecorder(transport, Capture{Sink: seen.sink}), request(t, test.method, "http://"+address+"/", "END"))
			same(t, string(test.want.Body), body)
			e := seen.only(t)
			same(t, test.want, *e.Response)
			if e.Failure != nil {
				t.Errorf("the exchange failed: %v", e.Failure)
			}
		})
	}
}

// go-vcr's recorder sends none of these but the first.
func TestRecorderSendsWhatItIsGiven(t *testing.T) {
	for _, test := range []struct {
		name   string
		path   string
		header http.Header
		host   string
		body   string
		stream bool
		// sent must stand in what the server read.
		sent []string
	}{
		{name: "plain", path: "/a%2Fb?x=1", header: http.Header{"Content-Type": {"application/json"}}, body: "{}END",
			sent: []string{"POST /a%2Fb?x=1 HTTP/1.1\r\n", "Content-Length: 5\r\n", "\r\n\r\n{}END"}},
		{name: "a bad content type", path: "/", header: http.Header{"Content-Type": {"a/b; c=\xff"}}, body: "END", sent: []string{"Content-Type: a/b; c=\xff\r\n"}},
		{name: "two content types", path: "/", header: http.Header{"Content-Type": {"a/b", "c/d"}}, body: "END", sent: []string{"Content-Type: a/b\r\nContent-Type: c/d\r\n"}},
		{name: "a broken query", path: "/?x=%zz", body: "END", sent: []string{"POST /?x=%zz HTTP"}},
		{name: "a semicolon", path: "/?a=1;b=2", body: "END", sent: []string{"POST /?a=1;b=2 HTTP"}},
		{name: "a broken form", path: "/", header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, body: "a=%zz&;END", sent: []string{"\r\n\r\na=%zz&;END"}},
		{name: "another host", path: "/", host: "tenant.example", body: "END", sent: []string{"Host: tenant.example\r\n"}},
		{name: "chunks", path: "/", body: "in chunks", stream: true, sent: []string{"Transfer-Encoding: chunked\r\n"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			address, read := rawServer(t, "HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}")
			var seen gathered
			r := request(t, "POST", "http://"+address+test.path, test.body)
			if test.header != nil {
				r.Header = test.header.Clone()
			}
			if test.stream {
				r.ContentLength = -1
			}
			r.Host = test.host
			r.URL.User, r.URL.Fragment = url.UserPassword("name", "password"), "fragment"
			before := r.Header.Clone()
			fetch(t, NewRecorder(plain(), Capture{Sink: seen.sink}), r)
			text := <-read
			mustContain(t, text, test.sent...)
			same(t, before, r.Header)

			got := seen.only(t).Request
			same(t, "http://"+address+test.path, got.URL)
			same(t, test.body, string(got.Body))
			want := headerOf(t, text)
			if test.host == "" {
				want.Del("Host")
			}
			same(t, want, got.Header)
		})
	}
}

// headerOf reads a request's header fields as they stand.
func headerOf(t *testing.T, text string) http.Header {
	t.Helper()
	head, _, found := strings.Cut(text, "\r\n\r\n")
	if !found {
		t.Fatalf("no header in %q", text)
	}
	header := http.Header{}
	for _, line := range strings.Split(head, "\r\n")[1:] {
		name, value, _ := strings.Cut(line, ": ")
		header[name] = append(header[name], value)
	}
	return header
}

// What Clean and the client do to the exchange and to the answer touches nothing else.
func TestCleaningTouchesTheRecordOnly(t *testing.T) {
	var seen gathered
	recorder := NewRecorder(canned("secret answer"), Capture{Sink: seen.sink, Clean: func(e exchange.Exchange) exchange.Exchange {
		e.Request.Header.Set("Authorization", "Bearer <orgAdmin>")
		e.Response.Header.Set("A", "<label>")
		e.Response.Body = bytes.ReplaceAll(e.Response.Body, []byte("secret"), []byte("<label>"))
		e.Credential = "orgAdmin"
		return e
	}})
	r := request(t, "POST", "http://h/", "")
	r.Header.Set("Authorization", "Bearer abc")
	response, body := fetch(t, recorder, r.WithContext(WithCase(r.Context(), "202-plain", 2)))
	same(t, "secret answer", body)
	same(t, "b", response.Header.Get("A"))
	same(t, "Bearer abc", r.Header.Get("Authorization"))
	response.Header.Set("A", "changed later")
	e := seen.only(t)
	same(t, "<label> answer", string(e.Response.Body))
	same(t, "<label>", e.Response.Header.Get("A"))
	same(t, "Bearer <orgAdmin>", e.Request.Header.Get("Authorization"))
	same(t, []any{"orgAdmin", "202-plain", 2}, []any{e.Credential, e.Case, e.Attempt})
}

func TestRecorderMeasuresTime(t *testing.T) {
	virtual := clock.NewVirtual(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	var seen gathered
	recorder := NewRecorder(roundTrip(func(r *http.Request) (*http.Response, error) {
		virtual.Advance(time.Second)
		return canned("answer")(r)
	}), Capture{Sink: seen.sink, Clock: virtual})
	virtual.Advance(time.Minute)
	response, err := recorder.RoundTrip(request(t, "GET", "http://h/", ""))
	if err != nil {
		t.Fatal(err)
	}
	virtual.Advance(2 * time.Second)
	if _, err := io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	e := seen.only(t)
	same(t, []time.Duration{time.Minute, 3 * time.Second}, []time.Duration{e.Started, e.Duration})
}

func TestRecorderOverHTTP2(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	transport := server.Client().Transport.(*http.Transport)
	transport.DisableCompression = true
	var seen gathered
	r := request(t, "POST", server.URL+"/a?b", "over HTTP/2")
	r.Header = http.Header{"X-Two-Words": {"a", "b"}, "User-Agent": {"test"}}
	fetch(t, NewRecorder(transport, Capture{Sink: seen.sink}), r)
	e := seen.only(t)
	same(t, "HTTP/2.0", e.Response.Proto)
	same(t, exchange.Request{
		Method: "POST", URL: server.URL + "/a?b", Body: []byte("over HTTP/2"),
		Header: http.Header{"X-Two-Words": {"a", "b"}, "User-Agent": {"test"}, "Content-Length": {"11"}},
	}, e.Request)
}

func TestRecorderIsSafeForConcurrentUse(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }))
	defer server.Close()
	var seen gathered
	recorder := NewRecorder(server.Client().Transport, Capture{Sink: seen.sink})
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for range 20 {
				body := strings.Repeat(string(rune('a'+worker)), 100)
				if _, got := fetch(t, recorder, request(t, "POST", server.URL, body)); got != body {
					t.Errorf("got %q", got)
				}
			}
		})
	}
	group.Wait()
	same(t, 160, len(seen.list()))
	for _, e := range seen.list() {
		same(t, string(e.Request.Body), string(e.Response.Body))
	}
}
