package contract

import (
	"strings"
	"testing"
)

// leaks are what servers in several languages show of themselves, by what each is called.
var leaks = map[string][]string{
	"a stack trace": {
		"oops\n   at Acme.Accounts.Unlock(String id)\n   at Acme.Program.Main()",
		"\tat com.example.Foo.<init>(Unknown)", "x\n\tat java.base/java.lang.Thread.run(Thread.java:840)",
	},
	"a Java stack trace": {
		"at com.example.accounts.UnlockService.unlock(UnlockService.java:87)", "at a.B$C.lambda$0(B.kt:1)", "(B.scala:1)", "(B.groovy:1)",
		"at java.base/jdk.internal.Foo.invoke0(Native Method)", "at a.B.<init>(Unknown Source)",
	},
	"a Java class name": {
		"java.lang.Boolean", "Cannot deserialize value of type `java.util.ArrayList<x>`", "javax.persistence.EntityNotFound",
		"org.springframework.web.HttpMediaType", "org.hibernate.exception.JDBCConnectionFailed", "com.fasterxml.jackson.core.JsonParse",
		"org.apache.catalina.Server", "org.postgresql.Driver", "com.mysql.cj.Driver", "scala.Option", "java.util.Map$Entry",
		"kotlin.Unit", "jakarta.validation.Constraint", "com.zaxxer.hikari.pool.HikariPool", "java.lang.NullPointerException: null", "java.util.X",
	},
	"the name of an exception": {
		"UnlockFailedException: no account", "AccountException thrown", "IllegalStateException", "NullPointerException", "AException: b",
		"IllegalArgumentException", "IndexOutOfBoundsException", "ClassCastException", "NullReferenceException",
		"Exception in thread main: FooException in thread", "FooException at line 3", "undefined method (NoMethodError)",
		"ArgumentError: x", "AttributeError: x", "IndexError: x", "KeyError: 'id'", "NameError: x", "NoMethodError: x", "RangeError: x", "ReferenceError: x",
		"RuntimeError: x", "SyntaxError: x", "TypeError: id", "ValueError: x", "ZeroDivisionError: division by zero", "ValueError('no account')", `KeyError("id")`,
	},
	"the text of an exception": {
		"Cannot read properties of undefined (reading 'id')", "Cannot read property 'id' of null", "Cannot read property '' of undefined",
		"undefined method `id' for nil:NilClass", "'NoneType' object has no attribute", "Object reference not set to an instance of an object.",
		`Cannot invoke "Account.getId()" because "account" is null`, "invalid memory address or nil pointer dereference",
	},
	"a Go stack trace": {
		"goroutine 34 [running]:", "panic: oops", "x\npanic: y", "runtime error: index out of range [3]", "main/unlock.go:87 +0x1d", "x.go:1", "(/x.go:12)",
		"runtime error: integer divide by zero", "runtime error: slice bounds out of range", "runtime error: invalid memory address",
	},
	"a Python stack trace":      {"Traceback (most recent call last)", `File "unlock.py", line 87`, `File ".py", line 1`},
	"a JavaScript stack trace":  {"at unlock (/srv/accounts/unlock.js:87:13)", "at async Foo.bar (node:internal/x:95:55)", "at file:///app/x.mjs:1:2", "at y (C:\\x\\y.cts:3:4)", ".jsx:1:2"},
	"a .NET stack trace":        {`at Accounts.Unlock(Account a) in C:\src\U.cs:line 87`, "System.InvalidOperationException", "System.IO.FileNotFoundException", "System.Exception"},
	"a Ruby or PHP stack trace": {"app/models/unlock.rb:87:in `unlock'", "null given in /srv/www/unlock.php:87", "thrown in /data/unlock.php on line 87", "PHP Fatal error: x", "PHP Notice", "PHP Warning"},
	"a Rust panic":              {"thread 'main' panicked at src/unlock.rs:87", "thread 'main' panicked at 'oops'", "src/unlock.rs:87:13", "called `Option::unwrap()` on a `None` value", "called `Result::expect()` on"},
	"a source file of the implementation": {
		"/srv/accounts/unlock.py", "see '/usr/lib/unlock.class'", `D:\build\unlock.cs`, "file:///var/www/x.php", "(/opt/app/app.jar)", "[/src/main.c]", "in /home/me/x.ts now", "path=/build/x.cpp",
		"/src/x.go", "<\"/src/x.java", "\t/src/x.js", "'/src/x.rb", "</src/x.kt", "/src/x.rs",
	},
	"a database's message": {
		"SQLSTATE[42000]", "ORA-00942: no table", "java SQLException", "pq: relation", `relation "accounts" does not exist`, `relation "" does not exist`,
		"duplicate key value violates unique constraint", "You have an error in your SQL syntax", "E11000 duplicate key error collection",
		"ER_DUP_ENTRY", "ER_NO_SUCH_TABLE", "ER_PARSE_ERROR", "ER_BAD_FIELD_ERROR", "ER_ACCESS_DENIED_ERROR", "ER_LOCK_DEADLOCK",
	},
	"an address of the inside": {
		"127.0.0.1:5432", "localhost:8080", "10.0.12.7:6379", "172.16.0.3:80", "172.20.0.3:80", "172.31.255.1:443", "192.168.1.10:9200",
		"connect ECONNREFUSED", "jdbc:postgresql://db", "accounts.prod.svc.cluster.local",
	},
	"an Elixir or Perl error":      {"** (FunctionClauseError) no function", "Died at unlock.pl line 87."},
	"a Python object":              {"<app.models.Account object at 0x7f3aB>", "<class 'sqlalchemy.exc.NoResultFound'>"},
	"a Java object":                {"com.acme.ErrorText@1b6d3586", "no a.B@12345, sorry"},
	"a secret setting":             {"password=x", "with passwd=y", "AWS_SECRET_ACCESS_KEY=z", "secret_key=a"},
	"an error of the system below": {"ENOENT, open", "lookup db: no such host", "sql: no rows in result set", "redis://a", "amqp://a", "mongodb://a", "postgres://a", "mysql://a"},
	"a database query": {
		"SELECT id, locked FROM accounts WHERE id = '''", "select * from accounts", "select a.id from db.a where a.id in (1)",
		"SELECT id FROM accounts a WHERE a.id = 1", "insert into accounts (id, x) values (1)", "insert into a() values", "UPDATE accounts SET locked = false", "delete from accounts where id=1",
		"select\n count(*)\nfrom `a`\n\twhere x is not null", `select "id" from "a" where "b" like 'x'`, "select id from a where b <> 1", "select id from a where b != 1",
		"from a where b is null", "from accounts acc where acc.id = 1", "from a where b > 1", "update a set b=1",
	},
}

