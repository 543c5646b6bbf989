package session

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"go.yaml.in/yaml/v3"

	"conformance/internal/har"
)

// Bundle is what a single file that holds a whole session says of it, beside its interactions:
// a cassette in its key session, and an HTTP archive in its member "_conformance".
type Bundle struct {
	Manifest Manifest
	// Counts is how many interactions each of Manifest.Cassettes has. They follow one another in
	// the file in that order.
	Counts []int
}

// bundleText is a bundle as it is written.
type bundleText struct {
	Manifest yaml.Node `yaml:"manifest"`
	Counts   []int     `yaml:"counts,flow"`
}

// YAML is the bundle as the value of a key. The error says what is wrong with the manifest.
func (b Bundle) YAML() ([]byte, error) {
	manifest := b.Manifest
	manifest.FormatVersion = FormatVersion
	text, err := manifest.encode()
	if err != nil {
		return nil, err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, fmt.Errorf("write the manifest: %w", err)
	}
	return yaml.Marshal(bundleText{Manifest: *document.Content[0], Counts: b.Counts})
}

// JSON is the bundle as a JSON object. The error says what is wrong with the manifest.
func (b Bundle) JSON() ([]byte, error) {
	text, err := b.YAML()
	if err != nil {
		return nil, err
	}
	var value map[string]any
	if err := yaml.Unmarshal(text, &value); err != nil {
		return nil, fmt.Errorf("write the manifest: %w", err)
	}
	return json.Marshal(value)
}

// decodeBundle reads a bundle, in YAML or JSON. The error is an *Error.
func decodeBundle(file string, text []byte) (Bundle, error) {
	var read bundleText
	if err := yaml.Unmarshal(text, &read); err != nil {
		problem := yamlError(err, 0)
		problem.File, problem.Line = file, 0
		return Bundle{}, problem
	}
	manifest, err := yaml.Marshal(&read.Manifest)
	if err != nil {
		return Bundle{}, &Error{File: file, Message: "the session's manifest in this file cannot be read; convert the session again"}
	}
	decoded, err := decodeManifest(file, manifest)
	if problem, is := err.(*Error); is {
		problem.Line = 0 // that was counted in the manifest alone
		return Bundle{}, problem
	}
	b := Bundle{Manifest: decoded, Counts: read.Counts}
	if len(b.Counts) != len(decoded.Cassettes) || slices.ContainsFunc(b.Counts, func(n int) bool { return n < 0 }) {
		return Bundle{}, &Error{File: file, Message: fmt.Sprintf(
			"the session in this file lists %d cassettes and %d counts of interactions; convert the session again", len(decoded.Cassettes), len(b.Counts))}
	}
	return b, nil
}

// cassetteAt is the name of the cassette that an interaction of the file belongs to, by its
// number from 1; empty when the bundle does not tell.
func (b Bundle) cassetteAt(number int) string {
	for i, count := range b.Counts {
		if number <= count {
			return cassetteOf(b.Manifest.Cassettes[i])
		}
		number -= count
	}
	return ""
}

// readBundle finds the session that a single file holds; the zero value when it holds none.
func readBundle(path string, in *io.SectionReader) (Bundle, error) {
	if isArchive(path, in) {
		return readArchiveBundle(path, in)
	}
	head := make([]byte, headSize)
	n, _ := in.ReadAt(head, 0) // what cannot be read is told when it is read again
	_, rest, found := bytes.Cut(machineHead.Find(head[:n]), []byte("\n"+bundleKey+":\n"))
	if !found || !bytes.HasPrefix(head, []byte(cassetteMark)) {
		return Bundle{}, nil
	}
	text, _, _ := bytes.Cut(rest, []byte("\ninteractions:\n"))
	return decodeBundle(path, text)
}

// readArchiveBundle is readBundle for an HTTP archive. What is wrong with one is told when its
// interactions are read. An archive of another program tells with its entries when it was recorded.
func readArchiveBundle(path string, in *io.SectionReader) (Bundle, error) {
	info, own, err := har.ReadInfo(path, io.NewSectionReader(in, 0, in.Size()))
	if err != nil {
		return Bundle{}, nil
	}
	if !own {
		if opened, err := har.New(path, in, in.Size()); err == nil {
			info = opened.Info()
		}
	}
	if !own || info.Session == nil {
		return Bundle{Manifest: Manifest{Recorded: info.Recorded}}, nil
	}
	return decodeBundle(path, info.Session)
}
