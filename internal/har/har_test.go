package har

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xeipuuv/gojsonschema"
	"gopkg.in/dnaeon/go-vcr.v3/cassette"

	"conformance/internal/exchange"
)

var recorded = time.Date(2026, 3, 4, 5, 6, 7, 8, time.UTC)

func same(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// written is the text of an archive of the exchanges.
func written(t *testing.T, exchanges ...exchange.Exchange) []byte {
	t.Helper()
	var out bytes.Buffer
	writer, err := NewWriter(&out, Info{Creator: Creator{"conformance", "1"}, Recorded: recorded, Session: []byte(`{"a":[1]}`)})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range exchanges {
		if err := writer.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func outlined(t *testing.T, text []byte) *Archive {
	t.Helper()
	archive, err := New("test.har", bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	return archive
}

func read(t *testing.T, text []byte) []exchange.Exchange {
	t.Helper()
	var all []exchange.Exchange
	for e, err := range outlined(t, text).Exchanges() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// torture are texts that one format or another has lost or changed.
var torture = []string{
	"", " ", "  leading and trailing  ", "\t", "\n", "\r\n", "a\r\nb\r\n", "\x00", "nul\x00inside", "\x7f", "\x1b[31m", "\ufffd", "\ufeff", "\u2028", "\u2029", "\u0085",
	`"`, `\`, `\\`, `\u0041`, `\ud83d`, `</script>`, "<&>", "null", "{}", `{"base64":"AA=="}`, "👩‍👩‍👧", "e\u0301", "مرحبا", "日本語", "\U0010ffff", "\uffff",
	"\xff", "\xc0\x80", "\xed\xa0\x80", "caf\xe9", "\x80\n", "\xf4\x90\x80\x80", "\xfe\xff\x00a", "\x1f\x8b", "\x1f\x8b\x08\x00", "AA==", ":method", "a=b&c=d", "%zz", "%41", "about:invalid",
	strings.Repeat("long ", 1_000), strings.Repeat("日本", 600), strings.Repeat("\xfe", 2_000),
}

// tortured is an exchange that has the text wherever text can be.
func tortured(i int, text string) exchange.Exchange {
	e := exchange.Exchange{
		Case: text, Attempt: i, Credential: text,
		Request: exchange.Request{Method: text, URL: text, Body: []byte(text),
			Header: http.Header{"X-Torture": {text, "", text}, "Content-Type": {text}, "Cookie": {"a=" + text}, text: {text}, "x-None": nil}},
		Response: &exchange.Response{Proto: text, Status: i - 20, Body: []byte(text),
			Header: http.Header{"Set-Cookie": {"a=" + text, text}, "Location": {text}, ":status": {text}, "content-encoding": {"gzip"}, "Content-Encoding": {text}}},
		Failure: &exchange.Failure{Kind: exchange.FailureKind(text), Message: text},
		Started: time.Duration(i*i*i) - 3, Duration: time.Duration(i)*time.Second - 1,
	}
	switch i % 4 {
	case 1:
		e.Failure = nil
	case 2:
		e.Response = nil
	}
	return e
}

func allTorture() []exchange.Exchange {
	var all []exchange.Exchange
	for i, text := range torture {
		all = append(all, tortured(i, text))
	}
	all = append(all, exchange.Exchange{}, exchange.Exchange{Started: 1<<63 - 1, Duration: -1 << 63})
	coded := exchange.Exchange{Request: exchange.Request{Method: "GET", URL: "http://a.example/"}, Response: &exchange.Response{
		Status: 200, Header: http.Header{"Content-Encoding": {"gzip"}, "Content-Type": {"text/plain"}}, Body: gzipped("some text"),
	}}
	oddName := exchange.Exchange{Response: &exchange.Response{Header: http.Header{"\xff": {"a"}, "\xfe": {"b"}}}}
	return append(all, coded, oddName)
}

// reference are the exchanges of the session that is shipped.
func reference(t testing.TB) []exchange.Exchange {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "cassettes", "reference", "[0-9]*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var exchanges []exchange.Exchange
	for _, file := range files {
		recorded, err := cassette.Load(strings.TrimSuffix(file, ".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range recorded.Interactions {
			exchanges = append(exchanges, exchange.Exchange{
				Request:  exchange.Request{Method: i.Request.Method, URL: i.Request.URL, Header: i.Request.Headers, Body: []byte(i.Request.Body)},
				Response: &exchange.Response{Proto: i.Response.Proto, Status: i.Response.Code, Header: i.Response.Headers, Body: []byte(i.Response.Body)},
			})
		}
	}
	if len(exchanges) < 100 {
		t.Fatalf("the shipped session has %d exchanges", len(exchanges))
	}
	return exchanges
}

func TestExchangesSurviveTheRoundTrip(t *testing.T) {
	for name, want := range map[string][]exchange.Exchange{"torture": allTorture(), "reference": reference(t), "none": nil} {
		t.Run(name, func(t *testing.T) {
			text := written(t, want...)
			same(t, want, read(t, text))
			same(t, Info{Creator: Creator{"conformance", "1"}, Recorded: recorded, Session: []byte(`{"a":[1]}`)}, outlined(t, text).Info())
		})
	}
}

func TestWhatIsWrittenIsValid(t *testing.T) {
	schema := harSchema(t)
	for name, exchanges := range map[string][]exchange.Exchange{"torture": allTorture(), "reference": reference(t), "none": nil} {
		result, err := schema.Validate(gojsonschema.NewBytesLoader(written(t, exchanges...)))
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range result.Errors() {
			t.Errorf("%s: %s", name, problem)
		}
	}
}

// TestTheSchemaRefuses what is wrong, so that the test above can fail.
func TestTheSchemaRefuses(t *testing.T) {
	schema := harSchema(t)
	text := string(written(t, reference(t)[0]))
	for _, member := range []string{"version", "creator", "startedDateTime", "timings", "wait", "headersSize", "queryString", "content", "mimeType", "cookies"} {
		result, err := schema.Validate(gojsonschema.NewStringLoader(strings.Replace(text, `"`+member+`":`, `"other":`, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if result.Valid() {
			t.Errorf("without %s it is valid", member)
		}
	}
}

// harSchema is the published schema (https://github.com/ahmadnassri/har-schema, version 2.0.0).
func harSchema(t *testing.T) *gojsonschema.Schema {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "schema", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no schema: %v", err)
	}
	loader := gojsonschema.NewSchemaLoader()
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		// The library resolves only absolute references.
		text = bytes.ReplaceAll(text, []byte(`"$id": "`), []byte(`"$id": "http://har.test/`))
		if err := loader.AddSchemas(gojsonschema.NewBytesLoader(text)); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	schema, err := loader.Compile(gojsonschema.NewReferenceLoader("http://har.test/har.json"))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestLayoutOfAnEntry(t *testing.T) {
	text := written(t, exchange.Exchange{
		Case: "burst", Attempt: 2, Credential: "orgAdmin", Started: time.Second, Duration: 1500 * time.Microsecond,
		Request: exchange.Request{Method: "POST", URL: "http://a.example/x?b=%20c&d", Body: []byte{0xff},
			Header: http.Header{"Cookie": {"k=<cookie>"}, "Content-Type": {"text/plain"}}},
		Response: &exchange.Response{Proto: "HTTP/2.0", Status: 307, Body: gzipped("hello"),
			Header: http.Header{"Location": {"/y"}, "Content-Encoding": {"gzip"}, "Set-Cookie": {"s=<cookie>; Path=/"}}},
	})
	const want = `{"log":{"version":"1.2","creator":{"name":"conformance","version":"1"},"_conformance":{"formatVersion":1,"recorded":"2026-03-04T05:06:07.000000008Z","session":{"a":[1]}},"entries":[
{"startedDateTime":"2026-03-04T05:06:08.000000008Z","time":1.5,"request":{"method":"POST","url":"http://a.example/x?b=%20c&d","httpVersion":"HTTP/2.0","cookies":[{"name":"k","value":"<cookie>"}],"headers":[{"name":"Content-Type","value":"text/plain"},{"name":"Cookie","value":"k=<cookie>"}],"queryString":[{"name":"b","value":" c"},{"name":"d","value":""}],"postData":{"mimeType":"text/plain","text":"/w==","encoding":"base64"},"headersSize":-1,"bodySize":1},"response":{"status":307,"statusText":"Temporary Redirect","httpVersion":"HTTP/2.0","cookies":[{"name":"s","value":"<cookie>"}],"headers":[{"name":"Content-Encoding","value":"gzip"},{"name":"Location","value":"/y"},{"name":"Set-Cookie","value":"s=<cookie>; Path=/"}],"content":{"size":5,"compression":-24,"mimeType":"x-unknown","text":"hello"},"redirectURL":"/y","headersSize":-1,"bodySize":29},"cache":{},"timings":{"send":0,"wait":1.5,"receive":0},"_conformance":{"case":"burst","attempt":2,"credential":"orgAdmin","started":"1s","duration":"1.5ms","responseBody":"%s"}}
]}}
`
	body := base64Of(gzipped("hello"))
	same(t, strings.Split(fmt.Sprintf(strings.ReplaceAll(want, "%20", "%%20"), body), ","), strings.Split(string(text), ","))
}

func TestDetect(t *testing.T) {
	own := string(written(t, reference(t)[0]))
	tests := []struct {
		name, head string
		want       bool
	}{
		{"ours", own, true},
		{"its beginning", own[:12], true},
		{"byte order mark", byteOrderMark + "\n " + own, true},
		{"a comment first", `{"comment":{"a":[1]},"log": {`, true},
		{"nothing", "", false},
		{"a log that is no object", `{"log":[]}`, false},
		{"other JSON", `{"openapi":"3.0.0","info":{"log":{}}}`, false},
		{"a cassette", "---\nversion: 2\ninteractions: []\n", false},
		{"a cassette in JSON", `{"version":2,"interactions":[]}`, false},
		{"an array", `[{"log":{}}]`, false},
	}
	for _, test := range tests {
		if got := Detect([]byte(test.head)); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

func TestOpen(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.har")
	if err := os.WriteFile(file, written(t, reference(t)[:3]...), 0o600); err != nil {
		t.Fatal(err)
	}
	archive, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	third, err := archive.Exchange(2)
	same(t, nil, err)
	same(t, reference(t)[2], third)
	same(t, nil, archive.Close())
	if _, err := archive.Exchange(0); err == nil {
		t.Error("a closed file was read")
	}
	for _, path := range []string{file + ".none", filepath.Dir(file)} {
		_, err := Open(path)
		if problem, ok := errors.AsType[*Error](err); !ok || problem.File != path || problem.Cause == nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := Open(file + ".none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

// failing refuses every write after the first few.
type failing struct{ left int }

func (f *failing) Write(text []byte) (int, error) {
	if f.left--; f.left < 0 {
		return 0, fs.ErrPermission
	}
	return len(text), nil
}

func TestWriterReportsEveryFailure(t *testing.T) {
	for writes, want := range []string{"begin the archive", "write an entry", "write an entry", "end the archive"} {
		out := &failing{left: writes}
		writer, err := NewWriter(out, Info{})
		for range 2 {
			if err == nil {
				err = writer.Write(exchange.Exchange{})
			}
		}
		if err == nil {
			err = writer.Close()
		}
		if !errors.Is(err, fs.ErrPermission) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("after %d writes: %v, want %s", writes, err, want)
		}
	}
	if _, err := NewWriter(&failing{left: 1}, Info{Session: []byte("{")}); err == nil {
		t.Error("took broken JSON")
	}
	if _, err := NewWriter(&failing{left: 1}, Info{Recorded: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}); err == nil {
		t.Error("took a year of five digits")
	}
	writer, err := NewWriter(&failing{left: 9}, Info{})
	same(t, nil, err)
	same(t, nil, writer.Close())
	if !errors.Is(writer.Close(), errClosed) || !errors.Is(writer.Write(exchange.Exchange{}), errClosed) {
		t.Error("a closed writer goes on")
	}
}

// endless is a text without an end.
type endless struct{}

func (endless) Read(into []byte) (int, error) {
	for i := range into {
		into[i] = 'a'
	}
	return len(into), nil
}

func TestLargeEntriesAreNotRead(t *testing.T) {
	for head, want := range map[string]string{
		`{"log":{"entries":[{"startedDateTime":"`: "endless.har: entry 1: is larger than 64 MiB, the most that is read",
		`{"log":{"comment":"`:                     "endless.har: is larger than 64 MiB",
	} {
		outline := outline{archive: &Archive{name: "endless.har"}, limit: 100_000}
		err := outline.read(io.MultiReader(strings.NewReader(head), endless{}))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestTheLimitIsOfEachEntry, not of the file.
func TestTheLimitIsOfEachEntry(t *testing.T) {
	e := reference(t)[0]
	e.Response.Body = bytes.Repeat([]byte("a"), 60_000)
	text := written(t, e, e, e, e)
	outline := outline{archive: &Archive{name: "test.har"}, limit: 200_000}
	if err := outline.read(bytes.NewReader(text)); err != nil || len(outline.archive.entries) != 4 {
		t.Errorf("%d entries, %v", len(outline.archive.entries), err)
	}
}

func TestABrokenAnswerInHAR(t *testing.T) {
	for _, test := range []struct {
		e    exchange.Exchange
		want string
	}{
		{exchange.Exchange{Response: &exchange.Response{Status: 200, Body: []byte("ab")}, Failure: &exchange.Failure{Kind: exchange.Truncated, Message: "m"}}, `"bodySize":-1,"_error":"m"},"cache"`},
		{exchange.Exchange{Failure: &exchange.Failure{Kind: exchange.Refused, Message: "m"}}, `"response":{"status":0,"statusText":"","httpVersion":"","cookies":[],"headers":[],"content":{"size":0,"mimeType":"x-unknown"},"redirectURL":"","headersSize":-1,"bodySize":-1,"_error":"m"},"cache"`},
	} {
		if text := string(written(t, test.e)); !strings.Contains(text, test.want) {
			t.Errorf("no %s in\n%s", test.want, text)
		}
	}
}
