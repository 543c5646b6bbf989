package report

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"conformance/internal/exchange"
	"conformance/internal/outcome"
	"conformance/internal/page"
)

// hostileMarkup would leave a script, a comment, an attribute or an element, and run.
const hostileMarkup = `</script></style></title><img src=x onerror="window.owned=1"><!--<script>window.owned=1</script>'"&lt;` + "`${owned}`"

// markupRun has that text wherever a target, a session or a config can put text.
func markupRun(t *testing.T) *outcome.Run {
	run := conformantRun(t)
	run.Verdict = hostileMarkup
	run.Tool, run.Target, run.Mode = hostileMarkup, "javascript:"+hostileMarkup, hostileMarkup
	run.Notes, run.Reasons = []string{hostileMarkup}, []string{hostileMarkup}
	run.Requirements[hostileMarkup] = outcome.Requirement{
		ID: hostileMarkup, Level: hostileMarkup, Sentence: hostileMarkup, Source: "https://example.com/", Checks: hostileMarkup,
	}
	header := http.Header{"Content-Type": {hostileMarkup}, hostileMarkup: {hostileMarkup}}
	run.Exchanges = append(run.Exchanges, exchange.Exchange{
		Case: hostileMarkup, Credential: hostileMarkup,
		Request:  exchange.Request{Method: hostileMarkup, URL: "http://localhost/" + hostileMarkup, Header: header, Body: []byte(hostileMarkup)},
		Response: &exchange.Response{Proto: hostileMarkup, Status: 200, Header: header, Body: []byte(hostileMarkup)},
		Failure:  &exchange.Failure{Kind: hostileMarkup, Message: hostileMarkup},
	})
	for _, of := range append([]outcome.Outcome{hostileMarkup}, outcomes...) {
		for _, place := range []string{hostileMarkup, "header " + hostileMarkup, "body", "status", "connection", "/" + hostileMarkup} {
			run.Results = append(run.Results, outcome.Result{
				Requirement: hostileMarkup, Case: hostileMarkup, Status: hostileMarkup, Level: hostileMarkup, Outcome: of,
				Message: hostileMarkup, Pointer: place, Expected: hostileMarkup, Actual: hostileMarkup, Exchange: len(run.Exchanges),
			})
		}
	}
	run.Statuses["202"].Waived = hostileMarkup
	return run
}

func htmlOf(t *testing.T, run *outcome.Run, earlier *Earlier) string {
	t.Helper()
	var text bytes.Buffer
	if err := page.Write(&text, htmlPage(run, earlier)); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// TestHTMLKeepsForeignTextOut holds the page of hostile runs against that of a harmless one: it has
// the same scripts, loads nothing, and shows what cannot be seen.
func TestHTMLKeepsForeignTextOut(t *testing.T) {
	earlier := func(run *outcome.Run) *Earlier {
		return &Earlier{target: hostileText + hostileMarkup, verdict: hostileMarkup, results: run.Results}
	}
	for name, run := range map[string]*outcome.Run{
		"harmless": nonconformantRun(t), "markup": markupRun(t), "control characters": hostileRun(t), "empty": {},
	} {
		t.Run(name, func(t *testing.T) {
			text := htmlOf(t, run, earlier(run))
			if i := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 {
				t.Errorf("a character that cannot be seen: %q", text[max(0, i-60):min(len(text), i+20)])
			}
			elements := map[string]int{}
			tokens := html.NewTokenizer(strings.NewReader(text))
			for {
				kind := tokens.Next()
				if kind == html.ErrorToken {
					if tokens.Err() != io.EOF {
						t.Fatal(tokens.Err())
					}
					break
				}
				if kind == html.CommentToken {
					t.Error("there is a comment")
				}
				if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
					continue
				}
				token := tokens.Token()
				elements[token.Data]++
				for _, attribute := range token.Attr {
					if strings.HasPrefix(attribute.Key, "on") || attribute.Key == "src" || attribute.Key == "style" ||
						attribute.Key == "href" && !strings.HasPrefix(attribute.Val, "#") && attribute.Val != "data:," {
						t.Errorf("<%s %s=%q>", token.Data, attribute.Key, attribute.Val)
					}
				}
			}
			for element, want := range map[string]int{"script": 2, "style": 1, "title": 1, "link": 1, "img": 0, "iframe": 0, "object": 0} {
				if elements[element] != want {
					t.Errorf("%d <%s>, want %d", elements[element], element, want)
				}
			}
		})
	}
}

func TestHTMLShowsHostileText(t *testing.T) {
	document, err := html.Parse(strings.NewReader(htmlOf(t, markupRun(t), nil)))
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for node := range document.Descendants() {
		if node.Type == html.TextNode && node.Parent.Data == "mark" && strings.Contains(node.Data, hostileMarkup) {
			shown++
		}
	}
	// The status line, the header and the connection of one outcome: only what failed is there without
	// a script.
	if shown != 3 {
		t.Errorf("%d marked texts of the target, want 3", shown)
	}
}

