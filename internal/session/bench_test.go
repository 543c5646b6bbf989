package session

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/dnaeon/go-vcr.v3/cassette"
	"gopkg.in/dnaeon/go-vcr.v3/recorder"

	"conformance/internal/exchange"
)

var sizes = []int{220, 2_000}

// BenchmarkLoad reads a whole session; go-vcr reads the same cassettes.
func BenchmarkLoad(b *testing.B) {
	for _, size := range sizes {
		dir := b.TempDir()
		session := run(size)
		record(b, dir, session)
		b.Run(fmt.Sprintf("session/%d", size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if len(open(b, dir).Cassettes) != len(session) {
					b.Fatal("cassettes are missing")
				}
			}
		})
		b.Run(fmt.Sprintf("go-vcr/%d", size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for path := range session {
					if _, err := cassette.Load(filepath.Join(dir, path)); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// BenchmarkLookup replays a session in random order, without cases, as a foreign client would.
func BenchmarkLookup(b *testing.B) {
	for _, size := range sizes {
		dir := b.TempDir()
		var all []exchange.Exchange
		for _, exchanges := range run(size) {
			for _, e := range exchanges {
				if e.Failure == nil {
					all = append(all, e)
				}
			}
		}
		record(b, dir, map[string][]exchange.Exchange{"202": all})
		order := rand.New(rand.NewPCG(1, 2)).Perm(len(all))

		b.Run(fmt.Sprintf("session/%d", size), func(b *testing.B) {
			recording := open(b, dir)
			replay(b, order, all, func() http.RoundTripper { return NewPlayer(recording, target) })
		})
		b.Run(fmt.Sprintf("go-vcr/%d", size), func(b *testing.B) {
			replay(b, order, all, func() http.RoundTripper {
				player, err := recorder.NewWithOptions(&recorder.Options{
					CassetteName: filepath.Join(dir, "202"), Mode: recorder.ModeReplayOnly, SkipRequestLatency: true,
				})
				if err != nil {
					b.Fatal(err)
				}
				return player
			})
		})
	}
}

// replay measures one request a round; a new player, made untimed, follows one that is used up.
func replay(b *testing.B, order []int, all []exchange.Exchange, player func() http.RoundTripper) {
	b.ReportAllocs()
	transport := player()
	next := 0
	for b.Loop() {
		if next == len(order) {
			b.StopTimer()
			transport, next = player(), 0
			b.StartTimer()
		}
		e := all[order[next]]
		next++
		request, err := http.NewRequest(e.Request.Method, e.Request.URL, strings.NewReader(string(e.Request.Body)))
		if err != nil {
			b.Fatal(err)
		}
		request.Header = e.Request.Header
		response, err := transport.RoundTrip(request)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, response.Body); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAppend records one exchange a round.
func BenchmarkAppend(b *testing.B) {
	e := answered("case", 1, 202)
	var writer *Writer
	count := 0
	for b.Loop() {
		if count%10_000 == 0 {
			b.StopTimer()
			fresh, err := Create(b.TempDir(), manifest())
			if err != nil {
				b.Fatal(err)
			}
			writer = fresh
			b.StartTimer()
		}
		count++
		if err := writer.Append("202", e); err != nil {
			b.Fatal(err)
		}
	}
}
