package config

import (
	"errors"
	"strings"
	"testing"
)

func TestParseRefuses(t *testing.T) {
	const everyURL = "one such as https://tenant.example/v2025"
	const statuses = "202, 400, 401, 403, 404, 429, 500"
	for name, row := range map[string]struct{ text, want string }{
		"nothing":           {"", `the file is empty; expected YAML keys`},
		"an unknown key":    {"targets: {}\n", `line 1: targets: unknown key; did you mean "target"?`},
		"a mistyped key":    {"target:\n  url: http://a\n  timout: 1s\n", `line 3: target.timout: unknown key; did you mean "timeout"?`},
		"the file's name":   {"File: x\n", `line 1: File: unknown key; expected one of target, accounts, credentials, provoke, waive`},
		"an unset variable": {"target:\n  url: https://${NOWHERE}/\n", `line 2: target.url: the environment variable NOWHERE is not set; set it or remove the key`},

		"no URL":             {"target: {url: \"\"}\n", `line 1: target.url: no URL here; expected ` + everyURL},
		"an empty variable":  {"target: {url: \"${EMPTY}\"}\n", `line 1: target.url: no URL here; expected ` + everyURL},
		"no scheme":          {"target: {url: tenant.example}\n", `line 1: target.url: expected a URL that begins with http:// or https://`},
		"another scheme":     {"target: {url: ftp://tenant.example}\n", `line 1: target.url: expected a URL that begins with http:// or https://`},
		"no host":            {"target: {url: \"https:///v2025\"}\n", `line 1: target.url: the URL names no host; expected ` + everyURL},
		"only a port":        {"target: {url: \"http://:8080\"}\n", `line 1: target.url: the URL names no host; expected ` + everyURL},
		"opaque":             {"target: {url: \"http:tenant.example\"}\n", `line 1: target.url: the URL names no host; expected ` + everyURL},
		"userinfo":           {"target: {url: \"https://me:hunter2@tenant.example\"}\n", `line 1: target.url: the URL holds a user name or a password; take it out, credentials have entries of their own`},
		"a query":            {"target: {url: \"https://tenant.example/?key=hunter2\"}\n", `line 1: target.url: the URL has a query (?...); take it out`},
		"an empty query":     {"target: {url: \"https://tenant.example/?\"}\n", `line 1: target.url: the URL has a query (?...); take it out`},
		"the operation":      {"target: {url: \"https://tenant.example/v3/accounts/7/unlock/\"}\n", `line 1: target.url: the URL is that of one account's operation; give what stands before /accounts/{id}/unlock`},
		"a fragment":         {"target: {url: \"https://tenant.example/#hunter2\"}\n", `line 1: target.url: the URL has a fragment (#...); take it out`},
		"an empty fragment":  {"target: {url: \"https://tenant.example/#\"}\n", `line 1: target.url: the URL has a fragment (#...); take it out`},
		"port zero":          {"target: {url: \"https://tenant.example:0\"}\n", `line 1: target.url: the URL's port is out of range; expected one from 1 to 65535`},
		"a large port":       {"target: {url: \"https://tenant.example:65536\"}\n", `line 1: target.url: the URL's port is out of range; expected one from 1 to 65535`},
		"a port of letters":  {"target: {url: \"https://tenant.example:hunter2\"}\n", `line 1: target.url: not a URL; expected ` + everyURL},
		"a broken escape":    {"target: {url: \"https://tenant.example/%zz\"}\n", `line 1: target.url: not a URL; expected ` + everyURL},
		"a space in the URL": {"target: {url: \"https://tenant.example/a b\"}\n", `line 1: target.url: not a URL; expected ` + everyURL},
		"a URL in a list":    {"target: {url: [https://a]}\n", `line 1: target.url: expected text, found a list`},

		"a bare timeout":                {"target: {timeout: 10}\n", `line 1: target.timeout: expected a duration such as 10s, found "10"`},
		"no time at all":                {"target: {timeout: 0s}\n", `line 1: target.timeout: expected a duration longer than 0, such as 10s`},
		"time runs backward":            {"target: {timeout: -1s}\n", `line 1: target.timeout: expected a duration longer than 0, such as 10s`},
		"half a rate":                   {"target: {rateLimit: {requests: 5}}\n", `line 1: target.rateLimit.per: missing; expected a duration such as 10s`},
		"the other half":                {"target: {rateLimit: {per: 1s}}\n", `line 1: target.rateLimit.requests: missing; expected a whole number`},
		"no requests":                   {"target: {rateLimit: {requests: 0, per: 1s}}\n", `line 1: target.rateLimit.requests: out of range; expected a number from 1 to 1000000`},
		"a rate as a number":            {"target: {rateLimit: 5}\n", `line 1: target.rateLimit: expected keys with values, found a single value`},
		"a certificate without its key": {"target: {tls: {certFile: c.pem}}\n", `line 1: target.tls: certFile and keyFile belong together; give both or neither`},
		"a nameless file":               {"target: {tls: {caFile: \"\"}}\n", `line 1: target.tls.caFile: empty; expected the name of a PEM file`},

		"a nameless certificate": {"target: {tls: {certFile: \"\", keyFile: k.pem}}\n", `line 1: target.tls.certFile: empty; expected the name of a PEM file`},
		"a nameless key":         {"target: {tls: {certFile: c.pem, keyFile: \"\"}}\n", `line 1: target.tls.keyFile: empty; expected the name of a PEM file`},
		"a deletion in the URL":  {"target: {url: \"https://tenant.example/\\x7f\"}\n", `line 1: target.url: not a URL; expected ` + everyURL},
		"a port beyond numbers":  {"target: {url: \"https://tenant.example:99999999999999999999\"}\n", `line 1: target.url: the URL's port is out of range; expected one from 1 to 65535`},

		"an authorization":      {"target: {headers: {authorization: Bearer hunter2}}\n", `line 1: target.headers.authorization: each case brings its own Authorization, or none; name the tokens under credentials`},
		"a header of two words": {"target: {headers: {X Env: a}}\n", `line 1: target.headers."X Env": not the name of a header`},
		"a header over lines":   {"target: {headers: {X-Env: \"a\\r\\nhunter2: c\"}}\n", `line 1: target.headers.X-Env: the value holds characters that a header cannot carry`},
		"a header twice":        {"target:\n  headers:\n    X-Env: a\n    x-env: b\n", `line 4: target.headers.x-env: the same header is given twice; the case of its letters makes no difference`},
		"a header list":         {"provoke: {internalFault: {headers: {X-Env: [a]}}}\n", `line 1: provoke.internalFault.headers.X-Env: expected text, found a list`},
		"a wrong provocation":   {"provoke: {rateLimit: {headers: {\"\": a}}}\n", `line 1: provoke.rateLimit.headers."": not the name of a header`},

		"an empty account":        {"accounts: {unlockable: \"\"}\n", `line 1: accounts.unlockable: empty; expected an account id`},
		"a dot segment":           {"accounts: {missing: ..}\n", `line 1: accounts.missing: a dot segment changes the request's path; expected an account id`},
		"one dot":                 {"accounts: {missing: .}\n", `line 1: accounts.missing: a dot segment changes the request's path; expected an account id`},
		"a deleted account":       {"accounts: {missing: \"a\\x7f\"}\n", `line 1: accounts.missing: an account id has no control characters`},
		"an account of two lines": {"accounts: {missing: \"a\\nb\"}\n", `line 1: accounts.missing: an account id has no control characters`},
		"the same account":        {"accounts:\n  unlockable: a\n  missing: a\n", `line 3: accounts.missing: the same account as unlockable; expected an id that no account has`},

		"an unknown credential": {"credentials: {orgadmin: {tokenEnv: A}}\n", `line 1: credentials.orgadmin: unknown credential; did you mean "orgAdmin"?`},
		"another credential":    {"credentials: {root: {tokenEnv: A}}\n", `line 1: credentials.root: unknown credential; expected one of orgAdmin, sourceAdmin, sourceSubadmin, helpdesk, provisioner, noProvisioning, unprivileged, expired, throttled`},
		"another's token":       {"credentials: {root: {token: \"\"}}\n", `line 1: credentials.root: unknown credential; expected one of orgAdmin, sourceAdmin, sourceSubadmin, helpdesk, provisioner, noProvisioning, unprivileged, expired, throttled`},
		"a bare token":          {"credentials: {orgAdmin: hunter2}\n", `line 1: credentials.orgAdmin: expected keys with values, found a single value`},
		"no source":             {"credentials: {orgAdmin: {}}\n", `line 1: credentials.orgAdmin: expected one of token, tokenEnv, tokenFile or clientCredentials`},
		"two sources":           {"credentials: {orgAdmin: {token: hunter2, tokenEnv: A}}\n", `line 1: credentials.orgAdmin: found token and tokenEnv; expected only one of them`},
		"an empty token":        {"credentials: {orgAdmin: {token: \"${EMPTY}\"}}\n", `line 1: credentials.orgAdmin.token: the token is empty`},
		"a token of two words":  {"credentials: {orgAdmin: {token: hunter2 hunter2}}\n", `line 1: credentials.orgAdmin.token: the token holds white space, a control character or a letter outside ASCII; expected one word`},
		"an accent in a token":  {"credentials: {orgAdmin: {token: hunter2é}}\n", `line 1: credentials.orgAdmin.token: the token holds white space, a control character or a letter outside ASCII; expected one word`},
		"a deletion in a token": {"credentials: {orgAdmin: {token: \"hunter2\\x7f\"}}\n", `line 1: credentials.orgAdmin.token: the token holds white space, a control character or a letter outside ASCII; expected one word`},
		"no secret file":        {"credentials: {orgAdmin: {clientCredentials: {tokenURL: \"https://a.example\", clientID: a, clientSecretFile: \"\"}}}\n", `line 1: credentials.orgAdmin.clientCredentials.clientSecretFile: empty; expected the name of a file`},
		"a huge token":          {"credentials: {orgAdmin: {token: " + strings.Repeat("a", 65537) + "}}\n", `line 1: credentials.orgAdmin.token: the token is longer than 64 KiB`},
		"a token for a name":    {"credentials: {orgAdmin: {tokenEnv: hunter2.eyJ.sig}}\n", `line 1: credentials.orgAdmin.tokenEnv: expected the name of an environment variable, such as ORG_ADMIN`},
		"an empty name":         {"credentials: {orgAdmin: {tokenEnv: \"\"}}\n", `line 1: credentials.orgAdmin.tokenEnv: expected the name of an environment variable, such as ORG_ADMIN`},
		"no token file":         {"credentials: {orgAdmin: {tokenFile: \"\"}}\n", `line 1: credentials.orgAdmin.tokenFile: empty; expected the name of a file`},
		"a bare grant": {"credentials:\n  orgAdmin:\n    clientCredentials:\n      scopes: []\n",
			"line 3: credentials.orgAdmin.clientCredentials: expected one of clientSecretEnv or clientSecretFile\n" +
				"conformance.yaml: line 3: credentials.orgAdmin.clientCredentials.clientID: missing; expected the id of the client\n" +
				"conformance.yaml: line 3: credentials.orgAdmin.clientCredentials.tokenURL: no URL here; expected " + everyURL},
		"a wrong grant": {"credentials:\n  orgAdmin:\n    clientCredentials:\n      tokenURL: a#b\n      clientID: a\n      clientSecretEnv: hunter2!\n      scopes: [a b]\n",
			"line 4: credentials.orgAdmin.clientCredentials.tokenURL: expected a URL that begins with http:// or https://\n" +
				"conformance.yaml: line 6: credentials.orgAdmin.clientCredentials.clientSecretEnv: expected the name of an environment variable, such as ORG_ADMIN\n" +
				"conformance.yaml: line 7: credentials.orgAdmin.clientCredentials.scopes: expected a list of scopes, each of them one word"},

		"too many requests":  {"provoke: {rateLimit: {requests: 100001}}\n", `line 1: provoke.rateLimit.requests: out of range; expected a number from 1 to 100000`},
		"too much at a time": {"provoke: {rateLimit: {concurrency: 257}}\n", `line 1: provoke.rateLimit.concurrency: out of range; expected a number from 1 to 256`},
		"no concurrency":     {"provoke: {rateLimit: {concurrency: 0}}\n", `line 1: provoke.rateLimit.concurrency: out of range; expected a number from 1 to 256`},
		"a secret number":    {"provoke: {rateLimit: {requests: \"${SECRET}\"}}\n", `line 1: provoke.rateLimit.requests: expected a whole number, found something else in the environment variable SECRET`},
		"a secret wait":      {"provoke: {rateLimit: {maxWait: \"${SECRET}\"}}\n", `line 1: provoke.rateLimit.maxWait: expected a duration such as 10s, found something else in the environment variable SECRET`},
		"no fault":           {"provoke: {internalFault: {}}\n", `line 1: provoke.internalFault: expected an account, headers or a body that make the target fail`},
		"an empty body":      {"provoke: {internalFault: {body: \"\"}}\n", `line 1: provoke.internalFault.body: empty; expected the body of a request`},
		"a secret body":      {"provoke: {internalFault: {body: \"${SECRET}\"}}\n", `line 1: provoke.internalFault.body: a body is recorded and reported as it is; keep the environment out of it`},
		"an empty fault":     {"provoke: {internalFault: {account: \"\"}}\n", `line 1: provoke.internalFault.account: empty; expected an account id`},

		"an unknown path":   {"waive: {\"418\": x}\n", `line 1: waive.418: unknown status path; expected one of ` + statuses},
		"a blank reason":    {"waive: {\"500\": \" \"}\n", `line 1: waive.500: a waiver needs a reason`},
		"no reason":         {"waive:\n  500:\n", `line 2: waive.500: expected text, found nothing`},
		"a list of waivers": {"waive: [\"500\"]\n", `line 1: waive: expected keys with values, found a list`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse(row.text)
			var problem *Error
			if !errors.As(err, &problem) {
				t.Fatalf("got %v, want an *Error", err)
			}
			if want := "conformance.yaml: " + row.want; err.Error() != want {
				t.Errorf("got  %s\nwant %s", err, want)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error repeats a secret: %s", err)
			}
		})
	}
}

