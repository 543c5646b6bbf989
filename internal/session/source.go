package session

import (
	"cmp"
	"io"
	"iter"
	"slices"

	"conformance/internal/exchange"
)

// Source is recorded traffic on the disk that is read one interaction after the other,
// with memory for a few of them, however much there is.
type Source struct {
	// Manifest is the zero value when a single file is read that holds no whole session; but of
	// an HTTP archive Recorded is known.
	Manifest Manifest

	place    place
	warnings []string
}

// OpenSource finds recorded traffic: the folder of a session, a single cassette file that any
// version of go-vcr wrote, or an HTTP archive (HAR). It reads no more than the manifest. The error
// is an *Error: for what is missing or cannot be read.
func OpenSource(path string) (*Source, error) {
	found, err := locate(path)
	if err != nil {
		return nil, err
	}
	return &Source{Manifest: found.manifest, place: found, warnings: found.warnings}, nil
}

// Items reads the traffic from its beginning, in the order of the manifest and of the
// files. The errors are of type *Error; after one there is no more. An interaction that is
// damaged is handed out, and found to be so when it is decoded.
func (s *Source) Items() iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		s.warnings = slices.Clip(s.place.warnings) // which others may read, too
		for _, file := range s.place.files {
			if !s.items(file, yield) {
				return
			}
		}
	}
}

// items hands out what one file holds. It reports false when that was the end.
func (s *Source) items(path string, yield func(Item, error) bool) bool {
	file, in, err := s.place.openFile(path)
	if err != nil {
		yield(Item{}, err)
		return false
	}
	if !isArchive(path, in) {
		defer file.Close() // an archive is read when its items are decoded, and closed when none is left
	}
	warn := func(warning string) { s.warnings = append(s.warnings, warning) }
	for b, err := range batches(path, in, warn) {
		if err != nil {
			yield(Item{}, err)
			return false
		}
		for _, p := range b.pieces {
			if !yield(s.item(path, p), nil) {
				return false
			}
		}
	}
	return true
}

// Warnings are sentences about what was left out of what has been read: all of them once
// Items has come to its end. They name the file and the line.
func (s *Source) Warnings() []string { return s.warnings }

// batches reads a file of recorded traffic. It leaves out an interaction that was cut off, and
// warns of it. The errors are of type *Error.
func batches(path string, in *io.SectionReader, warn func(string)) iter.Seq2[batch, error] {
	return func(yield func(batch, error) bool) {
		if b, is, err := openArchive(path, in); is {
			if err != nil {
				err = inFile(path, err)
			}
			yield(b, err)
			return
		}
		for b, err := range split(in) {
			if err != nil {
				yield(batch{}, inFile(path, err))
				return
			}
			if warning := b.dropCutOff(); warning != "" {
				warn(path + ": " + warning)
			}
			if !yield(b, nil) {
				return
			}
		}
	}
}

func (s *Source) item(file string, p piece) Item {
	item := p.item(file)
	item.Cassette = cmp.Or(s.place.bundle.cassetteAt(p.number), item.Cassette)
	item.Foreign = !p.ours && s.Manifest.FormatVersion == 0
	return item
}

func (p piece) item(file string) Item {
	return Item{
		File: file, Cassette: cassetteOf(file), Number: p.number, Line: p.line,
		decode: func() (exchange.Exchange, error) { return p.decode() },
	}
}
