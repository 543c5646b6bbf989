package redact

import (
	"net/url"
	"strings"
)

// url is a URL, or a header with one in it, without the secrets of its userinfo, its query and
// its fragment. Labels stand in it escaped.
func (c *cleaning) url(raw string) string {
	raw = c.userinfo(raw)
	start := strings.IndexAny(raw, "?#")
	if start < 0 {
		return raw
	}
	query, fragment, fragmented := strings.Cut(raw[start:], "#")
	clean := raw[:start]
	if query != "" {
		clean += "?" + c.pairs(query[1:], isParameter)
	}
	if fragmented {
		// The implicit grant answers in the fragment (RFC 6749 section 4.2.2).
		clean += "#" + c.pairs(fragment, isParameter)
	}
	return clean
}

func isParameter(name string) bool { return hasName(parameterNames, name) }

// userinfo replaces what stands before the host (RFC 3986 section 3.2.1).
func (c *cleaning) userinfo(raw string) string {
	_, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return raw
	}
	authority := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority = rest[:end]
	}
	at := strings.LastIndexByte(authority, '@')
	if at < 0 {
		return raw
	}
	userinfo := unescapeQuery(authority[:at])
	if userinfo == "" || IsLabel(userinfo) {
		return raw
	}
	_, password, named := strings.Cut(userinfo, ":")
	label := c.secret(userinfo)
	if named {
		c.remember(password, label)
	}
	return raw[:len(raw)-len(rest)] + escapeLabel(label) + rest[at:]
}

// pairs replaces the values of secret names in a query or form.
func (c *cleaning) pairs(text string, isSecret func(name string) bool) string {
	var clean strings.Builder
	done := 0
	for start := 0; start < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[start:], '&'); i >= 0 {
			end = start + i
		}
		name, written, _ := strings.Cut(text[start:end], "=")
		if value := unescapeQuery(written); value != "" && !IsLabel(value) && isSecret(unescapeQuery(name)) {
			clean.WriteString(text[done : end-len(written)])
			clean.WriteString(escapeLabel(c.secret(value)))
			done = end
		}
		start = end + 1
	}
	if done == 0 {
		return text
	}
	clean.WriteString(text[done:])
	return clean.String()
}

// unescapeQuery is the plain text of a part of a query, or the part itself where it is broken.
func unescapeQuery(escaped string) string {
	if !strings.ContainsAny(escaped, "%+") {
		return escaped
	}
	if plain, err := url.QueryUnescape(escaped); err == nil {
		return plain
	}
	return escaped
}
