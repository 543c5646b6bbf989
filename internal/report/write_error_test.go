package report

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"conformance/internal/outcome"
)

// fullDisk takes so many bytes and no more.
type fullDisk struct{ room int }

var errFull = errors.New("no space left on device")

func (d *fullDisk) Write(text []byte) (int, error) {
	if len(text) > d.room {
		return d.room, errFull
	}
	d.room -= len(text)
	return len(text), nil
}

// TestAFullDiskIsNoReport: whichever part of a report does not fit, its writer says so.
func TestAFullDiskIsNoReport(t *testing.T) {
	run := nonconformantRun(t)
	writers := map[string]func(io.Writer) error{}
	for _, format := range Run {
		writers[string(format.Kind)] = func(w io.Writer) error { return format.Write(w, run) }
	}
	part := filepath.Join(t.TempDir(), "part.xml")
	if err := writeFile(part, func(w io.Writer) error { return writeJUnit(w, run) }); err != nil {
		t.Fatal(err)
	}
	merged, err := ReadJUnit([]string{part})
	if err != nil {
		t.Fatal(err)
	}
	writers["merged"] = merged.Write
	for kind, write := range writers {
		var whole bytes.Buffer
		if err := write(&whole); err != nil {
			t.Fatal(err)
		}
		const steps = 200
		for room := 0; room < whole.Len(); room += max(1, whole.Len()/steps) {
			if err := write(&fullDisk{room}); !errors.Is(err, errFull) {
				t.Errorf("%s: %v after %d of %d bytes", kind, err, room, whole.Len())
			}
		}
		if err := write(&fullDisk{whole.Len() - 1}); !errors.Is(err, errFull) {
			t.Errorf("%s: %v before the last byte", kind, err)
		}
	}
}

// TestAFullDiskKeepsTheOldReport: a report is written as a whole or not at all.
func TestAFullDiskKeepsTheOldReport(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.json")
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	formats := Formats[*outcome.Run]{{Kind: JSON, Write: func(w io.Writer, _ *outcome.Run) error {
		_, err := io.WriteString(w, "the beginning of a new one")
		return errors.Join(err, errFull)
	}}}
	if err := formats.WriteFiles(nil, []Destination{{Kind: JSON, File: file}}); !errors.Is(err, errFull) {
		t.Errorf("%v", err)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "old" {
		t.Errorf("%q, %v", text, err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), ".*")); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}
