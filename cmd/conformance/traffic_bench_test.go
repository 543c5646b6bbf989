package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"conformance/internal/clock"
	"conformance/internal/contract"
	"conformance/internal/exchange"
	"conformance/internal/redact"
	"conformance/internal/server"
	"conformance/internal/session"
	"conformance/internal/traffic/mock"
	"conformance/internal/traffic/proxy"
)

// benchConnections is how many connections the clients of these benchmarks have.
const benchConnections = 8

// benchToken is the credential that they have.
const benchToken = "a-token-that-nobody-recorded"

// benchAnswer is what all servers of these benchmarks answer.
const benchAnswer = `{"id":"f6d7744323bc914225461b785bcd62c9"}`

// bareHandler is the least that a server can do: it reads the request and answers.
func bareHandler(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, benchAnswer)
}

// benchPath is the path of the request with a number.
func benchPath(number int) string { return fmt.Sprintf("/accounts/%032x/unlock", number) }

// serveBench serves a handler as the commands do, and returns its URL.
func serveBench(b *testing.B, handler http.Handler) (address string) {
	b.Helper()
	listener, err := server.Listen("127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, listener, server.Options{Handler: handler}) }()
	b.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			b.Error(err)
		}
	})
	return server.URL(listener, false)
}

// benchRound is how many requests go to one server before the other has its turn.
const benchRound = 1000

// benchmarkBeside sends b.N requests to a server and as many to a bare one, each over eight
// connections, in turns, so that both have the same share of whatever else the machine does. It
// reports both rates, and their quotient as "of-bare".
func benchmarkBeside(b *testing.B, bare, address string, accounts int) {
	b.Helper()
	servers := []*benchServer{newBenchServer(b, bare), newBenchServer(b, address)}
	b.ResetTimer()
	for done := 0; done < b.N; done += benchRound {
		for _, server := range servers {
			server.round(b, done, min(benchRound, b.N-done), accounts)
		}
	}
	b.StopTimer()
	b.ReportMetric(servers[0].rate(b), "bare-requests/s")
	b.ReportMetric(servers[1].rate(b), "requests/s")
	b.ReportMetric(servers[1].rate(b)/servers[0].rate(b), "of-bare")
}

// benchServer is a server with its clients.
type benchServer struct {
	clients []*benchClient
	took    time.Duration
}

func newBenchServer(b *testing.B, address string) *benchServer {
	b.Helper()
	s := &benchServer{}
	for range benchConnections {
		client, err := newBenchClient(strings.TrimPrefix(address, "http://"))
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(client.close)
		s.clients = append(s.clients, client)
	}
	return s
}

func (s *benchServer) rate(b *testing.B) float64 { return float64(b.N) / s.took.Seconds() }

