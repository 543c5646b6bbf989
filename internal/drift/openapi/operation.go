package openapi

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// Operation names one operation: its method and the template of its path.
type Operation struct {
	// Method is in capitals, such as "POST".
	Method string
	// Path is the template, such as "/accounts/{id}/unlock". The names of its parameters and
	// segments that are a version, such as "v3", say nothing.
	Path string
}

// methods are those that a path item of OpenAPI 3.0 and 3.1 has a member for.
var methods = []string{
	http.MethodGet, http.MethodPut, http.MethodPost, http.MethodDelete, http.MethodOptions,
	http.MethodHead, http.MethodPatch, http.MethodTrace,
}

// ParseOperation reads text such as "POST /accounts/{id}/unlock". The error says what is
// wrong with it and shows the form.
func ParseOperation(text string) (Operation, error) {
	fields := strings.Fields(text)
	if len(fields) != 2 || !strings.HasPrefix(fields[1], "/") {
		return Operation{}, fmt.Errorf("operation %q: expected a method and a path, such as 'POST /accounts/{id}/unlock'", text)
	}
	method := strings.ToUpper(fields[0])
	if !slices.Contains(methods, method) {
		return Operation{}, fmt.Errorf("operation %q: unknown method %q; expected one of %s", text, fields[0], strings.Join(methods, ", "))
	}
	return Operation{Method: method, Path: fields[1]}, nil
}

// String is the operation as ParseOperation reads it.
func (o Operation) String() string { return o.Method + " " + o.Path }

// closeness is how well a path of a document fits the path that is looked for.
type closeness int

const (
	unlike     closeness = iota
	prefixed             // fits behind other segments, none of them a parameter: /api/accounts/{id}/unlock
	versioned            // fits but for segments that are a version
	parameters           // fits but for the names of parameters
)

// fit compares a document's path, without and with the base path of each server, to the path
// that is looked for.
func fit(wanted, path string, bases []string) closeness {
	best := fitOne(wanted, path)
	for _, base := range bases {
		best = max(best, fitOne(wanted, base+path))
	}
	return best
}

func fitOne(wanted, path string) closeness {
	if slices.Equal(anonymous(segments(wanted)), anonymous(segments(path))) {
		return parameters
	}
	want, have := anonymous(withoutVersions(segments(wanted))), anonymous(withoutVersions(segments(path)))
	if slices.Equal(want, have) {
		return versioned
	}
	if more := len(have) - len(want); more > 0 && slices.Equal(want, have[more:]) && !slices.Contains(have[:more], anyParameter) {
		return prefixed
	}
	return unlike
}

// segments are the parts of a path between its slashes; a slash at the end adds none.
func segments(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

// version matches a segment that names a version of an interface: v3, v2025, v1.2, v1beta1.
var version = regexp.MustCompile(`^v[0-9][0-9a-z.]*$`)

func withoutVersions(parts []string) []string {
	return slices.DeleteFunc(slices.Clone(parts), version.MatchString)
}

// anyParameter stands for a parameter, whatever its name.
const anyParameter = "{}"

func anonymous(parts []string) []string {
	parts = slices.Clone(parts)
	for i, part := range parts {
		if strings.HasPrefix(part, "{") && strings.HasSuffix(part, "}") {
			parts[i] = anyParameter
		}
	}
	return parts
}

// common is the document's path in the form in which two documents are compared: without
// versions and prefixes, with the names of its own parameters.
func common(wanted, path, base string) string {
	count := len(withoutVersions(segments(wanted)))
	have := withoutVersions(segments(base + path))
	return "/" + strings.Join(have[max(0, len(have)-count):], "/")
}
