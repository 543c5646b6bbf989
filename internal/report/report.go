// Package report says what a run found: on the console for people, and in files for
// machines. It reads an outcome.Run and changes nothing in it.
package report

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"conformance/internal/nearest"
	"conformance/internal/outcome"
)

// Kind names a report that is written to a file.
type Kind string

// The kinds of report.
const (
	JSON     Kind = "json"
	JUnit    Kind = "junit"
	Markdown Kind = "markdown"
	CTRF     Kind = "ctrf"
	Badge    Kind = "badge"
	// GitHub is the job summary of a step of GitHub Actions. It needs no file: see OnGitHub. With
	// it come annotations: see Annotate.
	GitHub Kind = "github"
)

// Format is one kind of report of a T: its name and what writes it.
type Format[T any] struct {
	Kind  Kind
	Write func(io.Writer, T) error
}

// Formats are all kinds of report of a T, in the order in which they are listed to the user.
type Formats[T any] []Format[T]

// Run are the reports of a run: the one place that a new kind is registered at.
var Run = Formats[*outcome.Run]{
	{JSON, writeJSON},
	{JUnit, writeJUnit},
	{CTRF, writeCTRF},
	{Markdown, writeMarkdown},
	{Badge, writeBadge},
	{GitHub, writeSummary},
	{HTML, writeHTML},
}

// Kinds are the names of the formats.
func (f Formats[T]) Kinds() []string {
	var kinds []string
	for _, format := range f {
		kinds = append(kinds, string(format.Kind))
	}
	return kinds
}

// Destination is a report that was asked for: what, and the file that it goes to. Only one of the
// kind GitHub may have no file, as one that OnGitHub found no job summary for.
type Destination struct {
	Kind Kind
	File string
}

// parse reads KIND=FILE, or github alone, the value of --report. The error says what is missing, or
// which kinds there are and which of them is nearest to an unknown one.
func (f Formats[T]) parse(value string) (Destination, error) {
	name, file, found := strings.Cut(value, "=")
	if f.writer(Kind(name)) == nil {
		return Destination{}, unknownKind(name, f.Kinds())
	}
	if !found && Kind(name) == GitHub {
		return Destination{Kind: GitHub}, nil
	}
	if !found || file == "" {
		return Destination{}, fmt.Errorf("report %q names no file: write %s=FILE", value, name)
	}
	return Destination{Kind: Kind(name), File: file}, nil
}

// Parse reads every value of --report. It also refuses two reports for one file, since the
// second would replace the first.
func (f Formats[T]) Parse(values []string) ([]Destination, error) {
	var destinations []Destination
	taken := map[string]Kind{}
	for _, value := range values {
		destination, err := f.parse(value)
		if err != nil {
			return nil, err
		}
		if destination.File == "" {
			destinations = append(destinations, destination)
			continue
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

// WriteFiles writes the reports of a value. A file is either written as a whole or left as it
// was; a job summary is appended to what is there. One that cannot be written does not keep the
// others from being written; the error names each that failed.
func (f Formats[T]) WriteFiles(value T, destinations []Destination) error {
	var failures []error
	for _, destination := range destinations {
		write := f.writer(destination.Kind)
		if write == nil {
			failures = append(failures, unknownKind(string(destination.Kind), f.Kinds()))
			continue
		}
		if err := destination.write(func(w io.Writer) error { return write(w, value) }); err != nil {
			failures = append(failures, fmt.Errorf("write the %s report to %s: %w", destination.Kind, destination.File, err))
		}
	}
	return errors.Join(failures...)
}

// write hands a report's writer its file.
func (d Destination) write(write func(io.Writer) error) error {
	switch {
	case d.File == "":
		return nil
	case d.Kind == GitHub:
		return appendFile(d.File, write)
	}
	return writeFile(d.File, write)
}

func (f Formats[T]) writer(kind Kind) func(io.Writer, T) error {
	for _, format := range f {
		if format.Kind == kind {
			return format.Write
		}
	}
	return nil
}

// unknownKind is the error for a kind of report that there is none of.
func unknownKind(name string, known []string) error {
	return fmt.Errorf("unknown kind of report %q in KIND=FILE: %s", name, nearest.Advice(name, known))
}
