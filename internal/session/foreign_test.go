package session

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"conformance/internal/exchange"
)

func TestCassettesOfEveryVersionAreRead(t *testing.T) {
	jsonType := http.Header{"Content-Type": {"application/json"}}
	for file, want := range map[string][]exchange.Exchange{
		"go-vcr-v0.json": {{
			Request:  exchange.Request{Method: "GET", URL: "http://127.0.0.1:2379/v2/keys/foo?quorum=false", Header: http.Header{"Accept": {"*/*"}}},
			Response: &exchange.Response{Status: 200, Header: jsonType, Body: []byte("{\"action\":\"get\"}\n")},
		}},
		"go-vcr-v1.yaml": {{
			Credential: "helpdesk",
			Request: exchange.Request{
				Method: "POST", URL: "https://tenant.example/v2025/accounts/a1/unlock", Body: []byte(`{"forceProvisioning":true}`),
				Header: http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer <helpdesk>"}},
			},
			Response: &exchange.Response{Status: 202, Header: jsonType,
				Body: []byte("{\n\t\"id\": \"café of a name that is long enough to be folded by the program that wrote it\"\n}\n")},
		}, {
			Request:  exchange.Request{Method: "POST", URL: "https://tenant.example/v2025/accounts/a2/unlock", Body: []byte("user=a&user=b")},
			Response: &exchange.Response{Status: 429, Header: http.Header{"Retry-After": {"7"}}, Body: []byte("- request:\ncode: 7\n")},
			Duration: 61500 * time.Microsecond,
		}},
		"go-vcr-v2.yaml": {{
			Request: exchange.Request{Method: "GET", URL: "http://tenant.example/accounts/a1", Header: http.Header{"Referer": {"http://tenant.example/"}}},
			Response: &exchange.Response{Status: 302, Header: http.Header{"Location": {"https://tenant.example/"}},
				Body: []byte("<a href=\"https://tenant.example/\">Moved</a>.\n\n")},
			Duration: 247499837,
		}},
		"go-vcr-v4.yaml": {{
			Request: exchange.Request{Method: "POST", URL: "http://tenant.example/accounts/a1/unlock", Header: http.Header{"Accept-Encoding": {"gzip"}}, Body: []byte("key=value")},
			Response: &exchange.Response{Proto: "HTTP/2.0", Status: 200, Uncompressed: true, Body: []byte("\xff\x00"),
				Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}, "Transfer-Encoding": {"chunked"}}},
			Duration: 12 * time.Millisecond,
		}, {
			Request:  exchange.Request{Method: "POST", URL: "http://tenant.example/accounts/a2/unlock"},
			Response: &exchange.Response{Proto: "HTTP/1.1", Status: 404},
		}},
		"by-hand.yaml": {{
			Credential: "orgAdmin",
			Request: exchange.Request{
				Method: "POST", URL: "/accounts/a1/unlock", Body: []byte(`{"unlockIDNAccount": true}`),
				Header: http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer <orgAdmin>"}},
			},
			Response: &exchange.Response{Status: 202, Header: jsonType, Body: []byte(`{"id":"1"}`)},
		}, {
			Request:  exchange.Request{Method: "POST", URL: "/accounts/none/unlock"},
			Response: &exchange.Response{Status: 404},
		}},
	} {
		t.Run(file, func(t *testing.T) {
			path := filepath.Join("testdata", file)
			same(t, want, open(t, path).Exchanges())
			same(t, want, streamed(t, path))
		})
	}
}

