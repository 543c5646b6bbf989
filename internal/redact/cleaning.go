package redact

import (
	"slices"
	"strings"

	"conformance/internal/exchange"
)

// cleaning is the work on one exchange.
type cleaning struct {
	*Traffic
	// remembered hold the values that are looked for everywhere. Those of the exchange itself are
	// among them even if other exchanges have made them be forgotten in the meantime.
	remembered []*Secrets
}

// clean is Traffic.Clean.
func (c *cleaning) clean(e exchange.Exchange) exchange.Exchange {
	header, credential := c.header(e.Request.Header)
	if e.Credential == "" {
		e.Credential = credential
	}
	request := openBody(e.Request.Header, e.Request.Body)
	request.text = c.body(e.Request.Header, request.text)
	e.Request.URL, e.Request.Header = c.url(e.Request.URL), header
	var answer body
	if e.Response != nil {
		clean := *e.Response
		e.Response = &clean
		answer = openBody(clean.Header, clean.Body)
		answer.text = c.body(clean.Header, answer.text)
		clean.Header, _ = c.header(clean.Header)
	}
	c.hideEchoes(&e, &request, &answer)
	e.Request.Body = request.close(c.hide)
	if e.Response != nil {
		e.Response.Body = answer.close(c.hide)
	}
	return e
}

// hideEchoes replaces what one part of an exchange repeats of another or of earlier ones. All
// secrets of the exchange have been found by now.
func (c *cleaning) hideEchoes(e *exchange.Exchange, request, answer *body) {
	e.Request.URL = c.hideInURL(e.Request.URL)
	e.Request.Header = c.hideInHeader(e.Request.Header)
	request.text = c.hide(request.text)
	if e.Response != nil {
		e.Response.Header = c.hideInHeader(e.Response.Header)
		answer.text = c.hide(answer.text)
	}
	if e.Failure != nil {
		clean := *e.Failure
		clean.Message = c.hide(clean.Message)
		e.Failure = &clean
	}
}

func (c *cleaning) hide(text string) string { return hide(c.remembered, text, "") }

func (c *cleaning) headerName(name string) string {
	for _, secrets := range c.remembered {
		name = secrets.headerName(name)
	}
	return name
}

// mostHolders bounds how many sets of values are looked for in one exchange: hostile traffic can
// hold any number of secrets, and the time for all of them would grow with its square.
const mostHolders = 8

// remember makes a value be looked for everywhere.
func (c *cleaning) remember(value, label string) {
	if len(c.remembered) == mostHolders {
		return
	}
	if holder := c.echoes.add(value, label); holder != nil && !slices.Contains(c.remembered, holder) {
		c.remembered = append(c.remembered, holder)
	}
}

// hideInURL writes the labels in the form in which a URL can have them.
func (c *cleaning) hideInURL(url string) string {
	if hidden := c.hide(url); hidden != url {
		return escapeLabel(hidden)
	}
	return url
}

// escapeLabel is a text with labels as it can stand in a URL or form.
func escapeLabel(text string) string { return labelEscaper.Replace(text) }

var labelEscaper = strings.NewReplacer("<", "%3C", ">", "%3E")

// secret is the label of a value, which is remembered.
func (c *cleaning) secret(value string) string {
	label, known := c.names.label(value)
	if !known {
		c.remember(value, label)
	}
	return label
}
