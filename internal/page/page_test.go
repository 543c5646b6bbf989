package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

// hostile would end a script, a comment, an attribute or an element.
const hostile = `</script><!--<script>"'><img src=x onerror=alert(1)>` + "\u2028`${x}`"

// sample has one of everything, and the hostile text wherever a text can be.
func sample() Page {
	shared := &Block{Title: hostile, Body: Code{{Text: hostile}, {Text: hostile, Marked: true}}}
	cells := [][]Cell{{{Text: hostile, Filter: []Choice{{hostile, hostile}}}, {Text: hostile, Tone: Bad}}}
	all := []*Block{
		shared, {Body: Text(hostile)}, {Body: List{hostile}}, {Body: Fields{{hostile, hostile}}}, {Body: Command(hostile)},
		{Body: Table{Caption: hostile, Columns: []string{hostile, hostile}, Rows: cells}},
		{Body: Timeline{Summary: hostile, Bars: []Bar{{Name: hostile, Text: hostile, Tone: Bad, Length: time.Second}}}},
	}
	return Page{
		Title: hostile, Verdict: Verdict{hostile, hostile, Bad}, Facts: []Field{{hostile, hostile}},
		Summary:  Table{Columns: []string{hostile, hostile}, Rows: cells},
		Sections: []Section{{hostile, all}, {hostile, all}}, Appendix: []Section{{hostile, all}},
		Noun:   hostile,
		Facets: []Facet{{hostile, nil}, {"status", []string{"500", "202"}}},
		Entries: []Entry{
			{Title: hostile, Text: hostile, Tone: Bad, Values: []string{hostile, "202"}, Blocks: all},
			{Title: "second", Tone: Good, Values: []string{"pass", "202"}, Blocks: []*Block{shared}},
			{Title: "third", Tone: Bad, Values: []string{hostile, "404"}},
		},
	}
}

// written is a page as it is written, and as a browser parses it.
func written(t *testing.T, page Page) (string, *html.Node) {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, page); err != nil {
		t.Fatal(err)
	}
	document, err := html.Parse(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), document
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// elements are those of a name, in the order of the document.
func elements(document *html.Node, name string) []*html.Node {
	var found []*html.Node
	for node := range document.Descendants() {
		if node.Type == html.ElementNode && node.Data == name {
			found = append(found, node)
		}
	}
	return found
}

func TestForeignTextStaysText(t *testing.T) {
	_, document := written(t, sample())
	for name, want := range map[string]int{"script": 2, "style": 1, "img": 0, "pre": 8} {
		if got := len(elements(document, name)); got != want {
			t.Errorf("%d <%s>, want %d", got, name, want)
		}
	}
	texts := 0
	for node := range document.Descendants() {
		if node.Type == html.CommentNode {
			t.Errorf("a comment: %q", node.Data)
		}
		if node.Type == html.TextNode && node.Data == hostile {
			texts++
		}
		for _, a := range node.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "src" || a.Key == "style" || a.Key == "href" && a.Val != "data:," && !strings.HasPrefix(a.Val, "#") {
				t.Errorf("<%s %s=%q>", node.Data, a.Key, a.Val)
			}
		}
	}
	if texts < 50 {
		t.Errorf("the hostile text is shown %d times as it is", texts)
	}
}

func TestIDsAreUniqueAndReferencesResolve(t *testing.T) {
	_, document := written(t, sample())
	ids := map[string]bool{}
	for node := range document.Descendants() {
		if id := attribute(node, "id"); id != "" {
			if ids[id] {
				t.Errorf("two elements have the id %q", id)
			}
			ids[id] = true
		}
	}
	for node := range document.Descendants() {
		for _, name := range []string{"for", "aria-labelledby"} {
			if id := attribute(node, name); id != "" && !ids[id] {
				t.Errorf("<%s %s=%q> leads nowhere", node.Data, name, id)
			}
		}
	}
	labels := map[string]bool{}
	for _, label := range elements(document, "label") {
		labels[attribute(label, "for")] = true
	}
	for _, input := range elements(document, "input") {
		if input.Parent.Data != "label" && !labels[attribute(input, "id")] {
			t.Errorf("the input %q has no label", attribute(input, "id"))
		}
	}
	if !ids[strings.TrimPrefix(attribute(elements(document, "a")[0], "href"), "#")] {
		t.Error("the link that skips to the entries leads nowhere")
	}
}

