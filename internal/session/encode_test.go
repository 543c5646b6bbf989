package session

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/dnaeon/go-vcr.v3/cassette"
	"gopkg.in/dnaeon/go-vcr.v3/recorder"

	"conformance/internal/exchange"
)

func TestLayoutOfAnInteraction(t *testing.T) {
	e := answered("burst", 2, 429)
	e.Response.Header["Retry-After"] = []string{"7"}
	e.Failure = &exchange.Failure{Kind: exchange.TimeoutInBody, Message: "it's late"}
	const want = `  - id: 3
    request:
      content_length: 25
      host: 'recorded.example'
      body: '{"unlockIDNAccount":true}'
      headers:
        Authorization:
          - 'Bearer <orgAdmin>'
        Content-Type:
          - application/json
      url: 'http://recorded.example/v2025/accounts/a1/unlock'
      method: POST
    response:
      proto: HTTP/1.1
      proto_major: 1
      proto_minor: 1
      content_length: 13
      body: '{"id":"00002"}'
      headers:
        Content-Length:
          - '13'
        Content-Type:
          - application/json
        Retry-After:
          - '7'
      status: '429 Too Many Requests'
      code: 429
      duration: 1.5ms
    case: burst
    attempt: 2
    credential: orgAdmin
    failure:
      kind: 'timeout in the body'
      message: 'it''s late'
    started: 2s
`
	same(t, want, string(appendInteraction(nil, 3, e)))
}

func TestLayoutOfAFailureWithoutAnswer(t *testing.T) {
	e := exchange.Exchange{
		Request: exchange.Request{Method: "POST", URL: "http://h/"},
		Failure: &exchange.Failure{Kind: exchange.Refused, Message: "nobody listens"},
	}
	const want = `  - id: 0
    request:
      host: 'h'
      url: 'http://h/'
      method: POST
    response:
      code: 0
    failure:
      kind: refused
      message: 'nobody listens'
    started: 0s
`
	same(t, want, string(appendInteraction(nil, 0, e)))
}

func TestLayoutOfWhatTheTransportDecoded(t *testing.T) {
	e := exchange.Exchange{
		Request: exchange.Request{Method: "POST", URL: "/", Header: http.Header{"Transfer-Encoding": {"chunked"}}},
		Response: &exchange.Response{Status: 200, Uncompressed: true, Body: []byte("plain"),
			Header: http.Header{"Transfer-Encoding": {"chunked"}}},
	}
	const want = `  - id: 0
    request:
      transfer_encoding: [chunked]
      headers:
        Transfer-Encoding:
          - chunked
      url: '/'
      method: POST
    response:
      transfer_encoding: [chunked]
      content_length: -1
      uncompressed: true
      body: 'plain'
      headers:
        Transfer-Encoding:
          - chunked
      status: '200 OK'
      code: 200
    started: 0s
`
	same(t, want, string(appendInteraction(nil, 0, e)))
}

func TestScalarStyles(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"application/json", "application/json"},
		{"no", "'no'"},
		{"NULL", "'NULL'"},
		{"7", "'7'"},
		{"", "''"},
		{"it's", "'it''s'"},
		{"a: b", "'a: b'"},
		{"vérification-ключ-🔓", `"vérification-ключ-🔓"`},
		{"tab\there \"q\" \\", `"tab\there \"q\" \\"`},
		{"\x00\x7f\u0085\u2028\ufeff\U000e0001", `"\x00\x7f\x85\u2028\ufeff\U000e0001"`},
		{"\xff", "!!binary /w=="},
	} {
		if got := string(appendWord(nil, test.text)); got != test.want {
			t.Errorf("appendWord(%q) = %s, want %s", test.text, got, test.want)
		}
	}
}

