package session

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// replacedName is where an old session waits while a new one takes its place.
func replacedName(dir string) string {
	return filepath.Join(filepath.Dir(dir), "."+filepath.Base(dir)+".replaced")
}

// temporaryManifest is the pattern of the manifest's name while it is written.
const temporaryManifest = "." + ManifestName + "-*"

// claimFolder locks a folder, which it makes if need be, and finds where to record into: a
// folder without a session directly, and where one stands already, a temporary folder beside it.
func claimFolder(dir string) (lock io.Closer, work string, err error) {
	if err := restoreReplaced(dir); err != nil {
		return nil, "", err
	}
	if lock, err = lockFolder(dir); err != nil {
		return nil, "", err
	}
	if work, err = workFolder(dir); err != nil {
		return nil, "", errors.Join(err, lock.Close())
	}
	return lock, work, nil
}

func workFolder(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	switch {
	case err != nil:
		return "", fmt.Errorf("look into the session's folder: %w", err)
	case len(entries) == 0:
		return dir, nil
	}
	if err := holdsOnlySession(dir); err != nil {
		return "", err
	}
	work, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+".recording-*")
	if err != nil {
		return "", fmt.Errorf("make a folder beside the old session: %w", err)
	}
	return work, nil
}

// restoreReplaced brings back an old session when nothing stands in its place: the
// program was killed between the two renames of replaceFolder. If it was not killed but is
// just there, it still has the lock of the old folder.
func restoreReplaced(dir string) error {
	replaced := replacedName(dir)
	if exists(dir) || holdsOnlySession(replaced) != nil {
		return nil
	}
	lock, err := lockOnce(replaced)
	if err != nil || lock == nil {
		return err
	}
	defer lock.Close()
	if err := os.Rename(replaced, dir); err != nil {
		return fmt.Errorf("restore the old session: %w", err)
	}
	return nil
}

// replaceFolder puts the folder work in the place of dir, which holds an old session. When
// that fails the old session is where it was, and the new one still in work.
func replaceFolder(work, dir string) error {
	if !exists(dir) {
		return os.Rename(work, dir)
	}
	if err := holdsOnlySession(dir); err != nil {
		return err
	}
	replaced := replacedName(dir)
	if exists(replaced) {
		if err := removeSession(replaced); err != nil {
			return err
		}
	}
	if err := os.Rename(dir, replaced); err != nil {
		return err
	}
	if err := os.Rename(work, dir); err != nil {
		return errors.Join(err, os.Rename(replaced, dir))
	}
	return removeSession(replaced)
}

// removeSession removes the folder of a session, and no folder of anything else.
func removeSession(dir string) error {
	if err := holdsOnlySession(dir); err != nil {
		return err
	}
	return os.RemoveAll(dir)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// holdsOnlySession returns an *Error that names the first thing in the folder that is no
// part of a session: what a recording would destroy.
func holdsOnlySession(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fileError(dir, err)
	}
	for _, entry := range entries {
		if !belongsToSession(dir, entry) {
			return &Error{File: dir, Message: fmt.Sprintf(
				"the folder holds %q, which is no part of a session; name an empty or new folder to record into", entry.Name())}
		}
	}
	return nil
}

func belongsToSession(dir string, entry fs.DirEntry) bool {
	name := entry.Name()
	if !entry.Type().IsRegular() {
		return false
	}
	if temporary, _ := filepath.Match(temporaryManifest, name); temporary {
		return true
	}
	if name != ManifestName && !isCassetteName(name) {
		return false
	}
	head, err := readHead(filepath.Join(dir, name))
	if err != nil {
		return false
	}
	if name == ManifestName {
		return hasKey(head, "formatVersion:")
	}
	// A kill in the first moment leaves an empty file or the beginning of one: nothing that
	// could be lost.
	return strings.HasPrefix(cassetteHead, string(head)) || hasKey(head, "version:") && hasKey(head, "interactions:")
}

// hasKey tells whether a line of the text begins with the key.
func hasKey(text []byte, key string) bool {
	return bytes.HasPrefix(text, []byte(key)) || bytes.Contains(text, []byte("\n"+key))
}

// readHead reads as much of a file as it takes to know what it is.
func readHead(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, 4096))
}

// syncFolder makes new names in the folder last. Not every file system can do it, so
// that is no error: the files themselves are synced.
func syncFolder(dir string) {
	if folder, err := os.Open(dir); err == nil {
		_ = folder.Sync()
		_ = folder.Close()
	}
}

// cassetteName is the file name of a status path's cassette. It returns an error for a
// path that would lead out of the folder or hide the file.
func cassetteName(path string) (string, error) {
	name := path + cassetteSuffix
	if path == "" || !isCassetteName(name) || strings.ContainsFunc(path, isNoNameRune) {
		return "", fmt.Errorf("record: %q cannot be the name of a cassette; expected a status path such as 401", path)
	}
	return name, nil
}

func isNoNameRune(r rune) bool {
	return (r < '0' || r > '9') && (r > '~' || !isLetter(byte(r))) && r != '-' && r != '_' && r != '.'
}
