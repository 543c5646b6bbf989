package proxy

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// raw sends bytes over a connection of their own and returns the whole answer.
func raw(t *testing.T, address, request string) string {
	t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := io.WriteString(connection, request); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(connection)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

// says is a target that sends these bytes to every request and closes the connection, and tells
// of each request as it stood on the wire.
func says(t *testing.T, answer string) (address string, asked <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	requests := make(chan string, 16)
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			var wire bytes.Buffer
			request, err := http.ReadRequest(bufio.NewReader(io.TeeReader(connection, &wire)))
			if err == nil {
				_, err = io.Copy(io.Discard, request.Body)
			}
			if err == nil {
				requests <- wire.String()
				_, _ = io.WriteString(connection, answer)
			}
			connection.Close()
		}
	}()
	return "http://" + listener.Addr().String(), requests
}

const closing = "Host: proxy\r\nConnection: close\r\n\r\n"

// The client sees what the target said, and nothing else.
func TestAnswersOnTheWire(t *testing.T) {
	for _, test := range []struct{ name, answer, want string }{
		{"nothing is added", "HTTP/1.1 202 Accepted\r\nContent-Length: 3\r\n\r\n\x00\xff\n",
			"HTTP/1.1 202 Accepted\r\nContent-Length: 3\r\nConnection: close\r\n\r\n\x00\xff\n"},
		{"fields twice, empty, not text", "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nX-A: 1\r\nX-A:\r\nX-A: \xff\r\nDate: then\r\nContent-Type: a\r\nContent-Type: b\r\n\r\n",
			"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nContent-Type: a\r\nContent-Type: b\r\nDate: then\r\nX-A: 1\r\nX-A: \r\nX-A: \xff\r\nConnection: close\r\n\r\n"},
		{"a coding that nobody asked for", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00",
			"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\nConnection: close\r\n\r\n\x1f\x8b\x08\x00"},
		{"trailers", "HTTP/1.1 200 OK\r\nTrailer: X-T\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-T: end\r\n\r\n",
			"HTTP/1.1 200 OK\r\nTrailer: X-T\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-T: end\r\n\r\n"},
		{"a redirection", "HTTP/1.1 302 Found\r\nLocation: http://elsewhere.test/\r\nContent-Length: 0\r\n\r\n",
			"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://elsewhere.test/\r\nConnection: close\r\n\r\n"},
		{"an interim answer", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
			"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"},
		{"cut off", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nabc"},
	} {
		t.Run(test.name, func(t *testing.T) {
			target, _ := says(t, test.answer)
			b := stand(t, target, nil)
			if diff := cmp.Diff(test.want, raw(t, b.URL, "POST /accounts/a/unlock HTTP/1.1\r\n"+closing)); diff != "" {
				t.Error(diff)
			}
			if n := len(b.all()); n != 1 {
				t.Errorf("%d exchanges were recorded", n)
			}
		})
	}
}

// The target sees what the client said.
func TestRequestsOnTheWire(t *testing.T) {
	for _, test := range []struct{ name, base, request, want string }{
		{"nothing is added", "", "POST /a HTTP/1.1\r\nHost: proxy\r\nContent-Length: 2\r\n\r\n{}", "POST /a HTTP/1.1\r\nHost: TARGET\r\nContent-Length: 2\r\n\r\n{}"},
		{"escapes", "", "GET /a%2Fb/%2e/c%7c|x%zz?y=%zz;z&&a=%20 HTTP/1.1\r\nHost: proxy\r\n\r\n", "400"},
		{"odd characters", "", "GET /a%2Fb/%2e/c%7c|x?y=%zz;z&&a=%20 HTTP/1.1\r\nHost: proxy\r\n\r\n", "GET /a%2Fb/%2e/c%7c|x?y=%zz;z&&a=%20 HTTP/1.1\r\nHost: TARGET\r\n\r\n"},
		{"below a base", "/v1%20/", "GET /a%2Fb? HTTP/1.1\r\nHost: proxy\r\n\r\n", "GET /v1%20/a%2Fb? HTTP/1.1\r\nHost: TARGET\r\n\r\n"},
		{"two slashes", "", "GET //elsewhere.test/a|b HTTP/1.1\r\nHost: proxy\r\n\r\n", "GET //elsewhere.test/a%7Cb HTTP/1.1\r\nHost: TARGET\r\n\r\n"},
		{"other proxies' fields", "", "GET / HTTP/1.1\r\nHost: proxy\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Host: h\r\nX-Forwarded-Proto: https\r\nForwarded: for=1.2.3.4\r\nAccept-Encoding: br\r\n\r\n",
			"GET / HTTP/1.1\r\nHost: TARGET\r\nAccept-Encoding: br\r\nForwarded: for=1.2.3.4\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Host: h\r\nX-Forwarded-Proto: https\r\n\r\n"},
		{"absolute form", "", "GET http://TARGET/a?b HTTP/1.1\r\nHost: TARGET\r\n\r\n", "GET /a?b HTTP/1.1\r\nHost: TARGET\r\n\r\n"},
		{"chunked", "", "POST /a HTTP/1.1\r\nHost: proxy\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
			"POST /a HTTP/1.1\r\nHost: TARGET\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			target, asked := says(t, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
			host := strings.TrimPrefix(target, "http://")
			b := stand(t, target+test.base, nil)
			request := strings.ReplaceAll(strings.Replace(test.request, "Host: ", "Connection: close\r\nHost: ", 1), "TARGET", host)
			answer := raw(t, b.URL, request)
			if test.want == "400" {
				if !strings.HasPrefix(answer, "HTTP/1.1 400 ") {
					t.Error(answer)
				}
				return
			}
			if diff := cmp.Diff(strings.ReplaceAll(test.want, "TARGET", host), <-asked); diff != "" {
				t.Error(diff)
			}
			path := strings.Split(test.want, " ")[1]
			if recorded := b.all(); len(recorded) != 1 || recorded[0].Request.URL != target+path {
				t.Errorf("recorded %+v, want %s", recorded, target+path)
			}
		})
	}
}