func TestParseAcceptsWhatIsJustWithinBounds(t *testing.T) {
	for _, text := range []string{
		"target: {url: \"http://[::1]:65535\"}\n",
		"target: {url: \"HTTPS://tenant.example:1/v2025//\"}\n",
		"target: {timeout: 1ns, rateLimit: {requests: 1, per: 1ns}}\n",
		"target: {rateLimit: {requests: 1000000, per: 1h}}\n",
		"target: {headers: {X-Empty: \"\", X-Number: 5, X-Word: true}}\n",
		"target: {tls: {caFile: ca.pem}}\n",
		"provoke: {rateLimit: {requests: 1, concurrency: 1, maxWait: 1ns}}\n",
		"provoke: {rateLimit: {requests: 100000, concurrency: 256}}\n",
		"provoke: {internalFault: {headers: {Prefer: code=500}}}\n",
		"accounts: {unlockable: \"an account / id?\", missing: \"...\"}\n",
		"accounts: {unlockable: \"a~\\u0080\"}\n",
		"credentials: {orgAdmin: {token: " + strings.Repeat("a", 65536) + "}}\n",
		"credentials: {}\n",
	} {
		if _, err := parse(text); err != nil {
			t.Errorf("%.80s\n%v", text, err)
		}
	}
}

// The same mistakes are to give the same text every time, though maps have no order.
func TestParseIsDeterministic(t *testing.T) {
	const text = `target:
  headers: {A-b: 1, a-b: 2, a-B: 3}
credentials: {x1: {}, x2: {}, x3: {}, orgAdmin: {}, helpdesk: {}}
waive: {"1": a, "2": b, "3": c}
`
	_, first := parse(text)
	if first == nil {
		t.Fatal("no problem found")
	}
	for range 50 {
		if _, err := parse(text); err == nil || err.Error() != first.Error() {
			t.Fatalf("once\n%v\nthen\n%v", first, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(Starter())
	for _, text := range []string{
		"", "a: &a [*a, *a]\nb: &b [*a, *a]\n", "target: {url: \"${", "\t", "? ? ?", "- - -", "%YAML 1.2\n---\n", "{{{{", "waive: {<<: *x}", "a: |\n b", "\xef\xbb\xbftarget: {}\n",
		"target: {headers: {X-Secret: \"${SECRET}${}\"}}", "credentials: {orgAdmin: {token: ${SECRET}}}", "target: {timeout: ${SECRET}}",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("conformance.yaml", data, environ)
		if (c == nil) == (err == nil) {
			t.Fatalf("got %v and %v", c, err)
		}
		var problem *Error
		if err != nil && !errors.As(err, &problem) {
			t.Fatalf("got a %T, want an *Error", err)
		}
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Fatalf("the error repeats a secret: %v", err)
		}
	})
}
