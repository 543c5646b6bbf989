package session

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"conformance/internal/strictyaml"
)

// Manifest is session.yaml: what was recorded, and what a replay needs to know to ask for
// the same again.
type Manifest struct {
	// FormatVersion is 1. A Writer fills it in.
	FormatVersion int `yaml:"formatVersion"`
	// Tool is the version of the program that recorded.
	Tool string `yaml:"tool,omitempty"`
	// Recorded is when the session began.
	Recorded time.Time `yaml:"recorded"`
	// Target is the base URL that the requests were sent to.
	Target string `yaml:"target,omitempty"`
	// Accounts gives the account id of each role, such as "unlockable".
	Accounts map[string]string `yaml:"accounts,omitempty"`
	// Credentials are the labels of the credentials that the run had.
	Credentials []string `yaml:"credentials,omitempty"`
	// RateLimit is how the rate limit was provoked; nil when it was not.
	RateLimit *RateLimit `yaml:"rateLimit,omitempty"`
	// InternalFault is how an internal fault was provoked; nil when it was not.
	InternalFault *InternalFault `yaml:"internalFault,omitempty"`
	// Headers are those that the config adds to every request, with labels for secrets.
	Headers map[string]string `yaml:"headers,omitempty"`
	// Retries is how often a request was sent again at most when it failed on its way.
	Retries int `yaml:"retries,omitempty"`
	// Waive gives the reason for each status path that was waived.
	Waive map[string]string `yaml:"waive,omitempty"`
	// Unfinished says that the recording did not come to its end, or has not yet: the session
	// is what the cassettes in the folder hold, whatever Cassettes says. A Writer fills it in.
	Unfinished bool `yaml:"unfinished,omitempty"`
	// Cassettes are the file names of the cassettes, in the order in which they are read.
	// A Writer fills them in.
	Cassettes []string `yaml:"cassettes"`
}

// RateLimit is how the 429 path was provoked.
type RateLimit struct {
	// Requests is how many requests the burst has at most.
	Requests int `yaml:"requests,omitempty"`
	// Concurrency is how many of them are under way at once.
	Concurrency int `yaml:"concurrency,omitempty"`
	// MaxWait is the longest Retry-After that is waited for.
	MaxWait time.Duration `yaml:"maxWait,omitempty"`
	// Headers are added to the requests of the path.
	Headers map[string]string `yaml:"headers,omitempty"`
}

// InternalFault is how the 500 path was provoked.
type InternalFault struct {
	// Account is the id of the account that provokes the fault.
	Account string `yaml:"account,omitempty"`
	// Body is sent in place of each case's own.
	Body string `yaml:"body,omitempty"`
	// Headers are added to the requests of the path.
	Headers map[string]string `yaml:"headers,omitempty"`
}

// encode is the text of session.yaml. It reads the text back, so that a manifest that
// could not be read is found before the recording and not after it.
func (m Manifest) encode() ([]byte, error) {
	m.Recorded = m.Recorded.UTC()
	if m.Cassettes == nil {
		m.Cassettes = []string{}
	}
	text, err := yaml.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", ManifestName, err)
	}
	if _, err := decodeManifest(ManifestName, text); err != nil {
		return nil, fmt.Errorf("this manifest could not be read back: %w", err)
	}
	return text, nil
}

// decodeManifest reads the text of a manifest. The error is an *Error that names the
// file, the line and the key.
func decodeManifest(file string, text []byte) (Manifest, error) {
	document, err := strictyaml.Parse(file, text, maxManifestSize)
	if err != nil {
		return Manifest{}, manifestError(file, err)
	}
	var manifest Manifest
	document.Decode(&manifest, nil)
	if err := document.Err(); err != nil {
		return Manifest{}, manifestError(file, err)
	}
	if version := manifest.FormatVersion; version != FormatVersion {
		document.Report(strictyaml.Path{"formatVersion"},
			"found version %d, expected %d; read the session with the version of this program that recorded it, or record it again",
			version, FormatVersion)
	}
	path := strictyaml.Path{"cassettes"}
	if manifest.Cassettes == nil {
		document.Report(path, "missing; expected the list of the cassettes' file names")
	}
	seen := make(map[string]bool, len(manifest.Cassettes))
	for _, name := range manifest.Cassettes {
		if !isCassetteName(name) {
			document.Report(path, "%q is not the name of a cassette in this folder, such as 401.yaml", name)
		}
		if seen[name] {
			document.Report(path, "%q stands in the list twice", name)
		}
		seen[name] = true
	}
	if err := document.Err(); err != nil {
		return Manifest{}, manifestError(file, err)
	}
	return manifest, nil
}

// manifestError is the first of the problems as an error of this package.
func manifestError(file string, err error) error {
	var problem *strictyaml.Error
	if !errors.As(err, &problem) {
		return &Error{File: file, Message: err.Error(), Cause: err}
	}
	message := problem.Message
	if problem.Key != "" {
		message = problem.Key + ": " + message
	}
	return &Error{File: file, Line: problem.Line, Message: message, Cause: problem.Cause}
}

// isCassetteName tells whether the name can be that of a cassette: a plain file name that
// leads nowhere else and is not the manifest's.
func isCassetteName(name string) bool {
	return strings.HasSuffix(name, cassetteSuffix) && name != ManifestName &&
		!strings.HasPrefix(name, ".") && !strings.ContainsAny(name, `/\`) && filepath.IsLocal(name)
}
