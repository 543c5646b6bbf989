package har

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"conformance/internal/exchange"
)

func gzipped(text string) []byte {
	var out bytes.Buffer
	writer := gzip.NewWriter(&out)
	writer.Write([]byte(text))
	writer.Close()
	return out.Bytes()
}

func base64Of(body []byte) string { return base64.StdEncoding.EncodeToString(body) }

// TestProgramsInTheWild reads archives in the form that each program writes.
func TestProgramsInTheWild(t *testing.T) {
	answered := func(started, duration time.Duration, status int, body string) exchange.Exchange {
		return exchange.Exchange{Started: started, Duration: duration,
			Request:  exchange.Request{Method: "POST", URL: "https://tenant.example/v2025/accounts/a1/unlock", Body: []byte(`{"unlockIDNAccount":true}`), Header: http.Header{"Content-Type": {"application/json"}}},
			Response: &exchange.Response{Proto: "HTTP/2.0", Status: status, Body: []byte(body), Header: http.Header{"Content-Type": {"application/json"}}}}
	}
	unanswered := func(started time.Duration, kind exchange.FailureKind, reason string) exchange.Exchange {
		return exchange.Exchange{Started: started,
			Request: exchange.Request{Method: "GET", URL: "https://other.example/pixel.gif"},
			Failure: &exchange.Failure{Kind: kind, Message: "the archive has no answer to this request" + reason}}
	}
	tests := map[string]struct {
		creator  string
		recorded string
		want     []exchange.Exchange
	}{
		"chromium.har": {"WebInspector", "2026-01-31T12:00:00.123Z", []exchange.Exchange{
			answered(0, 81234500*time.Nanosecond, 202, `{"id":"f6d7744323bc914225461b785bcd62c9"}`),
			unanswered(877*time.Millisecond, exchange.Interrupted, ": net::ERR_BLOCKED_BY_CLIENT"),
		}},
		"firefox.har": {"Firefox", "2026-01-31T12:00:00.123Z", []exchange.Exchange{
			answered(0, 81*time.Millisecond, 202, `{"id":"f6d7744323bc914225461b785bcd62c9"}`),
			unanswered(877*time.Millisecond, exchange.NotRecorded, ", and no reason"),
		}},
		"mitmproxy.har": {"mitmproxy", "2026-01-31T12:00:00.123456Z", []exchange.Exchange{
			answered(0, 81*time.Millisecond, 202, `{"id":"f6d7744323bc914225461b785bcd62c9"}`),
			unanswered(time.Second, exchange.UnknownFailure, ": server disconnected"),
		}},
		"playwright.har": {"Playwright", "2026-01-31T12:00:00.123Z", []exchange.Exchange{
			answered(0, 81500*time.Microsecond, 202, `{"id":"f6d7744323bc914225461b785bcd62c9"}`),
			unanswered(time.Second, exchange.Refused, ": net::ERR_CONNECTION_REFUSED"),
		}},
	}
	files, err := filepath.Glob(filepath.Join("testdata", "*.har"))
	if err != nil || len(files) != len(tests) {
		t.Fatalf("%d files, %d tests, %v", len(files), len(tests), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			test := tests[filepath.Base(file)]
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !Detect(text[:64]) {
				t.Error("not detected")
			}
			same(t, test.want, read(t, text))
			info := outlined(t, text).Info()
			same(t, test.creator, info.Creator.Name)
			same(t, test.recorded, info.Recorded.UTC().Format(time.RFC3339Nano))
		})
	}
}

// archived is an archive of one entry, of which members are replaced.
func archived(request, response string) string {
	return `{"log":{"version":"1.2","creator":{"name":"n","version":"1"},"entries":[{"startedDateTime":"2026-01-31T12:00:00Z","time":1,` +
		`"request":{"method":"GET","url":"http://a.example/"` + request + `},"response":{"status":200,"content":{"size":0}` + response + `}}]}}`
}

