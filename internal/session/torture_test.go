package session

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gopkg.in/dnaeon/go-vcr.v3/cassette"
	"gopkg.in/dnaeon/go-vcr.v3/recorder"

	"conformance/internal/clock"
	"conformance/internal/exchange"
)

// carried is the torture that a header can carry over HTTP: no controls but the tab, and no
// white space at its ends (RFC 9110 section 5.5).
func carried(text string) bool {
	control := func(i int) bool { return text[i] < ' ' && text[i] != '\t' || text[i] == 0x7f }
	for i := range len(text) {
		if control(i) {
			return false
		}
	}
	return strings.Trim(text, " \t") == text && len(text) < 10_000
}

// sent are the texts that go over the wire: one more than the others need.
var sent = append([]string{strings.Repeat("a line of 64 KiB, ", 1<<16/17)}, torture...)

// Every text goes over a real connection and back, is recorded at both of its ends, and is
// read from the two sessions by us, by go-vcr, and from go-vcr's replay.
func TestTortureOverTheWire(t *testing.T) {
	dir := t.TempDir()
	sides := map[string]*Writer{"server": nil, "client": nil}
	for side := range sides {
		writer, err := Create(filepath.Join(dir, side), manifest(), WithSync(SyncNone, clock.System{}))
		if err != nil {
			t.Fatal(err)
		}
		sides[side] = writer
	}
	fails := func(err error) { t.Error(err) }
	server := httptest.NewServer(Tap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["X-Torture"] = r.Header["X-Torture"]
		w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = io.Copy(w, r.Body)
	}), Capture{Sink: sides["server"].Sink(fails)}))
	defer server.Close()
	client := NewRecorder(plain(), Capture{Sink: sides["client"].Sink(fails)})

	headers := 0
	for i, text := range sent {
		r := request(t, "POST", server.URL+"/"+strconv.Itoa(i), text)
		if carried(text) {
			headers++
			r.Header["X-Torture"] = []string{text, "", text}
		}
		response, body := fetch(t, client, r)
		if body != text {
			t.Errorf("the text %.40q is not carried", text)
		}
		same(t, r.Header["X-Torture"], response.Header["X-Torture"])
	}
	if len(torture) < 100 || headers < 60 {
		t.Errorf("%d bodies and %d headers are tried", len(torture), headers)
	}
	for side, writer := range sides {
		if err := writer.Close(); err != nil {
			t.Fatal(err)
		}
		t.Run(side, func(t *testing.T) { checkTorture(t, filepath.Join(dir, side), server.URL) })
	}
}

func checkTorture(t *testing.T, dir, target string) {
	exchanges := open(t, dir).Exchanges()
	foreign, err := cassette.Load(filepath.Join(dir, "200"))
	if err != nil {
		t.Fatal(err)
	}
	if len(exchanges) != len(sent) || len(foreign.Interactions) != len(sent) {
		t.Fatalf("%d exchanges are read, and %d by go-vcr", len(exchanges), len(foreign.Interactions))
	}
	player, err := recorder.NewWithOptions(&recorder.Options{
		CassetteName: filepath.Join(dir, "200"), Mode: recorder.ModeReplayOnly, SkipRequestLatency: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer player.Stop()
	for i, text := range sent {
		var header []string
		if carried(text) {
			header = []string{text, "", text}
		}
		e, f := exchanges[i], foreign.Interactions[i]
		response, body := fetch(t, player, request(t, "POST", target+"/"+strconv.Itoa(i), text))
		for whose, got := range map[string]string{
			"our request": string(e.Request.Body), "our answer": string(e.Response.Body),
			"go-vcr's request": f.Request.Body, "go-vcr's answer": f.Response.Body, "go-vcr's replay": body,
		} {
			if got != text {
				t.Errorf("%s has the body %.40q, want %.40q", whose, got, text)
			}
		}
		for _, got := range []http.Header{e.Request.Header, e.Response.Header, f.Request.Headers, f.Response.Headers, response.Header} {
			same(t, header, got["X-Torture"])
		}
		if e.Failure != nil {
			t.Errorf("%.40q failed: %v", text, e.Failure)
		}
	}
}

// FuzzRecording records any two exchanges into a session and reads it.
func FuzzRecording(f *testing.F) {
	for i, text := range torture {
		if len(text) < 100 {
			f.Add([]byte(text), text, torture[(i+1)%len(torture)], i%2 == 0, i%3 == 0)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, value, url string, chunked, failed bool) {
		first := exchange.Exchange{
			Request:  exchange.Request{Method: "POST", URL: url, Header: http.Header{"X-Torture": {value, ""}}, Body: body},
			Response: &exchange.Response{Proto: "HTTP/1.1", Status: 200, Header: http.Header{"X-Torture": {value}}, Body: body, Uncompressed: chunked},
		}
		if chunked {
			first.Request.Header[transferEncoding] = []string{"chunked"}
			first.Response.Header[transferEncoding] = []string{"chunked"}
		}
		second := first
		second.Case, second.Attempt = value, 1
		if failed {
			second.Failure = &exchange.Failure{Kind: exchange.Truncated, Message: url}
		}
		dir := filepath.Join(t.TempDir(), "s")
		writer, err := Create(dir, manifest(), WithSync(SyncNone, clock.System{}))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range []exchange.Exchange{first, second} {
			if err := writer.Append("200", e); err != nil {
				t.Fatal(err)
			}
		}
		unfinished := open(t, dir).Exchanges()
		if err := writer.Close(); err != nil {
			t.Fatal(err)
		}
		want := []exchange.Exchange{first, second}
		same(t, want, unfinished)
		same(t, want, open(t, dir).Exchanges())
		loaded, err := cassette.Load(filepath.Join(dir, "200"))
		if err != nil {
			t.Fatalf("go-vcr: %v", err)
		}
		for _, interaction := range loaded.Interactions {
			if !bytes.Equal([]byte(interaction.Request.Body), body) || !bytes.Equal([]byte(interaction.Response.Body), body) || interaction.Request.URL != url {
				t.Errorf("go-vcr reads %q of %q, want %q of %q", interaction.Request.Body, interaction.Request.URL, body, url)
			}
			same(t, first.Request.Header, interaction.Request.Headers)
			same(t, first.Response.Header, interaction.Response.Headers)
		}
	})
}
