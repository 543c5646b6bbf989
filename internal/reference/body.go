package reference

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// The fields of the request body.
const (
	externalVerificationID = "externalVerificationId"
	unlockIDNAccount       = "unlockIDNAccount"
	forceProvisioning      = "forceProvisioning"
)

// unlock is what a request body asks for.
type unlock struct {
	forceProvisioning bool
	// fields are the values of the fields that the body gives, as they are spelled there.
	fields map[string]jsontext.Value
}

// bodyParser reads request bodies: exactly one JSON object in UTF-8, no name in it twice.
type bodyParser struct {
	// kinds lists the kinds of JSON values that each field may have: " for a string, t and
	// f for the booleans, n for null, 0 for a number, [ and { for what they begin.
	kinds map[string]string
	// closed refuses fields that are not in kinds.
	closed bool
}

// strictParser takes null as absent and lets unknown fields be, since the vendor's schema
// does not forbid them.
func strictParser() bodyParser {
	return bodyParser{kinds: map[string]string{
		externalVerificationID: `"n`,
		unlockIDNAccount:       `tfn`,
		forceProvisioning:      `tfn`,
	}}
}

// parse reads a body. The causes say all that is wrong with it, or are empty.
func (p bodyParser) parse(body []byte) (unlock, []cause) {
	switch {
	case len(bytes.Trim(body, " \t\r\n")) == 0:
		return unlock{}, []cause{{key: "body-missing"}}
	case bytes.HasPrefix(body, []byte("\ufeff")):
		return unlock{}, []cause{{key: "body-mark"}}
	case !utf8.Valid(body):
		return unlock{}, []cause{{key: "body-not-utf8"}}
	}
	decoder := jsontext.NewDecoder(bytes.NewReader(body))
	value, err := decoder.ReadValue()
	if err != nil {
		return unlock{}, []cause{{key: syntaxProblem(err)}}
	}
	value = value.Clone()
	if _, err := decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return unlock{}, []cause{{key: "body-trailing"}}
	}
	if value.Kind() != '{' {
		return unlock{}, []cause{{key: "body-not-object"}}
	}
	return p.fields(value)
}

func syntaxProblem(err error) string {
	if errors.Is(err, jsontext.ErrDuplicateName) {
		return "body-duplicate"
	}
	return "body-not-json"
}

// fields reads the members of an object whose syntax is known to be right.
func (p bodyParser) fields(object jsontext.Value) (unlock, []cause) {
	var causes []cause
	u := unlock{fields: map[string]jsontext.Value{}}
	decoder := jsontext.NewDecoder(bytes.NewReader(object))
	if _, err := decoder.ReadToken(); err != nil {
		return unlock{}, []cause{{key: syntaxProblem(err)}}
	}
	for decoder.PeekKind() != '}' {
		name, err := decoder.ReadToken()
		if err != nil {
			return unlock{}, []cause{{key: syntaxProblem(err)}}
		}
		field := name.String()
		value, err := decoder.ReadValue()
		if err != nil {
			return unlock{}, []cause{{key: syntaxProblem(err)}}
		}
		kinds, known := p.kinds[field]
		switch {
		case !known && p.closed:
			causes = append(causes, cause{key: "field-unknown", field: field})
		case known && !strings.ContainsRune(kinds, rune(value.Kind())):
			causes = append(causes, cause{key: fieldProblem(field), field: field})
		default:
			u.fields[field] = value.Clone()
		}
	}
	u.forceProvisioning = string(u.fields[forceProvisioning]) == "true"
	return u, causes
}

func fieldProblem(field string) string {
	if field == externalVerificationID {
		return "field-not-string"
	}
	return "field-not-boolean"
}
