package report

import (
	"fmt"
	"net/http"
	"net/url"
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
)

// fact is one labelled thing that a reader needs to understand a result. Its text is
// foreign: it may have several lines and must be made printable.
type fact struct {
	label string
	text  string
	// command is set in place of text: a shell command, as curlWords makes it.
	command []string
}

// facts are what was sent, what came back, what was wrong with it, and how to repeat it.
func facts(run *outcome.Run, result outcome.Result) []fact {
	var list []fact
	add := func(label, text string) {
		if text != "" {
			list = append(list, fact{label: label, text: excerpt(text)})
		}
	}
	e := run.Exchange(result.Exchange)
	if e != nil {
		add("sent", requestLine(*e))
		add("", string(e.Request.Body))
		if e.Response != nil {
			add("received", responseLine(*e.Response))
			add("", string(e.Response.Body))
		}
		if e.Failure != nil {
			add("failed", fmt.Sprintf("%s: %s", e.Failure.Kind, e.Failure.Message))
		}
	}
	add("at", result.Pointer)
	add("expected", result.Expected)
	add("seen", result.Actual)
	if e != nil {
		list = append(list, fact{label: "repeat", command: curlWords(*e)})
	}
	return list
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

func responseLine(r exchange.Response) string {
	line := strings.TrimSpace(fmt.Sprintf("%s %d %s", r.Proto, r.Status, http.StatusText(r.Status)))
	switch types := r.Header.Values("Content-Type"); {
	case len(types) > 0:
		line += ", " + strings.Join(types, " and ")
	case len(r.Body) > 0:
		line += ", no Content-Type"
	}
	return line + ", " + counted(len(r.Body), "byte")
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

// counted is a number with its noun, such as "1 byte" or "2 bytes".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
