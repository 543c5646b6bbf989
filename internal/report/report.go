// Package report says what a run found: on the console for people, and in files for
// machines. It reads an outcome.Run and changes nothing in it.
package report

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"conformance/internal/outcome"
)

// Kind names a report that is written to a file.
type Kind string

// The kinds of report.
const (
	JSON  Kind = "json"
	JUnit Kind = "junit"
)

// formats is the one place that a kind of report is registered at.
var formats = []struct {
	kind  Kind
	write func(io.Writer, *outcome.Run) error
}{
	{JSON, writeJSON},
	{JUnit, writeJUnit},
}

// Kinds are all kinds of report, in the order in which they are listed to the user.
func Kinds() []Kind {
	var kinds []Kind
	for _, format := range formats {
		kinds = append(kinds, format.kind)
	}
	return kinds
}

// Destination is a report that was asked for: what, and the file that it goes to.
type Destination struct {
	Kind Kind
	File string
}

// ParseDestination reads KIND=FILE, the value of --report. The error says what is missing,
// or which kinds there are and which of them is nearest to an unknown one.
func ParseDestination(value string) (Destination, error) {
	name, file, found := strings.Cut(value, "=")
	kind := Kind(name)
	if writer(kind) == nil {
		return Destination{}, unknownKind(name)
	}
	if !found || file == "" {
		return Destination{}, fmt.Errorf("report %q names no file: write %s=FILE", value, kind)
	}
	return Destination{Kind: kind, File: file}, nil
}

// ParseDestinations reads every value of --report. It also refuses two reports for one
// file, since the second would replace the first.
func ParseDestinations(values []string) ([]Destination, error) {
	var destinations []Destination
	taken := map[string]Kind{}
	for _, value := range values {
		destination, err := ParseDestination(value)
		if err != nil {
			return nil, err
		}
		file := filepath.Clean(destination.File)
		if other, ok := taken[file]; ok {
			return nil, fmt.Errorf("reports %s and %s go to the same file %s: give each its own", other, destination.Kind, file)
		}
		taken[file] = destination.Kind
		destinations = append(destinations, destination)
	}
	return destinations, nil
}

// Check says, before a run, whether its report could not be written anyway: there is no
// such folder, or the file is itself a folder.
func (d Destination) Check() error {
	if info, err := os.Stat(d.File); err == nil && info.IsDir() {
		return fmt.Errorf("report %s=%s: that is a folder: name a file in it", d.Kind, d.File)
	}
	folder := filepath.Dir(d.File)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return fmt.Errorf("report %s=%s: there is no folder %s: make it first", d.Kind, d.File, folder)
	}
	return nil
}

// WriteFiles writes the reports of a run. A file is either written as a whole or left as
// it was. One that cannot be written does not keep the others from being written; the
// error names each that failed.
func WriteFiles(run *outcome.Run, destinations []Destination) error {
	var failures []error
	for _, destination := range destinations {
		if err := writeFile(run, destination); err != nil {
			failures = append(failures, fmt.Errorf("write the %s report to %s: %w", destination.Kind, destination.File, err))
		}
	}
	return errors.Join(failures...)
}

func writer(kind Kind) func(io.Writer, *outcome.Run) error {
	for _, format := range formats {
		if format.kind == kind {
			return format.write
		}
	}
	return nil
}

func writeFile(run *outcome.Run, destination Destination) error {
	write := writer(destination.Kind)
	if write == nil {
		return unknownKind(string(destination.Kind))
	}
	file := destination.File
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		// A pipe or a device, such as /dev/stderr, must stay what it is.
		return writeInPlace(file, run, write)
	default:
		// A link to a file stays a link.
		if file, err = filepath.EvalSymlinks(file); err != nil {
			return err
		}
	}
	return replace(file, run, write)
}

// replace writes a report next to its file and then puts it in the file's place.
func replace(file string, run *outcome.Run, write func(io.Writer, *outcome.Run) error) (err error) {
	temporary, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			temporary.Close()
			os.Remove(temporary.Name())
		}
	}()
	if err := writeBuffered(temporary, run, write); err != nil {
		return err
	}
	if err := temporary.Chmod(0o644); err != nil {
		return err
	}
	if err := temporary.Sync(); err != nil {
		return err
	}
	if err := temporary.Close(); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), file)
}

func writeInPlace(file string, run *outcome.Run, write func(io.Writer, *outcome.Run) error) error {
	out, err := os.OpenFile(file, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(writeBuffered(out, run, write), out.Close())
}

func writeBuffered(out io.Writer, run *outcome.Run, write func(io.Writer, *outcome.Run) error) error {
	buffer := bufio.NewWriter(out)
	if err := write(buffer, run); err != nil {
		return err
	}
	return buffer.Flush()
}
