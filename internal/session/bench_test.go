package session

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"gopkg.in/dnaeon/go-vcr.v3/cassette"
	"gopkg.in/dnaeon/go-vcr.v3/recorder"

	"conformance/internal/exchange"
)

// sizes are how many interactions the one cassette has that each benchmark reads.
var sizes = []int{100, 1_000, 10_000, 100_000}

// benchmarkCassette writes a cassette of answered requests, each with a path of its own.
func benchmarkCassette(b *testing.B, size int) (file string, all []exchange.Exchange) {
	b.Helper()
	text := []byte(cassetteHead)
	for _, exchanges := range run(size + size/8) {
		for _, e := range exchanges {
			if e.Failure == nil && len(all) < size {
				text = appendInteraction(text, len(all), e)
				all = append(all, e)
			}
		}
	}
	file = filepath.Join(b.TempDir(), "202.yaml")
	write(b, file, string(text))
	return file, all
}

// heap is how many bytes live on the heap.
func heap() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// cpuTime is the processor time that the process has used, on all cores together. On a
// machine that has other work it tells more than the time on the wall.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// reportCPU reports the processor time of each round.
func reportCPU(b *testing.B, used time.Duration) {
	b.ReportMetric(float64(used)/float64(b.N), "cpu-ns/op")
}

// retained reports how much of the heap a loaded cassette holds.
func retained(b *testing.B, load func() any) {
	b.Helper()
	before := heap()
	loaded := load()
	b.ReportMetric(float64(heap())-float64(before), "retained-B")
	runtime.KeepAlive(loaded)
}

// BenchmarkLoad makes a cassette ready to be replayed, its index included. "retained-B" is
// what that holds on the heap after a garbage collection.
func BenchmarkLoad(b *testing.B) {
	for _, size := range sizes {
		file, _ := benchmarkCassette(b, size)
		load := func() any {
			recording, err := Open(file)
			if err != nil {
				b.Fatal(err)
			}
			player := NewPlayer(recording, target, PlayerOptions{})
			if recording.Len() != size {
				b.Fatalf("%d interactions, want %d", recording.Len(), size)
			}
			return player
		}
		b.Run(fmt.Sprintf("session/%d", size), func(b *testing.B) {
			b.ReportAllocs()
			before := cpuTime(b)
			for b.Loop() {
				_ = load().(*Player).index.recording.Close()
			}
			reportCPU(b, cpuTime(b)-before)
			retained(b, load)
		})
		loadVCR := func() any {
			loaded, err := cassette.Load(strings.TrimSuffix(file, cassetteSuffix))
			if err != nil {
				b.Fatal(err)
			}
			return loaded
		}
		b.Run(fmt.Sprintf("go-vcr/%d", size), func(b *testing.B) {
			b.ReportAllocs()
			before := cpuTime(b)
			for b.Loop() {
				loadVCR()
			}
			reportCPU(b, cpuTime(b)-before)
			retained(b, loadVCR)
		})
	}
}

// BenchmarkSource reads a cassette once, without and with decoding, on one core.
func BenchmarkSource(b *testing.B) {
	file, all := benchmarkCassette(b, sizes[len(sizes)-1])
	for _, decode := range []bool{false, true} {
		b.Run(fmt.Sprintf("decode=%v", decode), func(b *testing.B) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			for b.Loop() {
				source, err := OpenSource(file)
				if err != nil {
					b.Fatal(err)
				}
				count := 0
				for item, err := range source.Items() {
					if err == nil && decode {
						_, err = item.Exchange()
					}
					if err != nil {
						b.Fatal(err)
					}
					count++
				}
				if count != len(all) {
					b.Fatalf("%d interactions, want %d", count, len(all))
				}
			}
		})
	}
}

// BenchmarkLookup replays a cassette in random order, without cases, as a foreign client would.
func BenchmarkLookup(b *testing.B) {
	for _, size := range sizes {
		file, all := benchmarkCassette(b, size)
		order := rand.New(rand.NewPCG(1, 2)).Perm(len(all))
		b.Run(fmt.Sprintf("session/%d", size), func(b *testing.B) {
			recording, err := Open(file)
			if err != nil {
				b.Fatal(err)
			}
			defer recording.Close()
			player := NewPlayer(recording, target, PlayerOptions{OnExhausted: ExhaustedCycle})
			replay(b, order, all, func() http.RoundTripper { return player })
		})
		b.Run(fmt.Sprintf("go-vcr/%d", size), func(b *testing.B) {
			replay(b, order, all, func() http.RoundTripper {
				player, err := recorder.NewWithOptions(&recorder.Options{
					CassetteName: strings.TrimSuffix(file, cassetteSuffix), Mode: recorder.ModeReplayOnly, SkipRequestLatency: true,
				})
				if err != nil {
					b.Fatal(err)
				}
				return player
			})
		})
	}
}

// replay measures one request a round. A cassette that can be used up is replaced by a new
// player, made untimed.
func replay(b *testing.B, order []int, all []exchange.Exchange, player func() http.RoundTripper) {
	b.ReportAllocs()
	transport := player()
	next := 0
	b.ResetTimer()
	before := cpuTime(b)
	for range b.N {
		if next == len(order) {
			b.StopTimer()
			used := cpuTime(b)
			transport, next = player(), 0
			before += cpuTime(b) - used
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
	reportCPU(b, cpuTime(b)-before)
}

// BenchmarkMiss asks for what is not there, which is answered with the nearest.
func BenchmarkMiss(b *testing.B) {
	file, all := benchmarkCassette(b, sizes[len(sizes)-1])
	recording, err := Open(file)
	if err != nil {
		b.Fatal(err)
	}
	defer recording.Close()
	player := NewPlayer(recording, target, PlayerOptions{})
	for b.Loop() {
		request, err := http.NewRequest(http.MethodPut, all[7].Request.URL, nil)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := player.RoundTrip(request); err == nil {
			b.Fatal("an answer to what was not recorded")
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
