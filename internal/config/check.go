package config

import (
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"conformance/fixtures"
	"conformance/internal/contract"
	"conformance/internal/strictyaml"
)

// path is where a value stands in the file.
type path = strictyaml.Path

// complete fills in the defaults and reports every value that is of the right type but
// makes no sense. Its error is that of loading the fixtures.
func (c *Config) complete() error {
	known, err := fixtures.Load()
	if err != nil {
		return err
	}
	c.checkNumbers()
	c.checkTarget()
	c.checkAccounts()
	c.checkHeaders()
	c.checkCredentials(known.Credentials)
	c.checkWaivers(known.Paths)
	return nil
}

func (c *Config) checkWaivers(known []fixtures.Path) {
	var statuses []string
	for _, path := range known {
		statuses = append(statuses, path.Status)
	}
	slices.Sort(statuses)
	for status, reason := range c.Waive {
		at := path{"waive", status}
		if !slices.Contains(statuses, status) {
			c.source.Report(at, "unknown status path; expected one of %s", strings.Join(statuses, ", "))
		} else if strings.TrimSpace(reason) == "" {
			c.source.Report(at, "a waiver needs a reason")
		}
	}
}

// bounded is a number with its default and its bounds. A default of 0 means that the
// number must be given.
type bounded struct {
	at                     path
	value                  *int
	otherwise, least, most int
}

// span is a duration with its default; 0 means that it must be given.
type span struct {
	at        path
	value     *time.Duration
	otherwise time.Duration
}

func (c *Config) checkNumbers() {
	spans := []span{{path{"target", "timeout"}, &c.Target.Timeout, 10 * time.Second}}
	var numbers []bounded
	if rate := c.Target.RateLimit; rate != nil {
		numbers = append(numbers, bounded{path{"target", "rateLimit", "requests"}, &rate.Requests, 0, 1, 1_000_000})
		spans = append(spans, span{path{"target", "rateLimit", "per"}, &rate.Per, 0})
	}
	if burst := c.Provoke.RateLimit; burst != nil {
		numbers = append(numbers,
			bounded{path{"provoke", "rateLimit", "requests"}, &burst.Requests, 120, 1, 100_000},
			bounded{path{"provoke", "rateLimit", "concurrency"}, &burst.Concurrency, 8, 1, 256})
		spans = append(spans, span{path{"provoke", "rateLimit", "maxWait"}, &burst.MaxWait, 15 * time.Second})
	}
	for _, n := range numbers {
		switch given := c.source.Has(n.at); {
		case !given && n.otherwise == 0:
			c.source.Report(n.at, "missing; expected a whole number")
		case !given:
			*n.value = n.otherwise
		case *n.value < n.least || *n.value > n.most:
			c.source.Report(n.at, "out of range; expected a number from %d to %d", n.least, n.most)
		}
	}
	for _, s := range spans {
		switch given := c.source.Has(s.at); {
		case !given && s.otherwise == 0:
			c.source.Report(s.at, "missing; expected a duration such as 10s")
		case !given:
			*s.value = s.otherwise
		case *s.value <= 0:
			c.source.Report(s.at, "expected a duration longer than 0, such as 10s")
		}
	}
}

func (c *Config) checkTarget() {
	if at := (path{"target", "url"}); c.source.Has(at) {
		c.report(at, checkBase(c.Target.URL))
		c.Target.URL = strings.TrimRight(c.Target.URL, "/")
	}
	tls := c.Target.TLS
	for key, file := range map[string]string{"caFile": tls.CAFile, "certFile": tls.CertFile, "keyFile": tls.KeyFile} {
		c.checkGiven(path{"target", "tls", key}, file, "expected the name of a PEM file")
	}
	at := path{"target", "tls"}
	if c.source.Has(at.With("certFile")) != c.source.Has(at.With("keyFile")) {
		c.source.Report(at, "certFile and keyFile belong together; give both or neither")
	}
}

