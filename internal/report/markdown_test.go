package report

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"testing"

	"conformance/internal/outcome"
)

func TestMarkdownGolden(t *testing.T) {
	for name, run := range map[string]*outcome.Run{"nonconformant": nonconformantRun(t), "incomplete": incompleteRun(t)} {
		var out bytes.Buffer
		if err := writeMarkdown(&out, run); err != nil {
			t.Fatal(err)
		}
		golden(t, name+".md.golden", out.String())
	}
}

// TestMarkdownShowsForeignTextAsItIs: nothing that is code, a mention, a link or an element comes of
// it, and a reader sees every character.
func TestMarkdownShowsForeignTextAsItIs(t *testing.T) {
	texts := []string{
		"@octocat", "a@b.example", "#12", "org/repo#12", "![x](http://evil.example/p.png)", "www.evil.example", "https://evil.example/",
		"<img src=x onerror=alert(1)>", "</code></pre><h1>", "``` code ```", "a | b", `\| \<`, "**bold** _x_ ~~y~~", "- item", "1. item", "+ item",
		"# heading", "&lt;b&gt; &#64;x", "$x$", "[link]: http://x", "|---|", "&", "> quote", "= =",
	}
	entity := regexp.MustCompile(`&#[0-9]+;`)
	active := regexp.MustCompile("[\\\\`*_\\[\\]<>|~$@#&!]|://|www\\.|^[-+=]|^[0-9]+[.)] ")
	for _, text := range texts {
		got := markdownText(text)
		if bare := entity.ReplaceAllString(got, "x"); active.MatchString(bare) {
			t.Errorf("%q becomes %q, which is not only text", text, got)
		}
		if strings.Count(got, "&#64;") != strings.Count(got, "&#64;&#8203;") || strings.Count(got, "&#35;") != strings.Count(got, "&#35;&#8203;") {
			t.Errorf("%q becomes %q, which GitHub takes for a mention or a reference", text, got)
		}
		if seen := strings.ReplaceAll(html.UnescapeString(got), "\u200b", ""); seen != text {
			t.Errorf("%q is seen as %q", text, seen)
		}
		inner := strings.TrimSuffix(strings.TrimPrefix(MarkdownCode(text), "<code>"), "</code>")
		if bare := entity.ReplaceAllString(inner, "x"); regexp.MustCompile("[\\\\`*_\\[\\]<>|~$@#&!:]|www\\.").MatchString(bare) {
			t.Errorf("%q as code is %q", text, inner)
		}
		if seen := html.UnescapeString(inner); seen != text {
			t.Errorf("%q as code is seen as %q", text, seen)
		}
	}
	if got := markdownBlock([]string{"</pre><b>", "@a"}); got != "<pre>\n&lt;/pre&gt;&lt;b&gt;\n@a\n</pre>\n" {
		t.Errorf("%q", got)
	}
}

// TestMarkdownOfAHostileRun: what a target sent stays in its cell, its line, its block.
func TestMarkdownOfAHostileRun(t *testing.T) {
	run := hostileRun(t)
	run.Statuses["202"] = &outcome.StatusSummary{Waived: "a | b <b>@c"}
	text := markdown(run, markdownBytes)
	if !strings.Contains(text, "waived: a &#124; b &#60;b&#62;&#64;&#8203;c |") {
		t.Error("the reason of a waiver is missing")
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && hidden(r) }) {
		t.Error("a hidden character got through")
	}
	for _, element := range regexp.MustCompile(`<[^>]*>`).FindAllString(text, -1) {
		switch element {
		case "<code>", "</code>", "<pre>", "</pre>", "<details>", "</details>", "<summary>", "</summary>":
		default:
			t.Errorf("the element %s got through", element)
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "|") && strings.Count(line, "|") != 8 {
			t.Errorf("a row of the matrix has other columns: %s", line)
		}
	}
}

// TestMarkdownHasALimit: a run in which all is broken makes no longer report than GitHub takes.
func TestMarkdownHasALimit(t *testing.T) {
	run := manyCauses(t, 500)
	for _, limit := range []int{10_000, markdownBytes} {
		text := markdown(run, limit)
		if len(text) > limit {
			t.Errorf("%d bytes, more than %d", len(text), limit)
		}
		entries := strings.Count(text, "\n#### ")
		if entries == 0 || !strings.Contains(text, Counted(500-entries, "more cause")+" left out here") {
			t.Errorf("%d of 500 causes shown, and nothing said of the others", entries)
		}
	}
}

// manyCauses is a run with a failure of n requirements, each at a place of its own.
func manyCauses(t *testing.T, n int) *outcome.Run {
	run := nonconformantRun(t)
	var failure outcome.Result
	for _, result := range run.Results {
		if result.Requirement == "401-expired-token" {
			failure = result
		}
	}
	run.Results = nil
	for i := range n {
		failure.Requirement = "any-" + strings.Repeat("x", i)
		failure.Pointer = "/" + failure.Requirement
		run.Results = append(run.Results, failure)
	}
	return run
}
