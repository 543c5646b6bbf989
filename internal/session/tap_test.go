package session

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"conformance/internal/exchange"
)

// tapped is a server with a Tap before the handler.
func tapped(t *testing.T, handler http.HandlerFunc, capture Capture) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(Tap(handler, capture))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	return server
}

// exchangeRaw sends bytes over a new connection and reads to its end.
func exchangeRaw(t *testing.T, server *httptest.Server, request string) string {
	t.Helper()
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := io.WriteString(connection, request); err != nil {
		t.Fatal(err)
	}
	// A connection that the server breaks off may end with a reset; what came before is read.
	answer, _ := io.ReadAll(connection)
	return string(answer)
}

// The handlers that read all, some or nothing of a request must make no difference.
func TestTapSeesRequestsAsTheyArrive(t *testing.T) {
	readers := map[string]http.HandlerFunc{
		"read whole":   func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) },
		"read partly":  func(_ http.ResponseWriter, r *http.Request) { _, _ = r.Body.Read(make([]byte, 3)) },
		"read by form": func(_ http.ResponseWriter, r *http.Request) { _ = r.ParseForm() },
		"closed":       func(_ http.ResponseWriter, r *http.Request) { _ = r.Body.Close() },
		"unread":       func(http.ResponseWriter, *http.Request) {},
		"unread before a flush": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
			_ = http.NewResponseController(w).Flush()
		},
		"read after an answer": func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "first")
			_, _ = io.Copy(w, r.Body)
		},
	}
	servers, seen := map[string]*httptest.Server{}, map[string]*gathered{}
	for name, handler := range readers {
		seen[name] = &gathered{}
		servers[name] = tapped(t, handler, Capture{Sink: seen[name].sink})
	}
	for _, test := range []struct {
		name    string
		request string
		want    exchange.Request
	}{
		{
			"plain", "POST /a%2Fb/./c?x=1 HTTP/1.1\r\nContent-Length: 2\r\n",
			exchange.Request{URL: "http://h/a%2Fb/./c?x=1", Body: []byte("{}"), Header: http.Header{"Content-Length": {"2"}}},
		},
		{
			"a broken query", "POST /?x=%zz&;=%00 HTTP/1.1\r\n",
			exchange.Request{URL: "http://h/?x=%zz&;=%00"},
		},
		{
			"a broken form", "POST / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\n",
			exchange.Request{URL: "http://h/", Body: []byte("a=%zz;"),
				Header: http.Header{"Content-Length": {"6"}, "Content-Type": {"application/x-www-form-urlencoded"}}},
		},
		{
			"two bad content types", "POST / HTTP/1.1\r\nContent-Type: a/b; c=\r\nContent-Type: \"\r\n",
			exchange.Request{URL: "http://h/", Header: http.Header{"Content-Type": {"a/b; c=", "\""}}},
		},
		{
			"bytes that are not UTF-8", "POST /caf\xe9 HTTP/1.1\r\nX-Name: caf\xe9 \xff\r\nContent-Length: 3\r\n",
			exchange.Request{URL: "http://h/caf\xe9", Body: []byte("\x00\xff\xfe"), Header: http.Header{"X-Name": {"caf\xe9 \xff"}, "Content-Length": {"3"}}},
		},
		{
			"an odd method", "UNLOCK /a HTTP/1.1\r\nContent-Length: 1\r\n",
			exchange.Request{Method: "UNLOCK", URL: "http://h/a", Body: []byte("x"), Header: http.Header{"Content-Length": {"1"}}},
		},
		{
			"two slashes", "POST //evil.example/a HTTP/1.1\r\n",
			exchange.Request{URL: "http://h//evil.example/a"},
		},
		{
			"the URL of a proxy", "POST http://other.example/a HTTP/1.1\r\n",
			exchange.Request{URL: "http://other.example/a"},
		},
		{
			"chunks", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n",
			exchange.Request{URL: "http://h/", Body: []byte("in chunks"), Header: http.Header{"Transfer-Encoding": {"chunked"}}},
		},
		{
			"a long body", "POST / HTTP/1.1\r\nContent-Length: 200000\r\n",
			exchange.Request{URL: "http://h/", Body: bytes.Repeat([]byte("0123456789"), 20_000), Header: http.Header{"Content-Length": {"200000"}}},
		},
	} {
		for name, server := range servers {
			t.Run(test.name+" "+name, func(t *testing.T) {
				seen[name].all = nil
				body := string(test.want.Body)
				if test.want.Header["Transfer-Encoding"] != nil {
					body = "2\r\nin\r\n7\r\n chunks\r\n0\r\n\r\n"
				}
				exchangeRaw(t, server, test.request+"Host: h\r\nConnection: close\r\n\r\n"+body)
				want := test.want
				if want.Method == "" {
					want.Method = "POST"
				}
				want.Header = want.Header.Clone()
				if want.Header == nil {
					want.Header = http.Header{}
				}
				want.Header.Set("Connection", "close")
				got := seen[name].only(t).Request
				same(t, string(want.Body), string(got.Body))
				want.Body, got.Body = nil, nil
				same(t, want, got)
			})
		}
	}
}

