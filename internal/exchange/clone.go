package exchange

import (
	"bytes"
	"net/http"
	"strings"
)

// Clone is a copy that shares no memory with the exchange: what is decoded from a recording is a
// part of a large piece of it, which a copy lets go of.
func (e Exchange) Clone() Exchange {
	e.Case, e.Credential = strings.Clone(e.Case), strings.Clone(e.Credential)
	e.Request = Request{
		Method: strings.Clone(e.Request.Method), URL: strings.Clone(e.Request.URL),
		Header: cloneHeader(e.Request.Header), Body: bytes.Clone(e.Request.Body),
	}
	if e.Response != nil {
		response := *e.Response
		response.Proto, response.Header = strings.Clone(response.Proto), cloneHeader(response.Header)
		response.Body = bytes.Clone(response.Body)
		e.Response = &response
	}
	if e.Failure != nil {
		e.Failure = &Failure{Kind: FailureKind(strings.Clone(string(e.Failure.Kind))), Message: strings.Clone(e.Failure.Message)}
	}
	return e
}

// cloneHeader is http.Header.Clone for the texts, too.
func cloneHeader(header http.Header) http.Header {
	copied := make(http.Header, len(header))
	for name, values := range header {
		list := make([]string, len(values))
		for i, value := range values {
			list[i] = strings.Clone(value)
		}
		copied[strings.Clone(name)] = list
	}
	return copied
}
