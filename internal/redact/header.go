package redact

import (
	"encoding/base64"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// header is a header whose secrets have labels, and the name of the credential that stands in
// Authorization. Labels are numbered in the order of the fields' names: a header has no other.
func (c *cleaning) header(header http.Header) (clean http.Header, credential string) {
	var found []string
	for name := range header {
		if c.headerKind(name) != plainHeader {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	edit := headerEdit{original: header}
	for _, name := range found {
		kind := c.headerKind(name)
		edit.replace(name, name, func(value string) string {
			replaced, label := c.headerValue(kind, value)
			if name == "Authorization" && label != "" {
				credential = strings.Trim(label, "<>")
			}
			return replaced
		})
	}
	return edit.header(), credential
}

// hideInHeader is a header without values that are repeated from elsewhere.
func (c *cleaning) hideInHeader(header http.Header) http.Header {
	edit := headerEdit{original: header}
	for name := range header {
		edit.replace(name, c.headerName(name), c.hide)
	}
	return edit.header()
}

// headerEdit changes a header, and copies it when the first field changes.
type headerEdit struct{ original, changed http.Header }

// header is the header with the changes.
func (e *headerEdit) header() http.Header {
	if e.changed == nil {
		return e.original
	}
	return e.changed
}

// replace gives a field of the original header a new name and new values.
func (e *headerEdit) replace(name, newName string, replace func(string) string) {
	values := e.original[name]
	var replaced []string
	for i, value := range values {
		if newValue := replace(value); newValue != value {
			if replaced == nil {
				replaced = slices.Clone(values)
			}
			replaced[i] = newValue
		}
	}
	if replaced == nil && newName == name {
		return
	}
	if replaced == nil {
		replaced = values
	}
	if e.changed == nil {
		e.changed = maps.Clone(e.original)
	}
	if newName != name {
		delete(e.changed, name)
		replaced = append(slices.Clip(e.changed[newName]), replaced...)
	}
	e.changed[newName] = replaced
}

func (c *cleaning) headerKind(name string) headerKind {
	canonical := http.CanonicalHeaderKey(name)
	if kind, ok := headerKinds[canonical]; ok {
		return kind
	}
	if c.headers[canonical] {
		return secretHeader
	}
	return plainHeader
}

// headerValue is the value of a header without its secrets, and the label of its credential.
func (c *cleaning) headerValue(kind headerKind, value string) (clean, label string) {
	switch kind {
	case authorizationHeader:
		return c.authorization(value)
	case cookieHeader:
		return c.cookies(value), ""
	case setCookieHeader:
		c.cookie(cookieValue(value))
		return withoutValue(value), ""
	case secretHeader:
		return c.whole(value), ""
	case urlHeader:
		return c.url(value), ""
	default:
		return value, ""
	}
}

// whole is the label of a value that is all secret.
func (c *cleaning) whole(value string) string {
	trimmed := strings.TrimSpace(value)
	if trimmed == "" || IsLabel(trimmed) {
		return value
	}
	return c.secret(trimmed)
}

// schemes are the authentication schemes that are told from a credential without one
// (https://www.iana.org/assignments/http-authschemes).
var schemes = map[string]bool{
	"basic": true, "bearer": true, "concealed": true, "digest": true, "dpop": true, "gnap": true, "hoba": true, "mutual": true,
	"negotiate": true, "ntlm": true, "oauth": true, "privatetoken": true, "scram-sha-1": true, "scram-sha-256": true, "vapid": true,
	"token": true, "apikey": true, "aws4-hmac-sha256": true,
}

// authorization keeps the scheme of a credential (RFC 9110 section 11.4).
func (c *cleaning) authorization(value string) (clean, label string) {
	trimmed := strings.TrimSpace(value)
	scheme, credential, spaced := strings.Cut(trimmed, " ")
	credential = strings.TrimSpace(credential)
	switch {
	case trimmed == "" || !spaced && schemes[strings.ToLower(scheme)]:
		return value, ""
	case !spaced:
		scheme, credential = "", trimmed
	}
	if IsLabel(credential) {
		return value, credential
	}
	if strings.EqualFold(scheme, "basic") {
		c.basic(credential)
	}
	label = c.secret(credential)
	return value[:strings.LastIndex(value, credential)] + label, label
}

// basic remembers the password of basic credentials (RFC 7617), which a body could repeat.
func (c *cleaning) basic(credential string) {
	plain, err := base64.StdEncoding.DecodeString(credential)
	if err != nil {
		return
	}
	if _, password, ok := strings.Cut(string(plain), ":"); ok && password != "" {
		label, known := c.names.label(credential)
		if !known {
			c.remember(password, label)
		}
	}
}

// cookieLabel stands for the value of every cookie.
const cookieLabel = "<cookie>"

// cookies is a Cookie header with nothing but the names of the cookies.
func (c *cleaning) cookies(value string) string {
	var clean []string
	for pair := range strings.SplitSeq(value, ";") {
		name, content, named := strings.Cut(strings.TrimSpace(pair), "=")
		switch {
		case name == "" && !named:
		case !named:
			c.cookie(name)
			clean = append(clean, cookieLabel)
		default:
			c.cookie(content)
			clean = append(clean, name+"="+cookieLabel)
		}
	}
	return strings.Join(clean, "; ")
}

// shortestCookie is the length in bytes from which the value of a cookie is looked for elsewhere:
// shorter ones are languages, themes and names of tenants.
const shortestCookie = 16

func (c *cleaning) cookie(value string) {
	value = strings.Trim(value, `"`)
	if len(value) >= shortestCookie && !IsLabel(value) {
		c.remember(value, cookieLabel)
	}
}
