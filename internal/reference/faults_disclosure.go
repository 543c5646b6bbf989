package reference

import (
	"strconv"
	"strings"
)

// What servers in several languages show of themselves when an error goes out as it is.
const (
	javaTrace = "java.lang.NullPointerException: Cannot invoke \"Account.getId()\" because \"account\" is null\n" +
		"\tat com.example.accounts.UnlockService.unlock(UnlockService.java:87)\n" +
		"\tat java.base/java.lang.Thread.run(Thread.java:840)"
	goTrace = "runtime error: invalid memory address or nil pointer dereference\n\ngoroutine 34 [running]:\n" +
		"main.(*server).unlock(0xc0000b2000)\n\t/src/accounts/unlock.go:87 +0x1d"
	pythonTrace = "Traceback (most recent call last):\n  File \"/srv/accounts/unlock.py\", line 87, in unlock\n" +
		"    account.id\nAttributeError: 'NoneType' object has no attribute 'id'"
	nodeTrace = "TypeError: Cannot read properties of undefined (reading 'id')\n" +
		"    at unlock (/srv/accounts/unlock.js:87:13)\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)"
	dotNetTrace = "System.NullReferenceException: Object reference not set to an instance of an object.\n" +
		"   at Accounts.UnlockService.Unlock(Account account) in C:\\src\\Accounts\\UnlockService.cs:line 87"
	phpTrace = "PHP Fatal error:  Uncaught TypeError: unlock(): Argument #1 must be of type Account, null given in /var/www/unlock.php:87\n" +
		"Stack trace:\n#0 {main}\n  thrown in /var/www/unlock.php on line 87"
	rubyTrace = "undefined method `id' for nil:NilClass (NoMethodError)\n" +
		"/srv/accounts/app/models/unlock.rb:87:in `unlock'"
	rustTrace = "thread 'tokio-runtime-worker' panicked at src/unlock.rs:87:13:\n" +
		"called `Option::unwrap()` on a `None` value"
	sqlError = "ERROR: syntax error at or near \"unlock\"\n" +
		"SELECT id, locked FROM accounts WHERE id = ''' AND tenant_id = 7"
	javaClass = "com.fasterxml.jackson.core.JsonParseException: Unexpected end-of-input"
	hibernate = "org.hibernate.exception.JDBCConnectionException: Unable to acquire JDBC Connection"
)

// disclosureFaults show internals of the server, or the client's secret.
var disclosureFaults = []Fault{
	{Name: "500-java-trace", Requirement: "any-no-internals",
		About:    "The text of a 500 is a Java stack trace.",
		document: on(500, set("messages/0/text", strconv.Quote(javaTrace)))},
	{Name: "500-go-trace", Requirement: "any-no-internals",
		About:    "The text of a 500 is a Go stack trace.",
		document: on(500, set("messages/0/text", strconv.Quote(goTrace)))},
	{Name: "500-python-trace", Requirement: "any-no-internals",
		About:    "The text of a 500 is a Python traceback.",
		document: on(500, set("messages/0/text", strconv.Quote(pythonTrace)))},
	{Name: "500-node-trace", Requirement: "any-no-internals",
		About:    "The text of a 500 is a stack trace of Node.js.",
		document: on(500, set("messages/0/text", strconv.Quote(nodeTrace)))},
	{Name: "500-dotnet-trace", Requirement: "any-no-internals",
		About:    "The text of a 500 is a stack trace of .NET.",
		document: on(500, set("messages/0/text", strconv.Quote(dotNetTrace)))},
	{Name: "500-php-trace", Requirement: "any-no-internals",
		About:    "The text of a 500 is a stack trace of PHP.",
		document: on(500, set("messages/0/text", strconv.Quote(phpTrace)))},
	{Name: "500-ruby-trace", Requirement: "any-no-internals",
		About:    "The text of a 500 is a stack trace of Ruby.",
		document: on(500, set("messages/0/text", strconv.Quote(rubyTrace)))},
	{Name: "500-rust-panic", Requirement: "any-no-internals",
		About:    "The text of a 500 is a panic of Rust.",
		document: on(500, set("messages/0/text", strconv.Quote(rustTrace)))},
	{Name: "500-class-name", Requirement: "any-no-internals",
		About:    "The text of a 500 names a class of the implementation.",
		document: on(500, set("messages/0/text", strconv.Quote(hibernate)))},
	{Name: "404-sql", Requirement: "any-no-internals",
		About:    "The text of a 404 shows a query.",
		document: on(404, set("messages/0/text", strconv.Quote(sqlError)))},
	{Name: "cause-class-name", Requirement: "any-no-internals",
		About:    "The text of a cause names a class of the implementation.",
		document: on(400, set("causes/0/text", strconv.Quote(javaClass)))},
	{Name: "401-java-trace", Requirement: "any-no-internals",
		About:    "The error of a 401 is a Java stack trace.",
		document: on(401, set("error", strconv.Quote(javaTrace)))},
	{Name: "429-go-trace", Requirement: "any-no-internals",
		About:    "The message of a 429 is a Go stack trace.",
		document: on(429, set("message", strconv.Quote(goTrace)))},
	{Name: "500-trace-member", Requirement: "any-no-internals",
		About:    "A 500 has a member of its own with a Java stack trace.",
		document: on(500, add("trace", strconv.Quote(javaTrace)))},
	{Name: "500-java-object", Requirement: "any-no-internals",
		About:    "The text of a 500 is a Java object without a text of its own.",
		document: on(500, set("messages/0/text", `"com.example.accounts.ErrorText@1b6d3586"`))},
	{Name: "403-python-class", Requirement: "any-no-internals",
		About:    "The text of a 403 names a class of Python.",
		document: on(403, set("messages/0/text", `"<class 'accounts.errors.Forbidden'>"`))},
	{Name: "401-token-echoed", Requirement: "any-no-credentials",
		About: "The error of a 401 repeats the token.",
		document: on(401, put("error", func(v *visit) any {
			return "JWT validation failed: " + bearer(v)
		}))},
	{Name: "403-token-echoed", Requirement: "any-no-credentials",
		About: "The text of a 403 repeats the token.",
		document: on(403, put("messages/0/text", func(v *visit) any {
			return "The token " + bearer(v) + " does not allow this."
		}))},
	{Name: "cause-token-echoed", Requirement: "any-no-credentials",
		About: "A cause repeats the headers of the request.",
		document: on(400, put("causes/0/text", func(v *visit) any {
			return "Invalid request with Authorization: " + v.header("Authorization")
		}))},
	{Name: "202-token-echoed", Requirement: "any-no-credentials",
		About: "A 202 repeats the token in a member of its own.",
		document: on(202, func(v *visit, a *answer) {
			a.document.(*object).put("requestedWith", bearer(v))
		})},
	{Name: "404-token-in-header", Requirement: "any-no-credentials",
		About: "A 404 repeats the token in a header.",
		document: on(404, func(v *visit, a *answer) {
			a.header.Set("X-Debug-Authorization", v.header("Authorization"))
		})},
}

// bearer is the token of a request, without its scheme.
func bearer(v *visit) string {
	_, token, _ := strings.Cut(v.header("Authorization"), " ")
	return token
}
