package session

import "net/http"

// check is some pieces of a cassette that are decoded, and what came of it.
type check struct {
	pieces []piece
	prints []fingerprinted
	err    error
	// These are the headers and the body of the request before, as they were found and as
	// they were decoded: most requests have the same.
	headers, body string
	header        http.Header
	canonical     string
}

// run stops at the first piece that is damaged. It lets go of the texts.
func (c *check) run(h hasher) {
	c.prints = make([]fingerprinted, len(c.pieces))
	for i := range c.pieces {
		p := &c.pieces[i]
		if c.prints[i], c.err = c.fingerprint(*p, h); c.err != nil {
			return
		}
		if i > 0 && c.prints[i].fingerprint.headers == c.prints[i-1].fingerprint.headers {
			c.prints[i].headers = nil
		}
		p.text, p.clean = "", nil
	}
}

// fingerprint takes that of a piece's request, and finds out whether all of the piece can
// be decoded.
func (c *check) fingerprint(p piece, h hasher) (fingerprinted, error) {
	if p.ours && p.document == nil {
		if item, ok := scan(p.text); ok {
			if item.requestHeaders != c.headers {
				c.headers, c.header = item.requestHeaders, decodeHeaders(item.requestHeaders)
			}
			if item.requestBody != c.body {
				c.body, c.canonical = item.requestBody, canonicalBody(bodyOf(item.requestBody))
			}
			request := item.request
			request.Header = c.header
			f := h.fingerprint(request, c.canonical, sentCase{item.exchange.Case, item.exchange.Attempt})
			f.started = item.exchange.Started
			return f, nil
		}
	}
	e, err := p.decode()
	f := h.fingerprint(e.Request, canonicalBody(e.Request.Body), sentCase{e.Case, e.Attempt})
	f.started = e.Started
	return f, err
}
