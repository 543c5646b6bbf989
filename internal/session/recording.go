package session

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"conformance/internal/exchange"
)

// Recording is a session that has been read.
type Recording struct {
	// Manifest is the zero value when a single cassette was read.
	Manifest Manifest
	// Cassettes are in the order of the manifest.
	Cassettes []Cassette
}

// Cassette is the recorded traffic of one file.
type Cassette struct {
	// Name is the file's name without its suffix, such as "401".
	Name string
	// Exchanges are in the order of the file.
	Exchanges []exchange.Exchange
}

// Exchanges are those of all cassettes, in order.
func (r *Recording) Exchanges() []exchange.Exchange {
	var all []exchange.Exchange
	for _, cassette := range r.Cassettes {
		all = append(all, cassette.Exchanges...)
	}
	return all
}

// Open reads the folder of a session, or a single cassette file that any program wrote in
// the format of go-vcr v3. The error is an *Error: for what is missing or cannot be read,
// and for an interaction that was cut off or has no answer.
func Open(path string) (*Recording, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &Error{File: path, Cause: fs.ErrNotExist,
			Message: "there is no such session; name the folder of one or a cassette file, or record one first"}
	}
	if err != nil {
		return nil, fileError(path, err)
	}
	if info.IsDir() {
		return openFolder(path)
	}
	cassette, err := openCassette(path)
	if err != nil {
		return nil, err
	}
	return &Recording{Cassettes: []Cassette{cassette}}, nil
}

func openFolder(folder string) (*Recording, error) {
	file := filepath.Join(folder, ManifestName)
	text, err := readFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, missingManifest(folder)
	}
	if err != nil {
		return nil, err
	}
	manifest, err := decodeManifest(file, []byte(text))
	if err != nil {
		return nil, err
	}
	recording := &Recording{Manifest: manifest}
	for _, name := range manifest.Cassettes {
		cassette, err := openCassette(filepath.Join(folder, name))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, &Error{File: filepath.Join(folder, name), Cause: fs.ErrNotExist,
				Message: fmt.Sprintf("the cassette is missing, but %s lists it; restore the file or record the session again", ManifestName)}
		}
		if err != nil {
			return nil, err
		}
		recording.Cassettes = append(recording.Cassettes, cassette)
	}
	return recording, nil
}

// missingManifest tells a recording that was interrupted from a folder of something else.
func missingManifest(folder string) error {
	message := "the folder is no session, it has no " + ManifestName + "; name another or record a session"
	if holdsOnlySession(folder) == nil {
		message = "the folder has no " + ManifestName + ", its recording did not come to an end; record the session again, or read one of its cassettes by its file name"
	}
	return &Error{File: folder, Message: message, Cause: fs.ErrNotExist}
}

func openCassette(file string) (Cassette, error) {
	text, err := readFile(file)
	if err != nil {
		return Cassette{}, err
	}
	exchanges, err := decodeCassette(text)
	var problem *Error
	if errors.As(err, &problem) {
		problem.File = file
		return Cassette{}, problem
	}
	return Cassette{Name: strings.TrimSuffix(filepath.Base(file), cassetteSuffix), Exchanges: exchanges}, nil
}

// decodeCassette reads the text of a cassette. The error is an *Error without a file name.
func decodeCassette(text string) ([]exchange.Exchange, error) {
	items, scanned := scan(text)
	if !scanned {
		if strings.TrimSpace(text) == "" {
			return nil, &Error{Message: "the file is empty; expected a cassette; record the session again"}
		}
		var err error
		if items, err = parse(text); err != nil {
			return nil, explainCut(text, err)
		}
		if err := checkComplete(text, items); err != nil {
			return nil, err
		}
	}
	exchanges := make([]exchange.Exchange, len(items))
	for i, item := range items {
		exchanges[i] = item.exchange
	}
	return exchanges, nil
}

// checkComplete finds an interaction without an answer, and a last one of which the end
// is missing although what is left of it is YAML.
func checkComplete(text string, items []interaction) error {
	ours := strings.HasPrefix(text, cassetteMark)
	if ours && !strings.HasSuffix(text, "\n") {
		last := lastStart(text)
		if last < 0 {
			return &Error{Message: "the cassette is cut off before its first interaction; record the session again"}
		}
		return cutOff(lineAt(text, last))
	}
	for i, item := range items {
		last := i == len(items)-1
		unanswered := item.exchange.Failure == nil &&
			(item.exchange.Response == nil || item.exchange.Response.Status == 0 && !item.complete)
		switch {
		case last && (unanswered || ours && !item.complete):
			return cutOff(item.line)
		case unanswered:
			return &Error{Line: item.line, Message: "this interaction has neither a response with a code nor a failure; remove it or record the session again"}
		}
	}
	return nil
}

// itemStart finds where interactions begin, also a last one of which only that is left. The
// lists of a header's values are indented further.
var itemStart = regexp.MustCompile(`(?m)^ {0,4}-(?: +(?:id|request):| *i?d?\z)`)

// explainCut gives a better reason for broken YAML where there is one: the text is a
// cassette when its last interaction is left out.
func explainCut(text string, err error) error {
	last := lastStart(text)
	broken := yaml.Unmarshal([]byte(text), new(yaml.Node)) != nil || !strings.HasSuffix(text, "\n")
	if last < 0 || !broken {
		return err
	}
	if _, failed := parse(text[:last]); failed != nil {
		return err
	}
	return cutOff(lineAt(text, last))
}

// lastStart is where the last interaction begins; -1 when there is none.
func lastStart(text string) int {
	starts := itemStart.FindAllStringIndex(text, -1)
	if len(starts) == 0 {
		return -1
	}
	return starts[len(starts)-1][0]
}

// lineAt is the line of a place in the text, from 1.
func lineAt(text string, place int) int { return strings.Count(text[:place], "\n") + 1 }

func cutOff(line int) *Error {
	return &Error{Line: line, Message: "the last interaction, which begins here, is cut off or broken; remove it up to the end of the file, or record the session again"}
}

// readFile reads a file of bounded size. The error is an *Error.
func readFile(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", fileError(path, err)
	}
	defer file.Close()
	var text strings.Builder
	if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
		text.Grow(int(min(info.Size(), MaxFileSize)) + 1)
	}
	length, err := io.Copy(&text, io.LimitReader(file, MaxFileSize+1))
	if err != nil {
		return "", fileError(path, err)
	}
	if length > MaxFileSize {
		return "", &Error{File: path, Message: fmt.Sprintf("the file is larger than %d MiB, the most that is read; record less into one session", MaxFileSize>>20)}
	}
	return text.String(), nil
}

// fileError is what the operating system said of a file.
func fileError(path string, err error) *Error {
	var reason *fs.PathError
	if errors.As(err, &reason) {
		err = reason.Err
	}
	return &Error{File: path, Cause: err, Message: fmt.Sprintf("cannot be read: %v", err)}
}