// Whatever is done by hand to a cassette of ours, what stays YAML stays readable.
func TestEditsOfACassetteOfOurs(t *testing.T) {
	session := []exchange.Exchange{answered("a", 1, 202), answered("b", 1, 400), answered("c", 1, 401)}
	text := []byte(cassetteHead)
	for i, e := range session {
		text = appendInteraction(text, i, e)
	}
	withoutID := answered("d", 1, 403)
	withoutID.Request.Header, withoutID.Response.Header = nil, nil
	for name, edit := range map[string]struct {
		old, new string
		want     []exchange.Exchange
	}{
		"a comment in an item":           {"    case: b\n", "    # by hand\n    case: b\n", session},
		"a comment before an item":       {"  - id: 1\n", "# by hand\n  - id: 1\n", session},
		"an empty line":                  {"  - id: 1\n", "\n  - id: 1\n", session},
		"another style":                  {"    case: b\n", "    case: \"\\x62\"\n", session},
		"text over several lines":        {"    case: b\n", "    case: >-\n      b\n\n", session},
		"a quoted line break":            {"    case: b\n", "    case: \"\\\n      b\"\n", session},
		"the order of the keys":          {"    case: b\n    attempt: 1\n", "    attempt: 1\n    case: b\n", session},
		"an item in flow style":          {"  - id: 1\n", "  - {request: {method: POST, url: u}, response: {code: 204}, case: x, started: 0s}\n  - id: 1\n", []exchange.Exchange{session[0], {Case: "x", Request: exchange.Request{Method: "POST", URL: "u"}, Response: &exchange.Response{Status: 204}}, session[1], session[2]}},
		"a list behind the interactions": {"", "remarks:\n  - id: 9\n", session},
		"a key behind the interactions":  {"", "remark: [by hand]\n", session},
		"Windows line ends":              {"\n", "\r\n", session},
		"an item removed":                {string(text[len(cassetteHead):strings.Index(string(text), "  - id: 1\n")]), "", session[1:]},
	} {
		t.Run(name, func(t *testing.T) {
			edited := string(text) + edit.new
			if edit.old != "" {
				count := 1
				if edit.old == "\n" {
					count = -1
				}
				edited = strings.Replace(string(text), edit.old, edit.new, count)
			}
			if edited == string(text) {
				t.Fatal("nothing is edited")
			}
			file := filepath.Join(t.TempDir(), "c.yaml")
			write(t, file, edited)
			same(t, edit.want, open(t, file).Exchanges())
			same(t, edit.want, streamed(t, file))
		})
	}
}

func TestAliasesAreBounded(t *testing.T) {
	bomb := "version: 2\na: &a " + strings.Repeat("x", 1024) + "\n"
	for level := 'b'; level < 'b'+6; level++ {
		bomb += fmt.Sprintf("%c: &%c [%s*%c]\n", level, level, strings.Repeat(fmt.Sprintf("*%c, ", level-1), 9), level-1)
	}
	for name, test := range map[string]struct{ text, want string }{
		"many":      {bomb + "interactions: [{request: {headers: {A: *g}}, response: {code: 200}}]\n", "more than 256 MiB once its aliases"},
		"in a knot": {"version: 2\ninteractions: &a [*a]\n", "contains it"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := decodeCassette(test.text)
			if err == nil {
				t.Fatal("no error")
			}
			mustContain(t, err.Error(), "c.yaml: line ", test.want)
		})
	}
}

// A foreign program writes all at once; what a full disk leaves of that is read as far as
// it goes.
func TestACutForeignCassette(t *testing.T) {
	text := foreign + strings.TrimPrefix(strings.Replace(foreign, "id: 0", "id: 1", 1), "---\nversion: 2\ninteractions:\n")
	second := strings.Index(text, "    - id: 1")
	want, _, err := decodeCassette(text)
	if err != nil || len(want) != 2 {
		t.Fatalf("got %d interactions, %v", len(want), err)
	}
	code := strings.LastIndex(text, "code: 202") + len("code: 202")
	for end := second; end <= len(text); end++ {
		exchanges, warnings, err := decodeCassette(text[:end])
		if err != nil {
			t.Fatalf("cut at byte %d: %v", end, err)
		}
		whole := 1
		if rest := text[min(code, end):end]; end >= code && (slices.Contains([]string{"", "duration:", "duration: 61.5ms"}, strings.TrimSpace(rest))) {
			whole = 2
		}
		silent := whole == 2 || strings.TrimSpace(text[second:end]) == ""
		if len(exchanges) != whole || (len(warnings) == 0) != silent {
			t.Fatalf("cut at byte %d, after %q: got %d interactions and %q", end, text[end-20:end], len(exchanges), warnings)
		}
	}
}