// The handler gets what was read for the record, although it answered first.
func TestTapHandsOutWhatItReadAhead(t *testing.T) {
	for _, size := range []int{1, 1000, 100_000} {
		var seen gathered
		server := tapped(t, func(w http.ResponseWriter, r *http.Request) {
			start := make([]byte, 1)
			_, _ = io.ReadFull(r.Body, start)
			w.WriteHeader(200)
			rest, err := io.ReadAll(r.Body)
			if err != nil {
				panic(err)
			}
			_, _ = w.Write(append(start, rest...))
		}, Capture{Sink: seen.sink})
		text := strings.Repeat("x", size)
		if _, body := fetch(t, server.Client().Transport, request(t, "POST", server.URL, text)); body != text {
			t.Errorf("the handler reads %d bytes of %d", len(body), size)
		}
		same(t, text, string(seen.only(t).Request.Body))
	}
}

func TestTapSeesWhatTheHandlerAnswers(t *testing.T) {
	write := func(w http.ResponseWriter, text string) { _, _ = io.WriteString(w, text) }
	for _, test := range []struct {
		name    string
		method  string
		handler http.HandlerFunc
		status  int
		header  http.Header
		body    string
		failure exchange.FailureKind
	}{
		{name: "nothing", handler: func(http.ResponseWriter, *http.Request) {}, status: 200},
		{name: "a body", handler: func(w http.ResponseWriter, _ *http.Request) { write(w, "a"); write(w, "b\xff") }, status: 200, body: "ab\xff"},
		{name: "a status", handler: func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["X-Name"] = []string{"caf\xe9", ""}
			w.WriteHeader(429)
			w.Header().Set("Late", "never sent")
			write(w, "slow")
			w.WriteHeader(500)
		}, status: 429, header: http.Header{"X-Name": {"caf\xe9", ""}}, body: "slow"},
		{name: "an early hint", handler: func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(404)
		}, status: 404},
		{name: "a length", handler: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "4")
			write(w, "ab")
			write(w, "cd")
		}, status: 200, header: http.Header{"Content-Length": {"4"}}, body: "abcd"},
		{name: "more than the length", handler: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "4")
			write(w, "abcd")
			write(w, "ef")
		}, status: 200, header: http.Header{"Content-Length": {"4"}}, body: "abcd"},
		{name: "less than the length", handler: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "4")
			write(w, "abc")
		}, status: 200, header: http.Header{"Content-Length": {"4"}}, body: "abc", failure: exchange.Truncated},
		{name: "HEAD", method: "HEAD", handler: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "4")
			write(w, "abcd")
		}, status: 200, header: http.Header{"Content-Length": {"4"}}},
		{name: "no content", handler: func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(204)
			write(w, "refused")
		}, status: 204},
		{name: "streaming", handler: func(w http.ResponseWriter, _ *http.Request) {
			write(w, "a")
			w.(http.Flusher).Flush()
			_, _ = io.Copy(w, strings.NewReader("b"))
			_ = http.NewResponseController(w).Flush()
		}, status: 200, body: "ab"},
		{name: "a panic before the answer", handler: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, failure: exchange.Reset},
		{name: "a panic in the answer", handler: func(w http.ResponseWriter, _ *http.Request) {
			write(w, "half")
			panic(http.ErrAbortHandler)
		}, status: 200, body: "half", failure: exchange.Truncated},
		{name: "a hijacked connection", handler: func(w http.ResponseWriter, _ *http.Request) {
			connection, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				panic(err)
			}
			write(&rawWriter{connection}, "HTTP/1.1 200 OK\r\n\r\nraw")
			_ = connection.Close()
		}, failure: exchange.UnknownFailure},
		{name: "a switch of protocols", handler: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Upgrade", "other")
			w.WriteHeader(http.StatusSwitchingProtocols)
			if connection, _, err := http.NewResponseController(w).Hijack(); err == nil {
				_ = connection.Close()
			}
		}, status: 101, header: http.Header{"Upgrade": {"other"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var seen gathered
			server := tapped(t, test.handler, Capture{Sink: seen.sink})
			if test.method == "" {
				test.method = "POST"
			}
			exchangeRaw(t, server, test.method+" / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
			e := seen.only(t)
			var want *exchange.Response
			if test.status != 0 {
				want = &exchange.Response{Proto: "HTTP/1.1", Status: test.status, Header: test.header, Body: []byte(test.body)}
			}
			same(t, want, e.Response)
			var kind exchange.FailureKind
			if e.Failure != nil {
				kind = e.Failure.Kind
			}
			same(t, test.failure, kind)
		})
	}
}

