package har

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strings"
)

// decodedLimit bounds, in bytes, the decoded form of a body that is written for others to read.
const decodedLimit = 8 << 20

// decoders undo the content codings that the standard library knows.
var decoders = map[string]func(io.Reader) (io.ReadCloser, error){
	"gzip":    func(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) },
	"x-gzip":  func(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) },
	"deflate": zlib.NewReader,
}

// decode undoes the content coding of a body. It is not ok where there is none, where it is
// unknown or broken, and where the result is too large.
func decode(coding string, body []byte) (decoded []byte, ok bool) {
	open, known := decoders[strings.ToLower(strings.TrimSpace(coding))]
	if !known {
		return nil, false
	}
	reader, err := open(bytes.NewReader(body))
	if err != nil {
		return nil, false
	}
	decoded, err = io.ReadAll(io.LimitReader(reader, decodedLimit+1))
	return decoded, err == nil && len(decoded) <= decodedLimit
}

// stillCoded tells whether the body has its content coding, which some programs do not undo.
func stillCoded(coding string, body []byte) bool {
	_, ok := decode(coding, body)
	return ok || strings.EqualFold(strings.TrimSpace(coding), "identity")
}
