package session

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"conformance/internal/exchange"
)

// Writer records a session. It is safe for concurrent use.
//
// In a new folder each exchange is in its cassette as soon as Append returns, so that a
// kill loses nothing. Where a session stands already, the new one is written beside it and
// takes its place at Close, so that no failure destroys the old one.
type Writer struct {
	mutex     sync.Mutex
	manifest  Manifest
	dir       string // where the session will stand
	work      string // where it is written: dir, or a temporary folder beside it
	open      opener
	cassettes map[string]*openCassetteFile
	failed    error // the first write that failed; nothing is written after it
	ended     bool
}

// openCassetteFile is a cassette that is being written.
type openCassetteFile struct {
	file  file
	size  int64 // bytes of complete interactions
	count int   // interactions
}

// file is what a Writer needs of an *os.File.
type file interface {
	io.WriteCloser
	Sync() error
	Truncate(size int64) error
}

// opener makes a file that must not exist yet.
type opener func(name string) (file, error)

func openNew(name string) (file, error) {
	return os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
}

// errEnded is what a Writer returns after Close or Abort.
var errEnded = errors.New("record: the session is closed already")

// errTooLarge keeps a Writer from writing what could not be read.
var errTooLarge = fmt.Errorf("the cassette would be larger than %d MiB, the most that is read", MaxFileSize>>20)

// Create begins a session in the folder dir, which it makes if need be. The error is an
// *Error when the folder holds anything else than a session; others come from the file
// system or name what is wrong with the manifest.
func Create(dir string, manifest Manifest) (*Writer, error) {
	return create(dir, manifest, openNew)
}

func create(dir string, manifest Manifest, open opener) (*Writer, error) {
	manifest.FormatVersion = FormatVersion
	manifest.Cassettes = nil
	if _, err := manifest.encode(); err != nil {
		return nil, err
	}
	dir, err := resolve(dir)
	if err != nil {
		return nil, fmt.Errorf("find the session's folder: %w", err)
	}
	work, err := workFolder(dir)
	if err != nil {
		return nil, err
	}
	return &Writer{
		manifest:  manifest,
		dir:       dir,
		work:      work,
		open:      open,
		cassettes: map[string]*openCassetteFile{},
	}, nil
}

// resolve makes the path absolute and follows links, so that the folder itself is
// replaced and not a link to it.
func resolve(dir string) (string, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if target, err := filepath.EvalSymlinks(absolute); err == nil {
		return target, nil
	}
	return absolute, nil
}

// Append adds an exchange to the cassette of a status path, such as "401", with a single
// write. The exchanges stand in the order of the calls. After an error the Writer takes
// no more: what was written before it stays readable.
func (w *Writer) Append(path string, e exchange.Exchange) error {
	name, err := cassetteName(path)
	if err != nil {
		return err
	}
	if e.Response == nil && e.Failure == nil {
		return fmt.Errorf("record %s: the exchange has neither a response nor a failure", path)
	}
	if len(e.Request.Body) > MaxFileSize || e.Response != nil && len(e.Response.Body) > MaxFileSize {
		return fmt.Errorf("record %s: %w", path, errTooLarge)
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	switch {
	case w.failed != nil:
		return w.failed
	case w.ended:
		return errEnded
	}
	if err := w.append(name, e); err != nil {
		w.failed = fmt.Errorf("record %s: %w", path, err)
		return w.failed
	}
	return nil
}

func (w *Writer) append(name string, e exchange.Exchange) error {
	cassette, known := w.cassettes[name]
	if !known {
		opened, err := w.open(filepath.Join(w.work, name))
		if err != nil {
			return err
		}
		cassette = &openCassetteFile{file: opened}
		w.cassettes[name] = cassette
	}
	var item []byte
	if cassette.count == 0 {
		item = append(item, cassetteHead...)
	}
	item = appendInteraction(item, cassette.count, e)
	if cassette.size+int64(len(item)) > MaxFileSize {
		return errTooLarge
	}
	if _, err := cassette.file.Write(item); err != nil {
		// Half an item would make the whole cassette unreadable.
		return errors.Join(err, cassette.file.Truncate(cassette.size))
	}
	cassette.size += int64(len(item))
	cassette.count++
	return nil
}

// Close makes the session last and complete: it syncs the cassettes, writes the manifest,
// and puts the session in the place of an old one. After an error in Append or Close the
// session is not complete and an old one stays where it is.
func (w *Writer) Close() error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.ended {
		return errEnded
	}
	w.ended = true
	if err := w.complete(); err != nil {
		return errors.Join(err, w.discard())
	}
	if w.work != w.dir {
		if err := replaceFolder(w.work, w.dir); err != nil {
			return fmt.Errorf("replace the old session (a complete new one is left in %s): %w", w.work, err)
		}
	}
	syncFolder(filepath.Dir(w.dir))
	return nil
}

// complete syncs everything and adds the manifest, which makes a session of the folder.
func (w *Writer) complete() error {
	if err := errors.Join(w.failed, w.closeCassettes()); err != nil {
		return err
	}
	w.manifest.Cassettes = slices.Sorted(maps.Keys(w.cassettes))
	if err := w.writeManifest(); err != nil {
		return fmt.Errorf("record %s: %w", ManifestName, err)
	}
	return nil
}

// closeCassettes closes every cassette, also after one has failed.
func (w *Writer) closeCassettes() error {
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(w.cassettes)) {
		opened := w.cassettes[name].file
		if err := errors.Join(opened.Sync(), opened.Close()); err != nil {
			problems = append(problems, fmt.Errorf("record %s: %w", name, err))
		}
	}
	return errors.Join(problems...)
}

// writeManifest writes the manifest under another name first: a folder with a manifest is
// a complete session.
func (w *Writer) writeManifest() error {
	text, err := w.manifest.encode()
	if err != nil {
		return err
	}
	temporary, err := os.CreateTemp(w.work, temporaryManifest)
	if err != nil {
		return err
	}
	_, err = temporary.Write(text)
	if err = errors.Join(err, temporary.Sync(), temporary.Close()); err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	if err := os.Rename(temporary.Name(), filepath.Join(w.work, ManifestName)); err != nil {
		return err
	}
	syncFolder(w.work)
	return nil
}

// Abort gives the recording up. An old session stays as it was. In a new folder the
// cassettes stay without a manifest, and each can be read by itself. After Close or a
// first Abort it does nothing.
func (w *Writer) Abort() error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.ended {
		return nil
	}
	w.ended = true
	return errors.Join(w.closeCassettes(), w.discard())
}

// discard removes the temporary folder, or a folder that nothing was recorded into.
func (w *Writer) discard() error {
	if w.work != w.dir {
		return os.RemoveAll(w.work)
	}
	for name, cassette := range w.cassettes {
		if cassette.count == 0 {
			_ = os.Remove(filepath.Join(w.work, name))
		}
	}
	// It is still needed when there are cassettes in it; then this does nothing.
	_ = os.Remove(w.dir)
	return nil
}
