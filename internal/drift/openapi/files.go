package openapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"conformance/internal/smallfile"
)

// The bounds of what is read for one document.
const (
	// largestFile is in bytes. The whole documents of large vendors have 2 to 15 million.
	largestFile = 32 << 20
	// mostFiles is how many files one operation may be spread over.
	mostFiles = 500
)

// file is one parsed file.
type file struct {
	// name is how errors and reports call the file: relative to where the user is.
	name string
	// inside is its path below the root, with slashes.
	inside string
	top    *yaml.Node
}

// files reads and keeps the files that a document is spread over, all of them below one
// folder. Neither "../" nor a symbolic link leads out of it.
type files struct {
	// root is nil for a document that may refer to no other file.
	root *os.Root
	// folder is the root as the user knows it.
	folder string
	open   map[string]*file
}

// openFiles opens the folder and the document in it. An empty folder stands for the one that
// the document is in.
func openFiles(document, folder string) (*files, *file, error) {
	if folder == "" {
		// The document that was named may be a link; what it refers to lies beside the file itself.
		if real, err := filepath.EvalSymlinks(document); err == nil {
			document = real
		}
		folder = filepath.Dir(document)
	}
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return nil, nil, fmt.Errorf("root folder %s: %w", folder, err)
	}
	target, err := filepath.Abs(document)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", document, err)
	}
	inside, err := filepath.Rel(absolute, target)
	if err != nil || !filepath.IsLocal(inside) {
		return nil, nil, fmt.Errorf("%s is not below the root folder %s", document, folder)
	}
	root, err := os.OpenRoot(absolute)
	if err != nil {
		return nil, nil, fmt.Errorf("%s cannot be read: %w", folder, smallfile.Reason(err))
	}
	f := &files{root: root, folder: folder, open: map[string]*file{}}
	first, err := f.read(filepath.ToSlash(inside))
	if err != nil {
		return nil, nil, errors.Join(err, root.Close())
	}
	return f, first, nil
}

func (f *files) close() error { return f.root.Close() }

// read parses a file below the root, once.
func (f *files) read(inside string) (*file, error) {
	if known, ok := f.open[inside]; ok {
		return known, nil
	}
	name := filepath.Join(f.folder, filepath.FromSlash(inside))
	if f.root == nil {
		return nil, fmt.Errorf("%s is another file, and this document may refer to none", inside)
	}
	if len(f.open) == mostFiles {
		return nil, fmt.Errorf("%s: the document is spread over more than %d files", name, mostFiles)
	}
	data, err := f.bytes(inside)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", name, smallfile.Reason(err))
	}
	top, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	opened := &file{name: name, inside: inside, top: top}
	f.open[inside] = opened
	return opened, nil
}

func (f *files) bytes(inside string) ([]byte, error) {
	in, err := f.root.Open(filepath.FromSlash(inside))
	if err != nil {
		return nil, err
	}
	defer in.Close()
	if info, err := in.Stat(); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a regular file")
	}
	data, err := io.ReadAll(io.LimitReader(in, largestFile+1))
	if err == nil && len(data) > largestFile {
		err = fmt.Errorf("it is larger than %d bytes, the most that is read", largestFile)
	}
	return data, err
}

// parse reads JSON or YAML. JSON has a reader of its own: YAML does not know the surrogate
// pairs in its escapes, nor tabs before a key.
func parse(data []byte) (*yaml.Node, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if trimmed := bytes.TrimLeft(data, " \t\r\n"); len(trimmed) > 0 && trimmed[0] == '{' {
		if top, err := parseJSON(data); err == nil {
			return top, nil
		}
		// A YAML document can begin with a brace too.
	}
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return nil, fmt.Errorf("it is neither YAML nor JSON: %s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(document.Content) == 0 || document.Content[0].Kind == yaml.ScalarNode {
		return nil, errors.New("it is not an OpenAPI document: expected keys with values")
	}
	return document.Content[0], nil
}

// follow finds the file that the first part of a $ref names, seen from another file.
func (f *files) follow(from *file, reference string) (*file, error) {
	if reference == "" {
		return from, nil
	}
	address, err := url.Parse(reference)
	if err != nil {
		return nil, fmt.Errorf("it is not a reference: %w", err)
	}
	if address.Scheme != "" || address.Host != "" {
		return nil, errors.New("it is elsewhere, and nothing is fetched: save it as a file beside the document and refer to that")
	}
	inside := path.Join(path.Dir(from.inside), address.Path)
	if strings.HasPrefix(address.Path, "/") || !filepath.IsLocal(filepath.FromSlash(inside)) {
		return nil, fmt.Errorf("it is outside the folder %s: name a root folder that holds all files of the document", f.folder)
	}
	return f.read(inside)
}
