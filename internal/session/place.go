package session

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"conformance/internal/har"
	"conformance/internal/smallfile"
)

// maxManifestSize is the most bytes of session.yaml that are read.
const maxManifestSize = 1 << 20

// place is where recorded traffic lies on the disk.
type place struct {
	// manifest is the zero value for a single file that holds no whole session.
	manifest Manifest
	// bundle is what a single file says of the session that it holds.
	bundle Bundle
	files  []string
	// others counts what else is in the folder of a recording that has no list of its files.
	others   int
	warnings []string
}

// locate finds the files of a session's folder, or takes the path for the one file there
// is. The error is an *Error.
func locate(path string) (place, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return place{}, &Error{File: path, Cause: fs.ErrNotExist,
			Message: "there is no such session; name the folder of one or a cassette file, or record one first"}
	}
	if err != nil {
		return place{}, fileError(path, err)
	}
	if !info.IsDir() {
		return locateFile(path)
	}
	file := filepath.Join(path, ManifestName)
	text, err := readFile(file, maxManifestSize)
	if errors.Is(err, fs.ErrNotExist) {
		return withoutManifest(path)
	}
	if err != nil {
		return place{}, err
	}
	manifest, err := decodeManifest(file, []byte(text))
	if err != nil {
		return place{}, err
	}
	if manifest.Unfinished {
		return unfinished(path, manifest)
	}
	found := place{manifest: manifest}
	for _, name := range manifest.Cassettes {
		found.files = append(found.files, filepath.Join(path, name))
	}
	return found, nil
}

// locateFile is a single file, and the session that it holds, if any.
func locateFile(path string) (place, error) {
	found := place{files: []string{path}}
	file, in, err := found.openFile(path)
	if err != nil {
		return place{}, err
	}
	defer file.Close()
	if found.bundle, err = readBundle(path, in); err != nil {
		return place{}, err
	}
	found.manifest = found.bundle.Manifest
	return found, nil
}

// withoutManifest takes a folder that holds nothing but cassettes for a recording that was
// interrupted before it had a manifest.
func withoutManifest(folder string) (place, error) {
	found, err := unfinished(folder, Manifest{})
	if err != nil {
		return place{}, err
	}
	if len(found.files) == 0 || found.others > 0 || slices.ContainsFunc(found.files, isNoCassette) {
		return place{}, &Error{File: folder, Cause: fs.ErrNotExist,
			Message: "the folder is no session, it has no " + ManifestName + "; name another, or the files in it one by one, or record a session"}
	}
	if !slices.ContainsFunc(found.files, isOurs) {
		found.warnings = []string{folder + ": the folder has no " + ManifestName + "; its cassettes were read in the order of their names"}
	}
	return found, nil
}

// isOurs tells whether this program began a file, be it no more than the beginning of its head.
func isOurs(file string) bool {
	head, err := readHead(file)
	return err == nil && (bytes.HasPrefix(head, []byte(cassetteMark)) || strings.HasPrefix(cassetteMark, string(head)))
}

// isNoCassette tells whether a file begins as no cassette does, nor what a kill leaves of one.
func isNoCassette(file string) bool {
	head, err := readHead(file)
	isCassette := hasKey(head, "version:") && hasKey(head, "interactions:") || strings.HasPrefix(cassetteHead, string(head))
	return err != nil || !isCassette
}

// unfinished finds the cassettes of a recording that did not come to its end: there is no
// list of them.
func unfinished(folder string, m Manifest) (place, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return place{}, fileError(folder, err)
	}
	found := place{manifest: m, warnings: []string{
		folder + ": the recording did not come to its end, or is still going on; what it has so far was read"}}
	for _, entry := range entries {
		switch name := entry.Name(); {
		case entry.Type().IsRegular() && isCassetteName(name):
			found.files = append(found.files, filepath.Join(folder, name))
		case name != ManifestName && !strings.HasPrefix(name, "."+ManifestName):
			found.others++
		}
	}
	return found, nil
}

// openFile opens a file of recorded traffic. What is appended to it later is not read.
func (p place) openFile(path string) (*os.File, *io.SectionReader, error) {
	// Looked at before it is opened: opening a pipe waits for somebody who writes to it.
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return nil, nil, &Error{File: path, Message: notRegular(info.Mode())}
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) && p.manifest.Cassettes != nil && p.bundle.Counts == nil {
		return nil, nil, &Error{File: path, Cause: fs.ErrNotExist,
			Message: fmt.Sprintf("the cassette is missing, but %s lists it; restore the file or record the session again", ManifestName)}
	}
	if err != nil {
		return nil, nil, fileError(path, err)
	}
	if info, err = file.Stat(); err != nil {
		file.Close()
		return nil, nil, fileError(path, err)
	}
	head := make([]byte, 8)
	n, _ := file.ReadAt(head, 0) // what cannot be read is told when all of it is read
	if problem := har.Packed(head[:n]); problem != "" {
		file.Close()
		return nil, nil, &Error{File: path, Message: problem}
	}
	return file, io.NewSectionReader(file, 0, info.Size()), nil
}

// notRegular is what is wrong with a file that is none.
func notRegular(mode fs.FileMode) string {
	if mode&(fs.ModeNamedPipe|fs.ModeSocket|fs.ModeCharDevice) != 0 {
		return "this is a pipe or a terminal, and recorded traffic is read more than once; write it into a file, and name that"
	}
	return "this is no file; name a cassette file or the folder of a session"
}

// cassetteOf is the name of the cassette in a file.
func cassetteOf(file string) string {
	return strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
}

// readFile reads a small file. The error is an *Error.
func readFile(path string, most int64) (string, error) {
	text, err := smallfile.Read(path, most)
	var large *smallfile.TooLargeError
	switch {
	case errors.As(err, &large):
		return "", &Error{File: path, Message: fmt.Sprintf("the file is larger than %d MiB, the most that is read; record the session again", most>>20)}
	case err != nil:
		return "", fileError(path, err)
	}
	return string(text), nil
}

// inFile adds the file to an error of this package, and makes one of any other. That of an
// archive names its file itself.
func inFile(file string, err error) error {
	var problem *Error
	if !errors.As(err, &problem) {
		if message, named := strings.CutPrefix(err.Error(), file+": "); named {
			return &Error{File: file, Message: message, Cause: err}
		}
		return fileError(file, err)
	}
	if problem.File == "" {
		problem.File = file
	}
	return problem
}

// fileError is what the operating system said of a file.
func fileError(path string, err error) *Error {
	err = smallfile.Reason(err)
	return &Error{File: path, Cause: err, Message: fmt.Sprintf("cannot be read: %v", err)}
}
