package proxy

import (
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"conformance/internal/exchange"
)

// before is a proxy before a target, and what it recorded.
type before struct {
	*httptest.Server
	proxy    *Proxy
	mutex    sync.Mutex
	recorded []exchange.Exchange
}

// stand puts a proxy before a target.
func stand(t *testing.T, target string, change func(*Options)) *before {
	t.Helper()
	address, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	transport := NewTransport(nil, time.Minute)
	t.Cleanup(transport.CloseIdleConnections)
	b := &before{}
	options := Options{Target: address, Transport: transport, Sink: func(e exchange.Exchange) {
		b.mutex.Lock()
		defer b.mutex.Unlock()
		b.recorded = append(b.recorded, e)
	}}
	if change != nil {
		change(&options)
	}
	b.proxy = New(options)
	b.Server = httptest.NewServer(b.proxy)
	t.Cleanup(b.Server.Close)
	return b
}

// all is what was recorded so far.
func (b *before) all() []exchange.Exchange {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return append([]exchange.Exchange{}, b.recorded...)
}

func TestRefusesToBeAnOpenProxy(t *testing.T) {
	target, asked := says(t, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	b := stand(t, target, nil)
	for request, want := range map[string]string{
		"GET http://elsewhere.test/ HTTP/1.1\r\nHost: elsewhere.test\r\nConnection: close\r\n\r\n":     "HTTP/1.1 400 ",
		"GET http://elsewhere.test/ HTTP/1.1\r\n" + closing:                                            "HTTP/1.1 400 ",
		"CONNECT elsewhere.test:443 HTTP/1.1\r\nHost: elsewhere.test:443\r\nConnection: close\r\n\r\n": "HTTP/1.1 405 ",
		"CONNECT " + strings.TrimPrefix(target, "http://") + " HTTP/1.1\r\n" + closing:                 "HTTP/1.1 405 ",
		"GET * HTTP/1.1\r\n" + closing:                                                     "HTTP/1.1 400 ",
		"GET /a HTTP/1.1\r\nHost: elsewhere.test\r\nConnection: close\r\n\r\n":             "HTTP/1.1 200 ",
		"GET http://" + strings.TrimPrefix(b.URL, "http://") + "/a HTTP/1.1\r\n" + closing: "HTTP/1.1 200 ",
		"GET //elsewhere.test/a HTTP/1.1\r\n" + closing:                                    "HTTP/1.1 200 ",
	} {
		answer := raw(t, b.URL, request)
		if !strings.HasPrefix(answer, want) {
			t.Errorf("%q: %s, want %s", request, answer, want)
		}
		// Whoever is refused learns by whom, and what to do.
		host, says := strings.TrimPrefix(target, "http://"), ""
		switch {
		case strings.HasPrefix(request, "CONNECT "):
			says = "this proxy stands before " + host + " alone and opens no tunnels; send requests to its own address"
		case strings.HasPrefix(request, "GET * "):
			says = "this proxy passes on requests with a path; expected one that begins with a slash"
		case !strings.Contains(want, " 200 "):
			says = "this proxy stands before " + host + " alone and passes nothing on to other hosts; send requests to its own address"
		}
		if body := `{"error":"refused by the recording proxy","message":"` + says + `"}`; says != "" && !strings.Contains(answer, body) {
			t.Errorf("%q: %s, want %s", request, answer, body)
		}
	}
	if n := len(asked); n != 3 {
		t.Errorf("the target was asked %d times, want 3", n)
	}
	b.proxy.Wait()
	if counts := b.proxy.Counts(); counts.String() != "200 x 3, refused x 5" || counts.Requests() != 3 || counts.Recorded() != 3 || counts.underWay.Load() != 0 {
		t.Errorf("counted %s; %d requests, %d recorded, %d under way", counts, counts.Requests(), counts.Recorded(), counts.underWay.Load())
	}
}

// TestInformationIsNoAnswer: what a target says before its answer is passed on and not counted.
func TestInformationIsNoAnswer(t *testing.T) {
	target, _ := says(t, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n")
	b := stand(t, target, nil)
	answer := raw(t, b.URL, "GET /a HTTP/1.1\r\n"+closing)
	if !strings.HasPrefix(answer, "HTTP/1.1 103 Early Hints\r\n") || !strings.Contains(answer, "\r\n\r\nHTTP/1.1 999 ") {
		t.Errorf("%q", answer)
	}
	if counts := b.proxy.Counts().String(); counts != "999 x 1" {
		t.Errorf("counted %s", counts)
	}
}

func TestNoAnswer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	silent, _ := says(t, "")
	odd, _ := says(t, "HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n")
	for name, test := range map[string]struct {
		target, says string
		kind         exchange.FailureKind
	}{
		"refused":                           {"http://" + listener.Addr().String(), "nothing listens on", exchange.Refused},
		"silent":                            {silent, "closed the connection without a whole answer", exchange.Reset},
		"a status that cannot be passed on": {odd, "status", ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := stand(t, test.target, nil)
			response, err := http.Post(b.URL+"/a", "text/plain", strings.NewReader("x"))
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if response.StatusCode != http.StatusBadGateway || err != nil || !strings.Contains(string(body), "the recording proxy") || !strings.Contains(string(body), test.says) {
				t.Errorf("%d %s", response.StatusCode, body)
			}
			recorded := b.all()
			if len(recorded) != 1 || test.kind != "" && (recorded[0].Response != nil || recorded[0].Failure == nil || recorded[0].Failure.Kind != test.kind) {
				t.Errorf("recorded %+v", recorded)
			}
			if got := b.proxy.Counts().String(); got != "no answer x 1" {
				t.Errorf("counted %s", got)
			}
		})
	}
}