func TestHTMLIsTheSameEachTime(t *testing.T) {
	run, earlier := nonconformantRun(t), &Earlier{results: nonconformantRun(t).Results}
	first := htmlOf(t, run, earlier)
	for range 5 {
		if diff := cmp.Diff(first, htmlOf(t, run, earlier)); diff != "" {
			t.Fatal(diff)
		}
	}
}

// marked is a code with its marked pieces in double brackets.
func marked(code []page.Piece) string {
	var out strings.Builder
	for _, piece := range code {
		if piece.Marked {
			out.WriteString("[[" + piece.Text + "]]")
		} else {
			out.WriteString(piece.Text)
		}
	}
	return out.String()
}

func TestHTMLMarksThePlace(t *testing.T) {
	const body = `{"id":null,"messages":[{"locale":"en"},{"text":5}],"a/b~c":"x"}`
	for _, test := range []struct{ name, body, place, want string }{
		{"nothing", body, "", "\n{\n  \"id\": null,\n  \"messages\": [\n    {\n      \"locale\": \"en\"\n    },\n    {\n      \"text\": 5\n    }\n  ],\n  \"a/b~c\": \"x\"\n}"},
		{"member", `{"id":null,"x":1}`, "/id", "\n{\n  \"id\": [[null]],\n  \"x\": 1\n}"},
		{"item", `[1,{"b":[2,"3"]}]`, "/1/b/1", "\n[\n  1,\n  {\n    \"b\": [\n      2,\n      [[\"3\"]]\n    ]\n  }\n]"},
		{"object", `{"a":{"b":1},"c":2}`, "/a", "\n{\n  \"a\": [[{\n    \"b\": 1\n  }]],\n  \"c\": 2\n}"},
		{"escaped name", `{"a/b~c":1}`, "/a~1b~0c", "\n{\n  \"a/b~c\": [[1]]\n}"},
		{"missing", `{"a":{"b":1}}`, "/a/id", "\n{\n  \"a\": [[{]]\n    \"b\": 1\n  }\n}"},
		{"missing at the top", `{"a":1}`, "/id", "\n[[{]]\n  \"a\": 1\n}"},
		{"all of it", `{"a":1}`, "body", "\n[[{\n  \"a\": 1\n}]]"},
		{"all of it, too large", strings.Repeat("x", 20_000), "body", "\n[[" + strings.Repeat("x", 16_384) + "... (20000 bytes in all)]]"},
		{"not JSON from a place on", `{"a":oops}`, "body", "\n{\"a\":[[o]]ops}"},
		{"no body", ``, "body", "\n[[(no body)]]"},
		{"not JSON", "<b>\r\n\x1b</b>", "/id", "\n<b>\\r\n\\x1b</b>"},
		{"not UTF-8", "{\"a\":\"\xff\"}", "/a", "\n{\n  \"a\": [[\"\\xff\"]]\n}"},
		{"too deep", strings.Repeat("[", 100) + strings.Repeat("]", 100), "/0", "\n" + strings.Repeat("[", 100) + strings.Repeat("]", 100)},
		{"too wide", strings.Repeat("[", 60) + strings.Repeat("1,", 3000) + "1" + strings.Repeat("]", 60), "",
			"\n" + strings.Repeat("[", 60) + strings.Repeat("1,", 3000) + "1" + strings.Repeat("]", 60)},
		{"too large", strings.Repeat("x", 20_000), "", "\n" + strings.Repeat("x", 16_384) + "... (20000 bytes in all)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, marked(bodyPieces([]byte(test.body), test.place))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestHTMLMarksAHeader(t *testing.T) {
	header := http.Header{"Allow": {"GET"}, "Content-Type": {"text/html", "a/b"}, "Www-Authenticate": {"Bearer"}}
	for place, want := range map[string]string{
		"header Content-Type":     "Allow: GET\n[[Content-Type: text/html\nContent-Type: a/b]]\nWww-Authenticate: Bearer\n",
		"header WWW-Authenticate": "Allow: GET\nContent-Type: text/html\nContent-Type: a/b\n[[Www-Authenticate: Bearer]]\n",
		"header Retry-After":      "Allow: GET\nContent-Type: text/html\nContent-Type: a/b\n[[(no Retry-After header)]]\nWww-Authenticate: Bearer\n",
		"/id":                     "Allow: GET\nContent-Type: text/html\nContent-Type: a/b\nWww-Authenticate: Bearer\n",
	} {
		if diff := cmp.Diff(want, marked(headerPieces(header, place))); diff != "" {
			t.Errorf("%s: -want +got:\n%s", place, diff)
		}
	}
}

func TestHTMLMatrix(t *testing.T) {
	table := matrix(incompleteRun(t))
	var rows []string
	for _, row := range table.Rows {
		var cells []string
		for _, cell := range row {
			text := cell.Text
			if cell.Filter != nil {
				text += cell.Href()
			}
			cells = append(cells, text)
		}
		rows = append(rows, strings.Join(cells, " | "))
	}
	want := []string{
		"202#status=202 | 0 | 0 | 0 | 0 | 0 | 2#outcome=pass&status=202 | exercised",
		"400#status=400 | 0 | 0 | 0 | 0 | 0 | 2#outcome=pass&status=400 | exercised",
		"401#status=401 | 0 | 0 | 0 | 0 | 0 | 2#outcome=pass&status=401 | exercised",
		"403#status=403 | 0 | 0 | 0 | 2#outcome=skip&status=403 | 0 | 0 | not exercised",
		"404#status=404 | 0 | 0 | 0 | 0 | 0 | 2#outcome=pass&status=404 | exercised",
		"429#status=429 | 0 | 0 | 0 | 0 | 0 | 2#outcome=pass&status=429 | exercised",
		"500#status=500 | 0 | 0 | 0 | 0 | 2#outcome=waived&status=500 | 0 | waived: the tenant cannot inject faults",
		"all | 0 | 0 | 0 | 2#outcome=skip | 2#outcome=waived | 10#outcome=pass | 5 of 7 status paths exercised, 1 waived",
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestHTMLIsBounded: large bodies that are wrong in many places make a page of some megabytes.
func TestHTMLIsBounded(t *testing.T) {
	run := conformantRun(t)
	run.Exchanges[0].Response.Body = []byte(`["` + strings.Repeat("x", bodyBytes-10) + `"]`)
	for i := range 5000 {
		run.Results = append(run.Results, outcome.Result{
			Requirement: "any-json", Case: "c", Status: "202", Outcome: outcome.Fail, Pointer: fmt.Sprintf("/%d", i), Exchange: 1,
		})
	}
	// Twice the limit, once for the data and for the entries that are there without a script, and the rest.
	if size := len(htmlOf(t, run, nil)); size < markedBytesLimit || size > 2*markedBytesLimit {
		t.Errorf("the page has %d bytes", size)
	}
}

// TestHTMLSharesBlocks: an answer is written once, however many results rest on it.
func TestHTMLSharesBlocks(t *testing.T) {
	run := conformantRun(t)
	run.Exchanges[0].Response.Body = []byte(`{"id":"written-once"}`)
	if n := strings.Count(htmlOf(t, run, nil), "written-once"); n != 1 {
		t.Errorf("the body is in the page %d times", n)
	}
}

// TestHTMLWaterfall: exchanges stand on the path that rests on them, at most barsPerPath of them.
func TestHTMLWaterfall(t *testing.T) {
	run := nonconformantRun(t)
	for i := range barsPerPath + 4 {
		run.Exchanges = append(run.Exchanges, exchange.Exchange{
			Case: "burst", Attempt: 2, Started: time.Duration(i) * time.Second, Duration: time.Millisecond,
			Response: &exchange.Response{Status: 429},
		})
	}
	var summaries []string
	var bars []page.Bar
	for _, block := range waterfall(run).Blocks {
		timeline := block.Body.(page.Timeline)
		summaries = append(summaries, timeline.Summary)
		bars = append(bars, timeline.Bars...)
	}
	want := []string{
		"202: 1 exchange in 1.5ms", "400: 1 exchange in 1.5ms", "401: 1 exchange in 1.5ms", "403: 1 exchange in 1.5ms",
		"404: 1 exchange in 1.5ms", "429: 1 exchange in 1.5ms", "500: 1 exchange in 1.5ms",
		"decides no result: 304 exchanges in 5m3.001s (the first 300; all are in the JSON report)",
	}
	if diff := cmp.Diff(want, summaries); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	wantBars := []page.Bar{
		{Name: "2 case-400", Text: "202 Accepted", Tone: page.Good, Start: 10 * time.Millisecond, Length: 1500 * time.Microsecond},
		{Name: "3 case-401", Text: "202 Accepted, with failures", Tone: page.Bad, Start: 20 * time.Millisecond, Length: 1500 * time.Microsecond},
		{Name: "9 burst, attempt 2", Text: "429 Too Many Requests", Tone: page.Good, Start: time.Second, Length: time.Millisecond},
	}
	if diff := cmp.Diff(wantBars, []page.Bar{bars[1], bars[2], bars[8]}); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if len(bars) != 7+barsPerPath {
		t.Errorf("%d bars", len(bars))
	}
}
