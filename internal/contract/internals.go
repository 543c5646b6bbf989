package contract

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// internals are the marks of an implementation's inside. Each is narrow enough that no
// sentence written for a reader has it. They are searched for in a text with its white space
// as it is, and only where the text has one of their hints, which is much quicker to see.
var internals = []struct {
	about string
	mark  *regexp.Regexp
	hints []string
}{
	{"a stack trace", regexp.MustCompile("(?m)^[ \\t]+at [\\w$.<>`\\[\\],/-]+\\(.*\\)"), []string{"at "}},
	{"a Java stack trace", regexp.MustCompile(`\(\w+\.(?:java|kt|scala|groovy):\d+\)|\(Native Method\)|\(Unknown Source\)`), []string{"("}},
	{"a Java class name", regexp.MustCompile(`\b(?:java|javax|jakarta|kotlin|scala|org\.springframework|org\.hibernate|org\.apache|org\.postgresql|com\.fasterxml|com\.mysql|com\.zaxxer)\.[\w.$]*[A-Z]\w*`), []string{"java", "jakarta", "kotlin", "scala", "org.", "com."}},
	{"the name of an exception", regexp.MustCompile(`\w+Exception(?:: | at | thrown| in thread)|(?:NullPointer|IllegalArgument|IllegalState|IndexOutOfBounds|ClassCast|NullReference)Exception|\b(?:Argument|Attribute|Index|Key|Name|NoMethod|Range|Reference|Runtime|Syntax|Type|Value|ZeroDivision)Error(?:: |\(['"])|\(NoMethodError\)`), []string{"Exception", "Error"}},
	{"the text of an exception", regexp.MustCompile(`Cannot read propert(?:ies|y '[^']*') of (?:undefined|null)|nil:NilClass|'NoneType' object|Object reference not set to an instance|Cannot invoke "|nil pointer dereference`), []string{"Cannot ", "nil", "NoneType", "Object reference"}},
	{"a Go stack trace", regexp.MustCompile(`goroutine \d+ \[|(?m:^panic: )|runtime error: (?:index out|slice bounds|invalid memory|integer divide)|(?:^|[\s("'])(?:[\w.-]*/)*[\w-]+\.go:\d+`), []string{"goroutine ", "panic: ", "runtime error: ", ".go:"}},
	{"a Python stack trace", regexp.MustCompile(`Traceback \(most recent call last\)|File "[^"]*\.py", line \d+`), []string{"Traceback", "File \""}},
	{"a JavaScript stack trace", regexp.MustCompile(`[\w./:\\-]*\.[cm]?[jt]sx?:\d+:\d+|\(node:[\w/]+:\d+:\d+\)`), []string{"js:", "ts:", "jsx:", "tsx:", "node:"}},
	{"a .NET stack trace", regexp.MustCompile(`\.cs:line \d+|\bSystem\.[\w.]*Exception`), []string{".cs:", "System."}},
	{"a Ruby or PHP stack trace", regexp.MustCompile(`\.rb:\d+:in |\.php(?: on line |:)\d+|PHP (?:Fatal|Warning|Notice)`), []string{".rb:", ".php", "PHP "}},
	{"a Rust panic", regexp.MustCompile("panicked at |\\.rs:\\d+:\\d+|called `(?:Option|Result)::"), []string{"panicked at ", ".rs:", "called `"}},
	{"a source file of the implementation", regexp.MustCompile(`(?:^|[\s"'(\[<=]|file://)(?:/(?:usr|home|var|opt|srv|src|build)/|[A-Z]:\\)[\w/.\\-]+\.(?:go|java|py|js|ts|rb|php|cs|kt|rs|c|cpp|class|jar)\b`), []string{"/", ":\\"}},
	{"a database's message", regexp.MustCompile(`SQLSTATE|ORA-\d{5}|SQLException|\bpq: |\bER_(?:DUP_ENTRY|PARSE_ERROR|NO_SUCH_TABLE|BAD_FIELD_ERROR|ACCESS_DENIED_ERROR|LOCK_DEADLOCK)|relation "[^"]*" does not exist|duplicate key (?:value violates|error collection)|You have an error in your SQL syntax`), []string{"SQL", "ORA-", "pq: ", "ER_", "relation ", "duplicate key "}},
	{"an Elixir or Perl error", regexp.MustCompile(`\*\* \(\w+Error\)|\bDied at \S+ line \d+`), []string{"** (", "Died at "}},
	{"a Python object", regexp.MustCompile(`<[\w.]+ object at 0x[0-9a-fA-F]+>|<class '[\w.]+'>`), []string{" object at 0x", "<class '"}},
	{"a Java object", regexp.MustCompile(`\b(?:[a-z]\w*\.)+[A-Z]\w*@[0-9a-f]{5,8}(?:$|[^\w.])`), []string{"@"}},
	{"a secret setting", regexp.MustCompile(`(?i)\b(?:aws_secret_access_key|password|passwd|secret_key)=\S`), []string{"="}},
	{"an error of the system below", regexp.MustCompile(`\bENOENT\b|\bno such host\b|\bsql: no rows in result set|\b(?:redis|amqp|mongodb|postgres|mysql)://`), []string{"ENOENT", "no such host", "sql: no rows", "://"}},
	{"an address of the inside", regexp.MustCompile(`\b(?:127\.0\.0\.1|localhost|10\.[\d.]+|172\.(?:1[6-9]|2\d|3[01])\.[\d.]+|192\.168\.[\d.]+):\d\d+|ECONNREFUSED|jdbc:\w|\.svc\.cluster\.local`), []string{":", "ECONNREFUSED", ".svc.cluster.local"}},
}

// query is a mark of a statement in SQL, in a text with single spaces. The words alone are
// English: "select an account from the list where it is shown".
var query = regexp.MustCompile(`(?i)\b(?:select \* from \w|from \S+ (?:\S+ )?where \S+ ?!?(?:[=<>]|like '|in \(|is null|is not null)|insert into \S+ ?\([^)]*\) values|update \S+ set \S+ ?=)`)

// queryHints are in every text that has a query, in small letters.
var queryHints = []string{"select", "where", "insert", "update"}

func containsAny(text string, hints []string) bool {
	return slices.ContainsFunc(hints, func(hint string) bool { return strings.Contains(text, hint) })
}

// findInternal returns the first mark in a text, and what it is of; empty when there is none.
func findInternal(text string) (about, found string) {
	for _, internal := range internals {
		if !containsAny(text, internal.hints) {
			continue
		}
		if found := internal.mark.FindString(text); found != "" {
			return internal.about, strings.TrimSpace(found)
		}
	}
	if !containsAny(strings.ToLower(text), queryHints) {
		return "", ""
	}
	if found := query.FindString(strings.Join(strings.Fields(text), " ")); found != "" {
		return "a database query", found
	}
	return "", ""
}

// echo replaces what a text may repeat of the request: its address, its account id and the
// label in place of its credential. They may look like markup, or like an address of the
// inside when the target runs on this very machine, but are the client's own words.
func (a *Answer) echo() *strings.Replacer {
	words := []string{a.Exchange.Request.URL, a.credentialLabel(), accountID(a.Exchange.Request.URL)}
	if address, err := url.Parse(a.Exchange.Request.URL); err == nil {
		words = append(words, address.EscapedPath(), address.Path, address.Host)
	}
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
