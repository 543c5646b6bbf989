package outcome

import "fmt"

// Error is why a command has nothing to report, and the exit code that goes with it.
type Error struct {
	// Code is ExitUsage or ExitNoVerdict.
	Code int
	Err  error
}

// Error is one clear sentence.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Err }

// Wrong is the *Error of a call or a file that is wrong.
func Wrong(format string, values ...any) error {
	return &Error{Code: ExitUsage, Err: fmt.Errorf(format, values...)}
}

// NoVerdict is the *Error of what could not be found out.
func NoVerdict(format string, values ...any) error {
	return &Error{Code: ExitNoVerdict, Err: fmt.Errorf(format, values...)}
}
