package contract

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// textRules look at every text in an answer, wherever it stands.
var textRules = []Rule{
	{"any-no-internals", hasReadableBody, checkNoInternals},
	{"any-no-credentials", carriesCredential, checkNoCredentials},
}

// internals are the marks of an implementation's inside. Each is narrow enough that no
// sentence written for a reader has it.
var internals = []struct {
	about string
	mark  *regexp.Regexp
}{
	{"a Java stack trace", regexp.MustCompile(`\bat [\w$.]+\.[\w$<>]+\((?:[\w$]+\.(?:java|kt|scala|groovy):\d+|Native Method|Unknown Source)\)`)},
	{"a Java class name", regexp.MustCompile(`\b(?:java|javax|jakarta|kotlin|scala|org\.(?:springframework|hibernate|apache|postgresql)|com\.(?:fasterxml|mysql|zaxxer))(?:\.[a-zA-Z_$][\w$]*)+\b`)},
	{"the name of an exception", regexp.MustCompile(`\b(?:[A-Z][a-z0-9]+)+(?:Exception|Error)(?:\b:|\s+at\b| thrown| in thread)|\b(?:NullPointer|IllegalArgument|IllegalState|IndexOutOfBounds|ClassCast|NullReference)Exception\b`)},
	{"a Go stack trace", regexp.MustCompile(`goroutine \d+ \[|\bpanic: |runtime error: |\b[\w./-]+\.go:\d+\b`)},
	{"a Python stack trace", regexp.MustCompile(`Traceback \(most recent call last\)|File "[^"]+\.py", line \d+`)},
	{"a JavaScript stack trace", regexp.MustCompile(`\bat (?:(?:async )?[\w$.<>\[\] ]+ )?\(?(?:file://|node:|/|[A-Z]:\\)[^\s()]+:\d+:\d+\)?`)},
	{"a .NET stack trace", regexp.MustCompile(`\bat [\w.` + "`" + `]+\([^)]*\) in [^\s]+\.cs:line \d+|\bSystem\.[A-Z]\w+Exception\b`)},
	{"a Ruby or PHP stack trace", regexp.MustCompile(`\b[\w/.-]+\.rb:\d+:in |\bin /[\w/.-]+\.php(?: on line |:)\d+|PHP (?:Fatal|Warning|Notice)`)},
	{"a source file of the implementation", regexp.MustCompile(`(?:/(?:usr|home|var|opt|app|srv|src|build)/|[A-Z]:\\)[\w/.\\-]+\.(?:go|java|py|js|ts|rb|php|cs|kt|rs|c|cpp|class|jar)\b`)},
	{"a database's message", regexp.MustCompile(`\bSQLSTATE\b|\bORA-\d{5}\b|\bSQLException\b|\bpq: |\bER_[A-Z_]{4,}\b|relation "[^"]+" does not exist|duplicate key value violates|You have an error in your SQL syntax`)},
	{"a database query", regexp.MustCompile(`(?i)\bselect\b.{1,200}\bfrom\b.{1,200}\bwhere\b|\binsert into\b\s+\w+\s*\(|\bupdate\b\s+\w+\s+\bset\b\s+\w+\s*=`)},
	{"an address of the inside", regexp.MustCompile(`\b(?:127\.0\.0\.1|localhost|10\.\d{1,3}\.\d{1,3}\.\d{1,3}|192\.168\.\d{1,3}\.\d{1,3}):\d{2,5}\b|\bECONNREFUSED\b|jdbc:\w+:`)},
}

func checkNoInternals(a *Answer, _ *memory) []Violation {
	var violations []Violation
	a.eachText(func(pointer, text string) {
		for _, internal := range internals {
			if found := internal.mark.FindString(text); found != "" {
				violations = append(violations, Violation{pointer, "a text for the reader", internal.about + ": " + quoted(found)})
				return
			}
		}
	})
	return violations
}

// eachText calls visit for every string in the body, members before their values' members
// and in the order of their names; a body that is no JSON is one text.
func (a *Answer) eachText(visit func(pointer, text string)) {
	if !a.document.parsed {
		visit(whereBody, string(a.body))
		return
	}
	walkTexts("", a.document.value, visit)
}

func walkTexts(pointer string, value any, visit func(pointer, text string)) {
	switch value := value.(type) {
	case string:
		if pointer == "" {
			pointer = whereBody
		}
		visit(cutPointer(pointer), value)
	case []any:
		for i, element := range value {
			walkTexts(pointer+"/"+strconv.Itoa(i), element, visit)
		}
	case map[string]any:
		names := make([]string, 0, len(value))
		for name := range value {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			walkTexts(pointer+"/"+pointerEscape.Replace(name), value[name], visit)
		}
	}
}

var pointerEscape = strings.NewReplacer("~", "~0", "/", "~1")

func carriesCredential(a *Answer) bool { return a.documented() && a.Exchange.Credential != "" }

// credentialLabel is what the sender wrote in place of the request's credential.
func (a *Answer) credentialLabel() string { return "<" + a.Exchange.Credential + ">" }

func checkNoCredentials(a *Answer, _ *memory) []Violation {
	repeated := a.credentialLabel()
	var violations []Violation
	if strings.Contains(string(a.body), repeated) {
		violations = append(violations, Violation{whereBody, "no credential", "the request's credential, " + repeated})
	}
	for name, values := range a.Exchange.Response.Header {
		if slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, repeated) }) {
			violations = append(violations, Violation{whereHeader(name), "no credential", "the request's credential, " + repeated})
		}
	}
	slices.SortFunc(violations, func(a, b Violation) int { return strings.Compare(a.Where, b.Where) })
	return violations
}
