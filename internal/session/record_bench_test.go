package session

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/dnaeon/go-vcr.v3/recorder"

	"conformance/internal/exchange"
)

// BenchmarkRecord sends and records one request a round, with all that is due at the end of
// the session: go-vcr writes only then. How much of its time that is, "unsaved" shows, which
// never writes. The bare transport answers without a network.
func BenchmarkRecord(b *testing.B) {
	bare := roundTrip(func(r *http.Request) (*http.Response, error) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return nil, err
		}
		e := answered("case", 1, 202)
		return &http.Response{
			StatusCode: 202, Proto: "HTTP/1.1", Header: e.Response.Header, Request: r,
			Body: io.NopCloser(strings.NewReader(string(e.Response.Body))), ContentLength: int64(len(e.Response.Body)),
		}, nil
	})
	for _, size := range []int{100, 1_000, 10_000} {
		b.Run(fmt.Sprintf("bare/%d", size), func(b *testing.B) {
			recordRounds(b, size, func() (http.RoundTripper, func() error) { return bare, func() error { return nil } })
		})
		b.Run(fmt.Sprintf("session/%d", size), func(b *testing.B) {
			recordRounds(b, size, func() (http.RoundTripper, func() error) {
				writer, err := Create(filepath.Join(b.TempDir(), "s"), manifest())
				if err != nil {
					b.Fatal(err)
				}
				return NewRecorder(bare, Capture{Sink: writer.Sink(func(err error) { b.Error(err) })}), writer.Close
			})
		})
		vcr := func() *recorder.Recorder {
			through, err := recorder.NewWithOptions(&recorder.Options{
				CassetteName: filepath.Join(b.TempDir(), "c"), Mode: recorder.ModeRecordOnly,
				RealTransport: bare, SkipRequestLatency: true,
			})
			if err != nil {
				b.Fatal(err)
			}
			return through
		}
		b.Run(fmt.Sprintf("go-vcr/%d", size), func(b *testing.B) {
			recordRounds(b, size, func() (http.RoundTripper, func() error) {
				through := vcr()
				return through, through.Stop
			})
		})
		b.Run(fmt.Sprintf("go-vcr unsaved/%d", size), func(b *testing.B) {
			recordRounds(b, size, func() (http.RoundTripper, func() error) { return vcr(), func() error { return nil } })
		})
	}
}

// recordRounds measures one exchange a round. A session of that size, with its end, is
// shared out among its rounds.
func recordRounds(b *testing.B, size int, begin func() (http.RoundTripper, func() error)) {
	b.ReportAllocs()
	e := answered("case", 1, 202)
	var through http.RoundTripper
	var finish func() error
	rounds := 0
	for b.Loop() {
		if rounds%size == 0 {
			through, finish = begin()
		}
		rounds++
		recordOne(b, through, e)
		if rounds%size == 0 {
			if err := finish(); err != nil {
				b.Fatal(err)
			}
		}
	}
	if rounds%size != 0 {
		if err := finish(); err != nil {
			b.Fatal(err)
		}
	}
}

func recordOne(b *testing.B, through http.RoundTripper, e exchange.Exchange) {
	request, err := http.NewRequest(e.Request.Method, e.Request.URL, strings.NewReader(string(e.Request.Body)))
	if err != nil {
		b.Fatal(err)
	}
	request.Header = e.Request.Header
	response, err := through.RoundTrip(request)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		b.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		b.Fatal(err)
	}
}
