package report

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/exchange"
)

func TestLocate(t *testing.T) {
	tests := []struct{ name, body, pointer, want string }{
		{"a string", `{"a":1, "id" : "x"}`, "/id", `"x"`},
		{"an object", `{"a":{"b":[1,2]},"c":3}`, "/a", `{"b":[1,2]}`},
		{"in an array", `[[],{"a":null}]`, "/1/a", `null`},
		{"an escaped name", `{"a/b~c":true}`, "/a~1b~0c", `true`},
		{"the name of another", `{"id2":1,"id":2}`, "/id", `2`},
		{"a value like a name", `["id",{"x":"id"}]`, "/1/x", `"id"`},
		{"given twice", `{"id":1,"id":2}`, "/id", `2`},
		{"in the first of two", `{"a":{"b":1},"a":{}}`, "/a/b", `1`},
		{"missing", `{"a":{"b":1}}`, "/a/c/d", `{`},
		{"missing at the top", ` {}`, "/id", `{`},
		{"in what is no object", `{"a":"text"}`, "/a/b", `"text"`},
		{"before the text breaks off", `{"id":7,"x`, "/id", `7`},
		{"not JSON", `<html>`, "/id", ``},
		{"empty", ``, "/id", ``},
		{"not UTF-8", "{\"a\":\"\xff\",\"id\":1}", "/id", `1`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			place := locate([]byte(test.body), test.pointer)
			if got := test.body[place.start:place.end]; got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestMarkedBody(t *testing.T) {
	long := `{"a":"` + strings.Repeat("x", 1000) + `","id":5,"b":"` + strings.Repeat("y", 1000) + `"}`
	text, place := markedBody([]byte(long), "/id")
	if text[place.start:place.end] != "5" || len(text) > 2*excerptBytes || !strings.Contains(text, `xxx","id":5,"b":"yyy`) {
		t.Errorf("%q is marked in %q", text[place.start:place.end], text)
	}
	whole := `{"a":[` + strings.Repeat("1,", 1000) + `1]}`
	text, place = markedBody([]byte(whole), "/a")
	if !strings.HasPrefix(text[place.start:place.end], "[1,1") {
		t.Errorf("%q is marked in %q", text[place.start:place.end], text)
	}
}

func TestMarkedBodyThatIsNotJSON(t *testing.T) {
	for _, test := range []struct{ name, body, want string }{
		{"JSON", `{}`, ""},
		{"a member twice", `{"id":1,"id":2}`, ""},
		{"a control character", "{\"a\":\"b\x1b[31m\"}", "\x1b"},
		{"a trailing comma", `{"a":1,}`, "}"},
		{"a word", `{"a":hello}`, "h"},
		{"something behind", `{"a":1} <!-- -->`, "<"},
		{"white space behind", "{\"a\":1}\r\n", ""},
		{"HTML", `<html>`, "<"},
		{"broken off", `{"a":1`, ""},
		{"empty", ``, ""},
		{"not UTF-8", "{\"a\":\"\xff\"}", "\xff"},
	} {
		text, place := markedBody([]byte(test.body), placeBody)
		if got := text[place.start:place.end]; got != test.want || text != test.body {
			t.Errorf("%s: %q is marked in %q, want %q", test.name, got, text, test.want)
		}
	}
}

func TestHeaderLines(t *testing.T) {
	response := exchange.Response{Header: http.Header{"Retry-After": {"soon", "1"}}}
	text, place := headerLines(response, "header retry-after")
	if text != "Retry-After: soon\nRetry-After: 1" || text[place.start:place.end] != "soon" {
		t.Errorf("%q, marked %q", text, text[place.start:place.end])
	}
	if text, _ := headerLines(response, "header WWW-Authenticate"); text != "(no WWW-Authenticate)" {
		t.Errorf("%q", text)
	}
	if text, _ := headerLines(response, "/id"); text != "" {
		t.Errorf("%q for a place in the body", text)
	}
}

func TestMarkedLines(t *testing.T) {
	tests := []struct {
		name, text, marked string
		limit              int
		want               []string
	}{
		{"in the middle", `{"id":null}`, "null", 40, []string{`{"id":null}`, `      ^^^^`}},
		{"on the second line", "a\nbcd\ne", "c", 40, []string{"a", "bcd", " ^", "e"}},
		{"over a line's end", "ab\ncd", "b\nc", 40, []string{"ab", " ^", "cd"}},
		{"behind an escape", "\x1b\xffX", "X", 40, []string{`\x1b\xffX`, `        ^`}},
		{"wide characters", "世界x", "界", 40, []string{"世界x", "  ^^"}},
		{"too long behind", "ab" + strings.Repeat("z", 40), "b", 12, []string{"abzzzzzzz...", " ^"}},
		{"too long before", strings.Repeat("z", 40) + "ab", "a", 12, []string{"...zzzzzzzab", "          ^"}},
		{"too long on both sides", strings.Repeat("y", 40) + "a" + strings.Repeat("z", 40), "a", 13, []string{"...yyyazzz...", "      ^"}},
		{"too long itself", strings.Repeat("a", 40), strings.Repeat("a", 40), 12, []string{"aaaaa...", "^^^^^^^^"}},
		{"nothing marked", "one two", "", 3, []string{"one", "two"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			start := strings.Index(test.text, test.marked)
			got := markedLines(test.text, span{start, start + len(test.marked)}, test.limit)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// FuzzMarkedLines: whatever is marked wherever, nothing gets through to a terminal, and no line is
// too wide.
func FuzzMarkedLines(f *testing.F) {
	f.Add(hostileText, 3, 9, 20)
	f.Add("世界\n世界", 1, 5, 16)
	f.Fuzz(func(t *testing.T, text string, start, end, limit int) {
		if start < 0 || start > len(text) || end > len(text) || limit < 16 || limit > 1000 {
			return
		}
		for _, line := range markedLines(text, span{start, end}, limit) {
			if columns(line) > limit || strings.ContainsFunc(line, hidden) {
				t.Errorf("%q with %d..%d marked gives %q of %d columns", text, start, end, line, columns(line))
			}
		}
	})
}

// TestLongCommand: a command that nobody would read or paste is not shown.
func TestLongCommand(t *testing.T) {
	e := exchange.Exchange{Request: exchange.Request{Method: "POST", URL: "http://localhost/", Body: []byte(strings.Repeat("x", commandBytes))}}
	if f := repeatFact(e); f.command != nil || !strings.Contains(f.text, "bytes") {
		t.Errorf("a command of more than %d bytes: %+.60q, %q", commandBytes, f.command, f.text)
	}
	e.Request.Body = []byte("{}")
	if f := repeatFact(e); f.command == nil {
		t.Errorf("a short command is not shown: %q", f.text)
	}
}
