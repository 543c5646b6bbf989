package session

import (
	"errors"
	"iter"
	"os"
	"runtime"
	"slices"
	"time"
	"unsafe"

	"golang.org/x/sync/errgroup"

	"conformance/internal/exchange"
	"conformance/internal/redact"
)

// Recording is recorded traffic that can be replayed. It holds where each interaction
// stands and the hashes of its request; the files stay open, and headers and bodies are
// read from them when they are asked for. It is safe for concurrent use.
type Recording struct {
	// Manifest is the zero value when a single file was opened that holds no whole session.
	Manifest Manifest

	hasher    hasher
	cassettes []*recordedCassette
	entries   []entry
	// paths are the hashes of further paths that requests can be asked for under.
	paths []uint64
	// headers are the headers behind each fingerprint's hash of them: few recordings have
	// many different ones.
	headers map[uint64][]headerHash
	// redactor cleans what another program recorded, and asking the requests for it; nil where
	// there is nothing to clean.
	redactor, asking *redact.Traffic
	warnings         []string
}

// entry is one recorded interaction.
type entry struct {
	fingerprint
	// offset and size are its text in the file. Where the size is 0 and there is no
	// archive, offset is its place in the cassette's exchanges.
	offset   int64
	size     uint32
	cassette uint32
	line     uint32
	number   uint32
	started  time.Duration
}

// recordedCassette is a file of a Recording.
type recordedCassette struct {
	path      string
	ours      bool
	file      *os.File            // nil when nothing is to be read from it
	exchanges []exchange.Exchange // those that are kept in memory
	archive   archive             // what decodes a file of another format
}

// Cassette is traffic that is in memory already.
type Cassette struct {
	// Name is the name of a file without its suffix, such as "401".
	Name string
	// Exchanges are in the order in which they were recorded.
	Exchanges []exchange.Exchange
}

// NewRecording makes a recording of what is in memory. Its requests are known by their
// path below the manifest's target, or where it has none, by every end of their path.
func NewRecording(m Manifest, cassettes ...Cassette) *Recording {
	r := newRecording(m)
	for _, cassette := range cassettes {
		r.cassettes = append(r.cassettes, &recordedCassette{path: cassette.Name + cassetteSuffix})
		for i, e := range cassette.Exchanges {
			print := r.hasher.fingerprint(e.Request, canonicalBody(e.Request.Body), sentCase{e.Case, e.Attempt})
			print.started = e.Started
			r.add(piece{number: i + 1, document: &interaction{exchange: e}}, print)
		}
	}
	return r
}

func newRecording(m Manifest) *Recording {
	return &Recording{Manifest: m, hasher: newHasher(m), headers: map[uint64][]headerHash{}}
}

// Open reads the folder of a session, a single cassette file that any version of go-vcr wrote, or
// an HTTP archive (HAR), once from end to end. In what another program recorded labels take the
// place of secrets. An interaction at the end of a file that was cut off is left
// out: see Warnings. The error is an *Error: for what is missing or cannot be read, and for
// an interaction that is damaged or has no answer.
func Open(path string) (*Recording, error) {
	found, err := locate(path)
	if err != nil {
		return nil, err
	}
	r := newRecording(found.manifest)
	r.warnings = found.warnings
	for _, file := range found.files {
		if err := r.open(found, file); err != nil {
			r.Close()
			return nil, err
		}
	}
	r.entries, r.paths = slices.Clone(r.entries), slices.Clone(r.paths) // without room to grow
	return r, nil
}

// open reads one file, decoding on every core.
func (r *Recording) open(found place, path string) error {
	file, in, err := found.openFile(path)
	if err != nil {
		return err
	}
	cassette := &recordedCassette{path: path, file: file}
	r.cassettes = append(r.cassettes, cassette)
	warn := func(warning string) { r.warnings = append(r.warnings, warning) }
	var checks []*check
	var workers errgroup.Group
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for b, unreadable := range batches(path, in, warn) {
		if unreadable == nil && r.Manifest.FormatVersion == 0 {
			unreadable = r.withoutSecrets(b)
		}
		if unreadable != nil {
			err = inFile(path, unreadable)
			break
		}
		c := &check{pieces: b.pieces}
		checks = append(checks, c)
		workers.Go(func() error { c.run(r.hasher); return nil })
	}
	_ = workers.Wait() // each check keeps its own error, so that the first in the file is told
	for _, c := range checks {
		if c.err != nil {
			return inFile(path, c.err)
		}
		for i, p := range c.pieces {
			cassette.ours, cassette.archive = p.ours, p.archive
			r.add(p, c.prints[i])
		}
	}
	return err
}

