package drift

import (
	"errors"
	"fmt"
	"os"

	"conformance/internal/redact"
	"conformance/internal/session"
)

// Accept lets the recorded traffic at path take the place of the session in the folder dir, which
// it makes if need be. Whoever reads dir finds the old session or the new one, and never a part of
// either. Of traffic that another program recorded, labels take the place of secrets.
//
// The error says which file could not be read, or that the recording did not come to its end or has
// lost a part, or what in dir is no part of a session; then dir is as it was.
func Accept(path, dir string) error {
	if same(path, dir) {
		return fmt.Errorf("%s is accepted already: name another folder for the last good session", path)
	}
	source, err := session.OpenSource(path)
	if err != nil {
		return err
	}
	if source.Manifest.Unfinished {
		return fmt.Errorf("%s did not come to its end, so it cannot be accepted: record it again", path)
	}
	if err := checkWhole(path); err != nil {
		return fmt.Errorf("accept into %s: %w", dir, err)
	}
	redactor, err := redact.NewTraffic(redact.TrafficOptions{})
	if err != nil {
		return err
	}
	writer, err := session.Create(dir, source.Manifest)
	if err != nil {
		return fmt.Errorf("accept into %s: %w", dir, err)
	}
	if err := appendAll(writer, source, redactor); err != nil {
		return errors.Join(fmt.Errorf("accept into %s: %w", dir, err), writer.Abort())
	}
	if err := writer.Close(); err != nil {
		return fmt.Errorf("accept into %s: %w", dir, err)
	}
	return nil
}

// checkWhole reads all of a recording, before anything is written, and says what it has lost.
func checkWhole(path string) error {
	source, err := session.OpenSource(path)
	if err != nil {
		return err
	}
	for _, err := range source.Items() {
		if err != nil {
			return err
		}
	}
	if lost := source.Warnings(); len(lost) > 0 {
		return fmt.Errorf("%s is damaged, so it cannot be accepted: %s", path, lost[0])
	}
	return nil
}

// appendAll writes what a source holds into the cassettes that it has them in.
func appendAll(writer *session.Writer, source *session.Source, redactor *redact.Traffic) error {
	for item, err := range source.Items() {
		if err != nil {
			return err
		}
		e, err := item.Exchange()
		if err != nil {
			return err
		}
		if item.Foreign {
			e = redactor.Clean(e)
		}
		if err := writer.Append(item.Cassette, e); err != nil {
			return err
		}
	}
	return nil
}

// same says whether two paths are the same file or folder.
func same(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}
