package session

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"conformance/internal/exchange"
)

func TestRecorderKeepsFailures(t *testing.T) {
	reset, _ := rawServer(t, "")
	truncated, _ := rawServer(t, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
	cutChunk, _ := rawServer(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf")
	malformed, _ := rawServer(t, "SSH-2.0-OpenSSH\r\n")
	badChunk, _ := rawServer(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nxyz\r\n")
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}))
	defer silent.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()

	for _, test := range []struct {
		name    string
		url     string
		timeout time.Duration
		kind    exchange.FailureKind
		body    string
	}{
		{"nobody listens", "http://" + closed.Addr().String(), 0, exchange.Refused, ""},
		{"an unknown host", "http://no-such-host.invalid", 0, exchange.UnknownHost, ""},
		{"closed without an answer", "http://" + reset, 0, exchange.Reset, ""},
		{"closed in the body", "http://" + truncated, 0, exchange.Truncated, "half"},
		{"closed in a chunk", "http://" + cutChunk, 0, exchange.Truncated, "half"},
		{"no HTTP", "http://" + malformed, 0, exchange.Malformed, ""},
		{"no chunk", "http://" + badChunk, 0, exchange.Malformed, "half"},
		{"an unknown certificate", secure.URL, 0, exchange.TLS, ""},
		{"no answer in time", silent.URL, 50 * time.Millisecond, exchange.Timeout, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var seen gathered
			r := request(t, "POST", test.url+"/secret-path", "END")
			if test.timeout > 0 {
				ctx, cancel := context.WithTimeout(t.Context(), test.timeout)
				defer cancel()
				r = r.WithContext(ctx)
			}
			response, err := NewRecorder(plain(), Capture{Sink: seen.sink}).RoundTrip(r)
			if err == nil {
				_, err = io.ReadAll(response.Body)
				_ = response.Body.Close()
			}
			if err == nil {
				t.Fatal("the exchange did not fail")
			}
			e := seen.only(t)
			if e.Failure == nil || e.Failure.Kind != test.kind {
				t.Fatalf("got the failure %+v of %v, want the kind %q", e.Failure, err, test.kind)
			}
			if strings.Contains(e.Failure.Message, "secret-path") {
				t.Errorf("the message names the URL: %s", e.Failure.Message)
			}
			if e.Response == nil {
				same(t, test.body, "")
			} else {
				same(t, test.body, string(e.Response.Body))
			}
		})
	}
}

func TestABodyThatDoesNotEndInTime(t *testing.T) {
	slow := roundTrip(func(*http.Request) (*http.Response, error) {
		body := io.MultiReader(strings.NewReader("half"), iotest.ErrReader(context.DeadlineExceeded))
		return &http.Response{StatusCode: 200, Body: io.NopCloser(body), ContentLength: 8}, nil
	})
	var seen gathered
	response, err := NewRecorder(slow, Capture{Sink: seen.sink}).RoundTrip(request(t, "GET", "http://h/", ""))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(response.Body); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the client gets %v", err)
	}
	e := seen.only(t)
	same(t, "half", string(e.Response.Body))
	if e.Failure == nil || e.Failure.Kind != exchange.TimeoutInBody {
		t.Errorf("got the failure %v", e.Failure)
	}
}

func TestAReplayedFailureStaysTheSame(t *testing.T) {
	want := &exchange.Failure{Kind: exchange.TLS, Message: "as recorded"}
	var seen gathered
	through := roundTrip(func(*http.Request) (*http.Response, error) { return nil, want })
	_, err := NewRecorder(through, Capture{Sink: seen.sink}).RoundTrip(request(t, "GET", "http://h/", ""))
	if !errors.Is(err, want) {
		t.Errorf("got %v", err)
	}
	same(t, want, seen.only(t).Failure)
}

// A client that has no more patience closes a body while another goroutine of it still reads.
func TestABodyIsClosedWhileItIsRead(t *testing.T) {
	received, sent := io.Pipe()
	var seen gathered
	endless := roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Body: received, ContentLength: -1}, nil
	})
	response, err := NewRecorder(endless, Capture{Sink: seen.sink}).RoundTrip(request(t, "GET", "http://h/", ""))
	if err != nil {
		t.Fatal(err)
	}
	var reading sync.WaitGroup
	reading.Go(func() { io.Copy(io.Discard, response.Body) })
	if _, err := io.WriteString(sent, "half"); err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	reading.Wait()
	if e := seen.only(t); e.Failure == nil || e.Failure.Kind != exchange.Interrupted {
		t.Errorf("got the failure %v", e.Failure)
	}
}

// roundTrip is an http.RoundTripper in one function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// canned answers with a body of unknown length.
func canned(body string) roundTrip {
	return func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Proto: "HTTP/1.1", Header: http.Header{"A": {"b"}},
			Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1}, nil
	}
}

