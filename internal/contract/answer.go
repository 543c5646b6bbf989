package contract

import (
	"errors"
	"maps"
	"strconv"
	"sync"

	"conformance/fixtures"
	"conformance/internal/exchange"
	"conformance/schemas"
)

// Answer is an exchange, read once for all rules.
type Answer struct {
	Exchange exchange.Exchange
	// Number is the exchange's number in the run, from 1.
	Number int
	// Case is what the exchange was sent for; nil for foreign traffic.
	Case *fixtures.Case
	// Envelope is the schema of the answer's status; empty when the page documents none, or when
	// the request's method is not the operation's.
	Envelope schemas.Name

	// ofOperation says that the request's method is the operation's: of others the page says nothing.
	ofOperation bool

	mediaType   mediaType
	body        []byte
	codingError error
	document    document
	problems    []schemas.Problem

	// inspected says that findings are known, but for those of rules that compare answers.
	inspected bool
	findings  []pending
}

// Reader reads exchanges into answers. It is safe for concurrent use.
type Reader struct {
	operation Operation
	schemas   *schemas.Set
	// memories hold texts without internals, and nothing else, for Inspect.
	memories sync.Pool
}

// NewReader makes a reader for an operation.
func NewReader(operation Operation, set *schemas.Set) *Reader {
	return &Reader{operation: operation, schemas: set, memories: sync.Pool{
		New: func() any { return &memory{innocent: map[string]bool{}} },
	}}
}

// Inspect holds an answer to the rules that compare it with no other. A Judge does that by itself,
// one answer after the other; most of its work can be done before, on many at a time.
func (r *Reader) Inspect(a *Answer) {
	m := r.memories.Get().(*memory)
	a.inspect(m)
	r.memories.Put(m)
}

// Read reads an exchange. It never fails: what cannot be read is a violation of some rule.
func (r *Reader) Read(number int, c *fixtures.Case, e exchange.Exchange) *Answer {
	a := &Answer{Exchange: e, Number: number, Case: c}
	if e.Response == nil {
		return a
	}
	if a.ofOperation = e.Request.Method == r.operation.Method; a.ofOperation {
		a.Envelope = r.operation.Envelopes[e.Response.Status]
	}
	if values := e.Response.Header.Values("Content-Type"); len(values) == 1 {
		a.mediaType = parseMediaType(values[0])
	}
	a.body, a.codingError = decode(e)
	a.document = parse(a.body)
	a.document.value = shortened(a.document.value)
	if a.Envelope != "" {
		a.problems = r.schemas.Validate(a.Envelope, a.document.value)
	}
	return a
}

// forget lets go of what the rules alone look at: the values of a body can take a hundred times
// the memory of its text, and an answer is kept as the control of later ones.
func (a *Answer) forget() {
	a.body, a.document, a.problems, a.findings = nil, document{}, nil, nil
}

// maxEntries bounds how many messages, and how many causes, of one answer are looked at: what
// is found is kept until the run ends.
const maxEntries = 100

// shortened is a body without the messages and causes that are too many to look at.
func shortened(value any) any {
	object, is := value.(map[string]any)
	if !is {
		return value
	}
	for _, list := range []string{"messages", "causes"} {
		if entries, _ := object[list].([]any); len(entries) > maxEntries {
			object = maps.Clone(object)
			object[list] = entries[:maxEntries]
		}
	}
	return object
}

// complete says whether the whole answer was read.
func (a *Answer) complete() bool { return a.Exchange.Response != nil && a.Exchange.Failure == nil }

// documented says whether the answer is complete and the page documents its status.
func (a *Answer) documented() bool { return a.complete() && a.Envelope != "" }

// readable says whether the page documents the status, and the body could be decoded. A body
// that could not be is held against its coding, and nothing else; one in a coding that is
// not undone here is held against nothing.
func (a *Answer) readable() bool { return a.documented() && a.codingError == nil }

// decodable says whether anything can be said of the body's coding.
func (a *Answer) decodable() bool {
	return a.documented() && !errors.Is(a.codingError, errForeignCoding)
}

// object is the body as a JSON object; false when it is none or the status has no envelope.
func (a *Answer) object() (map[string]any, bool) {
	if !a.documented() {
		return nil, false
	}
	object, is := a.document.value.(map[string]any)
	return object, is
}

// errorObject is the body as an error envelope, whole or not; nil when it is none.
func (a *Answer) errorObject() map[string]any {
	if a.Envelope != schemas.Error {
		return nil
	}
	object, _ := a.object()
	return object
}

// notice is one entry of messages or causes.
type notice struct {
	pointer string
	members map[string]any
}

// notices lists the objects in a list of the error envelope: "messages" or "causes".
func (a *Answer) notices(list string) []notice {
	entries, _ := a.errorObject()[list].([]any)
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