// A body is passed on while it comes, both ways.
func TestStreams(t *testing.T) {
	more := make(chan string)
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		part := make([]byte, 5)
		_, _ = io.ReadFull(r.Body, part)
		more <- string(part)
		w.Header().Set("Content-Length", "6")
		_, _ = io.WriteString(w, "one")
		_ = http.NewResponseController(w).Flush()
		_, _ = io.WriteString(w, <-more)
	}))
	defer target.Close()
	b := stand(t, target.URL, nil)
	in, out := io.Pipe()
	go func() { _, _ = io.WriteString(out, "first") }()
	answered := make(chan *http.Response)
	go func() {
		request, _ := http.NewRequest("POST", b.URL+"/a", in) // the URL is right
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Error(err)
		}
		answered <- response
	}()
	if part := <-more; part != "first" {
		t.Errorf("the target got %q of a body that has not ended", part)
	}
	out.Close()
	response := <-answered
	defer response.Body.Close()
	part := make([]byte, 3)
	if _, err := io.ReadFull(response.Body, part); string(part) != "one" {
		t.Errorf("the client got %q of an answer that has not ended: %v", part, err)
	}
	more <- "two"
	if rest, err := io.ReadAll(response.Body); string(rest) != "two" {
		t.Errorf("the rest is %q: %v", rest, err)
	}
}

