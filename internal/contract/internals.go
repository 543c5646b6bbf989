package contract

import (
	"net/url"
	"regexp"
	"strings"
)

// internals are the marks of an implementation's inside. Each is narrow enough that no
// sentence written for a reader has it.
var internals = []struct {
	about string
	mark  *regexp.Regexp
}{
	{"a stack trace", regexp.MustCompile("(?m)^[ \t]+at [\\w$.<>`\\[\\], /-]+\\(.*\\)")},
	{"a Java stack trace", regexp.MustCompile(`\bat [\w$./]+\.[\w$<>]+\((?:[\w$]+\.(?:java|kt|scala|groovy):\d+|Native Method|Unknown Source)\)`)},
	{"a Java class name", regexp.MustCompile(`\b(?:java|javax|jakarta|kotlin|scala|org\.(?:springframework|hibernate|apache|postgresql)|com\.(?:fasterxml|mysql|zaxxer))(?:\.[a-z_$][\w$]*)*\.[A-Z]\w*`)},
	{"the name of an exception", regexp.MustCompile(`\b(?:[A-Z][a-z0-9]+)+Exception(?::|\s+at\b| thrown| in thread)|\b(?:NullPointer|IllegalArgument|IllegalState|IndexOutOfBounds|ClassCast|NullReference)Exception\b|\b(?:Argument|Attribute|Index|Key|Name|NoMethod|Range|Reference|Runtime|Syntax|Type|Value|ZeroDivision)Error:|\(NoMethodError\)`)},
	{"the text of an exception", regexp.MustCompile(`Cannot read propert(?:y|ies)\b.{0,100}\bof (?:undefined|null)\b|\bnil:NilClass\b|'NoneType' object|Object reference not set to an instance|Cannot invoke "[^"]+" because|nil pointer dereference`)},
	{"a Go stack trace", regexp.MustCompile(`goroutine \d+ \[|(?m:^panic: )|runtime error: (?:index|slice|invalid|integer|nil|hash|makeslice)|\b[\w./-]+\.go:\d+\b`)},
	{"a Python stack trace", regexp.MustCompile(`Traceback \(most recent call last\)|File "[^"]+\.py", line \d+`)},
	{"a JavaScript stack trace", regexp.MustCompile(`\bat (?:(?:async )?[\w$.<>\[\] ]+ )?\(?(?:file://|node:|/|[A-Z]:\\)[^\s()]+:\d+:\d+\)?`)},
	{"a .NET stack trace", regexp.MustCompile("\\bat [\\w.`]+\\([^)]*\\) in [^\\s]+\\.cs:line \\d+|\\bSystem(?:\\.[A-Z]\\w*)*\\.[A-Z]\\w*Exception\\b")},
	{"a Ruby or PHP stack trace", regexp.MustCompile(`\b[\w/.-]+\.rb:\d+:in |\bin /[\w/.-]+\.php(?: on line |:)\d+|PHP (?:Fatal|Warning|Notice)`)},
	{"a Rust panic", regexp.MustCompile("\\bpanicked at |\\.rs:\\d+:\\d+|called `(?:Option|Result)::\\w+\\(\\)`")},
	{"a source file of the implementation", regexp.MustCompile(`(?:^|[\s"'(\[<=]|file://)(?:/(?:usr|home|var|opt|srv|src|build)/|[A-Z]:\\)[\w/.\\-]+\.(?:go|java|py|js|ts|rb|php|cs|kt|rs|c|cpp|class|jar)\b`)},
	{"a database's message", regexp.MustCompile(`\bSQLSTATE\b|\bORA-\d{5}\b|\bSQLException\b|\bpq: |\bER_(?:DUP_|PARSE_|NO_SUCH_|BAD_FIELD|ACCESS_DENIED|LOCK_)[A-Z_]+|relation "[^"]+" does not exist|duplicate key (?:value violates|error collection)|You have an error in your SQL syntax`)},
	{"a database query", regexp.MustCompile("(?i)\\bselect\\s+[\\w*.\"`, ()]+\\s+from\\s+[\\w.\"`]+\\s+(?:\\w+\\s+)?where\\s+[\\w.\"`]+\\s*(?:[=<>]|!=|like\\s+'|in\\s*\\(|is\\s+(?:not\\s+)?null)|\\bselect\\s+\\*\\s+from\\s+\\w|\\binsert\\s+into\\s+[\\w.\"`]+\\s*\\([^)]*\\)\\s*values|\\bupdate\\s+[\\w.\"`]+\\s+set\\s+[\\w.\"`]+\\s*=|\\bdelete\\s+from\\s+[\\w.\"`]+\\s+where\\s+[\\w.\"`]+\\s*[=<>]")},
	{"an address of the inside", regexp.MustCompile(`\b(?:127\.0\.0\.1|localhost|10\.\d{1,3}\.\d{1,3}\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])\.\d{1,3}\.\d{1,3}|192\.168\.\d{1,3}\.\d{1,3}):\d{2,5}\b|\bECONNREFUSED\b|\bjdbc:\w+:|\.svc\.cluster\.local\b`)},
}

// findInternal returns the first mark in a text, and what it is of; empty when there is none.
func findInternal(text string) (about, found string) {
	for _, internal := range internals {
		if found := internal.mark.FindString(text); found != "" {
			return internal.about, strings.TrimSpace(found)
		}
	}
	return "", ""
}

// echo replaces what a text may repeat of the request: its address, its account id and the
// label in place of its credential. They may look like markup, or like an address of the
// inside when the target runs on this very machine, but are the client's own words.
func (a *Answer) echo() *strings.Replacer {
	words := []string{a.Exchange.Request.URL, a.credentialLabel()}
	if address, err := url.Parse(a.Exchange.Request.URL); err == nil {
		words = append(words, address.EscapedPath(), address.Path, address.Host)
	}
	words = append(words, accountID(a.Exchange.Request.URL))
	var pairs []string
	for _, word := range words {
		if len(word) >= shortestEcho {
			pairs = append(pairs, word, "…")
		}
	}
	return strings.NewReplacer(pairs...)
}

// shortestEcho is the length in bytes below which a word of the request is found by chance.
const shortestEcho = 4
