package redact

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"conformance/internal/exchange"
)

// body is a body that is being cleaned, without its content codings.
type body struct {
	original []byte
	// before is the text as it was, text as it is by now.
	before, text string
	// undone are the codings that were undone, the outermost one first.
	undone []undone
	// inflated says that more is left of the body than is searched.
	inflated bool
}

// undone is a coding that was undone, and whether to its end.
type undone struct {
	coding coding
	whole  bool
}

// openBody undoes the content codings, as far as that can be done.
func openBody(header http.Header, original []byte) body {
	b := body{original: original}
	coded := original
	names := contentCodings(header)
	for len(b.undone) < mostCodings {
		var ways []coding
		if len(names) > 0 {
			ways, names = codings[names[0]], names[1:]
		} else if bytes.HasPrefix(coded, []byte(gzipMagic)) {
			ways = codings["gzip"]
		}
		decoded, did, ok := undoOne(ways, coded)
		if !ok {
			break
		}
		b.undone, coded = append(b.undone, did), decoded
		b.inflated = b.inflated || len(decoded) == decodedLimit && !did.whole
	}
	b.before = string(coded)
	b.text = b.before
	return b
}

// undoOne undoes a coding in the first way that fits.
func undoOne(ways []coding, coded []byte) (decoded []byte, did undone, ok bool) {
	for _, way := range ways {
		if decoded, whole, ok := way.undo(coded); ok {
			return decoded, undone{way, whole}, true
		}
	}
	return nil, undone{}, false
}

// close is the body with its codings: the very bytes, if nothing was replaced. The function hides
// what stands beside the coded text, such as in the comment of a gzip stream and behind its end.
func (b *body) close(hide func(string) string) []byte {
	if b.text == b.before && !b.inflated {
		if len(b.undone) == 0 {
			return b.original
		}
		beside := string(b.original)
		if hidden := hide(beside); hidden != beside {
			return []byte(hidden)
		}
		return b.original
	}
	coded := []byte(b.text)
	for _, did := range slices.Backward(b.undone) {
		coded = did.coding.redo(coded, did.whole)
	}
	return coded
}

// body is the text of a body whose secret members have labels. JSON is known by its looks, since
// a server can call it anything.
func (c *cleaning) body(header http.Header, text string) string {
	if looksLikeJSON(text) {
		return c.json(text)
	}
	if isForm(header) {
		return c.pairs(text, c.isMember)
	}
	return text
}

func isForm(header http.Header) bool {
	return exchange.MediaType(header.Get("Content-Type")) == "application/x-www-form-urlencoded"
}

// isMember tells whether a member of that name holds a secret.
func (c *cleaning) isMember(name string) bool {
	return hasName(memberNames, name) || len(c.members) > 0 && hasName(c.members, name)
}

// isSecretMember tells whether the value where the walk stands is a secret.
func (c *cleaning) isSecretMember(walk *jsonWalk) bool {
	if name := walk.name(); name != "" && c.isMember(name) {
		return true
	}
	return len(c.pointers) > 0 && c.pointers[walk.pointer()]
}

// json replaces secret members, and not a byte besides. A value that is neither a string nor a
// number tells nothing.
func (c *cleaning) json(text string) string {
	var clean strings.Builder
	done := 0
	walk := jsonWalk{text: text}
	for walk.next(c.isSecretMember) {
		if !walk.inSecret() && !c.isSecretMember(&walk) {
			continue
		}
		value := walk.string()
		number := strings.IndexByte("-0123456789", text[walk.start]) >= 0
		if value == "" || IsLabel(value) || !walk.isString() && !number {
			continue
		}
		clean.WriteString(text[done:walk.start])
		clean.WriteString(`"` + c.secret(value) + `"`)
		done = walk.end
	}
	if done == 0 {
		return text
	}
	clean.WriteString(text[done:])
	return clean.String()
}
