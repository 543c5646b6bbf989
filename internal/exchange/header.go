package exchange

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Canonical is a header whose names are spelled as net/http spells them; one whose names are is
// returned as it is. Recordings of HTTP/2 have them in small letters.
func Canonical(header http.Header) http.Header {
	spelled := func(name string) bool { return http.CanonicalHeaderKey(name) == name }
	isCanonical := true
	for name := range header {
		isCanonical = isCanonical && spelled(name)
	}
	if isCanonical {
		return header
	}
	canonical := make(http.Header, len(header))
	for _, name := range slices.Sorted(maps.Keys(header)) {
		key := http.CanonicalHeaderKey(name)
		canonical[key] = append(canonical[key], header[name]...)
	}
	return canonical
}

// HeaderSize is about how many bytes a header takes.
func HeaderSize(header http.Header) int {
	size := 0
	for name, values := range header {
		for _, value := range values {
			size += len(name) + len(value)
		}
	}
	return size
}

// MediaType is the media type that a Content-Type names, in small letters and without its
// parameters (RFC 9110 section 8.3.1); empty when it names none.
func MediaType(contentType string) string {
	name, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(name))
}