// torture are texts that one YAML library or another has lost or changed.
var torture = []string{
	" ", "  leading and trailing  ", "\t", "\tleading tab", "\tleading tab\nin two lines\n", "\n", "\nleading break",
	"trailing break\n", "trailing breaks\n\n\n", "\r\n", "a\r\nb\r\n", "a\rb", "\x00", "nul\x00inside", "\x7f", "\x1b[31m",
	"---", "---\n", "...", "...\nversion: 1\n", "--- a", "# no comment", "a # b", "a: b", "a:", "- a", "? a", "&a", "*a", "!a", "!!binary /w==",
	"|", "|-\n  a\n", ">", "%TAG", "@", "`", "{", "[", "null", "~", "true", "Yes", "off", "0", "007", "0x1F", "1_000", "1e3", ".inf", ".nan", "12:30:45", "2001-01-01", "<<", "=",
	"\r", "\r\n\r\n", "\t\t\n\t", "%YAML 1.2\n---\n", "0x10", "yes", "2026-01-01", "!!binary", "!!str a", "- - -", "a: |\n", "\ufeff---\n", " \n ", "\x00\x01\x02\x03", "\x80", "\xff\xfe\x00",
	"'", "''", "'''", "\"", "\\", "\\n", "\\x00", `{"a":"\u2028"}`,
	"\u0085", "\u00a0", "\u00ad", "\u2028", "\u2029", "\u200d", "\ufeff", "\ufeffbyte order mark", "\ufffd", "\ufffe", "\uffff", "\U0010ffff", "🔓", "👩‍👩‍👧", "e\u0301", "مرحبا", "日本語",
	"\xff", "\xc0\x80", "\xed\xa0\x80", "caf\xe9", "\x80\n", "\x9e\xe9\x65", "\xb6\xbb\x9e", "\xf4\x90\x80\x80",
	"  - id: 9\n    request:\n", "\n  - id: 9\n", "started: 1s",
	strings.Repeat("long ", 1_000), strings.Repeat("日本", 600), strings.Repeat("\xfe", 2_000), strings.Repeat("\n", 600), strings.Repeat("a: ", 600),
}

// tortured is an exchange that has the text wherever text can be.
func tortured(i int, text string) exchange.Exchange {
	e := answered(text, 1, 400)
	e.Credential = text
	e.Request.URL = fmt.Sprintf("http://recorded.example/%d", i)
	e.Request.Body = []byte(text)
	e.Request.Header["X-Torture"] = []string{text, "", text}
	e.Response.Body = []byte(text)
	e.Response.Header["X-Torture"] = []string{text}
	e.Failure = &exchange.Failure{Kind: exchange.FailureKind(text), Message: text}
	return e
}

func TestEveryByteSurvives(t *testing.T) {
	dir := t.TempDir()
	var all []exchange.Exchange
	for i, text := range torture {
		all = append(all, tortured(i, text))
	}
	record(t, filepath.Join(dir, "s"), map[string][]exchange.Exchange{"400": all})
	same(t, all, open(t, filepath.Join(dir, "s")).Exchanges())

	text := files(t, filepath.Join(dir, "s"))["400.yaml"]
	if _, ok := scanAll(text); !ok {
		t.Error("the cassette is not read by scanning")
	}
	items, err := parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for i, item := range items {
		same(t, all[i], item.exchange)
	}

	foreign, err := cassette.Load(filepath.Join(dir, "s", "400"))
	if err != nil {
		t.Fatal(err)
	}
	for i, interaction := range foreign.Interactions {
		if interaction.Request.Body != torture[i] || interaction.Response.Body != torture[i] {
			t.Errorf("go-vcr reads another body than %.40q", torture[i])
		}
		same(t, all[i].Request.Header, interaction.Request.Headers)
		same(t, all[i].Response.Header, interaction.Response.Headers)
	}
}

func TestOddHeaderNamesSurvive(t *testing.T) {
	names := []string{"No", "null", "TE", "X y", "a:b", "", "<<", "\xff", "日本", "x\ny", "7", strings.Repeat("long", 500)}
	e := answered("names", 1, 200)
	for _, name := range names {
		e.Response.Header[name] = []string{"value"}
		e.Request.Header[name+"-none"] = nil
	}
	dir := t.TempDir()
	record(t, dir, map[string][]exchange.Exchange{"200": {e}})
	same(t, []exchange.Exchange{e}, open(t, dir).Exchanges())
	if _, err := cassette.Load(filepath.Join(dir, "200")); err != nil {
		t.Error(err)
	}
}

func TestPlainVCRReplaysWhatWeRecord(t *testing.T) {
	dir := t.TempDir()
	session := run(220)
	record(t, dir, session)
	for path, exchanges := range session {
		player, err := recorder.NewWithOptions(&recorder.Options{
			CassetteName: filepath.Join(dir, path), Mode: recorder.ModeReplayOnly, SkipRequestLatency: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range exchanges {
			request, err := http.NewRequest(e.Request.Method, e.Request.URL, bytes.NewReader(e.Request.Body))
			if err != nil {
				t.Fatal(err)
			}
			response, err := player.RoundTrip(request)
			if err != nil {
				t.Fatalf("%s: %v", e.Case, err)
			}
			body, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			if e.Response == nil {
				same(t, 0, response.StatusCode)
				continue
			}
			same(t, *e.Response, exchange.Response{
				Proto: response.Proto, Status: response.StatusCode, Header: response.Header, Body: body,
			})
			same(t, contentLength(e.Response.Header), response.ContentLength)
		}
		if err := player.Stop(); err != nil {
			t.Error(err)
		}
	}
}

func TestRecordingTwiceGivesTheSameBytes(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	record(t, first, run(100))
	record(t, second, run(100))
	same(t, files(t, first), files(t, second))
}
