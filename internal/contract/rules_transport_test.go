package contract

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strings"
	"testing"

	"conformance/fixtures"
	"conformance/internal/exchange"
)

func TestAnswerRules(t *testing.T) {
	refused := func(expect ...int) change { return sentFor(fixtures.Case{Expect: expect}) }
	const documented = "202, 400, 401, 403, 404, 429 or 500"
	tests := []ruleTest{
		legal("every documented status", right(202), right(400),
			right(401), right(403, swaps(`tracking-1`, `2`)), right(404, swaps(`tracking-1`, `3`)), right(429), right(500, swaps(`tracking-1`, `4`))),
		wrong("no answer", "any-answered", "connection", "one complete HTTP answer", "it failed", failed(exchange.Reset)),
		wrong("an answer that breaks off", "any-answered", "connection", "one complete HTTP answer", "it failed",
			right(202, fails(exchange.Truncated), says(`{"id"`))),
		wrong("an undocumented answer that breaks off", "any-answered", "connection", "one complete HTTP answer", "it failed",
			right(503, fails(exchange.TimeoutInBody), header("Content-Type"))),
		legal("an interruption", failed(exchange.Interrupted), right(503, fails(exchange.Interrupted))),

		wrong("200", "any-documented-status", "status", documented, "200 OK", right(200, says(taskBody))),
		wrong("204", "any-documented-status", "status", documented, "204 No Content", right(204, says(""), header("Content-Type"))),
		wrong("422", "any-documented-status", "status", documented, "422 Unprocessable Entity", right(422)),
		wrong("a status without a name", "any-documented-status", "status", documented, "499", right(499)),
		wrong("a gateway's page", "any-documented-status", "status", documented, "503 Service Unavailable",
			right(503, header("Content-Type", "text/html"), says("<html>Service Unavailable</html>"))),
		wrong("a redirect", "any-documented-status", "status", documented, `302 Found with Location "/login"`,
			right(302, header("Location", "/login"), says(""))),
		wrong("405 to POST", "any-documented-status", "status", documented, "405 Method Not Allowed", right(405, header("Allow", "GET"))),
		legal("a status that the case expects", right(415, refused(400, 415)), right(414, refused(414), header("Content-Type", "text/html"))),
		wrong("another status than the case expects", "any-documented-status", "status", documented, "414 Request URI Too Long",
			right(414, refused(400, 415))),
		legal("405 in foreign traffic", right(405, method("GET"), header("Allow", "POST"))),

		legal("Allow with other methods", right(405, method("GET"), header("Allow", "OPTIONS, POST")),
			right(405, method("GET"), header("Allow", "OPTIONS", "POST,GET"))),
		wrong("no Allow", "404-allow-header", "header Allow", "a list with POST", "no Allow", right(405, method("PUT"))),
		wrong("an empty Allow", "404-allow-header", "header Allow", "a list with POST", `""`, right(405, method("PUT"), header("Allow", ""))),
		wrong("Allow without POST", "404-allow-header", "header Allow", "a list with POST", `"GET, HEAD"`,
			right(405, method("PUT"), header("Allow", "GET", "HEAD"))),
		wrong("a method in small letters", "404-allow-header", "header Allow", "a list with POST", `"post"`,
			right(405, method("PUT"), header("Allow", "post"))),
		legal("no Allow where no method is refused", right(404)),
	}
	runRuleTests(t, tests)
}

