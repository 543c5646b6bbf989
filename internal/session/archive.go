package session

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"conformance/internal/exchange"
	"conformance/internal/har"
	"conformance/internal/redact"
)

// archive is recorded traffic in another format than the cassette's. It finds its
// interactions by itself and decodes each when it is asked for. It is safe for concurrent use.
type archive interface {
	// Len is the number of interactions.
	Len() int
	// Exchange decodes the interaction with the index i, from 0. Its error names the file.
	Exchange(i int) (exchange.Exchange, error)
}

// isArchive tells whether a file is an HTTP archive, by its name or by how it begins.
func isArchive(path string, in io.ReaderAt) bool {
	if strings.EqualFold(filepath.Ext(path), ".har") {
		return true
	}
	head := make([]byte, headSize)
	n, _ := in.ReadAt(head, 0) // what cannot be read is told when it is read as a cassette
	return har.Detect(head[:n])
}

// openArchive opens a file of another format. It reports false for a cassette. The batch is all
// interactions of the archive.
func openArchive(path string, in *io.SectionReader) (b batch, is bool, err error) {
	if !isArchive(path, in) {
		return batch{}, false, nil
	}
	opened, err := har.New(path, in, in.Size())
	if err != nil {
		return batch{}, true, err
	}
	opened.Beside(os.DirFS(filepath.Dir(path)))
	b = batchOf(opened)
	for i := range b.pieces {
		b.pieces[i].ours = opened.Own()
	}
	return b, true, nil
}

// batchOf are all interactions of an archive.
func batchOf(a archive) batch {
	b := batch{pieces: make([]piece, a.Len()), last: true}
	for i := range b.pieces {
		b.pieces[i] = piece{archive: a, number: i + 1}
	}
	return b
}

// withoutSecrets puts labels in the place of secrets in an archive of another program.
func (b *batch) withoutSecrets() error {
	if len(b.pieces) == 0 || b.pieces[0].archive == nil || b.pieces[0].ours {
		return nil
	}
	redactor, err := redact.NewTraffic(redact.TrafficOptions{})
	if err != nil {
		return fmt.Errorf("replace secrets by labels: %w", err)
	}
	clean := cleanArchive{b.pieces[0].archive, redactor}
	for i := range b.pieces {
		// All of it once in order: labels are numbered as the credentials come up.
		if _, err := clean.Exchange(i); err != nil {
			return err
		}
		b.pieces[i].archive = clean
	}
	return nil
}

// cleanArchive is an archive with labels in the place of secrets.
type cleanArchive struct {
	archive
	redactor *redact.Traffic
}

// Exchange is that of the archive, without its secrets.
func (c cleanArchive) Exchange(i int) (exchange.Exchange, error) {
	e, err := c.archive.Exchange(i)
	if err != nil {
		return e, err
	}
	return c.redactor.Clean(e), nil
}