// round sends so many requests, each for one of so many accounts.
func (s *benchServer) round(b *testing.B, from, count, accounts int) {
	b.Helper()
	var next atomic.Int64
	var clients errgroup.Group
	begun := time.Now()
	for _, client := range s.clients {
		clients.Go(func() error {
			for i := next.Add(1); i <= int64(count); i = next.Add(1) {
				// A large odd step visits the accounts in no order that a cache could use.
				if err := client.unlock((from + int(i)) * 7919 % accounts); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := clients.Wait(); err != nil {
		b.Fatal(err)
	}
	s.took += time.Since(begun)
}

// benchClient is one connection of a client that costs little beside the server: it writes
// requests as bytes, and of an answer reads the length that is the same for all.
type benchClient struct {
	connection net.Conn
	host       string
	request    []byte
	buffer     []byte
}

func newBenchClient(host string) (*benchClient, error) {
	connection, err := net.Dial("tcp", host)
	return &benchClient{connection: connection, host: host, buffer: make([]byte, 4096)}, err
}

func (c *benchClient) close() { c.connection.Close() }

// unlock sends a request and waits for the end of the answer.
func (c *benchClient) unlock(number int) error {
	c.request = fmt.Appendf(c.request[:0], "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nAuthorization: Bearer %s\r\nContent-Length: 2\r\n\r\n{}",
		benchPath(number), c.host, benchToken)
	if _, err := c.connection.Write(c.request); err != nil {
		return err
	}
	length := 0
	for {
		n, err := c.connection.Read(c.buffer[length:])
		length += n
		answer := c.buffer[:length]
		switch {
		case bytes.HasSuffix(answer, []byte(benchAnswer)) && bytes.HasPrefix(answer, []byte("HTTP/1.1 202 ")):
			return nil
		case err != nil || length == len(c.buffer) || length > 12 && !bytes.HasPrefix(answer, []byte("HTTP/1.1 202 ")):
			return fmt.Errorf("unexpected answer %q: %w", answer, err)
		}
	}
}

// recordBench writes a session with one answered request for each of so many accounts.
func recordBench(b *testing.B, accounts int) (folder string) {
	b.Helper()
	folder = filepath.Join(b.TempDir(), "session")
	writer, err := session.Create(folder, session.Manifest{Recorded: time.Unix(0, 0), Target: "http://reference.test/v2025"},
		session.WithSync(session.SyncNone, clock.System{}))
	if err != nil {
		b.Fatal(err)
	}
	for i := range accounts {
		err := writer.Append("202", exchange.Exchange{
			Credential: "orgAdmin", Started: time.Duration(i) * time.Millisecond, Duration: time.Millisecond,
			Request: exchange.Request{Method: "POST", URL: "http://reference.test/v2025" + benchPath(i), Body: []byte("{}"),
				Header: http.Header{"Authorization": {"Bearer <orgAdmin>"}, "Content-Type": {"application/json"}, "User-Agent": {"bench"}}},
			Response: &exchange.Response{Proto: "HTTP/1.1", Status: http.StatusAccepted, Body: []byte(benchAnswer),
				Header: http.Header{"Content-Type": {"application/json"}, "Content-Length": {"41"}, "Date": {"Thu, 01 Jan 2026 00:00:00 GMT"}}},
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		b.Fatal(err)
	}
	return folder
}

// BenchmarkMock answers from 10 000 and 100 000 interactions over eight connections, beside a
// handler that always answers the same. "of-bare" is to be 0.6 at least, and flat.
func BenchmarkMock(b *testing.B) {
	for _, interactions := range []int{100, 10_000, 100_000} {
		folder := recordBench(b, interactions)
		for _, known := range []bool{true, false} {
			b.Run(fmt.Sprintf("interactions=%d/known credential=%v", interactions, known), func(b *testing.B) {
				recording, err := session.Open(folder)
				if err != nil {
					b.Fatal(err)
				}
				defer recording.Close()
				options := mock.Options{Operation: contract.Unlock, OnExhausted: session.ExhaustedLast}
				if known {
					options.Credentials = map[string]string{"orgAdmin": benchToken}
				}
				answering, err := mock.New(recording, options)
				if err != nil {
					b.Fatal(err)
				}
				benchmarkBeside(b, serveBench(b, http.HandlerFunc(bareHandler)), serveBench(b, answering), interactions)
			})
		}
	}
}

// BenchmarkRecord passes requests on to a target over eight connections, recording all of them,
// beside httputil.ReverseProxy before the same target. "of-bare" is to be 0.6 at least.
func BenchmarkRecord(b *testing.B) {
	target := httptest.NewServer(http.HandlerFunc(bareHandler))
	defer target.Close()
	address, err := url.Parse(target.URL)
	if err != nil {
		b.Fatal(err)
	}
	for _, policy := range []session.SyncPolicy{session.SyncNone, session.SyncInterval} {
		b.Run("sync="+policy.String(), func(b *testing.B) {
			writer, err := session.Create(filepath.Join(b.TempDir(), "session"), session.Manifest{Recorded: time.Unix(0, 0), Target: target.URL},
				session.WithSync(policy, clock.System{}))
			if err != nil {
				b.Fatal(err)
			}
			redactor, err := redact.NewTraffic(redact.TrafficOptions{})
			if err != nil {
				b.Fatal(err)
			}
			transport, bareTransport := proxy.NewTransport(nil, 0), proxy.NewTransport(nil, 0)
			defer transport.CloseIdleConnections()
			defer bareTransport.CloseIdleConnections()
			recording := proxy.New(proxy.Options{
				Target: address, Transport: transport, Clean: redactor.Clean,
				Sink: writer.Sink(func(err error) { b.Error(err) }),
			})
			reverse := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(address) }, Transport: bareTransport}
			benchmarkBeside(b, serveBench(b, reverse), serveBench(b, recording), 10_000)
			if err := writer.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}
