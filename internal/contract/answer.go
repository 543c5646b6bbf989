package contract

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"conformance/fixtures"
	"conformance/internal/exchange"
	"conformance/schemas"
)

// decodedLimit bounds a body after its content coding is undone, in bytes.
const decodedLimit = 4 << 20

// Answer is an exchange, read once for all rules.
type Answer struct {
	Exchange exchange.Exchange
	// Number is the exchange's number in the run, from 1.
	Number int
	// Case is what the exchange was sent for; nil for foreign traffic.
	Case *fixtures.Case
	// Envelope is the schema of the answer's status; empty when the page documents none.
	Envelope schemas.Name

	mediaType      string
	mediaTypeError error
	charset        string
	body           []byte
	codingError    error
	document       document
	problems       []schemas.Problem
}

// Reader reads exchanges into answers. It is safe for concurrent use.
type Reader struct {
	operation Operation
	schemas   *schemas.Set
}

// NewReader makes a reader for an operation.
func NewReader(operation Operation, set *schemas.Set) *Reader {
	return &Reader{operation: operation, schemas: set}
}

// Read reads an exchange. It never fails: what cannot be read is a violation of some rule.
func (r *Reader) Read(number int, c *fixtures.Case, e exchange.Exchange) *Answer {
	a := &Answer{Exchange: e, Number: number, Case: c}
	if e.Response == nil {
		return a
	}
	a.Envelope = r.operation.Envelopes[e.Response.Status]
	a.readMediaType()
	a.body, a.codingError = decode(e.Response)
	a.document = parse(a.body)
	if a.Envelope != "" && a.document.parsed {
		a.problems = r.schemas.Validate(a.Envelope, a.document.value)
	}
	return a
}

func (a *Answer) readMediaType() {
	values := a.Exchange.Response.Header.Values("Content-Type")
	if len(values) != 1 {
		return
	}
	var parameters map[string]string
	a.mediaType, parameters, a.mediaTypeError = mime.ParseMediaType(values[0])
	a.charset = parameters["charset"]
}

// complete says whether the whole answer was read.
func (a *Answer) complete() bool { return a.Exchange.Response != nil && a.Exchange.Failure == nil }

// documented says whether the answer is complete and the page documents its status.
func (a *Answer) documented() bool { return a.complete() && a.Envelope != "" }

// object is the body as a JSON object; false when it is none or the status has no envelope.
func (a *Answer) object() (map[string]any, bool) {
	if !a.documented() || !a.document.parsed {
		return nil, false
	}
	object, is := a.document.value.(map[string]any)
	return object, is
}

// errorObject is the body as an error envelope, whole or not.
func (a *Answer) errorObject() (map[string]any, bool) {
	if a.Envelope != schemas.Error {
		return nil, false
	}
	return a.object()
}

// notice is one entry of messages or causes.
type notice struct {
	pointer string
	members map[string]any
}

// notices lists the objects in a list of the error envelope: "messages" or "causes".
func (a *Answer) notices(list string) []notice {
	object, is := a.errorObject()
	if !is {
		return nil
	}
	entries, _ := object[list].([]any)
	var all []notice
	for i, entry := range entries {
		if members, is := entry.(map[string]any); is {
			all = append(all, notice{pointer: "/" + list + "/" + strconv.Itoa(i), members: members})
		}
	}
	return all
}

// allNotices lists the entries of messages, then those of causes.
func (a *Answer) allNotices() []notice {
	return append(a.notices("messages"), a.notices("causes")...)
}

// decode undoes the content codings that the answer names, the last one first (RFC 9110
// section 8.4). A body without a coding is returned as it is.
func decode(response *exchange.Response) ([]byte, error) {
	body := response.Body
	codings := listed(response.Header, "Content-Encoding")
	if len(codings) > maxCodings {
		return nil, fmt.Errorf("%d content codings on one body", len(codings))
	}
	for i := len(codings) - 1; i >= 0; i-- {
		decoded, err := undo(strings.ToLower(codings[i]), body)
		if err != nil {
			return nil, err
		}
		body = decoded
	}
	return body, nil
}

// maxCodings bounds the work that one answer can ask for.
const maxCodings = 4

func undo(coding string, body []byte) ([]byte, error) {
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
	decoded, err := io.ReadAll(io.LimitReader(reader, decodedLimit+1))
	if err != nil {
		return nil, fmt.Errorf("a body that is not %s to its end (%v)", coding, err)
	}
	if len(decoded) > decodedLimit {
		return nil, fmt.Errorf("a %s body of more than %d bytes", coding, decodedLimit)
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
