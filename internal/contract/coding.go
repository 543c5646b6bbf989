package contract

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"conformance/internal/exchange"
)

// decodedLimit bounds a body after its content coding is undone, in bytes.
const decodedLimit = 1 << 20

// maxCodings bounds the work that one answer can ask for.
const maxCodings = 4

// errForeignCoding says that a body is in a coding that this program cannot undo.
var errForeignCoding = errors.New("a content coding that is not undone here")

// foreignCodings are those of IANA's registry that this program cannot undo.
var foreignCodings = map[string]bool{
	"aes128gcm": true, "br": true, "compress": true, "dcb": true, "dcz": true, "exi": true,
	"pack200-gzip": true, "x-compress": true, "zstd": true,
}

// decode undoes the content codings that the answer names, the last one first (RFC 9110
// section 8.4). A body without a coding is returned as it is. The error wraps
// errForeignCoding where nothing can be said of the body, for or against it.
func decode(e exchange.Exchange) ([]byte, error) { return decodeUpTo(decodedLimit, e) }

// Inflates says whether an answer's body is longer than a number of bytes once its content
// codings, or some of them, are undone. It reads no more than that.
func Inflates(e exchange.Exchange, limit int) bool {
	_, err := decodeUpTo(limit, e)
	var long tooLong
	return errors.As(err, &long)
}

// Plain is an answer's body without its content codings; false when they cannot be undone, are
// broken, or leave more than a number of bytes.
func Plain(e exchange.Exchange, limit int) ([]byte, bool) {
	if e.Response.Uncompressed {
		return e.Response.Body, true
	}
	body, err := decodeUpTo(limit, e)
	return body, err == nil
}

// tooLong says that a body in a coding has more than so many bytes without it.
type tooLong struct {
	coding string
	limit  int
}

func (l tooLong) Error() string {
	return fmt.Sprintf("a %s body of more than %d bytes", l.coding, l.limit)
}

func decodeUpTo(limit int, e exchange.Exchange) ([]byte, error) {
	body := e.Response.Body
	codings := listed(e.Response.Header, "Content-Encoding")
	if len(codings) > maxCodings {
		return nil, fmt.Errorf("%d content codings on one body", len(codings))
	}
	for i := len(codings) - 1; i >= 0; i-- {
		coding := strings.ToLower(codings[i])
		// Plain JSON under the label of a coding is a wrong label, whatever was acceptable.
		if foreignCodings[coding] && acceptsCoding(e.Request.Header, coding) && !json.Valid(body) {
			return nil, fmt.Errorf("%w: %s", errForeignCoding, quoted(coding))
		}
		decoded, err := undo(coding, body, limit)
		if err != nil {
			return nil, err
		}
		body = decoded
	}
	return body, nil
}

// acceptsCoding says whether a request leaves the server free to use a coding: it names it, or
// any, or has no Accept-Encoding at all (RFC 9110 section 12.5.3).
func acceptsCoding(request http.Header, coding string) bool {
	accepted := len(request.Values("Accept-Encoding")) == 0
	for _, item := range listed(request, "Accept-Encoding") {
		name, parameters, _ := strings.Cut(item, ";")
		name = strings.TrimSpace(name)
		weight, _ := parseWeight(parameters)
		if strings.EqualFold(name, coding) {
			return weight > 0
		}
		if name == "*" {
			accepted = weight > 0
		}
	}
	return accepted
}

func undo(coding string, body []byte, limit int) ([]byte, error) {
	var reader io.Reader
	var err error
	switch coding {
	case "identity":
		return body, nil
	case "gzip", "x-gzip":
		reader, err = gzip.NewReader(bytes.NewReader(body))
	case "deflate":
		if reader, err = zlib.NewReader(bytes.NewReader(body)); err != nil {
			// Some servers send the bare stream without its wrapper.
			reader, err = flate.NewReader(bytes.NewReader(body)), nil
		}
	default:
		return nil, fmt.Errorf("the content coding %s, which was not asked for", quoted(coding))
	}
	if err != nil {
		return nil, fmt.Errorf("a body that is not %s (%v)", coding, err)
	}
	decoded, err := io.ReadAll(io.LimitReader(reader, int64(limit)+1))
	if err != nil {
		return nil, fmt.Errorf("a body that is not %s to its end (%v)", coding, err)
	}
	if len(decoded) > limit {
		return nil, tooLong{coding, limit}
	}
	return decoded, nil
}

// listed is a header that is a comma-separated list, over all its lines.
func listed(header http.Header, name string) []string {
	var items []string
	for _, line := range header.Values(name) {
		for item := range strings.SplitSeq(line, ",") {
			if item = strings.TrimSpace(item); item != "" {
				items = append(items, item)
			}
		}
	}
	return items
}
