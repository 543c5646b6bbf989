package main

// hostileRow is what is to come of a server that misbehaves in one way.
type hostileRow struct {
	behaviour string
	// kind and status are how the exchanges end: the kind of the failure, empty for a whole
	// answer, and the status, 0 where none was read. Others may end as also says.
	kind   string
	status int
	also   []ending
	// requirement fails, and says so in these words.
	requirement string
	says        string
	// slow is for a server that only a timeout helps against.
	slow bool
	// sparing has the server misbehave on every eighth request alone, where the reports would
	// be very large.
	sparing bool
}

// overLimit is how exchanges end once the answers of a run are too many bytes together.
func overLimit(status int) []ending { return []ending{{"too large", status}} }

var hostileRows = []hostileRow{
	// Servers that take their time.
	{behaviour: "silent", kind: "timeout", requirement: "any-answered", says: "within 500ms; raise target.timeout", slow: true},
	{behaviour: "silent in the header", kind: "timeout", requirement: "any-answered", says: "within 500ms; raise target.timeout", slow: true},
	{behaviour: "silent in the body", kind: "timeout in the body", status: 202, requirement: "any-answered", says: "did not end within 500ms; raise target.timeout", slow: true},
	{behaviour: "slow header", kind: "timeout", requirement: "any-answered", says: "within 500ms; raise target.timeout", slow: true},
	{behaviour: "slow body", kind: "timeout in the body", status: 202, requirement: "any-answered", says: "did not end within 500ms", slow: true},
	{behaviour: "slow chunks", kind: "timeout in the body", status: 202, requirement: "any-answered", says: "did not end within 500ms", slow: true},

	// Servers that hang up.
	{behaviour: "refused", kind: "refused", requirement: "any-answered", says: "nothing listens on 127.0.0.1:"},
	{behaviour: "early close", kind: "reset", requirement: "any-answered", says: "closed the connection without a whole answer; see the server's log"},
	{behaviour: "close in the header", kind: "malformed answer", requirement: "any-answered", says: "a header that HTTP cannot read, or hung up within it"},
	{behaviour: "reset", kind: "reset", requirement: "any-answered", says: "reset the connection; see the server's log"},
	{behaviour: "every other closed", status: 401, also: []ending{{"reset", 0}}, requirement: "any-answered", says: "closed the connection"},
	{behaviour: "truncated body", kind: "truncated body", status: 202, requirement: "any-answered", says: "broke off the connection before the body was whole"},
	{behaviour: "truncated chunks", kind: "truncated body", status: 202, requirement: "any-answered", says: "broke off the connection before the body was whole"},

	// Answers that are not HTTP/1.1.
	{behaviour: "malformed status line", kind: "malformed answer", requirement: "any-answered", says: "something that is not HTTP"},
	{behaviour: "malformed status", kind: "malformed answer", requirement: "any-answered", says: "something that is not HTTP"},
	{behaviour: "status of two digits", kind: "malformed answer", requirement: "any-answered", says: "something that is not HTTP"},
	{behaviour: "malformed header", kind: "malformed answer", requirement: "any-answered", says: "a header that HTTP cannot read"},
	{behaviour: "malformed chunk", kind: "malformed answer", status: 202, requirement: "any-answered", says: "RFC 9112"},
	{behaviour: "huge chunk", kind: "malformed answer", status: 202, requirement: "any-answered", says: "RFC 9112"},
	{behaviour: "two lengths", kind: "malformed answer", requirement: "any-answered", says: "something that is not HTTP"},
	{behaviour: "negative length", kind: "malformed answer", requirement: "any-answered", says: "something that is not HTTP"},
	{behaviour: "length too short", status: 202, requirement: "any-json", says: "breaks off"},
	{behaviour: "length too long", kind: "truncated body", status: 202, requirement: "any-answered", says: "broke off the connection"},
	{behaviour: "no HTTP at all", kind: "malformed answer", requirement: "any-answered", says: "something that is not HTTP"},
	{behaviour: "two answers", status: 418, requirement: "any-documented-status", says: "418 I'm a teapot"},
	{behaviour: "switched protocols", status: 101, requirement: "any-documented-status", says: "101 Switching Protocols"},

	// Answers that are too much.
	{behaviour: "endless body", kind: "too large", status: 202, requirement: "any-answered", says: "the body goes on after 262144 bytes"},
	{behaviour: "endless chunks", kind: "too large", status: 202, requirement: "any-answered", says: "the body goes on after 262144 bytes"},
	{behaviour: "endless header", kind: "too large", requirement: "any-answered", says: "answer goes on and on"},
	{behaviour: "endless header field", kind: "too large", requirement: "any-answered", says: "answer goes on and on"},
	{behaviour: "endless status line", kind: "too large", requirement: "any-answered", says: "answer goes on and on"},
	{behaviour: "endless trailer", kind: "malformed answer", status: 202, requirement: "any-answered", says: "RFC 9112"},
	{behaviour: "endless interim responses", kind: "too large", requirement: "any-answered", says: "answer goes on and on"},
	{behaviour: "64 MiB of JSON", kind: "too large", status: 202, requirement: "any-answered", says: "the body goes on after 262144 bytes"},

	// Answers that do harm by what they hold.
	{behaviour: "gzip bomb", kind: "too large", status: 202, requirement: "any-answered", says: "once its content coding is undone"},
	{behaviour: "gzip bomb in gzip", kind: "too large", status: 202, requirement: "any-answered", says: "once its content coding is undone"},
	{behaviour: "gzip bomb of escapes", kind: "too large", status: 400, requirement: "any-answered", says: "once its content coding is undone"},
	{behaviour: "gzip that is none", status: 202, requirement: "any-content-coding", says: "a body that is not gzip"},
	{behaviour: "deep JSON", status: 202, also: overLimit(202), requirement: "any-json", says: "at offset 10000"},
	{behaviour: "deep open JSON", status: 202, requirement: "any-json", says: "at offset 10000", sparing: true},
	{behaviour: "many values", status: 202, also: overLimit(202), requirement: "any-envelope", says: "expected a JSON object"},
	{behaviour: "many members", status: 202, requirement: "any-members-once", says: "id", sparing: true},
	{behaviour: "many messages", status: 400, also: overLimit(400), requirement: "any-message-text", says: "and 99 more such places"},
	{behaviour: "many unknown members", status: 400, requirement: "any-tracking-id-unique", says: "as in exchange", sparing: true},
	{behaviour: "many escapes", status: 400, requirement: "any-tracking-id-unique", says: "as in exchange", sparing: true},
	{behaviour: "many header fields", status: 202, requirement: "202-task-id-distinct", says: "/id: expected", sparing: true},
	{behaviour: "long header fields", status: 202, requirement: "202-task-id-distinct", says: "/id: expected", sparing: true},
	{behaviour: "long number", status: 202, requirement: "202-task-id", says: "number 9999", sparing: true},
	{behaviour: "escapes in the body", status: 400, requirement: "any-json", says: `\x1b`},
	{behaviour: "escapes in the texts", status: 400, requirement: "any-message-locale", says: `\x1b`},
	{behaviour: "escapes in the header", kind: "malformed answer", requirement: "any-answered", says: "a header that HTTP cannot read"},
	{behaviour: "marks in the header", status: 202, requirement: "404-unknown-account", says: "202 Accepted"},
	{behaviour: "escapes in the reason phrase", status: 202, requirement: "404-unknown-account", says: "202 Accepted"},
	{behaviour: "escapes in the status", kind: "malformed answer", requirement: "any-answered", says: "something that is not HTTP"},
	{behaviour: "escapes in the media type", kind: "malformed answer", requirement: "any-answered", says: "a header that HTTP cannot read"},
	{behaviour: "zero bytes in the header", kind: "malformed answer", requirement: "any-answered", says: "a header that HTTP cannot read"},
	{behaviour: "binary body", status: 202, requirement: "any-json-utf8", says: "UTF-8"},
	{behaviour: "redirect loop", status: 307, requirement: "any-documented-status", says: "307 Temporary Redirect with Location"},
	{behaviour: "redirect elsewhere", status: 302, requirement: "any-documented-status", says: "302 Found with Location"},

	// Interim responses are no answer: what comes after them is.
	{behaviour: "100 before the answer", status: 401, requirement: "202-org-admin", says: "401 Unauthorized"},
	{behaviour: "103 before the answer", status: 401, requirement: "202-org-admin", says: "401 Unauthorized"},
	{behaviour: "hundreds of interim responses", status: 401, requirement: "202-org-admin", says: "401 Unauthorized"},
}
