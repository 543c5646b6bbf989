package schemas

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/xeipuuv/gojsonschema"
)

// Problem is one thing that is wrong with a document.
type Problem struct {
	// Pointer is the JSON Pointer (RFC 6901) of the value that is wrong; "" is the whole
	// document. For a required member that is missing it is the place where it should be.
	Pointer string
	// Expected says what the schema asks for, such as "a string that is not blank".
	Expected string
	// Seen says what the document has, such as "number 12". A string or a number is cut
	// to 80 characters, and control characters are escaped.
	Seen string
	// Keyword is the kind of the problem, by gojsonschema's name for it: "required",
	// "invalid_type", "pattern" or "array_min_items".
	Keyword string
}

func (p Problem) compare(other Problem) int {
	return cmp.Or(
		strings.Compare(p.Pointer, other.Pointer),
		strings.Compare(p.Keyword, other.Keyword),
	)
}

// seenLimit is the greatest length of a value in Problem.Seen, in characters.
const seenLimit = 80

// separator keeps the steps of a path apart. A member's name that was read from JSON is
// UTF-8, in which this byte does not occur.
const separator = "\xff"

// pathOf is where an error was found: the names and indices from the root to the value.
func pathOf(found gojsonschema.ResultError) []string {
	path := strings.Split(found.Context().String(separator), separator)[1:]
	if missing, ok := found.(*gojsonschema.RequiredError); ok {
		path = append(path, missing.Details()["property"].(string))
	}
	return path
}

func pointer(path []string) string {
	var place jsontext.Pointer
	for _, step := range path {
		place = place.AppendToken(step)
	}
	return string(place)
}

// seen describes the value that a path leads to in the document.
func seen(document any, path []string) string {
	for _, step := range path {
		switch parent := document.(type) {
		case map[string]any:
			member, ok := parent[step]
			if !ok {
				return "nothing"
			}
			document = member
		case []any:
			index, _ := strconv.Atoi(step)
			document = parent[index]
		}
	}
	return describe(document)
}

// describe says what a value is: its type, and the value where it is short to say.
func describe(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return fmt.Sprintf("boolean %t", value)
	case json.Number:
		return "number " + cut(string(value))
	case float64:
		return "number " + strconv.FormatFloat(value, 'g', -1, 64)
	case string:
		return "string " + quote(value)
	case []any:
		return "array of " + count(len(value), "element")
	case map[string]any:
		return "object of " + count(len(value), "member")
	default:
		return fmt.Sprintf("%T, which is not a JSON value", value)
	}
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// cut shortens an ASCII text to the limit, and says so with an ellipsis.
func cut(text string) string {
	if len(text) <= seenLimit {
		return text
	}
	return text[:seenLimit] + "…"
}

// quote puts a text into quotes, escaped as in Go. What stands between the quotes is cut
// to the limit, but never within an escape.
func quote(text string) string {
	quoted := strings.Builder{}
	length := 0
	for _, char := range text {
		escaped := strconv.Quote(string(char))
		escaped = escaped[1 : len(escaped)-1]
		length += len([]rune(escaped))
		if length > seenLimit {
			return `"` + quoted.String() + `…"`
		}
		quoted.WriteString(escaped)
	}
	return `"` + quoted.String() + `"`
}