func (c *Config) checkAccounts() {
	c.checkAccount(path{"accounts", "unlockable"}, c.Accounts.Unlockable)
	c.checkAccount(path{"accounts", "missing"}, c.Accounts.Missing)
	if c.Accounts.Missing != "" && c.Accounts.Missing == c.Accounts.Unlockable {
		c.source.Report(path{"accounts", "missing"}, "the same account as unlockable; expected an id that no account has")
	}
	if fault := c.Provoke.InternalFault; fault != nil {
		at := path{"provoke", "internalFault"}
		c.checkAccount(at.With("account"), fault.Account)
		c.checkGiven(at.With("body"), fault.Body, "expected the body of a request")
		if c.source.FromEnvironment(at.With("body")) {
			c.source.Report(at.With("body"), "a body is recorded and reported as it is; keep the environment out of it")
		}
		if !c.source.Has(at.With("account")) && !c.source.Has(at.With("headers")) && !c.source.Has(at.With("body")) {
			c.source.Report(at, "expected an account, headers or a body that make the target fail")
		}
	}
}

// checkAccount reports an id that no path segment can carry to the target as it is.
func (c *Config) checkAccount(at path, id string) {
	c.checkGiven(at, id, "expected an account id")
	if id == "." || id == ".." {
		c.source.Report(at, "a dot segment changes the request's path; expected an account id")
	}
	if strings.ContainsFunc(id, isControl) {
		c.source.Report(at, "an account id has no control characters")
	}
}

// checkGiven reports a key that is there with an empty value.
func (c *Config) checkGiven(at path, value, expected string) {
	if c.source.Has(at) && value == "" {
		c.source.Report(at, "empty; %s", expected)
	}
}

// report reports the problem at the path, if there is one.
func (c *Config) report(at path, problem string) {
	if problem != "" {
		c.source.Report(at, "%s", problem)
	}
}

// checkURL says what is wrong with a base URL, or nothing. It does not repeat the URL,
// which can hold a password.
func checkURL(raw string, queryAllowed bool) string {
	u, err := url.Parse(raw)
	switch {
	case raw == "":
		return "no URL here; expected one such as https://tenant.example/v2025"
	case err != nil || strings.ContainsFunc(raw, isSpace):
		return "not a URL; expected one such as https://tenant.example/v2025"
	case u.Scheme != "http" && u.Scheme != "https":
		return "expected a URL that begins with http:// or https://"
	case u.Hostname() == "":
		return "the URL names no host; expected one such as https://tenant.example/v2025"
	case u.User != nil:
		return "the URL holds a user name or a password; take it out, credentials have entries of their own"
	case strings.Contains(raw, "#"):
		return "the URL has a fragment (#...); take it out"
	case strings.Contains(raw, "?") && !queryAllowed:
		return "the URL has a query (?...); take it out"
	}
	if port := u.Port(); port != "" {
		if number, err := strconv.Atoi(port); err != nil || number < 1 || number > 65535 {
			return "the URL's port is out of range; expected one from 1 to 65535"
		}
	}
	return ""
}

// checkBase says what is wrong with the URL of a target; empty when that is nothing.
func checkBase(raw string) string {
	if problem := checkURL(raw, false); problem != "" {
		return problem
	}
	if _, is := contract.Unlock.Segment(strings.TrimRight(raw, "/")); is {
		return "the URL is that of one account's operation; give what stands before " + contract.Unlock.Path("{id}")
	}
	return ""
}

func isSpace(r rune) bool   { return r <= ' ' || r == 0x7f }
func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// anchorPaths makes the relative paths of the file lead from the working directory.
func (c *Config) anchorPaths() {
	folder := filepath.Dir(c.File)
	anchor := func(file *string) {
		if *file != "" && !filepath.IsAbs(*file) {
			*file = filepath.Join(folder, *file)
		}
	}
	anchor(&c.Target.TLS.CAFile)
	anchor(&c.Target.TLS.CertFile)
	anchor(&c.Target.TLS.KeyFile)
	for name, credential := range c.Credentials {
		anchor(&credential.TokenFile)
		if credential.ClientCredentials != nil {
			anchor(&credential.ClientCredentials.ClientSecretFile)
		}
		c.Credentials[name] = credential
	}
}