func TestRecordsWhatPatternsSelect(t *testing.T) {
	target, _ := says(t, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
	pattern, err := ParsePattern("/accounts/*/unlock")
	if err != nil {
		t.Fatal(err)
	}
	b := stand(t, target, func(o *Options) { o.Only = []Pattern{pattern} })
	for _, path := range []string{"/v3/accounts/a/unlock", "/oauth/token", "/accounts/a/unlock/more"} {
		response, err := http.Get(b.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if string(body) != "ok" || err != nil {
			t.Errorf("%s: %s %v", path, body, err)
		}
	}
	if recorded := b.all(); len(recorded) != 1 || !strings.HasSuffix(recorded[0].Request.URL, "/v3/accounts/a/unlock") {
		t.Errorf("recorded %+v", recorded)
	}
	if counts := b.proxy.Counts(); counts.Requests() != 3 || counts.Recorded() != 1 || counts.String() != "200 x 3" {
		t.Errorf("counted %d, recorded %d, %s", counts.Requests(), counts.Recorded(), counts)
	}
}

// More than the limit is passed on whole, and recorded up to it.
func TestBodyLimit(t *testing.T) {
	long := strings.Repeat("x", 5000)
	target, _ := says(t, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n%s", long))
	b := stand(t, target, func(o *Options) { o.BodyLimit = 100 })
	answer := raw(t, b.URL, "GET /a HTTP/1.1\r\n"+closing)
	if !strings.HasSuffix(answer, "\r\n\r\n"+long) {
		t.Errorf("the answer has %d bytes", len(answer))
	}
	if e := b.all()[0]; len(e.Response.Body) != 100 || e.Failure == nil || e.Failure.Kind != exchange.TooLarge {
		t.Errorf("recorded %d bytes, %+v", len(e.Response.Body), e.Failure)
	}
}

// Over TLS the proxy speaks HTTP/2 with a target that does, and passes a coding on as it is.
func TestHTTP2Target(t *testing.T) {
	var coded bytes.Buffer
	writer := gzip.NewWriter(&coded)
	_, _ = io.WriteString(writer, "zipped")
	_ = writer.Close()
	protos := make(chan string, 1)
	target := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protos <- r.Proto
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Trailer", "X-End")
		_, _ = w.Write(coded.Bytes())
		// With a length the answer would have no trailers in HTTP/1.
		_ = http.NewResponseController(w).Flush()
		w.Header().Set("X-End", "end")
	}))
	target.EnableHTTP2 = true
	target.StartTLS()
	defer target.Close()
	roots := x509.NewCertPool()
	roots.AddCert(target.Certificate())
	transport := NewTransport(&tls.Config{RootCAs: roots}, time.Minute)
	defer transport.CloseIdleConnections()
	b := stand(t, target.URL, func(o *Options) { o.Transport = transport })
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	response, err := client.Get(b.URL + "/a")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if proto := <-protos; proto != "HTTP/2.0" || !bytes.Equal(body, coded.Bytes()) || err != nil || response.Trailer.Get("X-End") != "end" {
		t.Errorf("%s, %q, trailer %v: %v", proto, body, response.Trailer, err)
	}
	if e := b.all()[0]; !bytes.Equal(e.Response.Body, coded.Bytes()) || e.Response.Proto != "HTTP/2.0" {
		t.Errorf("recorded %+v", e.Response)
	}
}

// What a client has received is recorded before it has the end of it.
func TestRecordedBeforeTheEnd(t *testing.T) {
	target, _ := says(t, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
	recorded := make(chan exchange.Exchange)
	b := stand(t, target, func(o *Options) { o.Sink = func(e exchange.Exchange) { recorded <- e } })
	done := make(chan string, 1)
	go func() { done <- raw(t, b.URL, "GET /a HTTP/1.1\r\n"+closing) }()
	select {
	case answer := <-done:
		t.Errorf("the client has %q, and nothing is recorded", answer)
	case <-recorded:
	}
	if answer := <-done; !strings.HasSuffix(answer, "ok") {
		t.Errorf("the client got %q", answer)
	}
}

func TestPatterns(t *testing.T) {
	for text, paths := range map[string]map[string]bool{
		"/accounts/*/unlock": {"/accounts/a/unlock": true, "/v3/accounts/%2F/unlock": true, "/accounts/a/b/unlock": false, "/accounts/a/unlock/": false, "/myaccounts/a/unlock": false},
		"**/accounts/**":     {"/v3/accounts/a": true, "/accounts/a/unlock": true, "/accounts": false},
		"/a.b":               {"/a.b": true, "/axb": false},
	} {
		pattern, err := ParsePattern(text)
		if err != nil {
			t.Fatal(err)
		}
		for path, want := range paths {
			if got := pattern.Matches(path); got != want {
				t.Errorf("%s matches %s: %v", text, path, got)
			}
		}
	}
	for _, wrong := range []string{"", "accounts", "*", "/\xff"} {
		if _, err := ParsePattern(wrong); err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("%q is no pattern of a path", wrong)) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
