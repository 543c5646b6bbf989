package contract

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"conformance/fixtures"
)

// judgedTwice fails the test when two judges do not find the same in a reply.
func judgedTwice(t *testing.T, r reply) []blame {
	t.Helper()
	first := blamed(r, r)
	if diff := cmp.Diff(first, blamed(r, r)); diff != "" {
		t.Errorf("two judges do not agree:\n%s", diff)
	}
	return first
}

// FuzzBody judges any bytes as a body, and holds what is said of their spelling against the
// standard library.
func FuzzBody(f *testing.F) {
	for _, status := range envelopeStatuses {
		f.Add(uint16(status), []byte(body(status)))
	}
	for _, text := range []string{"", "\ufeff{}", "{\"id\":\"\xff\"}", `{"id":"1","id":"2"}`, `{"id":"1"} `, "null", `"\ud800"`, "\xff\xfe{\x00}\x00", "\x00{\x00}",
		`{"messages":[{"text":" "},7,{"locale":"en_US"}]}`} {
		f.Add(uint16(400), []byte(text))
	}
	f.Fuzz(func(t *testing.T, status uint16, data []byte) {
		r := right(int(status), says(string(data)), sentFor(fixtures.Case{Name: "fuzz"}))
		judgedTwice(t, r)
		if _, encoding := fromUTF16(data); encoding != "" {
			return
		}
		read := parse(data)
		text := bytes.TrimPrefix(data, byteOrderMark)
		if valid := json.Valid(text); valid != (read.syntax == "") {
			t.Errorf("json.Valid says %t, and here it is %q", valid, read.syntax)
		}
		if plain := utf8.Valid(data) && len(text) == len(data); plain != (read.encoding == "") {
			t.Errorf("plain UTF-8: %t, and here it is %q", plain, read.encoding)
		}
		if read.syntax == "" && !read.parsed {
			t.Error("right JSON could not be read")
		}
	})
}

// FuzzHeaders judges any headers, and holds what is read in them against the standard library.
func FuzzHeaders(f *testing.F) {
	f.Add("application/json; charset=utf-8", "gzip, br", "7", "fr-CA, *;q=0", "Bearer", "Sun, 06 Nov 1994 08:49:37 GMT", "https://h/accounts/x/unlock")
	f.Add(`a/b;x="\"";;`, "identity", "Sunday, 06-Nov-94 08:49:37 GMT", ";;q=,--", "", "", "/accounts/%zz/unlock")
	f.Add("", "", "Sun Nov  6 08:49:37 1994", "en-XX;q=0.5", " ", "now", "http://[::1/")
	f.Fuzz(func(t *testing.T, contentType, encoding, delay, languages, challenge, date, address string) {
		changes := []change{header("Content-Type", contentType), header("Content-Encoding", encoding), header("Retry-After", delay),
			header("Www-Authenticate", challenge), header("Date", date), header("Allow", challenge), asks("Accept-Language", languages), to(address)}
		for _, status := range []int{202, 400, 401, 405, 429} {
			r := right(status, changes...)
			judgedTwice(t, r)
			RetryDelay(r.e, time.Unix(0, 0))
		}
		if name, _, err := mime.ParseMediaType(contentType); err == nil && name != parseMediaType(contentType).name {
			t.Errorf("package mime reads %q, and here it is %q", name, parseMediaType(contentType).name)
		}
		if date, ok := parseDate(delay); ok {
			other, err := http.ParseTime(delay)
			if err != nil || !other.Equal(date) {
				t.Errorf("package http reads %s (%v), and here it is %s", other, err, date)
			}
		}
		if segment, is := Unlock.Segment(address); is && (segment == "" || !strings.Contains(address, Unlock.Path(segment))) {
			t.Errorf("%q is the segment of %q", segment, address)
		}
	})
}

// FuzzTexts judges any strings as the members of a message, under any Accept-Language.
func FuzzTexts(f *testing.F) {
	f.Add("400.1 Bad", "id", "en-US", "DEFAULT", "No.", "fr, en;q=0.5")
	f.Add("500", " ", "i-klingon", "REQUEST", "at a.b(c.java:1) select * from x <b>", "*")
	f.Add("", "", "", "", "", "")
	f.Fuzz(func(t *testing.T, code, id, locale, origin, text, languages string) {
		notice := map[string]any{"locale": locale, "localeOrigin": origin, "text": text}
		document := map[string]any{"detailCode": code, "trackingId": id, "messages": []any{notice}, "causes": []any{notice}}
		data, err := json.Marshal(document)
		if err != nil {
			t.Skip()
		}
		found := judgedTwice(t, right(400, says(string(data)), asks("Accept-Language", languages)))
		tag := slices.ContainsFunc(found, func(b blame) bool { return b.Requirement == "any-message-locale" })
		asked := slices.ContainsFunc(found, func(b blame) bool { return b.Requirement == "any-locale-request" })
		if asked && origin != originRequest {
			t.Errorf("localeOrigin %q is held to the request", origin)
		}
		if tag && sameLanguage(locale, locale) && tagProblem(locale) == "" {
			t.Errorf("%q is a tag, and is blamed", locale)
		}
	})
}