func TestAnAnswerThatIsNotReadToItsEnd(t *testing.T) {
	var seen gathered
	response, err := NewRecorder(canned("0123456789"), Capture{Sink: seen.sink}).RoundTrip(request(t, "GET", "http://h/", ""))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(response.Body, make([]byte, 4)); err != nil {
		t.Fatal(err)
	}
	same(t, 0, len(seen.list()))
	if err := errors.Join(response.Body.Close(), response.Body.Close()); err != nil {
		t.Fatal(err)
	}
	e := seen.only(t)
	same(t, "0123", string(e.Response.Body))
	if e.Failure == nil || e.Failure.Kind != exchange.Interrupted {
		t.Fatalf("got the failure %v", e.Failure)
	}
	mustContain(t, e.Failure.Message, "after 4 bytes")
}

// The bytes come as they are sent, and the exchange is handed over before the last of them.
func TestRecorderStreams(t *testing.T) {
	for _, length := range []string{"", "8"} {
		first := make(chan struct{})
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if length != "" {
				w.Header().Set("Content-Length", length)
			}
			_, _ = io.WriteString(w, "half")
			_ = http.NewResponseController(w).Flush()
			<-first
			_, _ = io.WriteString(w, "half")
		}))
		var seen gathered
		response, err := NewRecorder(plain(), Capture{Sink: seen.sink}).RoundTrip(request(t, "GET", server.URL, ""))
		if err != nil {
			t.Fatal(err)
		}
		part := make([]byte, 4)
		if _, err := io.ReadFull(response.Body, part); err != nil {
			t.Fatal(err)
		}
		same(t, 0, len(seen.list()))
		close(first)
		if _, err := io.ReadFull(response.Body, part); err != nil {
			t.Fatal(err)
		}
		if length != "" {
			same(t, "halfhalf", string(seen.only(t).Response.Body))
		}
		if _, err := response.Body.Read(part); err != io.EOF {
			t.Errorf("got %v at the end", err)
		}
		same(t, "halfhalf", string(seen.only(t).Response.Body))
		_ = response.Body.Close()
		server.Close()
	}
}

// Not every RoundTripper tells of the end together with the last bytes.
func TestTheLastAnnouncedByteEndsTheExchange(t *testing.T) {
	announced := roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader("answer")), ContentLength: 6}, nil
	})
	var seen gathered
	response, err := NewRecorder(announced, Capture{Sink: seen.sink}).RoundTrip(request(t, "GET", "http://h/", ""))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(response.Body, make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	same(t, 0, len(seen.list()))
	if _, err := io.ReadFull(response.Body, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	same(t, "answer", string(seen.only(t).Response.Body))
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if failure := seen.only(t).Failure; failure != nil {
		t.Errorf("failed: %v", failure)
	}
}

func TestLongBodiesAreCutInTheRecordOnly(t *testing.T) {
	long := strings.Repeat("long ", 100)
	for _, test := range []struct {
		name              string
		request, answer   string
		keptRequest, kept string
		failure           string
	}{
		{"at the limit", long[:100], long[:100], long[:100], long[:100], ""},
		{"the request", long, "short", long[:100], "short", "the request's body goes on after 100 bytes"},
		{"the answer", "short", long, "short", long[:100], "the answer's body goes on after 100 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var seen gathered
			echo := roundTrip(func(r *http.Request) (*http.Response, error) {
				body, err := io.ReadAll(r.Body)
				if err != nil {
					return nil, err
				}
				same(t, test.request, string(body))
				return canned(test.answer)(r)
			})
			_, body := fetch(t, NewRecorder(echo, Capture{Sink: seen.sink, BodyLimit: 100}), request(t, "POST", "http://h/", test.request))
			same(t, test.answer, body)
			e := seen.only(t)
			same(t, test.keptRequest, string(e.Request.Body))
			same(t, test.kept, string(e.Response.Body))
			switch {
			case test.failure == "" && e.Failure != nil:
				t.Errorf("failed: %v", e.Failure)
			case test.failure != "" && (e.Failure == nil || e.Failure.Kind != exchange.TooLarge):
				t.Errorf("got the failure %v", e.Failure)
			case test.failure != "":
				mustContain(t, e.Failure.Message, test.failure)
			}
		})
	}
}

// A transport that lost its connection asks for the body once more.
func TestABodyThatIsSentTwiceIsRecordedOnce(t *testing.T) {
	twice := roundTrip(func(r *http.Request) (*http.Response, error) {
		if _, err := io.ReadFull(r.Body, make([]byte, 3)); err != nil {
			return nil, err
		}
		again, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		if _, err := io.Copy(io.Discard, again); err != nil {
			return nil, err
		}
		return canned("")(r)
	})
	var seen gathered
	fetch(t, NewRecorder(twice, Capture{Sink: seen.sink}), request(t, "POST", "http://h/", "0123456789"))
	same(t, "0123456789", string(seen.only(t).Request.Body))
}
