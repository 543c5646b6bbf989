package redact

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"slices"
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

// The bounds of the search in a compressed body.
const (
	// decodedLimit is how many bytes of it are searched for secrets. What is behind them is dropped.
	decodedLimit = 8 << 20
	// mostCodings is how many codings within each other are undone.
	mostCodings = 4
)

// contentCodings are the names of the codings of a body with this header, the outermost one first
// (RFC 9110 section 8.4).
func contentCodings(header http.Header) []string {
	var names []string
	for name := range strings.SplitSeq(strings.Join(header.Values("Content-Encoding"), ","), ",") {
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" && name != "identity" {
			names = append(names, name)
		}
	}
	slices.Reverse(names)
	return names
}

// opaqueCoding is the first coding of a body that this program does not undo; empty if there is none.
func opaqueCoding(header http.Header) string {
	for i, name := range contentCodings(header) {
		if _, known := codings[name]; !known || i == mostCodings {
			return name
		}
	}
	return ""
}

// gzipMagic is how every gzip stream begins (RFC 1952 section 2.3.1). Some servers do not say that
// they have compressed what they send.
const gzipMagic = "\x1f\x8b\x08"

// undo is the body without its coding, up to the limit. It is whole when the coding is intact
// up to the body's end, and not ok when nothing of the body is so coded.
func (c coding) undo(body []byte) (decoded []byte, whole, ok bool) {
	reader, err := c.reader(bytes.NewReader(body))
	if err != nil {
		return nil, false, false
	}
	decoded, err = io.ReadAll(io.LimitReader(reader, decodedLimit+1))
	if len(decoded) > decodedLimit {
		return decoded[:decodedLimit], false, true
	}
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
