package report

import (
	"fmt"
	"html"
	"regexp"
	"strings"
)

// markdownText makes a text that may hold foreign words into Markdown that shows it as it is, on one
// line, in a table too. A zero-width space keeps GitHub and GitLab from making a mention or a
// reference of what follows a sign such as @.
func markdownText(text string) string {
	var out strings.Builder
	text = printable(text)
	item := listItem.MatchString(text)
	for i, r := range text {
		switch {
		case strings.ContainsRune("@#!~$", r):
			fmt.Fprintf(&out, "&#%d;&#8203;", r)
		case strings.ContainsRune("\\`*_[]<>|&", r), i == 0 && item:
			fmt.Fprintf(&out, "&#%d;", r)
		default:
			out.WriteRune(r)
		}
	}
	return unlinked.Replace(out.String())
}

// listItem matches what at the beginning of a line makes it more than text: an item of a list, a
// line below a heading.
var listItem = regexp.MustCompile(`^(?:[-+=]|[0-9]+[.)](?: |$))`)

// unlinked keeps an address from becoming a link.
var unlinked = strings.NewReplacer("://", "&#58;//", "www.", "www&#46;")

// MarkdownCode shows a foreign text as code on one line. Nothing inside it is Markdown, HTML, a
// link or a mention.
func MarkdownCode(text string) string {
	var out strings.Builder
	out.WriteString("<code>")
	for _, r := range printable(text) {
		if r < 0x80 && strings.ContainsRune("\\`*_[]{}<>|&@#!~$:\"'=^", r) {
			fmt.Fprintf(&out, "&#%d;", r)
			continue
		}
		out.WriteRune(r)
	}
	out.WriteString("</code>")
	return unlinked.Replace(out.String())
}

// markdownBlock shows printable lines as they are.
func markdownBlock(lines []string) string {
	return "<pre>\n" + html.EscapeString(strings.Join(lines, "\n")) + "\n</pre>\n"
}