func TestForeignMembers(t *testing.T) {
	tests := []struct {
		name, request, response string
		header, answerHeader    http.Header
		body, answer            string
		failure                 exchange.FailureKind
	}{
		{name: "nothing more"},
		{name: "an empty text", response: `,"content":{"text":""}`},
		{name: "duplicate names and pseudo headers", request: `,"headers":[{"name":"accept","value":"a"},{"name":":path","value":"/"},{"name":"Accept","value":"b"}]`,
			response: `,"headers":[{"name":"set-cookie","value":"a=1\nb=2"},{"name":"X","value":"1","comment":"c"}]`,
			header:   http.Header{"Accept": {"a", "b"}}, answerHeader: http.Header{"Set-Cookie": {"a=1", "b=2"}, "X": {"1"}}},
		{name: "fields that are listed twice", request: `,"headers":[{"name":"accept","value":"a"},{"name":"Accept","value":"a"},{"name":"X","value":"1"},{"name":"X","value":"2"},{"name":"X","value":"1"}]`,
			response: `,"headers":[{"name":"X","value":"1"},{"name":"X","value":"1"}]`,
			header:   http.Header{"Accept": {"a"}, "X": {"1", "2"}}, answerHeader: http.Header{"X": {"1", "1"}}},
		{name: "the members of an empty JSON body", request: `,"bodySize":2,"postData":{"mimeType":"application/json","params":[]}`, body: "{}"},
		{name: "no members of a longer JSON body", request: `,"bodySize":9,"postData":{"mimeType":"application/json","params":[]}`, header: http.Header{"Content-Length": {"9"}}},
		{name: "a form of fields", request: `,"postData":{"mimeType":"application/x-www-form-urlencoded; charset=utf-8","params":[{"name":"a b","value":"c&d"},{"name":"e"}]}`, body: "a+b=c%26d&e="},
		{name: "a multipart form of fields", request: `,"postData":{"mimeType":"multipart/form-data","params":[{"name":"a","fileName":"f"}]}`},
		{name: "text before fields", request: `,"postData":{"mimeType":"application/x-www-form-urlencoded","text":"x=y","params":[{"name":"a","value":"b"}]}`, body: "x=y"},
		{name: "base64", response: `,"content":{"size":2,"encoding":"base64","text":"/wA="}`, answer: "\xff\x00"},
		{name: "the content is decoded", response: `,"headers":[{"name":"Content-Encoding","value":"br"},{"name":"Content-Length","value":"7"}],"content":{"size":2,"text":"{}"}`, answer: "{}"},
		{name: "the content is still coded", response: `,"headers":[{"name":"Content-Encoding","value":"gzip"}],"content":{"encoding":"base64","text":"` + base64Of(gzipped("a")) + `"}`,
			answer: string(gzipped("a")), answerHeader: http.Header{"Content-Encoding": {"gzip"}}},
		{name: "the content is missing", response: `,"content":{"size":7,"mimeType":"text/plain"}`, failure: exchange.NotRecorded},
		{name: "the content is missing after its transfer", response: `,"content":{"size":-1},"bodySize":9`, failure: exchange.NotRecorded},
		{name: "an unknown size", response: `,"content":{"size":-1},"bodySize":-1`, failure: exchange.NotRecorded},
		{name: "an empty text of some bytes", response: `,"content":{"size":7,"text":""}`, failure: exchange.NotRecorded},
		{name: "nothing transferred", response: `,"content":{"size":-1},"bodySize":0`},
		{name: "a body in a file that is not there", response: `,"content":{"size":7,"_file":"0c2c321b7dbc21c3312e7ae2c1921edc8a3e0661.json"}`, failure: exchange.NotRecorded},
		{name: "values that are no texts", request: `,"headers":[{"name":"Content-Length","value":32},{"name":"X","value":null},{"name":"Y","value":true}]`,
			response: `,"content":{"size":"2","text":{"id":"a"}}`,
			header:   http.Header{"Content-Length": {"32"}, "X": {""}, "Y": {"true"}}, answer: `{"id":"a"}`},
		{name: "the members of a JSON body", request: `,"bodySize":21,"postData":{"mimeType":"application/json","params":[{"name":"a","value":true},{"name":"b","value":"c"},{"name":"d","value":{"e":null}}]}`,
			body: `{"a":true,"b":"c","d":{"e":null}}`},
		{name: "a body of which only the length is known", request: `,"bodySize":21`, header: http.Header{"Content-Length": {"21"}}},
		{name: "Polly's chunks", response: `,"headers":[{"name":"Content-Encoding","value":"gzip"}],"content":{"size":9,"encoding":"base64","text":"[\"` + base64Of(gzipped("a")[:5]) + `\",\"` + base64Of(gzipped("a")[5:]) + `\"]"}`,
			answer: string(gzipped("a")), answerHeader: http.Header{"Content-Encoding": {"gzip"}}},
		{name: "Polly's chunks before its version 6", response: `,"content":{"size":9,"text":"[\"7b\",\"7d\"]","_isBinary":true}`, answer: "{}"},
		{name: "Polly's bytes before its version 6", response: `,"content":{"size":9,"text":"fffe","_isBinary":true}`, answer: "\xff\xfe"},
		{name: "a text that Polly kept", response: `,"content":{"size":9,"text":"[]","_isBinary":false}`, answer: "[]"},
		{name: "null members", request: `,"headers":null,"postData":null,"cookies":null`, response: `,"headers":null,"content":null,"_error":null,"redirectURL":null`, failure: exchange.NotRecorded},
		{name: "odd members that are passed over", request: `,"cookies":7,"queryString":{},"headersSize":"?"`, response: `,"_error":{"a":1},"statusText":5,"cookies":{}`},
		{name: "half a surrogate pair", response: `,"content":{"text":"a\ud83d"}`, answer: "a\ufffd"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := read(t, []byte(archived(test.request, test.response)))[0]
			want := exchange.Exchange{Duration: time.Millisecond,
				Request:  exchange.Request{Method: "GET", URL: "http://a.example/", Header: test.header, Body: []byte(test.body)},
				Response: &exchange.Response{Status: 200, Header: test.answerHeader, Body: []byte(test.answer)}}
			if test.failure != "" && got.Failure != nil {
				same(t, test.failure, got.Failure.Kind)
				got.Failure = nil
			}
			same(t, want, got)
		})
	}
}