// TestHandsWriteLessThanGoVCR reads values where lists belong, and a status in quotes; a value that
// can mean nothing is told in words.
func TestHandsWriteLessThanGoVCR(t *testing.T) {
	const item = "version: 2\ninteractions:\n- request: {method: POST, url: u, headers: {A: b, C: [d, e], F: , G: 7}}\n  response: {code: %s, headers: %s, body: %s}\n"
	got, _, err := decodeCassette(fmt.Sprintf(item, `"202"`, "{H: 3}", "x"))
	if err != nil {
		t.Fatal(err)
	}
	same(t, []exchange.Exchange{{
		Request:  exchange.Request{Method: "POST", URL: "u", Header: http.Header{"A": {"b"}, "C": {"d", "e"}, "F": nil, "G": {"7"}}},
		Response: &exchange.Response{Status: 202, Header: http.Header{"H": {"3"}}, Body: []byte("x")},
	}}, got)
	for _, test := range []struct{ code, headers, body, want string }{
		{"many", "{}", "x", "line 4: this is not YAML as a cassette has it: found a text where a whole number is expected"},
		{"202", "[a]", "x", "found a list where a mapping is expected"},
		{"202", "{A: {b: c}}", "x", "found a mapping where a list is expected"},
		{"202", "{}", "{id: x}", "found a mapping where a text is expected"},
		{"202", "{}", "x, duration: soon", "found a text where a duration such as 12ms is expected"},
	} {
		_, _, err := decodeCassette(fmt.Sprintf(item, test.code, test.headers, test.body))
		if err == nil {
			t.Errorf("%+v is no error", test)
			continue
		}
		mustContain(t, err.Error(), test.want)
	}
}

func TestDamageAtTheEndIsNoCut(t *testing.T) {
	ours := string(appendInteraction([]byte(cassetteHead), 0, answered("a", 1, 202)))
	for _, test := range []struct{ text, old, new, want string }{
		{foreign, "code: 202", "code: many", "line 36: this is not YAML as a cassette has it"},
		{foreign, "        body: '{}'\n", "\tbody: '{}'\n", "line 15: this is not YAML"},
		{ours, "      code: 202\n", "      code: many\n", "line 29: this is not YAML"},
	} {
		_, _, err := decodeCassette(strings.Replace(test.text, test.old, test.new, 1))
		if err == nil {
			t.Fatalf("%q is no error", test.new)
		}
		mustContain(t, err.Error(), "c.yaml: "+test.want)
	}
}

// TestAFolderOfForeignCassettes is what tests that use go-vcr have: one label for each credential
// in all of them.
func TestAFolderOfForeignCassettes(t *testing.T) {
	folder := t.TempDir()
	for name, token := range map[string]string{"a.yaml": "first-token-0001", "b.yaml": "other-token-0002", "c.yaml": "first-token-0001"} {
		write(t, filepath.Join(folder, name), "version: 2\ninteractions:\n- request: {method: POST, url: u, headers: {Authorization: Bearer "+token+"}}\n  response: {code: 202}\n")
	}
	recording := open(t, folder)
	var labels []string
	for _, e := range recording.Exchanges() {
		labels = append(labels, e.Request.Header.Get("Authorization"))
	}
	same(t, []string{"Bearer <credential-1>", "Bearer <credential-2>", "Bearer <credential-1>"}, labels)
	same(t, []string{folder + ": the folder has no session.yaml; its cassettes were read in the order of their names"}, recording.Warnings())
	asked := recording.Asked(exchange.Request{Header: http.Header{"Authorization": {"Bearer other-token-0002"}}})
	same(t, "Bearer <credential-2>", asked.Header.Get("Authorization"))
}
