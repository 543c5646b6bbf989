package redact

import (
	"net/http"
	"strings"

	"conformance/internal/exchange"
)

// body is a body that is being cleaned, without its content coding.
type body struct {
	original []byte
	// before is the text as it was, text as it is by now.
	before, text string
	// coding is what was undone, nil when nothing was; whole tells whether to the end.
	coding *coding
	whole  bool
}

// openBody undoes the content coding, if there is one that can be undone.
func openBody(header http.Header, original []byte) body {
	for _, coding := range contentCodings(header) {
		if decoded, whole, ok := coding.undo(original); ok {
			return body{original: original, before: string(decoded), text: string(decoded), coding: &coding, whole: whole}
		}
	}
	text := string(original)
	return body{original: original, before: text, text: text}
}

// close is the body with its coding: the very bytes, if nothing was replaced.
func (b *body) close() []byte {
	switch {
	case b.text == b.before:
		return b.original
	case b.coding != nil:
		return b.coding.redo([]byte(b.text), b.whole)
	default:
		return []byte(b.text)
	}
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