func TestAnswersWithoutABodyAreComplete(t *testing.T) {
	for _, test := range []struct{ method, status string }{{"HEAD", "200"}, {"GET", "304"}, {"GET", "302"}, {"GET", "204"}} {
		text := strings.Replace(archived("", `,"content":{"size":7}`), `"GET"`, `"`+test.method+`"`, 1)
		text = strings.Replace(text, `"status":200`, `"status":`+test.status, 1)
		if got := read(t, []byte(text))[0]; got.Failure != nil {
			t.Errorf("%s %s: %v", test.method, test.status, got.Failure)
		}
	}
}

func TestEntriesComeInRecordedOrder(t *testing.T) {
	entry := `{"startedDateTime":"2026-01-31T%sZ","time":0,"request":{"method":"GET","url":"http://a.example/%d"},"response":{"status":200}}`
	var entries []string
	for i, at := range []string{"12:00:02", "12:00:01", "12:00:03.5", "12:00:01"} {
		entries = append(entries, fmt.Sprintf(entry, at, i))
	}
	var got []string
	for _, e := range read(t, []byte(`{"log":{"entries":[`+strings.Join(entries, ",")+`]}}`)) {
		got = append(got, fmt.Sprint(e.Request.URL[len("http://a.example/"):], " ", e.Started))
	}
	same(t, []string{"1 0s", "3 0s", "0 1s", "2 2.5s"}, got)
}

