package session

import (
	"errors"
	"fmt"
	"strings"

	"conformance/internal/exchange"
)

// decode reads the interaction of a piece. The error is an *Error without a file name.
func (p piece) decode() (exchange.Exchange, error) {
	if p.clean != nil {
		return *p.clean, nil
	}
	item, err := p.parse()
	if err != nil {
		return exchange.Exchange{}, err
	}
	if err := item.check(); err != nil || p.redactor == nil {
		return item.exchange, err
	}
	return p.redactor.Clean(item.exchange), nil
}

// parse reads the piece in the quickest way there is.
func (p piece) parse() (interaction, error) {
	switch {
	case p.document != nil:
		return *p.document, nil
	case p.archive != nil:
		e, err := p.archive.Exchange(p.number - 1)
		return interaction{complete: true, exchange: e}, err
	case p.ours:
		if item, ok := scan(p.text); ok {
			return interaction{line: p.line, complete: true, exchange: item.whole()}, nil
		}
	}
	return parseItem(p.text, p.line-1)
}

// check finds an interaction that has come to no end.
func (i interaction) check() error {
	if i.exchange.Failure != nil || i.exchange.Response != nil && (i.exchange.Response.Status != 0 || i.complete) {
		return nil
	}
	return &Error{Line: i.line, Message: "this interaction has neither a response with a code nor a failure; remove it or record the session again"}
}

// isCutOff tells whether the last piece of a cassette lacks its end: a recording was
// killed or a disk was full. What is broken in another way is an error, not a cut.
func (p piece) isCutOff() bool {
	if p.ours && p.cut {
		return true
	}
	item, err := p.parse()
	switch {
	case p.document != nil:
		return p.ours && !item.complete
	case err != nil:
		return p.cut || p.isMapping() && !p.hasLastLine() && !isWrongValue(err)
	case p.ours:
		return !item.complete
	}
	if last := p.lastLine(); p.cut && strings.HasPrefix(last, "duration: ") && !strings.HasSuffix(last, "s") {
		return true // 61.5m of 61.5ms: go-vcr always ends with seconds
	}
	status := item.exchange.Status()
	return item.exchange.Failure == nil && (status < 100 || status > 999)
}

// isWrongValue tells of an item that is whole, with a value of another kind than is expected: no
// cut at the end of a line leaves that.
func isWrongValue(err error) bool {
	problem, is := errors.AsType[*Error](err)
	return is && problem.wrongValue
}

// isMapping tells whether the item begins with a key.
func (p piece) isMapping() bool {
	first, _, _ := strings.Cut(p.text, "\n")
	return strings.Contains(first, ":")
}

// hasLastLine tells whether the last line is one of those that come last in the layouts
// of this package and of go-vcr.
func (p piece) hasLastLine() bool {
	last := p.lastLine()
	return strings.HasPrefix(last, "started: ") ||
		!p.ours && (strings.HasPrefix(last, "duration: ") || strings.HasPrefix(last, "code: "))
}

// lastLine is the last line with text, without the white space around it.
func (p piece) lastLine() string {
	text := strings.TrimSpace(p.text)
	return strings.TrimSpace(text[strings.LastIndexByte(text, '\n')+1:])
}

// dropCutOff leaves out a last interaction that was cut off. It returns a sentence that
// says so, or nothing.
func (b *batch) dropCutOff() (warning string) {
	if last := len(b.pieces) - 1; b.last && last >= 0 && b.pieces[last].archive == nil && b.pieces[last].isCutOff() {
		line := b.pieces[last].line
		b.pieces = b.pieces[:last]
		return fmt.Sprintf("line %d: the last interaction is cut off and was left out", line)
	}
	switch {
	case b.fragment == 1:
		return "line 1: the cassette is cut off before its first interaction"
	case b.fragment > 1:
		return fmt.Sprintf("line %d: the cassette is cut off behind its last whole interaction; nothing but white space was left out", b.fragment)
	}
	return ""
}
