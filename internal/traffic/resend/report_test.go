package resend

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"conformance/internal/exchange"
)

// hostileReport is that of a replay at a target whose answers try to get hold of a terminal or a page.
func hostileReport(t *testing.T) *Report {
	t.Helper()
	target := &answers{answer: func(number int, _ *http.Request) (*http.Response, error) {
		if number == 4 {
			return said(404, strings.Replace(notFound, "The server", "<b>", 1), "X-Field", "\u202e\x1b[2J<b>|@all"), nil
		}
		return said(500, `{"detailCode":"\u001b[2J<script>|`+"`"+`x","messages":[]}`), nil
	}}
	return target.replayed(t, then, Options{}, missing(nil), missing(nil), missing(func(e *exchange.Exchange) {
		e.Request.Header.Set("X-Note", "'; rm -rf /")
	}), missing(nil), unlock("other", 404, notFound, nil))
}

// TestConsole: the report is readable in a hundred columns, commands apart, and holds nothing that
// a terminal would act upon.
func TestConsole(t *testing.T) {
	text := console(t, hostileReport(t))
	for line := range strings.Lines(text) {
		if utf8.RuneCountInString(line) > 101 && !strings.Contains(line, "curl ") {
			t.Errorf("a line of %d columns: %s", utf8.RuneCountInString(line), line)
		}
	}
	if strings.ContainsAny(text, "\x1b\u202e\r") {
		t.Errorf("a control character in\n%q", text)
	}
	for _, part := range []string{
		"BREAKING (3 answers)", "status-changed 404 status: was 404, is 500, in 3 answers", "Clients decide by the status what to do next.",
		"first in #1 interaction 1 of 404.yaml; #2 interaction 2 of 404.yaml; #3 interaction 3 of 404.yaml", `-H 'X-Note: '\''; rm -rf /'`,
		"1: no consent for the account", "(other)",
		"header X-Field: was absent, is \\u202e\\x1b[2J<b>|@all", "4 of 5 requests sent: 0 equal, 3 breaking, 1 tolerable, 0 noise (exit 1",
	} {
		if all := strings.Join(strings.Fields(text), " ") + curls(hostileReport(t)); !strings.Contains(all, part) {
			t.Errorf("%q is missing in\n%s", part, text)
		}
	}
}

func curls(r *Report) string {
	var all strings.Builder
	for _, g := range r.Groups {
		for _, e := range g.Examples {
			all.WriteString(e.Curl + "\n")
		}
	}
	return all.String()
}

