package session

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"conformance/internal/exchange"
	"conformance/internal/har"
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
