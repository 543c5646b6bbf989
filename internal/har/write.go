package har

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"conformance/internal/exchange"
)

// Writer writes an archive, one entry a line. It is not safe for concurrent use.
type Writer struct {
	out      io.Writer
	recorded time.Time
	started  bool
	closed   bool
}

// archiveHead and archiveTail stand around the entries.
const (
	archiveHead = `{"log":{"version":"1.2","creator":%s,"_conformance":%s,"entries":[`
	archiveTail = "\n]}}\n"
)

// NewWriter begins an archive. It fails if it cannot be written, if the date has more than four
// digits for its year, and if info.Session is no JSON.
func NewWriter(out io.Writer, info Info) (*Writer, error) {
	creator, err := json.Marshal(info.Creator, tolerant)
	if err != nil {
		return nil, fmt.Errorf("begin the archive: %w", err)
	}
	recorded := info.Recorded.UTC()
	own, err := json.Marshal(ownLog{FormatVersion: FormatVersion, Recorded: recorded, Session: jsontext.Value(info.Session)})
	if err != nil {
		return nil, fmt.Errorf("begin the archive: %w", err)
	}
	if _, err := fmt.Fprintf(out, archiveHead, creator, own); err != nil {
		return nil, fmt.Errorf("begin the archive: %w", err)
	}
	return &Writer{out: out, recorded: recorded}, nil
}

// errClosed is a mistake of the caller.
var errClosed = errors.New("the archive is complete already")

// Write adds an exchange, which must be free of secrets. It fails if the archive cannot be written.
func (w *Writer) Write(e exchange.Exchange) error {
	if w.closed {
		return errClosed
	}
	line := []byte("\n")
	if w.started {
		line = []byte(",\n")
	}
	text, err := json.Marshal(newEntry(e, w.recorded))
	if err != nil {
		return fmt.Errorf("write an entry of the archive: %w", err)
	}
	if _, err := w.out.Write(append(line, text...)); err != nil {
		return fmt.Errorf("write an entry of the archive: %w", err)
	}
	w.started = true
	return nil
}

// Close ends the archive; it does not close what it is written to. Without it the archive is
// not complete, and no program reads it.
func (w *Writer) Close() error {
	if w.closed {
		return errClosed
	}
	w.closed = true
	if _, err := io.WriteString(w.out, archiveTail); err != nil {
		return fmt.Errorf("end the archive: %w", err)
	}
	return nil
}