func TestMediaTypeRules(t *testing.T) {
	contentType := func(values ...string) change { return header("Content-Type", values...) }
	const where, json = "header Content-Type", "application/json"
	tests := []ruleTest{
		legal("in any case", right(202, contentType("Application/JSON")), right(404, contentType("APPLICATION/JSON ;Charset=Utf-8"))),
		legal("with a charset", right(401, contentType("application/json; charset=utf-8")), right(401, contentType(`application/json;charset="UTF-8"`))),
		legal("with an escape in the charset", right(401, contentType(`application/json;charset="\utf-8"`))),
		legal("with other parameters", right(429, contentType(`application/json; profile="a;b\"c"; v=2`))),
		legal("with empty parameters", right(429, contentType("application/json;")), right(429, contentType("application/json \t; ;charset=utf-8;; "))),
		legal("with much space", right(429, contentType("application/json \t ; \t v=1 \t ;\t charset=utf-8\t "))),
		legal("with an empty text", right(429, contentType(`application/json; v=""; w="\\\""`))),
		wrong("none", "any-media-type", where, json, "no Content-Type", right(202, contentType())),
		wrong("empty", "any-media-type", where, json, `""`, right(202, contentType(""))),
		wrong("another", "any-media-type", where, json, `"text/html; charset=latin1"`, right(400, contentType("text/html; charset=latin1"))),
		wrong("a relative", "any-media-type", where, json, `"application/problem+json"`, right(403, contentType("application/problem+json"))),
		wrong("a longer name", "any-media-type", where, json, `"application/jsonp"`, right(403, contentType("application/jsonp"))),
		wrong("two headers", "any-media-type", where, json, `2 Content-Type headers: "application/json, application/json"`,
			right(404, contentType("application/json", "application/json"))),
		wrong("a list", "any-media-type", where, json, `"application/json, text/html"`, right(404, contentType("application/json, text/html"))),

		wrong("another charset", "any-charset", where, "charset=utf-8, or none", `"application/json; charset=ISO-8859-1"`,
			right(202, contentType("application/json; charset=ISO-8859-1"))),
		wrong("another charset in quotes", "any-charset", where, "charset=utf-8, or none", `"application/json; charset=\"cp1252\""`,
			right(202, contentType(`application/json; charset="cp1252"`))),
		wrong("an empty charset", "any-charset", where, "charset=utf-8, or none", `"application/json; charset=\"\""`,
			right(202, contentType(`application/json; charset=""`))),
		wrong("two charsets", "any-charset", where, "charset=utf-8, or none", `"application/json;charset=utf-8;charset=latin1"`,
			right(202, contentType(`application/json;charset=utf-8;charset=latin1`))),
		wrong("a parameter without a value", "any-charset", where, "parameters as RFC 9110 section 8.3.1 writes them", `"application/json; charset"`,
			right(202, contentType(`application/json; charset`))),
		wrong("space around the equals sign", "any-charset", where, "parameters as RFC 9110 section 8.3.1 writes them", `"application/json; charset = utf-8"`,
			right(202, contentType(`application/json; charset = utf-8`))),
		wrong("quotes that do not end", "any-charset", where, "parameters as RFC 9110 section 8.3.1 writes them", `"application/json; charset=\"utf-8"`,
			right(202, contentType(`application/json; charset="utf-8`))),
		wrong("something behind the parameters", "any-charset", where, "parameters as RFC 9110 section 8.3.1 writes them", `"application/json; v=1 x"`,
			right(202, contentType(`application/json; v=1 x`))),
		wrong("something between the parameters", "any-charset", where, "parameters as RFC 9110 section 8.3.1 writes them", `"application/json; v=1 x;;;"`,
			right(202, contentType(`application/json; v=1 x;;;`))),
		wrong("a parameter without a name", "any-charset", where, "parameters as RFC 9110 section 8.3.1 writes them", `"application/json; =1"`,
			right(202, contentType(`application/json; =1`))),
		wrong("a parameter with an empty value", "any-charset", where, "parameters as RFC 9110 section 8.3.1 writes them", `"application/json; v="`,
			right(202, contentType(`application/json; v=`))),
	}
	runRuleTests(t, tests)
}

// coded is a body after a writer of the compress packages.
func coded(text string, writer func(io.Writer) io.WriteCloser) string {
	var buffer bytes.Buffer
	w := writer(&buffer)
	_, _ = io.WriteString(w, text) // memory takes everything
	_ = w.Close()
	return buffer.String()
}

