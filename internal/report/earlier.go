package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"conformance/internal/outcome"
)

// Earlier is a run that was reported before, as far as a later one is compared with it.
type Earlier struct {
	target  string
	started time.Time
	verdict outcome.Verdict
	results []outcome.Result
}

// earlierBytes bounds how much of an earlier report is read into memory.
const earlierBytes = 512 << 20

// LoadEarlier reads a JSON report that --report json=FILE wrote. The error is one sentence that
// names the file and says what is wrong: it cannot be read, it is larger than 512 MiB, it is not
// a JSON report, or another version of the program wrote it in another format.
func LoadEarlier(path string) (*Earlier, error) {
	fail := func(format string, args ...any) (*Earlier, error) {
		return nil, fmt.Errorf("earlier report %s: "+format+": give a file that --report json=FILE wrote", append([]any{path}, args...)...)
	}
	file, err := os.Open(path)
	if err != nil {
		return fail("%w", withoutPath(err))
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, earlierBytes+1))
	switch {
	case err != nil:
		return fail("%w", withoutPath(err))
	case len(text) > earlierBytes:
		return fail("it is larger than %d MiB", earlierBytes>>20)
	}
	var read struct {
		SchemaVersion *int             `json:"schemaVersion"`
		Target        string           `json:"target"`
		Started       time.Time        `json:"started"`
		Verdict       outcome.Verdict  `json:"verdict"`
		Results       []outcome.Result `json:"results"`
	}
	if err := json.Unmarshal(text, &read); err != nil {
		return fail("%s", notReport(err, len(text)))
	}
	switch {
	case read.SchemaVersion == nil:
		return fail("it has no schemaVersion, so it is not a report of a run")
	case *read.SchemaVersion != schemaVersion:
		return fail("it has the schemaVersion %d, and this program reads %d", *read.SchemaVersion, schemaVersion)
	}
	for i, result := range read.Results {
		if !slices.Contains(outcomes, result.Outcome) {
			return fail("results[%d].outcome is %q, which is no outcome", i, result.Outcome)
		}
	}
	return &Earlier{read.Target, read.Started, read.Verdict, read.Results}, nil
}

// withoutPath is an error of a file without the path, which is named already.
func withoutPath(err error) error {
	var wrong *fs.PathError
	if errors.As(err, &wrong) {
		return wrong.Err
	}
	return err
}

// notReport says why a text cannot be read as a report.
func notReport(err error, size int) string {
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case size == 0:
		return "it is empty"
	case errors.As(err, &syntax) && syntax.Offset >= int64(size):
		return "the JSON breaks off at its end"
	case errors.As(err, &syntax):
		return fmt.Sprintf("it is not JSON (offset %d: %v)", syntax.Offset, syntax)
	case errors.As(err, &mismatch) && mismatch.Field == "":
		return fmt.Sprintf("it is a JSON %s where a report is an object", mismatch.Value)
	case errors.As(err, &mismatch):
		return fmt.Sprintf("%s is a %s", mismatch.Field, mismatch.Value)
	}
	return err.Error()
}
