// Package smallfile reads files that people name, whose size nobody has looked at.
package smallfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// TooLargeError is the error for a file that is larger than the limit, which is in bytes.
type TooLargeError struct{ Limit int64 }

// Error says what the limit is.
func (e *TooLargeError) Error() string {
	if e.Limit >= 1<<20 {
		return fmt.Sprintf("it is larger than %d MiB, the most that is read", e.Limit>>20)
	}
	return fmt.Sprintf("it is larger than %d KiB, the most that is read", e.Limit>>10)
}

// Read reads a whole file of at most so many bytes. The error wraps a *TooLargeError, or what the
// operating system said, such as fs.ErrNotExist; neither names the file.
func Read(name string, limit int64) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, Reason(err)
	}
	text, err := read(file, limit)
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, Reason(err)
	}
	return text, nil
}

// read reads an open file. What does not tell its size, such as a pipe, is read up to the limit.
func read(file *os.File, limit int64) ([]byte, error) {
	if info, err := file.Stat(); err == nil && info.Mode().IsRegular() && info.Size() > limit {
		return nil, &TooLargeError{Limit: limit}
	}
	text, err := io.ReadAll(io.LimitReader(file, limit+1))
	if int64(len(text)) > limit {
		return nil, &TooLargeError{Limit: limit}
	}
	return text, err
}

// Reason is what the operating system said of a file, without the name of the file and of the call.
func Reason(err error) error {
	var wrong *fs.PathError
	if errors.As(err, &wrong) {
		return wrong.Err
	}
	return err
}
