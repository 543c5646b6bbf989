package report

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"conformance/internal/exchange"
	"conformance/internal/outcome"
)

// How much of a foreign text a report for people shows.
const (
	excerptBytes = 300
	excerptLines = 12
	pathBytes    = 200
	commandBytes = 4 << 10
)

// fact is one labelled thing that a reader needs to understand a result. Its text is
// foreign: it may have several lines and must be made printable.
type fact struct {
	label string
	text  string
	// mark is the part of the text that was wrong.
	mark span
	// command is set in place of text: a shell command, as curlWords makes it.
	command []string
}

// facts are what was sent, what came back, what was wrong with it, and how to repeat it.
func facts(run *outcome.Run, result outcome.Result) []fact {
	var list []fact
	mark := func(label, text string, place span) {
		if text != "" {
			list = append(list, fact{label: label, text: text, mark: place})
		}
	}
	add := func(label, text string) { mark(label, excerpt(text), span{}) }
	e := run.Exchange(result.Exchange)
	if e != nil {
		add("sent", requestLine(*e))
		add("", string(e.Request.Body))
		if e.Response != nil {
			line, place := responseLine(*e.Response)
			if result.Pointer != placeStatus {
				place = span{}
			}
			mark("received", line, place)
			text, place := headerLines(*e.Response, result.Pointer)
			mark("", text, place)
			text, place = markedBody(e.Response.Body, result.Pointer)
			mark("", text, place)
		}
		if e.Failure != nil {
			add("failed", fmt.Sprintf("%s: %s", e.Failure.Kind, e.Failure.Message))
		}
	}
	add("at", result.Pointer)
	add("expected", result.Expected)
	add("seen", result.Actual)
	if e != nil {
		list = append(list, repeatFact(*e))
	}
	return list
}

// repeatFact is the command that repeats a request, unless nobody would read it.
func repeatFact(e exchange.Exchange) fact {
	words := curlWords(e)
	length := len(strings.Join(words, " "))
	if length > commandBytes {
		return fact{label: "repeat", text: fmt.Sprintf("a command of %d bytes: make it from the JSON report, which has the whole body", length)}
	}
	return fact{label: "repeat", command: words}
}

// factLines are the facts of a result as printable lines, each label beside its text.
func factLines(run *outcome.Run, result outcome.Result) []string {
	var lines []string
	for _, f := range facts(run, result) {
		lines = append(lines, f.labelled()...)
	}
	return lines
}

// labelled is a fact as printable lines, which are not wrapped.
func (f fact) labelled() []string {
	const labelColumns, unwrapped = 10, 1 << 20
	var lines []string
	if f.command != nil {
		lines = []string{strings.Join(f.command, " ")}
	} else {
		lines = markedLines(f.text, f.mark, unwrapped)
	}
	for i, line := range lines {
		label := ""
		if i == 0 {
			label = f.label
		}
		lines[i] = strings.TrimRight(pad(label, labelColumns)+line, " ")
	}
	return lines
}

func requestLine(e exchange.Exchange) string {
	path := e.Request.URL
	if u, err := url.Parse(path); err == nil && u.Host != "" {
		path = u.RequestURI()
	}
	if len(path) > pathBytes {
		path = fmt.Sprintf("%s... (%d bytes)", strings.ToValidUTF8(path[:pathBytes], ""), len(path))
	}
	credential := "without a credential"
	switch authorization := e.Request.Header.Get("Authorization"); {
	case e.Credential != "":
		credential = "as " + e.Credential
	case authorization != "":
		credential = fmt.Sprintf("with the authorization %q", authorization)
	}
	return fmt.Sprintf("%s %s %s", e.Request.Method, path, credential)
}

// responseLine sums an answer up, and says where in the line its status is.
func responseLine(r exchange.Response) (string, span) {
	proto := strings.TrimSpace(excerpt(r.Proto))
	if proto != "" {
		proto += " "
	}
	status := strconv.Itoa(r.Status)
	line := strings.TrimSpace(proto + status + " " + http.StatusText(r.Status))
	switch types := r.Header.Values("Content-Type"); {
	case len(types) > 0:
		line += ", " + excerpt(strings.Join(types, " and "))
	case len(r.Body) > 0:
		line += ", no Content-Type"
	}
	return line + ", " + Counted(len(r.Body), "byte"), span{len(proto), len(proto) + len(status)}
}

// sourceText quotes the sentence that a requirement comes from.
func sourceText(r outcome.Requirement) string { return r.Source + `: "` + r.Sentence + `"` }

// excerpt is the beginning of a foreign text, and how long the whole is where that was cut.
func excerpt(text string) string {
	limit := min(len(text), excerptBytes)
	for limit < len(text) && limit > excerptBytes-utf8.UTFMax && !utf8.RuneStart(text[limit]) {
		limit--
	}
	for i, lines := 0, 0; i < limit; i++ {
		if text[i] == '\n' {
			if lines++; lines == excerptLines {
				limit = i
			}
		}
	}
	if limit == len(text) {
		return text
	}
	return fmt.Sprintf("%s... (%d bytes in all)", text[:limit], len(text))
}

// Counted is a number with its noun, such as "1 byte" or "2 bytes".
func Counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
