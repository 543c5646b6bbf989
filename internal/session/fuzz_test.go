package session

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gopkg.in/dnaeon/go-vcr.v3/cassette"

	"conformance/internal/exchange"
)

// FuzzDecode reads anything: no panic, no error of another type, and what is scanned is
// what is parsed.
func FuzzDecode(f *testing.F) {
	f.Add(foreign)
	f.Add(cassetteHead)
	f.Add(cassetteMark + "\nversion: 2")
	for i, text := range torture {
		if len(text) < 100 {
			f.Add(string(appendInteraction([]byte(cassetteHead), i, tortured(i, text))))
		}
	}
	for _, exchanges := range run(50) {
		f.Add(string(appendInteraction(appendInteraction([]byte(cassetteHead), 0, exchanges[0]), 1, exchanges[1])))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, _, err := decodeCassette(text); err != nil {
			if _, ours := err.(*Error); !ours {
				t.Fatalf("an error of type %T: %v", err, err)
			}
		}
		scanned, ok := scanAll(text)
		if !ok {
			return
		}
		parsed, err := parse([]byte(text))
		if err != nil {
			t.Fatalf("scanned, but %v", err)
		}
		compareReaders(t, scanned, parsed)
	})
}

// FuzzCut cuts a cassette of ours off: what was complete is read, nothing else is, and the
// cut is no error.
func FuzzCut(f *testing.F) {
	for i, text := range torture {
		if len(text) < 100 {
			f.Add(text, text, i*37)
		}
	}
	f.Fuzz(func(t *testing.T, body, word string, cut int) {
		first, second := answered(word, 1, 202), answered(body, 2, 400)
		first.Request.Body, second.Response.Body = []byte(body), []byte(body)
		second.Response.Header["X-Fuzz"] = []string{word, body}
		text := appendInteraction([]byte(cassetteHead), 0, first)
		middle := len(text)
		text = appendInteraction(text, 1, second)
		cut = int(uint(cut) % uint(len(text)+1))
		var want []exchange.Exchange
		if cut >= middle {
			want = append(want, first)
		}
		if cut == len(text) {
			want = append(want, second)
		}
		got, warnings, err := decodeCassette(string(text[:cut]))
		if err != nil {
			t.Fatalf("%v in\n%s", err, text[:cut])
		}
		same(t, want, got)
		if whole := cut == len(cassetteHead) || cut == middle || cut == len(text); whole != (len(warnings) == 0) {
			t.Errorf("cut at %d of %d: got the warnings %q", cut, len(text), warnings)
		}
	})
}

// FuzzPieces reads anything in pieces and as one document. Where both can, they agree.
func FuzzPieces(f *testing.F) {
	f.Add(foreign)
	for _, file := range []string{"go-vcr-v0.json", "go-vcr-v1.yaml", "go-vcr-v2.yaml", "go-vcr-v4.yaml", "by-hand.yaml"} {
		text, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		pieces, warnings, err := decodeCassette(text)
		if err != nil || len(warnings) > 0 {
			return
		}
		whole, err := parse([]byte(text))
		if err != nil {
			return
		}
		want := make([]exchange.Exchange, len(whole))
		for i, item := range whole {
			want[i] = item.exchange
		}
		same(t, want, pieces)
	})
}

// FuzzScalar reads one scalar between two that are right, where most of the fuzzer's
// changes hit what matters.
func FuzzScalar(f *testing.F) {
	for _, text := range torture {
		if len(text) < 100 {
			f.Add(string(appendText(nil, text)))
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, scalar string) {
		text := cassetteHead + "  - id: 0\n    request:\n      body: " + scalar + "\n      url: ''\n      method: " + scalar +
			"\n    response:\n      headers:\n        A:\n          - " + scalar + "\n      code: 1\n    case: " + scalar + "\n    started: 0s\n"
		scanned, ok := scanAll(text)
		if !ok {
			return
		}
		parsed, err := parse([]byte(text))
		if err != nil {
			t.Fatalf("scanned, but %v", err)
		}
		compareReaders(t, scanned, parsed)
	})
}

// FuzzRoundTrip writes any exchange and reads it with both our readers and go-vcr's.
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
			Response: &exchange.Response{Proto: word, Status: number, Header: http.Header{name: {value}, "Content-Length": {value}}, Body: []byte(body)},
			Failure:  &exchange.Failure{Kind: exchange.FailureKind(word), Message: value},
			Started:  time.Duration(duration), Duration: time.Duration(duration),
		}
		text := appendInteraction([]byte(cassetteHead), 0, want)
		parsed, err := parse(text)
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		same(t, want, parsed[0].exchange)
		scanned, ok := scanAll(string(text))
		if !ok && len(name) < longestSimpleKey/6 {
			t.Errorf("not scanned:\n%s", text)
		}
		if ok {
			compareReaders(t, scanned, parsed)
		}

		path := filepath.Join(t.TempDir(), "c")
		write(t, path+".yaml", string(text))
		loaded, err := cassette.Load(path)
		if err != nil {
			t.Fatalf("go-vcr: %v in\n%s", err, text)
		}
		got := loaded.Interactions[0]
		same(t, want.Request.Header, got.Request.Headers)
		same(t, want.Response.Header, got.Response.Headers)
		same(t, []string{body, body, url, word}, []string{got.Request.Body, got.Response.Body, got.Request.URL, got.Request.Method})
	})
}

// FuzzManifest reads any manifest: no panic, no error of another type.
func FuzzManifest(f *testing.F) {
	f.Add("formatVersion: 1\ncassettes: [a.yaml]\nrateLimit: {maxWait: 15s}\n")
	f.Add("formatVersion: 1\nrecorded: 2026-03-04T05:06:07Z\naccounts:\n    missing: \"0\"\ncassettes:\n    - 202.yaml\n")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := decodeManifest(ManifestName, []byte(text))
		if err != nil {
			if _, ours := err.(*Error); !ours {
				t.Fatalf("an error of type %T: %v", err, err)
			}
			return
		}
		for _, name := range m.Cassettes {
			if filepath.Base(name) != name {
				t.Errorf("the cassette %q leads elsewhere", name)
			}
		}
	})
}