func TestInternalsAreFound(t *testing.T) {
	for about, texts := range leaks {
		for _, text := range texts {
			if got, found := findInternal(text); got != about || found == "" {
				t.Errorf("%q is taken for %q (%s), expected %s", text, got, found, about)
			}
		}
	}
}

// sentences are what a reader may well be given, each near to a mark.
var sentences = []string{
	"See https://docs.example.go:443/errors for help.",
	"The body is not right:\n  at forceProvisioning (expected a boolean)",
	"", "The request was syntactically correct but its content is semantically invalid.", "JWT validation failed: JWT is expired",
	" Rate Limit Exceeded ", "400.1 Bad Request Content", "2025-05-17T12:00:00.000Z", "e7eab60924f64aa284175b9fa3309599",
	"Select an account from the list where it is shown.", "Please select another source from those where you have access.",
	"Select items from accounts where this is allowed.", "Select one from sources where status in doubt", "Insert into the slot (left side).", "Update the account to set its state.",
	"Delete from the list where needed.", "We will update accounts set aside.", "Ask at the service desk (room 3).", "Meet at noon (or later).",
	"UnauthorizedError: jwt expired", "ValidationError: must be a string", "Error: no account", "An exception applies: none.", "Exception: holidays",
	"A runtime error: please try again.", "Don't panic: call us.", "There is no goroutine.", "See java.com for help.", "Java is required.", "Try scala or kotlin.",
	"https://help.example.com/home/errors.php", "https://cdn.example.com/src/app.js", "See docs/guide.js", "/accounts/x/unlock", "/usr/share/doc", "C:\\temp",
	"ER_INVALID_BODY", "ER_BAD_REQUEST", "SQL is not supported.", "relation does not exist", "duplicate key", "Duplicate value",
	"127.0.0.1", "localhost", "10.0.0.1", "version 10.1.2.3", "172.32.0.1:80", "192.169.0.1:8080", "8.8.8.8:53", "api.example.com:8443", "localhost:1",
	"at 10:15:30", "at /time 10:15:30", "File \"x.txt\", line 3", "PHP is used.", "main.rs", "unlock.go", "Traceback", "Cannot read property", "Cannot read properties of the account",
	"Called at 9 (CET).", "** (Error)", "MDied at x line 1", "Died at  line 1", "Died at x line y", "< object at 0x1>", "<a object at 0x>", "nopassword=x", "password= none",
	"XENOENT", "ENOENTS", "casino such host", "no such hostel", "mysql: no rows in result set", "predis://x", "1\n\tat (noon)", "at home (really)", "x\n at:(y)",
	"(.java:1)", "(a.java:)", "(a.java:1", "myjava.Util", "java. Then", "com.mysql", "Exception: none", "MyDataTypeError: x", "TypeErrors: x", "Cannot read property of null",
	"goroutine  [", "The panic: none", ".go:1", "a.go:", "a.js:1:", "a.js::1", "(node::1:2)", "node:a:1:2", "(node:a::2)", "(node:a:1:)", "File \"a.py\", line x",
	"x.cs:line y", "ASystem.FooException", "x.rb::in ", "x.php:y", "a.rs::1", "a.rs:1:", "/usr/.py", "/src/x.cxx", "x/src/x.c", "ORA-1234", "Epq: 1", "USER_ACCESS_DENIED_ERROR",
	"210.0.0.1:80", "10.:80", "172.16.:80", "192.168.:80", "localhost:8", "jdbc: no", "localhosts:80", "172.32.1.1:80", "172.15.1.1:80",
	"preselect * from accounts", "select * from (", "from where it is = 1", "from a where = 1", "update set x = 1", "update a set = 1", "insert into (a) values", "insert into a (b) value", "System.Exit", "System error", "The panic button (panicked) at the door",
	"Write to jane.Doe@cafebabe.example.", "Desk@12345678", "a.b@12345678", "a.B@1234", "a.B@12345678x", "a.B@123456789", "Xa.B@12345", "<class x>", "ValueError()", "a TypeError(s)", "<class ''>",
}