// TestPolicyAllowsTheWholePage: the policy names the script and the style that are in the page.
func TestPolicyAllowsTheWholePage(t *testing.T) {
	_, document := written(t, sample())
	content := ""
	for _, meta := range elements(document, "meta") {
		if attribute(meta, "http-equiv") == "Content-Security-Policy" {
			content = attribute(meta, "content")
		}
	}
	directives := map[string]string{}
	for directive := range strings.SplitSeq(content, "; ") {
		name, value, _ := strings.Cut(directive, " ")
		directives[name] = value
	}
	sum := func(node *html.Node) string {
		hash := sha256.Sum256([]byte(node.FirstChild.Data))
		return "'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'"
	}
	scripts := elements(document, "script")
	want := map[string]string{
		"default-src": "'none'", "script-src": sum(scripts[len(scripts)-1]), "style-src": sum(elements(document, "style")[0]),
		"img-src": "data:", "base-uri": "'none'", "form-action": "'none'",
	}
	if diff := cmp.Diff(want, directives); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestDataHoldsEveryEntryAndEachBlockOnce(t *testing.T) {
	text, document := written(t, sample())
	source := elements(document, "script")[0].FirstChild.Data
	if strings.Contains(source, "<") || !strings.Contains(text, source) {
		t.Error("the data can end its element")
	}
	var got struct {
		Facets  []struct{ Values []string }
		Entries []struct {
			Title, Tone    string
			Values, Blocks []int
		}
		Blocks []string
	}
	if err := json.Unmarshal([]byte(source), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Blocks) != 7 || !cmp.Equal(got.Entries[1].Blocks, got.Entries[0].Blocks[:1]) {
		t.Errorf("%d blocks are written, want 7; the entries have %v and %v", len(got.Blocks), got.Entries[0].Blocks, got.Entries[1].Blocks)
	}
	if diff := cmp.Diff([][]string{{hostile, "pass"}, {"500", "202", "404"}}, [][]string{got.Facets[0].Values, got.Facets[1].Values}); diff != "" {
		t.Errorf("-want +got values of the facets:\n%s", diff)
	}
	if diff := cmp.Diff([][]int{{0, 1}, {1, 1}, {0, 2}}, [][]int{got.Entries[0].Values, got.Entries[1].Values, got.Entries[2].Values}); diff != "" {
		t.Errorf("-want +got values of the entries:\n%s", diff)
	}
}

// TestStaticEntries: without a script, what is bad can be read, up to a limit, and the page says
// how much more there is.
func TestStaticEntries(t *testing.T) {
	page := Page{Noun: "result", Facets: []Facet{{Name: "outcome"}}}
	for range StaticEntries + 5 {
		page.Entries = append(page.Entries, Entry{Title: "good", Tone: Good, Values: []string{"pass"}},
			Entry{Title: "bad", Tone: Bad, Values: []string{"fail"}, Blocks: []*Block{{Body: Text("why")}}})
	}
	text, document := written(t, page)
	static := 0
	for _, details := range elements(document, "details") {
		if attribute(details, "class") == "entry bad" {
			static++
		}
		if attribute(details, "class") == "entry good" {
			t.Fatal("a good entry is there without a script")
		}
	}
	if static != StaticEntries || !strings.Contains(text, "110 more results need JavaScript") {
		t.Errorf("%d entries are there without a script, want %d, and the page must say that 110 are not", static, StaticEntries)
	}
}

func TestTimelinePlacesBars(t *testing.T) {
	const ms = time.Millisecond
	for _, test := range []struct {
		name string
		bars []Bar
		want [][2]int
	}{
		{"none", nil, nil},
		{"one after the other", []Bar{{Start: 10 * ms, Length: 5 * ms}, {Start: 15 * ms, Length: 15 * ms}}, [][2]int{{0, 250}, {250, 750}}},
		{"at once", []Bar{{Start: 5 * ms, Length: 5 * ms}, {Length: 10 * ms}}, [][2]int{{500, 500}, {0, 1000}}},
		{"short at the end", []Bar{{Length: 1000 * ms}, {Start: 1000 * ms}}, [][2]int{{0, 1000}, {996, 4}}},
		{"no time at all", []Bar{{}, {}}, [][2]int{{0, 4}, {0, 4}}},
		{"years", []Bar{{Length: 1 << 62}, {Start: 1 << 61, Length: 1 << 61}}, [][2]int{{0, 1000}, {500, 500}}},
	} {
		var got [][2]int
		for _, bar := range (Timeline{Bars: test.bars}).Placed() {
			got = append(got, [2]int{bar.X, bar.Width})
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", test.name, diff)
		}
	}
}

func TestHref(t *testing.T) {
	cell := Cell{Filter: []Choice{{"status", "401"}, {"outcome", "a&b=c d"}}}
	if got, want := cell.Href(), "#outcome=a%26b%3Dc+d&status=401"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
