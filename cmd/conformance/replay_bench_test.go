package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"conformance/internal/exchange"
	"conformance/internal/session"
	"conformance/internal/traffic/resend"
)

// The recording of these benchmarks: so many requests for so many accounts, over so many
// connections.
const (
	replayInteractions = 20_000
	replayAccounts     = 1_000
	replayConnections  = 8
)

// replayAnswer is an answer with an id of its own, so that no two are equal to the byte.
func replayAnswer(id int64) []byte {
	return fmt.Appendf(nil, `{"detailCode":"404 Not found","trackingId":"%032x","messages":[{"locale":"en-US","localeOrigin":"DEFAULT",`+
		`"text":"The server did not find a current representation for the target resource."}]}`, id)
}

// BenchmarkReplay sends a recording and compares all answers, and beside it lets a bare Go client
// send the same requests over as many connections. Each reports its rate in requests a second.
func BenchmarkReplay(b *testing.B) {
	var answered atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write(replayAnswer(1<<40 + answered.Add(1)))
	}))
	defer server.Close()
	folder := b.TempDir()
	config := filepath.Join(folder, "conformance.yaml")
	text := fmt.Sprintf("target: {url: %q}\naccounts: {unlockable: a}\ncredentials: {orgAdmin: {token: a-token-of-the-benchmark}}\n", server.URL)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	recording := filepath.Join(folder, "session")
	recordForReplay(b, recording)

	b.Run("bare client", func(b *testing.B) {
		for b.Loop() {
			sendBare(b, server.URL)
		}
		b.ReportMetric(float64(replayInteractions*b.N)/b.Elapsed().Seconds(), "requests/s")
	})
	b.Run("replay", func(b *testing.B) {
		for b.Loop() {
			made, err := resend.Run(context.Background(), resend.Options{
				Path: recording, ConfigFile: config, MapAccounts: []string{"*=a"}, Concurrency: replayConnections,
				Output: io.Discard, Now: time.Now, Environ: func(string) (string, bool) { return "", false },
			})
			if err != nil {
				b.Fatal(err)
			}
			if made.Equal != replayInteractions {
				b.Fatalf("%s; %+v", made.Summary(), made.Groups)
			}
		}
		b.ReportMetric(float64(replayInteractions*b.N)/b.Elapsed().Seconds(), "requests/s")
	})
}

// recordForReplay writes the recording.
func recordForReplay(b *testing.B, folder string) {
	b.Helper()
	writer, err := session.Create(folder, session.Manifest{Recorded: time.Unix(0, 0), Target: "http://h.test"})
	if err != nil {
		b.Fatal(err)
	}
	for i := range replayInteractions {
		if err := writer.Append("404", exchange.Exchange{
			Credential: "orgAdmin",
			Request: exchange.Request{
				Method: http.MethodPost, URL: fmt.Sprintf("http://h.test/accounts/account-%d/unlock", i%replayAccounts),
				Header: http.Header{"Accept": {"application/json"}, "Authorization": {"Bearer <orgAdmin>"}, "Content-Type": {"application/json"}},
				Body:   []byte(`{"unlockIDNAccount":true}`),
			},
			Response: &exchange.Response{Proto: "HTTP/1.1", Status: http.StatusNotFound,
				Header: http.Header{"Content-Type": {"application/json"}}, Body: replayAnswer(int64(i))},
			Started: time.Duration(i) * time.Microsecond,
		}); err != nil {
			b.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		b.Fatal(err)
	}
}

// sendBare sends what the replay sends, and reads the answers.
func sendBare(b *testing.B, address string) {
	b.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: replayConnections, DisableCompression: true}
	defer transport.CloseIdleConnections()
	var next atomic.Int64
	var clients errgroup.Group
	for range replayConnections {
		clients.Go(func() error {
			for next.Add(1) <= replayInteractions {
				request, err := http.NewRequest(http.MethodPost, address+"/accounts/a/unlock", bytes.NewReader([]byte(`{"unlockIDNAccount":true}`)))
				if err != nil {
					return err
				}
				request.Header.Set("Accept", "application/json")
				request.Header.Set("Authorization", "Bearer a-token-of-the-benchmark")
				request.Header.Set("Content-Type", "application/json")
				response, err := transport.RoundTrip(request)
				if err != nil {
					return err
				}
				_, err = io.Copy(io.Discard, response.Body)
				response.Body.Close()
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := clients.Wait(); err != nil {
		b.Fatal(err)
	}
}
