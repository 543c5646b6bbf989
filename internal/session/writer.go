package session

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"conformance/internal/clock"
	"conformance/internal/exchange"
)

// Writer records a session. It is safe for concurrent use.
//
// Each exchange is in its cassette as soon as Append returns: a kill of the process loses
// nothing, and what it leaves behind is a session that Open reads, marked as unfinished. In
// a new folder that session stands from the start. Where a session stands already, the new
// one is written into a folder beside it, whose name begins with a dot, and takes its place
// at Close, so that no failure destroys the old one.
type Writer struct {
	mutex     sync.Mutex
	manifest  Manifest
	dir       string // where the session will stand
	work      string // where it is written: dir, or a temporary folder beside it
	lock      io.Closer
	open      opener
	sync      *syncer
	cassettes map[string]*openCassetteFile
	buffer    []byte // holds an interaction while it is written
	failed    error  // the first write that failed; nothing is written after it
	ended     bool
}

// openCassetteFile is a cassette that is being written.
type openCassetteFile struct {
	name     string
	file     file
	size     int64 // bytes of complete interactions
	count    int   // interactions
	unsynced bool
}

// file is what a Writer needs of an *os.File.
type file interface {
	io.WriteCloser
	Sync() error
	Truncate(size int64) error
}

// opener makes a file that must not exist yet.
type opener func(name string) (file, error)

func openNew(name string) (file, error) {
	return os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
}

// errEnded is what a Writer returns after Close or Abort.
var errEnded = errors.New("record: the session is closed already")

// What is larger could be written, but not be read again in reasonable time and memory.
var (
	errTooLarge     = fmt.Errorf("the cassette would be larger than %d MiB; record the rest into another session", MaxFileSize>>20)
	errBodyTooLarge = fmt.Errorf("a body is larger than %d MiB", MaxBodySize>>20)
	errNothing      = errors.New("the exchange has neither a response nor a failure")
)

// keptBuffer bounds, in bytes, the memory that a Writer holds on to between two exchanges.
const keptBuffer = 1 << 20

// Option changes how a Writer records.
type Option func(*Writer)

// WithSync sets when the cassettes are brought to the disk. The clock measures the interval.
// Without this option it is SyncInterval by the system's clock.
func WithSync(policy SyncPolicy, by clock.Clock) Option {
	return func(w *Writer) { w.sync = newSyncer(policy, by) }
}

// withOpener replaces how files are made.
func withOpener(open opener) Option {
	return func(w *Writer) { w.open = open }
}

// Create begins a session in the folder dir, which it makes if need be. The error is an
// *Error when the folder holds anything else than a session, or when another recording into
// it is under way; others come from the file system or name what is wrong with the manifest.
func Create(dir string, manifest Manifest, options ...Option) (*Writer, error) {
	manifest.FormatVersion = FormatVersion
	manifest.Cassettes = nil
	manifest.Unfinished = true
	if _, err := manifest.encode(); err != nil {
		return nil, err
	}
	dir, err := resolve(dir)
	if err != nil {
		return nil, fmt.Errorf("find the session's folder: %w", err)
	}
	w := &Writer{manifest: manifest, dir: dir, open: openNew, cassettes: map[string]*openCassetteFile{}}
	for _, option := range options {
		option(w)
	}
	if w.sync == nil {
		w.sync = newSyncer(SyncInterval, clock.System{})
	}
	if w.lock, w.work, err = claimFolder(dir); err != nil {
		return nil, err
	}
	if err := w.writeManifest(); err != nil {
		return nil, errors.Join(fmt.Errorf("record %s: %w", ManifestName, err), w.discard(), w.lock.Close())
	}
	return w, nil
}

// resolve makes the path absolute and follows links, so that the folder itself is
// replaced and not a link to it.
func resolve(dir string) (string, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if target, err := filepath.EvalSymlinks(absolute); err == nil {
		return target, nil
	}
	return absolute, nil
}

// Append adds an exchange to the cassette of a status path, such as "401", with a single
// write. The exchanges stand in the order of the calls. After an error of the file system,
// or when a cassette is full, the Writer takes no more and returns the same error again:
// what was written before it stays readable. An exchange that cannot be kept is an error
// for itself alone.
func (w *Writer) Append(path string, e exchange.Exchange) error {
	name, err := cassetteName(path)
	if err != nil {
		return err
	}
	if err := checkKeepable(e); err != nil {
		return fmt.Errorf("record %s: %w", path, err)
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	switch {
	case w.failed != nil:
		return w.failed
	case w.ended:
		return errEnded
	}
	if err := w.append(name, e); err != nil {
		return w.fail(name, err)
	}
	return nil
}

// checkKeepable finds what a cassette cannot keep.
func checkKeepable(e exchange.Exchange) error {
	if e.Response == nil && e.Failure == nil {
		return errNothing
	}
	if len(e.Request.Body) > MaxBodySize || e.Response != nil && len(e.Response.Body) > MaxBodySize {
		return errBodyTooLarge
	}
	return nil
}

// fail keeps the first error, and returns it.
func (w *Writer) fail(name string, err error) error {
	if w.failed == nil {
		w.failed = fmt.Errorf("record %s: %w", name, err)
	}
	return w.failed
}

func (w *Writer) append(name string, e exchange.Exchange) error {
	cassette, err := w.cassette(name)
	if err != nil {
		return err
	}
	item := w.buffer[:0]
	if cassette.count == 0 {
		item = append(item, cassetteHead...)
	}
	item = appendInteraction(item, cassette.count, e)
	if cap(item) <= keptBuffer {
		w.buffer = item
	}
	if cassette.size+int64(len(item)) > MaxFileSize {
		return errTooLarge
	}
	if _, err := cassette.file.Write(item); err != nil {
		// Without its last half the interaction is none. Where the half cannot be removed it is
		// left out on reading.
		return errors.Join(err, cassette.file.Truncate(cassette.size))
	}
	cassette.size += int64(len(item))
	cassette.count++
	return w.written(cassette)
}

// cassette is the open cassette of that file name.
func (w *Writer) cassette(name string) (*openCassetteFile, error) {
	if cassette, known := w.cassettes[name]; known {
		return cassette, nil
	}
	opened, err := w.open(filepath.Join(w.work, name))
	if err != nil {
		return nil, err
	}
	if w.sync.policy == SyncAlways {
		syncFolder(w.work)
	}
	cassette := &openCassetteFile{name: name, file: opened}
	w.cassettes[name] = cassette
	return cassette, nil
}

// Sink is a function to give a Recorder or a Tap: it appends each exchange to the cassette of
// its status, such as "404", or to "failed" when it has none. It calls report with each
// error once: an error that ends the recording is not repeated for every exchange after it.
func (w *Writer) Sink(report func(error)) func(exchange.Exchange) {
	var mutex sync.Mutex
	var reported error
	return func(e exchange.Exchange) {
		err := w.Append(statusPath(e), e)
		if err == nil {
			return
		}
		mutex.Lock()
		again := err == reported
		reported = err
		mutex.Unlock()
		if !again {
			report(err)
		}
	}
}

// failedPath is the path of exchanges without an answer.
const failedPath = "failed"

func statusPath(e exchange.Exchange) string {
	if e.Response == nil {
		return failedPath
	}
	return fmt.Sprintf("%03d", e.Response.Status)
}
