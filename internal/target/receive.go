package target

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"conformance/internal/contract"
	"conformance/internal/exchange"
)

// The bounds of what is kept of answers, in bytes. No envelope of this operation comes near them.
const (
	// bodyLimit bounds one body, before and after its content coding is undone.
	bodyLimit = 256 << 10
	// scrapLimit is how much is kept of a body that is too large: enough to see what it is.
	scrapLimit = 4 << 10
	// keptLimit bounds all answers of a sender together, for they are kept until the report is
	// written. After that only what is no longer than a scrap is kept.
	keptLimit = 24 << 20
)

var (
	errTooLarge = tooLarge("the body goes on after %d bytes, which no envelope of this operation needs", bodyLimit)
	errInflated = tooLarge("the body goes on after %d bytes once its content coding is undone, which no envelope of this operation needs", bodyLimit)
	errTooMuch  = tooLarge("this answer was not kept, since all answers so far are more than %d MiB, which no run of this operation needs", keptLimit>>20)
)

func tooLarge(format string, limit int) error {
	return &exchange.Failure{Kind: exchange.TooLarge, Message: fmt.Sprintf(format, limit)}
}

// receive reads an answer to its end and closes it. What came is kept as far as the limits
// allow, also when the answer broke off; the error says why it is not whole.
func (s *Sender) receive(response *http.Response, request exchange.Request) (*exchange.Response, error) {
	defer response.Body.Close()
	kept := &exchange.Response{Proto: response.Proto, Status: response.StatusCode, Header: response.Header}
	var err error
	kept.Body, err = io.ReadAll(io.LimitReader(response.Body, bodyLimit+1))
	switch {
	case len(kept.Body) > bodyLimit:
		err = errTooLarge
	case err == nil && contract.Inflates(exchange.Exchange{Request: request, Response: kept}, bodyLimit):
		err = errInflated
	}
	switch {
	case err != nil && kept.Header.Get("Content-Encoding") != "":
		// A part of it tells nobody anything, and could still be very large.
		kept.Body = nil
	case err != nil && len(kept.Body) > scrapLimit:
		kept.Body = bytes.Clone(kept.Body[:scrapLimit]) // and not the rest behind it
	}
	if size := len(kept.Body) + exchange.HeaderSize(kept.Header); size > scrapLimit && s.kept.Add(int64(size)) > keptLimit {
		kept.Header, kept.Body = http.Header{}, nil
		if err == nil {
			err = errTooMuch
		}
	}
	return kept, err
}
