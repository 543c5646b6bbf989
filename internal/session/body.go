package session

import (
	"bytes"
	"io"
	"sync"
	"sync/atomic"
)

// readAheadLimit is how many bytes of a request's body are read that the handler did not
// read. It is as many as net/http itself reads before it answers.
const readAheadLimit = 256 << 10

// seenBody is a request's body that keeps what is read of it.
type seenBody struct {
	kept *kept
	// mayReadAhead says that to read what the handler leaves cannot stall the exchange.
	mayReadAhead atomic.Bool

	reading sync.Mutex
	source  io.ReadCloser
	ahead   bytes.Buffer // read, but not yet handed out
	err     error        // what the source ended with
}

// Read reads on, first what was read ahead.
func (b *seenBody) Read(into []byte) (int, error) {
	b.reading.Lock()
	defer b.reading.Unlock()
	if b.ahead.Len() > 0 {
		return b.ahead.Read(into)
	}
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.source.Read(into)
	b.kept.add(into[:n])
	b.err = err
	return n, err
}

// readAhead reads what is left of the body, so that it is recorded although nobody wants it.
// It does nothing while somebody is reading.
func (b *seenBody) readAhead() {
	if !b.mayReadAhead.Load() || !b.reading.TryLock() {
		return
	}
	defer b.reading.Unlock()
	if b.err != nil {
		return
	}
	from := b.ahead.Len()
	_, err := io.CopyN(&b.ahead, b.source, readAheadLimit)
	b.kept.add(b.ahead.Bytes()[from:])
	b.err = err
}

// Close reads ahead and closes the body.
func (b *seenBody) Close() error {
	b.readAhead()
	return b.source.Close()
}
