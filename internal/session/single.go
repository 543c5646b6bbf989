package session

import (
	"fmt"
	"io"
	"strings"

	"conformance/internal/exchange"
)

// bundleKey is the key of a cassette under which the session stands that the file holds.
const bundleKey = "session"

// CassetteWriter writes a single cassette to a stream. It is not safe for concurrent use.
type CassetteWriter struct {
	out    io.Writer
	count  int
	buffer []byte
}

// NewCassetteWriter begins a cassette. A bundle whose manifest has a FormatVersion stands in its
// head, so that the file holds a whole session. It fails if the manifest could not be read back,
// or if the cassette cannot be written.
func NewCassetteWriter(out io.Writer, bundle Bundle) (*CassetteWriter, error) {
	head := cassetteHead
	if bundle.Manifest.FormatVersion != 0 {
		text, err := bundle.YAML()
		if err != nil {
			return nil, err
		}
		indented := strings.ReplaceAll("\n"+strings.TrimSuffix(string(text), "\n"), "\n", "\n  ")
		head = strings.TrimSuffix(cassetteHead, "interactions:\n") + bundleKey + ":" + indented + "\ninteractions:\n"
	}
	if _, err := io.WriteString(out, head); err != nil {
		return nil, fmt.Errorf("begin the cassette: %w", err)
	}
	return &CassetteWriter{out: out}, nil
}

// Append adds an exchange. It fails for one that no cassette can keep, and if the cassette cannot
// be written.
func (w *CassetteWriter) Append(e exchange.Exchange) error {
	if err := checkKeepable(e); err != nil {
		return err
	}
	w.buffer = appendInteraction(w.buffer[:0], w.count, e)
	if _, err := w.out.Write(w.buffer); err != nil {
		return fmt.Errorf("write an interaction of the cassette: %w", err)
	}
	if cap(w.buffer) > keptBuffer {
		w.buffer = nil
	}
	w.count++
	return nil
}