func zipped(text string) string {
	return coded(text, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
}

func TestContentCodingRule(t *testing.T) {
	coding := func(values ...string) change { return header("Content-Encoding", values...) }
	wrapped := coded(taskBody, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })
	bare := coded(taskBody, func(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, 9); return f })
	const where, expected = "header Content-Encoding", "a body that its content coding decodes"
	tests := []ruleTest{
		legal("none", right(202, coding(""))),
		legal("identity", right(202, coding("identity"))),
		legal("gzip", right(202, coding("gzip"), says(zipped(taskBody))), right(202, coding("X-GZIP"), says(zipped(taskBody)))),
		legal("deflate", right(202, coding("deflate"), says(wrapped)), right(202, coding("deflate"), says(bare))),
		legal("one after the other", right(202, coding("gzip, deflate"), says(coded(zipped(taskBody), func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })))),
		legal("in two headers", right(202, coding("gzip", "gzip"), says(zipped(zipped(taskBody))))),
		legal("four", right(202, coding("identity, identity, identity, identity"))),
		legal("one that is not undone here", right(202, coding("br"), says("\x0b\x07\x80")), right(202, coding("Zstd"), asks("Accept-Encoding", "gzip, ZSTD;q=0.5"), says("\x28\xb5"))),
		legal("one that any header allows", right(202, coding("br"), asks("Accept-Encoding", "*"), says("\x0b")),
			right(202, coding("br"), asks("Accept-Encoding", "*;q=0, br"), says("\x0b")),
			right(202, coding("br"), asks("Accept-Encoding", "br, *;q=0"), says("\x0b")),
			right(202, coding("br"), asks("Accept-Encoding", "br ;q=0.001"), says("\x0b"))),
		wrong("one that was refused, with a space", "any-content-coding", where, expected, `the content coding "br", which was not asked for`,
			right(202, coding("br"), asks("Accept-Encoding", "br ; q=0"), says("\x0b"))),
		wrong("one that no header allows", "any-content-coding", where, expected, `the content coding "br", which was not asked for`,
			right(202, coding("br"), asks("Accept-Encoding", "*;q=0"), says("\x0b"))),
		wrong("five", "any-content-coding", where, expected, "5 content codings on one body", right(202, coding("gzip,gzip,gzip,gzip,gzip"))),
		wrong("a label", "any-content-coding", where, expected, "a body that is not gzip (gzip: invalid header)", right(202, coding("gzip"))),
		wrong("a label of one that is not undone here", "any-content-coding", where, expected, `the content coding "br", which was not asked for`, right(202, coding("br"))),
		wrong("an unknown one", "any-content-coding", where, expected, `the content coding "secret", which was not asked for`, right(202, coding("Secret"), says("\x0b"))),
		wrong("one that was not asked for", "any-content-coding", where, expected, `the content coding "br", which was not asked for`,
			right(202, coding("br"), asks("Accept-Encoding", "gzip"), says("\x0b"))),
		wrong("one that was refused", "any-content-coding", where, expected, `the content coding "br", which was not asked for`,
			right(202, coding("br"), asks("Accept-Encoding", "*, br;q=0.0"), says("\x0b"))),
		wrong("one that breaks off", "any-content-coding", where, expected, "a body that is not gzip to its end (unexpected EOF)",
			right(202, coding("gzip"), says(zipped(taskBody)[:24]))),
		wrong("too few", "any-content-coding", where, expected, "a body that is not gzip (gzip: invalid header)", right(202, coding("gzip, gzip"), says(zipped(taskBody)))),
		wrong("a bomb", "any-content-coding", where, expected, "a gzip body of more than 1048576 bytes",
			right(202, coding("gzip"), says(zipped(taskBody+strings.Repeat(" ", decodedLimit))))),
		legal("just not a bomb", right(202, coding("gzip"), says(zipped(taskBody+strings.Repeat(" ", decodedLimit-len(taskBody)))))),
		legal("all that IANA knows", right(202, coding("aes128gcm"), says("?")), right(202, coding("compress"), says("?")), right(202, coding("dcb"), says("?")),
			right(202, coding("dcz"), says("?")), right(202, coding("exi"), says("?")), right(202, coding("pack200-gzip"), says("?")), right(202, coding("x-compress"), says("?"))),
		{"too many", []reply{right(202, says(zipped(taskBody)))}, []blame{
			{"any-json", "body", "exactly one JSON value", `invalid character '\x1f' at start of value at offset 0`},
			{"any-json-utf8", "body", "UTF-8 without a byte order mark", "an invalid byte at offset 1"}}},
	}
	runRuleTests(t, tests)
}

func TestUnexpectedErrorRule(t *testing.T) {
	someCase := fixtures.Case{Name: "some-case", Account: fixtures.Probe}
	runRuleTests(t, []ruleTest{
		wrong("500 to a case", "any-no-unexpected-error", "status", "no internal error, since nothing provokes one", "500 Internal Server Error", right(500, sentFor(someCase))),
		legal("500 to a provocation", right(500, sentFor(fixtures.Case{Account: fixtures.Fault}))),
		legal("500 in foreign traffic", right(500)),
		legal("400 to a case", right(400, sentFor(someCase))),
	})
}

// What stands before an operation may refuse a hostile id in its own way: that is doubtful, not broken.
func TestRefusalBesideTheOperation(t *testing.T) {
	page := func(status int, c fixtures.Case) map[State]bool {
		states := map[State]bool{}
		for _, finding := range NewJudge().Answer(read(right(status, says("<html>"), header("Content-Type", "text/html"), sentFor(c)))[0]) {
			states[finding.State] = true
		}
		return states
	}
	hostile := fixtures.Case{Name: "hostile", Proves: "404-hostile-id"}
	if states := page(400, hostile); states[Broken] || !states[Doubtful] {
		t.Errorf("an HTML page for a hostile id: %v", states)
	}
	if states := page(500, hostile); !states[Broken] {
		t.Errorf("an HTML page of an internal error: %v", states)
	}
	if states := page(404, fixtures.Case{Name: "unknown", Proves: "404-unknown-account"}); !states[Broken] {
		t.Errorf("an HTML page for an unknown account: %v", states)
	}
}