// add puts an interaction into the index.
func (r *Recording) add(p piece, f fingerprinted) {
	cassette := r.cassettes[len(r.cassettes)-1]
	e := entry{
		fingerprint: f.fingerprint, offset: p.offset, size: p.size,
		cassette: uint32(len(r.cassettes) - 1), line: uint32(p.line), number: uint32(p.number), started: f.started,
	}
	if p.document != nil {
		e.offset = int64(len(cassette.exchanges))
		cassette.exchanges = append(cassette.exchanges, p.document.exchange)
	}
	if _, known := r.headers[e.headers]; !known {
		r.headers[e.headers] = f.headers
	}
	e.morePaths.from = uint32(len(r.paths))
	r.paths = append(r.paths, f.morePaths...)
	e.morePaths.to = uint32(len(r.paths))
	r.entries = append(r.entries, e)
}

// Len is the number of interactions.
func (r *Recording) Len() int { return len(r.entries) }

// Warnings are sentences about what was left out, with the file and the line.
func (r *Recording) Warnings() []string { return r.warnings }

// Items are all interactions, in the order of the manifest and of the files.
func (r *Recording) Items() iter.Seq[Item] {
	return func(yield func(Item) bool) {
		for i := range r.entries {
			if !yield(r.item(i)) {
				return
			}
		}
	}
}

func (r *Recording) item(i int) Item {
	e := &r.entries[i]
	cassette := r.cassettes[e.cassette]
	item := Item{File: cassette.path, Cassette: cassetteOf(cassette.path), Number: int(e.number), Line: int(e.line)}
	item.decode = func() (exchange.Exchange, error) { return r.read(e) }
	return item
}

// read decodes an interaction. The error is an *Error without a file name.
func (r *Recording) read(e *entry) (exchange.Exchange, error) {
	p, err := r.piece(e)
	if err != nil {
		return exchange.Exchange{}, err
	}
	return p.decode()
}

// answer decodes an interaction but for its request. The error is an *Error.
func (r *Recording) answer(i int) (exchange.Exchange, error) {
	e := &r.entries[i]
	p, err := r.piece(e)
	if err != nil {
		return exchange.Exchange{}, inFile(r.cassettes[e.cassette].path, err)
	}
	if p.ours && p.document == nil {
		if item, ok := scan(p.text); ok {
			return item.answer(), nil
		}
	}
	return r.item(i).Exchange()
}

// piece reads the text of an interaction.
func (r *Recording) piece(e *entry) (piece, error) {
	cassette := r.cassettes[e.cassette]
	p := piece{line: int(e.line), ours: cassette.ours}
	if !p.ours {
		p.redactor = r.redactor
	}
	switch {
	case cassette.archive != nil:
		p.archive, p.number = cassette.archive, int(e.number)
		return p, nil
	case e.size == 0:
		p.document = &interaction{line: p.line, complete: true, exchange: cassette.exchanges[e.offset]}
		return p, nil
	}
	text := make([]byte, e.size)
	if _, err := cassette.file.ReadAt(text, e.offset); err != nil {
		return p, &Error{Line: p.line, Cause: err,
			Message: "the interaction can no longer be read, the file was changed or closed meanwhile; start again"}
	}
	// Nobody else has the bytes, so that they need no copy to be a string.
	p.text = unsafe.String(unsafe.SliceData(text), len(text))
	return p, nil
}

// Exchanges decodes all interactions into memory, in order. The error is an *Error, when a
// file was changed since it was opened.
func (r *Recording) Exchanges() ([]exchange.Exchange, error) {
	all := make([]exchange.Exchange, 0, r.Len())
	for item := range r.Items() {
		e, err := item.Exchange()
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

// Close closes the files. Nothing can be replayed after it. A recording that is no longer
// in use closes them by itself some time.
func (r *Recording) Close() error {
	var problems []error
	for _, cassette := range r.cassettes {
		if cassette.file != nil {
			problems = append(problems, cassette.file.Close())
		}
	}
	return errors.Join(problems...)
}
