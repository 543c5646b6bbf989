package session

import (
	"fmt"
	"io"
	"os"
)

// lockTries bounds how often a folder is opened again that was replaced before it was locked.
const lockTries = 10

// lockFolder keeps every other recording out of a folder, which it makes if need be, until
// the lock is closed or the process ends, however it ends. The error is an *Error when
// another recording has the folder.
func lockFolder(dir string) (io.Closer, error) {
	for range lockTries {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			if info, found := os.Stat(dir); found == nil && !info.IsDir() {
				return nil, fmt.Errorf("%s: a file is in the place of the session's folder; name a folder", dir)
			}
			return nil, fmt.Errorf("make the session's folder: %w", err)
		}
		if lock, err := lockOnce(dir); err != nil || lock != nil {
			return lock, err
		}
	}
	return nil, fmt.Errorf("lock the session's folder: %s is replaced again and again", dir)
}
