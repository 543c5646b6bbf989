package redact

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"strings"
)

// coding is a content coding that a secret can hide in (RFC 9110 section 8.4.1).
type coding struct {
	reader func(io.Reader) (io.ReadCloser, error)
	writer func(io.Writer) compressor
}

// compressor is what the compressing writers of the standard library have in common.
type compressor interface {
	io.WriteCloser
	Flush() error
}

var (
	gzipCoding = coding{
		reader: func(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) },
		writer: func(w io.Writer) compressor { return gzip.NewWriter(w) },
	}
	zlibCoding = coding{
		reader: zlib.NewReader,
		writer: func(w io.Writer) compressor { return zlib.NewWriter(w) },
	}
	// flateCoding is what some servers send as "deflate": the stream without its wrapper.
	flateCoding = coding{
		reader: func(r io.Reader) (io.ReadCloser, error) { return flate.NewReader(r), nil },
		writer: func(w io.Writer) compressor {
			made, _ := flate.NewWriter(w, flate.DefaultCompression) // fails for an unknown level alone
			return made
		},
	}
)

var codings = map[string][]coding{
	"gzip":    {gzipCoding},
	"x-gzip":  {gzipCoding},
	"deflate": {zlibCoding, flateCoding},
}

// decodedLimit bounds, in bytes, how much of a compressed body is searched for secrets.
const decodedLimit = 8 << 20

// contentCodings are the ways in which a body with this header may be compressed, the likelier
// one first; none when it is not, or in no way that this program can undo.
func contentCodings(header http.Header) []coding {
	return codings[strings.ToLower(strings.TrimSpace(header.Get("Content-Encoding")))]
}

// undo is the body without its coding, up to the limit. It is whole when the coding is intact
// up to the body's end, and not ok when nothing of the body is so coded.
func (c coding) undo(body []byte) (decoded []byte, whole, ok bool) {
	reader, err := c.reader(bytes.NewReader(body))
	if err != nil {
		return nil, false, false
	}
	decoded, err = io.ReadAll(io.LimitReader(reader, decodedLimit))
	return decoded, err == nil, err == nil || len(decoded) > 0
}

// redo puts the coding on a body again. One that was not whole stays broken.
func (c coding) redo(body []byte, whole bool) []byte {
	var coded bytes.Buffer
	writer := c.writer(&coded)
	// A buffer takes every write.
	_, _ = writer.Write(body)
	if whole {
		_ = writer.Close()
	} else {
		_ = writer.Flush()
	}
	return coded.Bytes()
}