func TestSentencesAreNotInternals(t *testing.T) {
	for _, text := range sentences {
		if about, found := findInternal(text); about != "" || found != "" {
			t.Errorf("%q is taken for %s: %q", text, about, found)
		}
	}
}

// wholes are texts and how much of them a mark takes.
var wholes = map[string]string{
	"Died at x.pl line 87.":           "Died at x.pl line 87",
	"no com.acme.Error@1b6d35":        "com.acme.Error@1b6d35",
	"oops\n\tat a.B.c(D)\nmore":       "at a.B.c(D)",
	"x\n  at c()\n":                   "at c()",
	"(Abc.java:123)":                  "(Abc.java:123)",
	"`java.util.ArrayList<x>`":        "java.util.ArrayList",
	"a FooException: x":               "FooException:",
	"in main/x-y/unlock.go:87 +0x1d":  "main/x-y/unlock.go:87",
	`x File "unlock.py", line 87`:     `File "unlock.py", line 87`,
	"(/srv/accounts/unlock.js:87:13)": "/srv/accounts/unlock.js:87:13",
	"x.tsx:10:11":                     "x.tsx:10:11",
	"x (node:internal/x:95:55)":       "(node:internal/x:95:55)",
	"U.cs:line 87":                    ".cs:line 87",
	"x.rb:87:in y":                    ".rb:87:in",
	"x.php:87":                        ".php:87",
	"x.rs:87:13":                      ".rs:87:13",
	"at /usr/lib/a-b/c.py now":        "/usr/lib/a-b/c.py",
	"in 172.16.0.3:8080, there":       "172.16.0.3:8080",
	"x System.IO.FooException;":       "System.IO.FooException",
}

func TestMarksAreFoundWhole(t *testing.T) {
	for text, want := range wholes {
		if _, found := findInternal(text); found != want {
			t.Errorf("%q: found %q, expected %q", text, found, want)
		}
	}
}

func TestEcho(t *testing.T) {
	echo := func(url, credential string) *strings.Replacer {
		a := read(right(404, to(url), func(r *reply) { r.e.Credential = credential }))[0]
		return a.echo()
	}
	url := "http://localhost:8080/v1/accounts/a%20b%2Fc/unlock?x=1"
	replaced := echo(url, "orgAdmin")
	for _, word := range []string{url, "localhost:8080", "/v1/accounts/a%20b%2Fc/unlock", "/v1/accounts/a b/c/unlock", "a b/c", "<orgAdmin>"} {
		if got := replaced.Replace("(" + word + ")"); got != "(…)" {
			t.Errorf("%q becomes %q", word, got)
		}
	}
	if got := echo("/accounts/abcd/unlock", "").Replace("abcd"); got != "…" {
		t.Errorf("a word of four letters becomes %q", got)
	}
	if got := echo("/accounts/abc/unlock", "").Replace("abc <>"); got != "abc <>" {
		t.Errorf("short words become %q", got)
	}
	if got := echo("http://[::1/%zz", "").Replace("no address"); got != "no address" {
		t.Errorf("without an address: %q", got)
	}
}

// A mark that matched the empty text would never be seen.
func TestMarksMatchSomething(t *testing.T) {
	for _, internal := range internals {
		if internal.mark.MatchString("") {
			t.Errorf("%s: the mark matches nothing at all", internal.about)
		}
	}
}
