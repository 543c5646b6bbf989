package resend

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"conformance/internal/strictyaml"
)

// masks say which parts of an answer are not compared.
type masks struct {
	// pointers and headers are the user's: what differs there, or below, is left out.
	pointers [][]string
	headers  map[string]bool
}

// volatileMembers are members that have another value in each answer. That they are there, and of
// which type, is compared all the same.
var volatileMembers = set("/id", "/trackingId")

// volatileForms match texts that mostly have another value in each answer, wherever they stand:
// where the old and the new text are of the same form, they are taken for equal.
var volatileForms = []struct {
	about string
	is    func(string) bool
}{
	{"a point in time (RFC 3339)", isTime},
	{"a UUID (RFC 9562)", regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`).MatchString},
	{"sixteen hexadecimal digits or more", regexp.MustCompile(`^[0-9A-Fa-f]{16,}$`).MatchString},
}

func isTime(text string) bool {
	_, err := time.Parse(time.RFC3339, text)
	return err == nil
}

// volatile tells whether two texts at a place are only different because of the moment.
func (m *masks) volatile(pointer, was, is string) bool {
	if volatileMembers[pointer] {
		return true
	}
	for _, form := range volatileForms {
		if form.is(was) && form.is(is) {
			return true
		}
	}
	return false
}

// without leaves out the differences that the user has masked.
func (m *masks) without(differences []Difference) []Difference {
	if len(m.pointers) == 0 && len(m.headers) == 0 {
		return differences
	}
	return slices.DeleteFunc(differences, func(d Difference) bool { return m.hides(d.Where) })
}

func (m *masks) hides(where string) bool {
	if name, is := strings.CutPrefix(where, "header "); is {
		return m.headers[name]
	}
	if !strings.HasPrefix(where, "/") {
		return false
	}
	steps := strings.Split(where[1:], "/")
	return slices.ContainsFunc(m.pointers, func(pattern []string) bool { return covers(pattern, steps) })
}

// covers tells whether a pattern names a place or one above it.
func covers(pattern, steps []string) bool {
	if len(pattern) > len(steps) {
		return false
	}
	for i, step := range pattern {
		if step != "*" && step != steps[i] {
			return false
		}
	}
	return true
}

// largestMaskFile bounds the file, in bytes.
const largestMaskFile = 1 << 20

// loadMasks reads a file of masks: a list of entries with either a pointer or a header, and a
// reason. A pointer is a JSON Pointer (RFC 6901) in which a step * stands for any step; what
// differs there or below it is left out, and so is what differs in the header field.
//
//   - {pointer: /messages/*/text, reason: our texts change with each release}
//   - {header: X-Served-From, reason: names the machine}
//
// It returns a *strictyaml.Error, or several joined, when the file cannot be read or an entry is
// wrong. Without a file there are no masks.
func loadMasks(file string) (masks, error) {
	m := masks{headers: map[string]bool{}}
	if file == "" {
		return m, nil
	}
	document, err := strictyaml.Read(file, largestMaskFile)
	if err != nil {
		return m, err
	}
	var rows []struct {
		Pointer string `yaml:"pointer"`
		Header  string `yaml:"header"`
		Reason  string `yaml:"reason"`
	}
	document.Decode(&rows, nil)
	for i, row := range rows {
		at := strictyaml.Path{fmt.Sprint(i)}
		switch {
		case (row.Pointer == "") == (row.Header == ""):
			document.Report(at, "expected either a pointer or a header, and a reason")
		case row.Pointer != "" && !strings.HasPrefix(row.Pointer, "/"):
			document.Report(at, "found the pointer %q, expected a JSON Pointer such as /messages/*/text", row.Pointer)
		case strings.TrimSpace(row.Reason) == "":
			document.Report(at, "the reason is missing; say why the difference does not count")
		case row.Pointer != "":
			m.pointers = append(m.pointers, strings.Split(row.Pointer[1:], "/"))
		default:
			m.headers[http.CanonicalHeaderKey(row.Header)] = true
		}
	}
	return m, document.Err()
}
