package resend

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// hangsUp serves HTTP on the loopback interface: each connection answers one request and is
// closed, without an answer, when the second one has come. It returns the URL and a count of the
// requests that came.
func hangsUp(t *testing.T) (url string, requests *atomic.Int64) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	requests = &atomic.Int64{}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				in := bufio.NewReader(connection)
				for answered := 0; ; answered++ {
					request, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, request.Body)
					requests.Add(1)
					if answered == 1 {
						return
					}
					_, _ = io.WriteString(connection, "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}")
				}
			}()
		}
	}()
	return "http://" + listener.Addr().String(), requests
}

// TestClosedConnection: a connection that was closed instead of an answer is a failure, but one
// that had been idle for long may have been closed for that: then the request is sent once more.
func TestClosedConnection(t *testing.T) {
	for name, test := range map[string]struct {
		longIdle time.Duration
		answered bool
		requests int64
	}{
		"busy just before": {longIdle, false, 2},
		"idle for long":    {0, true, 3},
	} {
		t.Run(name, func(t *testing.T) {
			url, requests := hangsUp(t)
			transport := newKeepAlive(&http.Transport{DisableKeepAlives: true}, 1)
			transport.longIdle = test.longIdle
			defer transport.Close()
			var failed error
			for range 2 {
				request, err := http.NewRequest(http.MethodPost, url, strings.NewReader("{}"))
				if err != nil {
					t.Fatal(err)
				}
				response, err := transport.RoundTrip(request)
				if failed = err; err == nil {
					body, _ := io.ReadAll(response.Body)
					response.Body.Close()
					if string(body) != "{}" {
						t.Errorf("answered %q", body)
					}
				}
			}
			if (failed == nil) != test.answered || requests.Load() != test.requests {
				t.Errorf("%v after %d requests; expected an answer %v after %d", failed, requests.Load(), test.answered, test.requests)
			}
		})
	}
}
