package session

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"conformance/internal/exchange"
)

func TestOpenReadsASession(t *testing.T) {
	dir := t.TempDir()
	session := run(60)
	record(t, dir, session)
	recording := open(t, dir)

	wanted := manifest()
	wanted.FormatVersion = 1
	wanted.Cassettes = []string{"202.yaml", "400.yaml", "401.yaml", "403.yaml", "404.yaml", "429.yaml", "500.yaml"}
	same(t, wanted, recording.Manifest)
	var all []exchange.Exchange
	for _, cassette := range recording.Cassettes {
		same(t, session[cassette.Name], cassette.Exchanges)
		all = append(all, session[cassette.Name]...)
	}
	same(t, all, recording.Exchanges())
}

func TestOpenReadsOneCassette(t *testing.T) {
	dir := t.TempDir()
	session := run(20)
	record(t, dir, session)
	recording := open(t, filepath.Join(dir, "401.yaml"))
	same(t, session["401"], recording.Exchanges())
	same(t, Manifest{}, recording.Manifest)
}

// foreign is what go-vcr v3 itself writes.
const foreign = `---
version: 2
interactions:
    - id: 0
      request:
        proto: HTTP/1.1
        proto_major: 1
        proto_minor: 1
        content_length: 2
        transfer_encoding: []
        trailer: {}
        host: api.example
        remote_addr: ""
        request_uri: ""
        body: '{}'
        form: {}
        headers:
            Authorization:
                - Bearer <helpdesk>
        url: https://api.example/v3/accounts/1/unlock
        method: POST
      response:
        proto: HTTP/2.0
        proto_major: 2
        proto_minor: 0
        transfer_encoding: []
        trailer: {}
        content_length: 10
        uncompressed: false
        body: |
            {"id":"1"}
        headers:
            Content-Type:
                - application/json
        status: 202 Accepted
        code: 202
        duration: 61.5ms
`

func TestOpenReadsForeignCassettes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "foreign.yaml")
	write(t, file, foreign)
	same(t, []exchange.Exchange{{
		Credential: "helpdesk",
		Request: exchange.Request{
			Method: "POST", URL: "https://api.example/v3/accounts/1/unlock", Body: []byte("{}"),
			Header: map[string][]string{"Authorization": {"Bearer <helpdesk>"}},
		},
		Response: &exchange.Response{
			Proto: "HTTP/2.0", Status: 202, Body: []byte("{\"id\":\"1\"}\n"),
			Header: map[string][]string{"Content-Type": {"application/json"}},
		},
		Duration: 61500 * time.Microsecond,
	}}, open(t, file).Exchanges())
}

func TestHandEditedCassettesAreRead(t *testing.T) {
	dir := t.TempDir()
	session := run(40)
	record(t, dir, session)
	file := filepath.Join(dir, "202.yaml")
	text := files(t, dir)["202.yaml"]
	edited := strings.Replace(text, "    response:\n", "    # by hand\n    response:\n", 1)
	if _, scanned := scanAll(edited); scanned || edited == text {
		t.Fatal("the edit does not leave our layout")
	}
	write(t, file, edited)
	same(t, session["202"], open(t, file).Exchanges())
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	const good = cassetteHead + "  - id: 0\n    request:\n      url: 'http://h/'\n      method: POST\n    response:\n      code: 202\n    started: 0s\n"
	for _, test := range []struct {
		name  string
		files map[string]string
		path  string
		size  int64
		line  int
		want  []string
		is    error
	}{
		{name: "nothing there", path: "none", want: []string{"none: there is no such session", "record one"}, is: fs.ErrNotExist},
		{name: "another folder", files: map[string]string{"notes.txt": "a"}, want: []string{"no session", "session.yaml"}, is: fs.ErrNotExist},
		{name: "missing cassette", files: map[string]string{"session.yaml": "formatVersion: 1\ncassettes: [202.yaml]\n"},
			want: []string{"202.yaml: the cassette is missing", "session.yaml lists it"}, is: fs.ErrNotExist},
		{name: "no file", files: map[string]string{"202.yaml/x": ""}, path: "202.yaml/x/y", want: []string{"cannot be read"}},
		{name: "empty", files: map[string]string{"202.yaml": "\n"}, path: "202.yaml", want: []string{"empty"}},
		{name: "no YAML", files: map[string]string{"202.yaml": "version: 2\ninteractions:\n\t- id: 0\n"}, path: "202.yaml", line: 3, want: []string{"202.yaml: line 3: this is not YAML"}},
		{name: "no cassette", files: map[string]string{"202.yaml": "openapi: 3.0.0\n"}, path: "202.yaml", line: 1, want: []string{"no cassette", "version and interactions"}},
		{name: "only text", files: map[string]string{"202.yaml": "hello"}, path: "202.yaml", line: 1, want: []string{"no cassette"}},
		{name: "version 3", files: map[string]string{"202.yaml": strings.Replace(good, "version: 2", "version: 3", 1)}, path: "202.yaml", line: 3, want: []string{"found cassette version 3, expected 1 (go-vcr v1 and v2) or 2"}},
		{name: "no list", files: map[string]string{"202.yaml": "version: 2\ninteractions: 7\n"}, path: "202.yaml", line: 2, want: []string{"no list"}},
		{name: "no interaction", files: map[string]string{"202.yaml": "version: 2\ninteractions:\n- 7\n"}, path: "202.yaml", line: 3, want: []string{"no interaction"}},
		{name: "another type", files: map[string]string{"202.yaml": strings.Replace(good, "code: 202", "code: secret-secret", 1)}, path: "202.yaml", line: 10, want: []string{"found a text where a whole number is expected"}},
		{name: "alias of another interaction", files: map[string]string{"202.yaml": strings.Replace(good, "url: 'http://h/'", "url: *secret-secret", 1)}, path: "202.yaml", line: 5, want: []string{"unknown anchor"}},
		{name: "no answer in the middle", files: map[string]string{"202.yaml": strings.Replace(good, "code: 202", "code: 0", 1) + strings.TrimPrefix(good, cassetteHead)},
			path: "202.yaml", line: 5, want: []string{"neither a response with a code nor a failure"}},
		{name: "too large", files: map[string]string{"big.yaml": "# by hand"}, size: MaxForeignSize + 1, path: "big.yaml", line: 1, want: []string{"larger than 256 MiB", "split the cassette"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range test.files {
				write(t, filepath.Join(dir, name), text)
				if test.size > 0 {
					if err := os.Truncate(filepath.Join(dir, name), test.size); err != nil {
						t.Fatal(err)
					}
				}
			}
			_, err := Open(filepath.Join(dir, test.path))
			var problem *Error
			if !errors.As(err, &problem) {
				t.Fatalf("got %v, want an *Error", err)
			}
			same(t, test.line, problem.Line)
			mustContain(t, problem.Error(), test.want...)
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("%v is not %v", err, test.is)
			}
			if strings.Contains(problem.Error(), "secret-") {
				t.Errorf("%q repeats the file", problem)
			}
		})
	}
}