func TestProblemsNameTheirPlace(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", "", "test.har: the file is empty; export the archive again"},
		{"white space", "\ufeff \n", "test.har: the file is empty; export the archive again"},
		{"UTF-16", "\xff\xfe{\x00", "test.har: the file is UTF-16; save it as UTF-8"},
		{"gzip", "\x1f\x8b\x08\x00", "test.har: the file is compressed with gzip; unpack it first"},
		{"zip", "PK\x03\x04\x14\x00", "test.har: the file is a zip archive; unpack it first"},
		{"no JSON", "---\nversion: 2", "test.har: this is no JSON at byte 1: invalid character '-' in number"},
		{"no archive", `{"version":2}`, `test.har: this is no HTTP archive; expected a JSON object with the member "log"`},
		{"an array", `[]`, `test.har: this is no HTTP archive; expected a JSON object with the member "log"`},
		{"version 2", `{"log":{"version":"2.0"}}`, `test.har: log.version: found "2.0", expected 1.2; export the archive as HAR 1.2`},
		{"our version 2", `{"log":{"_conformance":{"formatVersion":2}}}`, "test.har: log._conformance.formatVersion: found version 2, expected 1"},
		{"entries", `{"log":{"entries":{}}}`, "test.har: log.entries: is no array"},
		{"an entry", `{"log":{"entries":[7]}}`, "test.har: entry 1: is no object"},
		{"no date", `{"log":{"entries":[{"request":{}}]}}`, "test.har: entry 1: startedDateTime: is missing"},
		{"a wrong date", `{"log":{"entries":[{"startedDateTime":"yesterday"}]}}`, `test.har: entry 1: startedDateTime: found "yesterday", expected a date`},
		{"cut off", archived("", "")[:200], "test.har: entry 1: the file is cut off here"},
		{"cut off after an entry", strings.TrimSuffix(archived("", ""), "]}}"), "test.har: entry 2: the file is cut off here"},
		{"more", archived("", "") + "{}", "test.har: something follows after the end of the archive"},
		{"creator", `{"log":{"creator":{"name":7}}}`, "test.har: log.creator.name: found a number that does not belong here"},
		{"a date in milliseconds", `{"log":{"creator":"me","entries":[{"startedDateTime":1700000000000}]}}`, `test.har: entry 1: startedDateTime: found "1700000000000", expected a date`},
		{"no request", strings.Replace(archived("", ""), `"request"`, `"asked"`, 1), "test.har: entry 1: request: is missing"},
		{"no method", strings.Replace(archived("", ""), `"method"`, `"m"`, 1), "test.har: entry 1: request.method: is missing"},
		{"no URL", strings.Replace(archived("", ""), `"url"`, `"u"`, 1), "test.har: entry 1: request.url: is missing"},
		{"a wrong header", archived(`,"headers":[{"name":"A","value":"b"},{"name":5}]`, ""), "test.har: entry 1: request.headers.1.name: found a number"},
		{"a status in words", archived("", `,"status":"OK"`), `test.har: entry 1: response.status: found "OK", expected a status code`},
		{"a wrong status", archived("", `,"status":200.5`), "test.har: entry 1: response.status: found 200.5"},
		{"no base64", archived("", `,"content":{"text":"*","encoding":"base64"}`), "test.har: entry 1: response.content.text: is no base64"},
		{"an encoding", archived(`,"postData":{"text":"*","encoding":"rot13"}`, ""), `test.har: entry 1: request.postData.encoding: found "rot13"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			archive, err := New("test.har", strings.NewReader(test.text), int64(len(test.text)))
			if err == nil {
				for _, err = range archive.Exchanges() {
					if err != nil {
						break
					}
				}
			}
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}

// TestBodiesInFilesOfTheirOwn reads what Playwright writes beside an archive, and nothing else there.
func TestBodiesInFilesOfTheirOwn(t *testing.T) {
	const name = "0c2c321b7dbc21c3312e7ae2c1921edc8a3e0661"
	files := fstest.MapFS{name + ".json": {Data: []byte(`{"id":"a"}`)}, name + ".dat": {Data: []byte("a=b")}, "id_rsa": {Data: []byte("key")}}
	for _, test := range []struct {
		file, body string
		failure    string
	}{
		{name + ".json", `{"id":"a"}`, ""},
		{name + ".html", "", "is in the file " + name + ".html, which is not beside the archive"},
		{"id_rsa", "", "is in the file id_rsa, which is not beside the archive"},
		{"../" + name + ".json", "", "is not beside the archive"},
	} {
		text := archived(`,"postData":{"mimeType":"text/plain","text":"","params":[{"name":"c","value":"d"}],"_file":"`+name+`.dat"}`,
			`,"content":{"size":10,"_file":"`+test.file+`"}`)
		archive, err := New("test.har", strings.NewReader(text), int64(len(text)))
		if err != nil {
			t.Fatal(err)
		}
		archive.Beside(files)
		got, err := archive.Exchange(0)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "a=b", string(got.Request.Body))
		same(t, test.body, string(got.Response.Body))
		if test.failure == "" && got.Failure != nil || test.failure != "" && (got.Failure == nil || !strings.Contains(got.Failure.Message, test.failure)) {
			t.Errorf("%s: failure %v, want %q", test.file, got.Failure, test.failure)
		}
	}
}

func TestMethodsAreThoseOfTheWire(t *testing.T) {
	for written, want := range map[string]string{"post": "POST", "Post": "Post", "POST": "POST", "brew": "brew"} {
		text := strings.Replace(archived("", ""), `"GET"`, `"`+written+`"`, 1)
		same(t, want, read(t, []byte(text))[0].Request.Method)
	}
}

// TestReasonsOfTheBrowser: what a browser did not send, or kept to itself, is no failure of a server.
func TestReasonsOfTheBrowser(t *testing.T) {
	for reason, want := range map[string]exchange.FailureKind{
		"net::ERR_UNSAFE_PORT": exchange.Interrupted, "net::ERR_FAILED": exchange.Interrupted, "net::ERR_ABORTED": exchange.Interrupted,
		"net::ERR_INTERNET_DISCONNECTED": exchange.Interrupted, "net::ERR_CONNECTION_REFUSED": exchange.Refused,
		"net::ERR_CONNECTION_TIMED_OUT": exchange.Timeout, "": exchange.NotRecorded,
	} {
		text := archived("", `,"status":0,"_error":"`+reason+`"`)
		if got := read(t, []byte(text))[0].Failure; got == nil || got.Kind != want {
			t.Errorf("%s: %v, want %s", reason, got, want)
		}
	}
}