// TestJSON reads the report by its published names.
func TestJSON(t *testing.T) {
	var text bytes.Buffer
	if err := writeJSON(&text, hostileReport(t)); err != nil {
		t.Fatal(err)
	}
	var read struct {
		SchemaVersion int    `json:"schemaVersion"`
		Kind          string `json:"kind"`
		ExitCode      int    `json:"exitCode"`
		Summary       struct{ Interactions, Sent, Equal, Breaking int }
		Differences   []struct {
			Rule, Class, Status, Where, Was, Is string
			Count                               int
			Examples                            []struct {
				Exchange    int
				Place, Curl string
			}
		}
		NotSent []struct {
			Reason string
			Count  int
			About  []string
		}
	}
	if err := json.Unmarshal(text.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	s := read.Summary
	if read.SchemaVersion != 1 || read.Kind != "replay" || read.ExitCode != 1 || s.Interactions != 5 || s.Sent != 4 || s.Breaking != 3 || len(read.NotSent) != 1 {
		t.Errorf("%s", text.Bytes())
	}
	found := false
	for _, d := range read.Differences {
		if d.Rule == "status-changed" {
			found = d.Class == "breaking" && d.Status == "404" && d.Was == "404" && d.Is == "500" && d.Count == 3 &&
				len(d.Examples) == 3 && d.Examples[0].Exchange == 1 && strings.HasPrefix(d.Examples[0].Curl, "curl ")
		}
	}
	if !found {
		t.Errorf("no such difference in\n%s", text.Bytes())
	}
}

// TestJUnit: what breaks is a failure, and counted as one.
func TestJUnit(t *testing.T) {
	var text bytes.Buffer
	if err := writeJUnit(&text, hostileReport(t)); err != nil {
		t.Fatal(err)
	}
	var suite struct {
		XMLName  xml.Name `xml:"testsuites"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Cases    []struct {
			Name    string `xml:"name,attr"`
			Failure *struct {
				Message string `xml:"message,attr"`
			} `xml:"failure"`
		} `xml:"testsuite>testcase"`
	}
	if err := xml.Unmarshal(text.Bytes(), &suite); err != nil {
		t.Fatal(err)
	}
	failures := map[string]string{}
	for _, c := range suite.Cases {
		if c.Failure != nil {
			failures[c.Name] = c.Failure.Message
		}
	}
	if suite.Tests != len(suite.Cases) || suite.Failures != len(failures) || suite.Errors != 0 ||
		failures["status-changed"] != "404 status: was 404, is 500, in 3 answers" {
		t.Errorf("%s", text.Bytes())
	}
}

// TestMarkdown: nothing foreign is Markdown, HTML or a mention.
func TestMarkdown(t *testing.T) {
	var text bytes.Buffer
	if err := writeMarkdown(&text, hostileReport(t)); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"<script>", "<b>", "@all", "\u202e", "\x1b"} {
		if strings.Contains(text.String(), part) {
			t.Errorf("%q in\n%s", part, text.Bytes())
		}
	}
	if !strings.Contains(text.String(), "| status-changed | 404 | <code>status</code> | <code>404</code> | <code>500</code> | 3 |") {
		t.Errorf("the change is missing in\n%s", text.Bytes())
	}
}

// TestManyDifferences: groups are bounded, and what found no room is counted.
func TestManyDifferences(t *testing.T) {
	tally := newTally()
	e := exchange.Exchange{Response: &exchange.Response{Status: 404}}
	for i := range mostGroups + 5 {
		tally.add(&job{number: i + 1, then: e}, e, []found{{Difference: Difference{Rule: memberRemoved, Where: "/" + strings.Repeat("x", i+1)}}})
	}
	if len(tally.groups) != mostGroups || tally.beyond[Breaking] != 5 || tally.differing[Breaking] != mostGroups+5 {
		t.Errorf("%d groups, %d beyond, %d differing", len(tally.groups), tally.beyond[Breaking], tally.differing[Breaking])
	}
}

// TestLatency: percentiles are those of the durations, merged from several workers.
func TestLatency(t *testing.T) {
	timed := func(d time.Duration) exchange.Exchange {
		return exchange.Exchange{Response: &exchange.Response{Status: 202}, Duration: d}
	}
	halves := []latencies{{}, {}}
	for i := range 1000 {
		halves[i%2].add(timed(time.Duration(i+1)*time.Millisecond), timed(0))
	}
	halves[0].merge(halves[1])
	all := halves[0].sorted()
	if len(all) != 1 || all[0].Status != "202" || all[0].Then.Count != 1000 || all[0].Now != (Percentiles{}) {
		t.Fatalf("%+v", all)
	}
	for _, one := range []struct{ got, want time.Duration }{
		{all[0].Then.P50, 500 * time.Millisecond}, {all[0].Then.P90, 900 * time.Millisecond},
		{all[0].Then.P99, 990 * time.Millisecond}, {all[0].Then.Max, time.Second},
	} {
		if off := float64(one.got-one.want) / float64(one.want); off < -0.01 || off > 0.01 {
			t.Errorf("%s, expected %s within a hundredth", one.got, one.want)
		}
	}
}

// TestProgress: the line tells the rate, the errors and the time left, and fits a terminal.
func TestProgress(t *testing.T) {
	c := &counts{}
	c.recorded.Store(250)
	c.sent.Store(200)
	c.failed.Store(3)
	c.breaking.Store(2)
	if got, want := c.line(10*time.Second), "200 sent, 20/s, 3 errors, 2 breaking"; got != want {
		t.Errorf("%q, expected %q", got, want)
	}
	c.total.Store(1000)
	if got, want := c.line(10*time.Second), "[######                  ] 250 of 1000, 200 sent, 20/s, 3 errors, 2 breaking, 30s left"; got != want {
		t.Errorf("%q, expected %q", got, want)
	}
	c.total.Store(1 << 40)
	c.sent.Store(1 << 40)
	if got := c.line(10 * time.Hour); !strings.HasPrefix(got, "[                        ] 250 of 1099511627776, ") {
		t.Errorf("%q", got)
	}
}

// TestProgressOnATerminal: the line is drawn while the replay goes on, and gone after it.
func TestProgressOnATerminal(t *testing.T) {
	var terminal bytes.Buffer
	target := &answers{}
	r := target.replayed(t, then, Options{Progress: &terminal}, missing(nil))
	if !strings.Contains(terminal.String(), " sent, ") || !strings.HasSuffix(terminal.String(), "\r\x1b[K") || r.Sent != 1 {
		t.Errorf("%q", terminal.String())
	}
}
