package session

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Close makes the session complete: it syncs and closes the cassettes, writes the manifest
// without the mark of an unfinished recording, and puts the session in the place of an old
// one. After an error in Append or Close the session stays unfinished and an old one stays
// where it is; the error names the folder with what was recorded if that is another one.
func (w *Writer) Close() error {
	if !w.end() {
		return errEnded
	}
	if err := w.complete(); err != nil {
		return errors.Join(err, w.keep(), w.lock.Close())
	}
	return w.lock.Close()
}

// end keeps everybody else from writing. It reports false when somebody was there before.
func (w *Writer) end() bool {
	w.mutex.Lock()
	ended := w.ended
	w.ended = true
	w.mutex.Unlock()
	w.sync.stop()
	w.sync.group.Wait()
	return !ended
}

// complete makes the session last and puts it where it belongs.
func (w *Writer) complete() error {
	if err := errors.Join(w.failed, w.closeCassettes()); err != nil {
		return err
	}
	w.manifest.Unfinished = false
	w.manifest.Cassettes = slices.Sorted(maps.Keys(w.cassettes))
	if err := w.writeManifest(); err != nil {
		return fmt.Errorf("record %s: %w", ManifestName, err)
	}
	if w.work != w.dir {
		if err := replaceFolder(w.work, w.dir); err != nil {
			return fmt.Errorf("replace the old session: %w", err)
		}
	}
	if w.sync.atClose() {
		syncFolder(filepath.Dir(w.dir))
	}
	return nil
}

// closeCassettes closes every cassette, also after one has failed.
func (w *Writer) closeCassettes() error {
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(w.cassettes)) {
		opened := w.cassettes[name].file
		var err error
		if w.sync.atClose() {
			err = opened.Sync()
		}
		if err = errors.Join(err, opened.Close()); err != nil {
			problems = append(problems, fmt.Errorf("record %s: %w", name, err))
		}
	}
	return errors.Join(problems...)
}

// writeManifest writes the manifest under another name first, so that at any time there is a
// whole one.
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
	if w.sync.atClose() {
		err = errors.Join(err, temporary.Sync())
	}
	if err = errors.Join(err, temporary.Close()); err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	if err := os.Rename(temporary.Name(), filepath.Join(w.work, ManifestName)); err != nil {
		return err
	}
	if w.sync.atClose() {
		syncFolder(w.work)
	}
	return nil
}

// Abort gives the recording up. An old session stays as it was, and nothing of the new one.
// In a new folder stays what a kill leaves too: an unfinished session, or no folder if
// nothing was recorded. After Close or a first Abort it does nothing.
func (w *Writer) Abort() error {
	if !w.end() {
		return nil
	}
	return errors.Join(w.closeCassettes(), w.discard(), w.lock.Close())
}

// keep leaves what was recorded where it is and says where. It removes what holds nothing.
func (w *Writer) keep() error {
	if w.recorded() && w.work != w.dir {
		return fmt.Errorf("what was recorded is left in %s", w.work)
	}
	return w.discard()
}

// discard removes a folder beside the old session, or one that nothing was recorded into.
func (w *Writer) discard() error {
	if w.work != w.dir {
		return os.RemoveAll(w.work)
	}
	if w.recorded() {
		return nil
	}
	for name := range w.cassettes {
		_ = os.Remove(filepath.Join(w.work, name))
	}
	_ = os.Remove(filepath.Join(w.work, ManifestName))
	// It stays when somebody else has put something into it.
	_ = os.Remove(w.dir)
	return nil
}

// recorded tells whether the session has any interaction.
func (w *Writer) recorded() bool {
	for _, cassette := range w.cassettes {
		if cassette.count > 0 {
			return true
		}
	}
	return false
}
