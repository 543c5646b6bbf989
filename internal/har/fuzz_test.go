package har

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"conformance/internal/exchange"
)

// FuzzRead reads anything: no panic, no error of another type, and what is read can be written
// and read again.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.har"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add(archived(`,"headers":[{"name":"a","value":"b\nc"}]`, `,"content":{"size":2,"encoding":"base64","text":"/wA="},"_error":"net::ERR_CERT"`))
	f.Add(`{"log":{"_conformance":{"formatVersion":1},"entries":[{"startedDateTime":"2026-01-31T12:00:00Z","request":{},"_conformance":{"started":"1s","duration":"-1s","case":{"base64":"/w=="},"unanswered":true}}]}}`)
	f.Fuzz(func(t *testing.T, text string) {
		archive, err := New("fuzz.har", strings.NewReader(text), int64(len(text)))
		if err != nil {
			checkError(t, err)
			return
		}
		var all []exchange.Exchange
		for e, err := range archive.Exchanges() {
			if err != nil {
				checkError(t, err)
				return
			}
			all = append(all, e)
		}
		same(t, all, read(t, written(t, all...)))
	})
}

func checkError(t *testing.T, err error) {
	t.Helper()
	if problem, ours := err.(*Error); !ours || problem.File != "fuzz.har" || problem.Message == "" {
		t.Fatalf("an error of type %T: %v", err, err)
	}
}

// FuzzRoundTrip writes any exchange and reads it.
func FuzzRoundTrip(f *testing.F) {
	for i, text := range torture {
		if len(text) < 100 {
			f.Add(text, "X-Torture", text, text, text, i, int64(i))
		}
	}
	f.Fuzz(func(t *testing.T, body, name, value, url, word string, number int, duration int64) {
		want := exchange.Exchange{
			Case: word, Attempt: number, Credential: word,
			Request:  exchange.Request{Method: word, URL: url, Header: http.Header{name: {value, body}, "A": {value}}, Body: []byte(body)},
			Response: &exchange.Response{Proto: word, Status: number, Header: http.Header{name: {value}, "Content-Encoding": {value}}, Body: []byte(body)},
			Failure:  &exchange.Failure{Kind: exchange.FailureKind(word), Message: value},
			Started:  time.Duration(duration), Duration: time.Duration(duration),
		}
		if int(float64(number)) != number {
			t.Skip("no server has a status of 17 digits")
		}
		same(t, []exchange.Exchange{want, {}}, read(t, written(t, want, exchange.Exchange{})))
	})
}
