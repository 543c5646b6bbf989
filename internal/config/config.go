// Package config reads conformance.yaml: which deployment is tested, as whom, what may be
// provoked there, and which status paths are waived.
package config

import (
	"errors"
	"io/fs"
	"strings"
	"time"

	"conformance/internal/strictyaml"
)

// Config is a conformance.yaml that was found to be right. Paths in it lead from the
// working directory; in the file they lead from the file's own folder.
type Config struct {
	// File is the file's name as the user gave it.
	File     string   `yaml:"-"`
	Target   Target   `yaml:"target"`
	Accounts Accounts `yaml:"accounts"`
	// Credentials are by the names that fixtures/credentials.yaml lists.
	Credentials map[string]Credential `yaml:"credentials"`
	Provoke     Provoke               `yaml:"provoke"`
	// Waive holds the status paths that the run does without, such as "500", each with
	// its reason.
	Waive map[string]string `yaml:"waive"`

	// source knows the lines of the keys; nil for a Config that no file was read for.
	source *strictyaml.Document
	// overridden says that the target's URL is not the file's.
	overridden bool
	// authorityOverridden says that --ca-file gave the file of the authority.
	authorityOverridden bool
}

// Target is the deployment under test, and how it is reached.
type Target struct {
	// URL is what the operation's path is appended to, without a slash at its end; empty
	// when the file leaves it to the command line.
	URL string `yaml:"url"`
	// Timeout is the longest time that one exchange may take; 10s unless said.
	Timeout time.Duration `yaml:"timeout"`
	// Headers go with every request.
	Headers map[string]string `yaml:"headers"`
	TLS     TLS               `yaml:"tls"`
	// RateLimit is how fast requests are sent; nil means as fast as they are answered.
	RateLimit *Rate `yaml:"rateLimit"`
}

// TLS names the PEM files for talking to the target; each may be empty.
type TLS struct {
	// CAFile holds the authorities to trust instead of the system's.
	CAFile string `yaml:"caFile"`
	// CertFile and KeyFile are the client's certificate and its key: both or neither.
	CertFile string `yaml:"certFile"`
	KeyFile  string `yaml:"keyFile"`
}

// Rate is a number of requests in each span of time.
type Rate struct {
	Requests int           `yaml:"requests"`
	Per      time.Duration `yaml:"per"`
}

// Accounts are ids of accounts of the target, not escaped.
type Accounts struct {
	// Unlockable is the one account that may really be unlocked; empty withholds consent.
	Unlockable string `yaml:"unlockable"`
	// Missing is an id that no account has; empty when the file does not say.
	Missing string `yaml:"missing"`
}

// Provoke is what the run may do to bring about the answers that only a busy or a broken
// deployment gives; nil members are not provoked.
type Provoke struct {
	RateLimit     *RateLimit     `yaml:"rateLimit"`
	InternalFault *InternalFault `yaml:"internalFault"`
}

// RateLimit is the burst that is to be answered with 429.
type RateLimit struct {
	// Requests is how many requests are sent at most; 120 unless said.
	Requests int `yaml:"requests"`
	// Concurrency is how many of them are under way at a time; 8 unless said.
	Concurrency int `yaml:"concurrency"`
	// MaxWait is the longest Retry-After that the run waits for; 15s unless said.
	MaxWait time.Duration `yaml:"maxWait"`
	// Headers go with the requests of the burst, for a target that is asked for a 429.
	Headers map[string]string `yaml:"headers"`
}

// InternalFault is how the target is made to answer 500: an account that provokes it,
// headers that ask for it, a body that does, or several of them.
type InternalFault struct {
	Account string            `yaml:"account"`
	Headers map[string]string `yaml:"headers"`
	// Body is sent in place of each case's own.
	Body string `yaml:"body"`
}

// Error is one problem of the configuration. Several are joined, one a line; errors.As
// finds the first.
type Error = strictyaml.Error

// largest bounds the file, in bytes.
const largest = 1 << 20

// Load reads the file at path. For ${NAME} in a value it asks environ, which has the
// signature of os.LookupEnv. It returns an *Error, or several of them joined in the order
// of their lines, when the file cannot be read or is wrong in any way; none of them
// repeats a token or a value from the environment. Files that the configuration names are
// not opened.
func Load(path string, environ func(name string) (string, bool)) (*Config, error) {
	document, err := strictyaml.Read(path, largest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &Error{File: path, Message: `no such file; "conformance init" prints one to start from`, Cause: err}
	}
	if err != nil {
		return nil, err
	}
	return decode(path, document, environ)
}

// Parse is Load for text that is in memory. The name stands for the file in errors and
// says which folder its relative paths start from.
func Parse(name string, data []byte, environ func(name string) (string, bool)) (*Config, error) {
	document, err := strictyaml.Parse(name, data, largest)
	if err != nil {
		return nil, err
	}
	return decode(name, document, environ)
}

func decode(name string, document *strictyaml.Document, environ func(string) (string, bool)) (*Config, error) {
	c := &Config{File: name, source: document}
	document.Decode(c, environ)
	if err := c.complete(); err != nil {
		return nil, err
	}
	if err := document.Err(); err != nil {
		return nil, err
	}
	c.anchorPaths()
	return c, nil
}

// Override puts the URL of --target in the place of the file's. It returns an *Error
// about the flag when the URL is not one that target.url could have.
func (c *Config) Override(targetURL string) error {
	if problem := checkBase(targetURL); problem != "" {
		return &Error{Key: "--target", Message: problem}
	}
	c.Target.URL, c.overridden = strings.TrimRight(targetURL, "/"), true
	return nil
}