// Wherever a kill cuts a cassette of ours, what was complete is read, and the cut is told
// unless it falls between two interactions.
func TestEveryCutIsFound(t *testing.T) {
	session := []exchange.Exchange{tortured(1, "日\xff'"), tortured(2, "it's\n"), answered("a", 1, 202)}
	text := []byte(cassetteHead)
	ends := []int{len(cassetteHead)}
	for i, e := range session {
		text = appendInteraction(text, i, e)
		ends = append(ends, len(text))
	}
	for end := range len(text) + 1 {
		whole := 0
		for whole < len(session) && ends[whole+1] <= end {
			whole++
		}
		exchanges, warnings, err := decodeCassette(string(text[:end]))
		if err != nil {
			t.Fatalf("cut at byte %d: %v", end, err)
		}
		if diff := cmp.Diff(session[:whole], exchanges, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("cut at byte %d: -want +got:\n%s", end, diff)
		}
		if (len(warnings) > 0) == slices.Contains(ends, end) {
			t.Fatalf("cut at byte %d, after %q: got the warnings %q", end, text[max(0, end-40):end], warnings)
		}
	}
}

func TestScanAgreesWithParse(t *testing.T) {
	dir := t.TempDir()
	record(t, dir, run(220))
	for name, text := range files(t, dir) {
		if name == ManifestName {
			continue
		}
		scanned, ok := scanAll(text)
		if !ok {
			t.Fatalf("%s is not read by scanning", name)
		}
		parsed, err := parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		compareReaders(t, scanned, parsed)
	}
}

func compareReaders(t *testing.T, scanned, parsed []interaction) {
	t.Helper()
	same(t, len(parsed), len(scanned))
	for i := range min(len(parsed), len(scanned)) {
		same(t, parsed[i].line, scanned[i].line)
		same(t, parsed[i].complete, scanned[i].complete)
		same(t, parsed[i].exchange, scanned[i].exchange)
	}
}

func TestScanLeavesOtherLayoutsToParse(t *testing.T) {
	good := string(appendInteraction([]byte(cassetteHead), 0, answered("a", 1, 202)))
	if _, ok := scanAll(good); !ok {
		t.Fatal("the layout of the writer is not scanned")
	}
	for _, edit := range [][2]string{
		{"id: 0", "id: 00"}, {"attempt: 1", "attempt: 0x1"}, {"attempt: 1", "attempt: 99999999999999999999"},
		{"code: 202", "code: +202"}, {"started: 1s\n", "started: 1s"}, {"started: 1s", "started: 1"},
		{"method: POST", "method: POST # c"}, {"method: POST", "method: true"}, {"method: POST", "method: 'PO'ST'"}, {"method: POST", "method: 'PO\tST'"},
		{"method: POST", `method: "\ud800"`}, {"method: POST", `method: "\q"`}, {"method: POST", `method: "a"b"`}, {"method: POST", "method: !!binary /x=="}, {"method: POST", "method: !!binary "},
		{"case: a", "case: [a]"}, {"case: a\n", "case: a\n    case: a\n"}, {"case: a", "case:  a"}, {"    case: a\n    attempt: 1\n", "    attempt: 1\n    case: a\n"},
		{"        Content-Type:\n", "        Authorization:\n"}, {"      headers:\n", "      headers: {}\n"},
		{"version: 2", "version: 3"}, {"---\n", ""},
		{"      status: '202 Accepted'\n      code: 202\n", "      code: 0\n"},
	} {
		text := strings.Replace(good, edit[0], edit[1], 1)
		if text == good {
			t.Errorf("%q is not in the cassette", edit[0])
		}
		if _, ok := scanAll(text); ok {
			t.Errorf("%q is scanned", edit[1])
		}
	}
}

func TestOpenFollowsTheManifestOnly(t *testing.T) {
	dir := t.TempDir()
	record(t, dir, run(20))
	if err := os.Rename(filepath.Join(dir, "202.yaml"), filepath.Join(dir, "other.yaml")); err != nil {
		t.Fatal(err)
	}
	text := files(t, dir)[ManifestName]
	write(t, filepath.Join(dir, ManifestName), strings.Replace(text, "    - 202.yaml\n", "", 1)+"    - other.yaml\n")
	recording := open(t, dir)
	same(t, "400", recording.Cassettes[0].Name)
	same(t, "other", recording.Cassettes[6].Name)
}
