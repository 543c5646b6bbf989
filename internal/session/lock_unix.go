//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package session

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// errHeld is the cause of the error for a folder that another recording has locked.
var errHeld = errors.New("locked by another recording")

// lockOnce locks the folder itself, so that no file is left behind. Both results are nil when
// it is no longer there under that name: another recording has just come to its end and
// replaced or removed it.
func lockOnce(dir string) (io.Closer, error) {
	folder, err := os.Open(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("lock the session's folder: %w", err)
	}
	err = lockFile(folder)
	if errors.Is(err, errHeld) {
		err = &Error{File: dir, Cause: err,
			Message: "another recording into this folder is under way; end that one first, or name another folder"}
	}
	if err != nil {
		return nil, errors.Join(err, folder.Close())
	}
	if !isNamed(folder, dir) {
		return nil, folder.Close()
	}
	return folder, nil
}

// isNamed tells whether the open folder is still the one of that name.
func isNamed(folder *os.File, dir string) bool {
	opened, err := folder.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(dir)
	return err == nil && os.SameFile(opened, named)
}

// lockFile takes the lock of an open folder (flock), or returns errHeld. Some network file
// systems cannot lock folders; there nothing keeps two recordings apart.
func lockFile(folder *os.File) error {
	connection, err := folder.SyscallConn()
	if err != nil {
		return err
	}
	held := false
	err = connection.Control(func(descriptor uintptr) {
		held = errors.Is(syscall.Flock(int(descriptor), syscall.LOCK_EX|syscall.LOCK_NB), syscall.EWOULDBLOCK)
	})
	if held {
		return errHeld
	}
	return err
}