// rawWriter makes an http.ResponseWriter of a connection, for the test's own writes.
type rawWriter struct{ net.Conn }

func (*rawWriter) Header() http.Header { return nil }
func (*rawWriter) WriteHeader(int)     {}

// While the handler still runs, the client has its whole answer: it must be recorded.
func TestTapRecordsBeforeTheClientHasItAll(t *testing.T) {
	for _, test := range []struct{ name, method, length, body string }{
		{"an announced length", "GET", "6", "answer"},
		{"no body", "GET", "0", ""},
		{"HEAD", "HEAD", "6", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var seen gathered
			release := make(chan struct{})
			server := tapped(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", test.length)
				_, _ = io.WriteString(w, test.body)
				_ = http.NewResponseController(w).Flush()
				<-release
			}, Capture{Sink: seen.sink})
			_, body := fetch(t, server.Client().Transport, request(t, test.method, server.URL, ""))
			same(t, test.body, body)
			same(t, test.body, string(seen.only(t).Response.Body))
			close(release)
		})
	}
}

// A client that sends the rest of its body only after the first part of the answer.
func TestTapLeavesFullDuplexAlone(t *testing.T) {
	var seen gathered
	server := tapped(t, func(w http.ResponseWriter, r *http.Request) {
		controller := http.NewResponseController(w)
		if err := controller.EnableFullDuplex(); err != nil {
			panic(err)
		}
		_, _ = io.WriteString(w, "go on")
		_ = controller.Flush()
		_, _ = io.Copy(w, r.Body)
	}, Capture{Sink: seen.sink})
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	_, _ = io.WriteString(connection, "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 4\r\n\r\n")
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.ReadFull(response.Body, make([]byte, len("go on"))); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(connection, "rest")
	if _, err := io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	e := seen.only(t)
	same(t, "rest", string(e.Request.Body))
	same(t, "go onrest", string(e.Response.Body))
}

// unwanted is a body that nobody must read.
type unwanted struct{ t *testing.T }

func (u unwanted) Read([]byte) (int, error) {
	u.t.Error("the body is read")
	return 0, io.EOF
}

// Expect: 100-continue asks whether the body is wanted; to record it would be to ask for it.
func TestTapDoesNotAskForABody(t *testing.T) {
	var seen gathered
	handler := Tap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) }), Capture{Sink: seen.sink})
	r := httptest.NewRequest("POST", "http://h/a", unwanted{t})
	r.Header.Set("Expect", "100-continue")
	handler.ServeHTTP(httptest.NewRecorder(), r)
	same(t, 401, seen.only(t).Response.Status)
}

func TestTapBeforeAProxy(t *testing.T) {
	var upstream, downstream gathered
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(202)
		_, _ = w.Write(append([]byte(`{"id":`), body...))
	}))
	defer origin.Close()
	to, err := url.Parse(origin.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(to) },
		Transport: NewRecorder(plain(), Capture{Sink: upstream.sink}),
	}
	server := tapped(t, proxy.ServeHTTP, Capture{Sink: downstream.sink})
	_, body := fetch(t, server.Client().Transport, request(t, "POST", server.URL+"/a%2Fb", "7}"))
	same(t, `{"id":7}`, body)
	up, down := upstream.only(t), downstream.only(t)
	same(t, origin.URL+"/a%2Fb", up.Request.URL)
	same(t, server.URL+"/a%2Fb", down.Request.URL)
	same(t, []string{"7}", "7}"}, []string{string(up.Request.Body), string(down.Request.Body)})
	same(t, []string{body, body}, []string{string(up.Response.Body), string(down.Response.Body)})
	same(t, up.Response.Header, down.Response.Header)
}

// brokenAnswer is a client that is gone.
type brokenAnswer struct{ http.ResponseWriter }

func (brokenAnswer) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestTapAndAClientThatIsGone(t *testing.T) {
	var seen gathered
	handler := Tap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "answer") }), Capture{Sink: seen.sink})
	handler.ServeHTTP(brokenAnswer{httptest.NewRecorder()}, httptest.NewRequest("GET", "http://h/a", nil))
	e := seen.only(t)
	same(t, "answer", string(e.Response.Body))
	if e.Failure == nil || e.Failure.Kind != exchange.Interrupted {
		t.Errorf("got the failure %v", e.Failure)
	}
}
