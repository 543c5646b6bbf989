package contract

import (
	"regexp"
	"strings"
)

// mediaType is a Content-Type header, taken apart as RFC 9110 section 8.3.1 has it.
type mediaType struct {
	// name is the type and the subtype in small letters, without parameters.
	name string
	// charsets are the values of the charset parameter, one for each time that it is given.
	charsets []string
	// broken says that what follows the name is no list of parameters.
	broken bool
}

// parameter is one parameter with the semicolon before it. It may be empty, and has no space
// around its equals sign (RFC 9110 section 5.6.6).
var parameter = regexp.MustCompile(`^[ \t]*;[ \t]*(?:([^\s;="]+)=(?:([^\s;="]+)|"((?:[^"\\]|\\.)*)"))?`)

var unescapeQuoted = regexp.MustCompile(`\\(.)`)

// parseMediaType reads a Content-Type. The name is read even when the parameters cannot be,
// so that a wrong parameter is not taken for a wrong type.
func parseMediaType(value string) mediaType {
	name, _, _ := strings.Cut(value, ";")
	m := mediaType{name: strings.ToLower(strings.TrimSpace(name))}
	rest := value[len(name):]
	for strings.TrimSpace(rest) != "" {
		found := parameter.FindStringSubmatch(rest)
		if found == nil {
			m.broken = true
			return m
		}
		rest = rest[len(found[0]):]
		if strings.EqualFold(found[1], "charset") {
			m.charsets = append(m.charsets, found[2]+unescapeQuoted.ReplaceAllString(found[3], "$1"))
		}
	}
	return m
}
