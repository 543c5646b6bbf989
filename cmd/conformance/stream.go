package main

import (
	"errors"
	"os"
	"syscall"
)

// stream is standard output or standard error. When whoever read it has gone, as `| head -1` does,
// the rest is dropped: it is no reason to lose a recording, a report or the exit code.
type stream struct{ file *os.File }

// Write writes to the file.
func (s stream) Write(text []byte) (int, error) {
	n, err := s.file.Write(text)
	if errors.Is(err, syscall.EPIPE) {
		return len(text), nil
	}
	return n, err
}
