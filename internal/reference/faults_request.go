package reference

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// requestFaults accept, or refuse for a wrong reason, what is a bad request.
var requestFaults = []Fault{
	{Name: "missing-body-accepted", Requirement: "400-body-missing",
		About:     "A request without a body is taken for an empty object.",
		configure: reads(`{}`, func(body []byte) bool { return len(body) == 0 })},
	{Name: "missing-body-fault", Requirement: "400-body-missing",
		About:    "A request without a body runs into an internal fault.",
		redecide: instead(http.StatusInternalServerError, decided(400), bodyIs(""))},
	{Name: "blank-body-accepted", Requirement: "400-body-blank",
		About:     "A body of white space is taken for an empty object.",
		configure: reads(`{}`, func(body []byte) bool { return len(body) > 0 && len(bytes.TrimSpace(body)) == 0 })},
	{Name: "malformed-json-accepted", Requirement: "400-malformed-json",
		About:     "A body that is not JSON is taken for an empty object.",
		configure: reads(`{}`, isMalformed)},
	{Name: "malformed-json-fault", Requirement: "400-malformed-json",
		About:    "A body that is not JSON runs into an internal fault.",
		redecide: instead(http.StatusInternalServerError, because("body-not-json"))},
	{Name: "truncated-json-completed", Requirement: "400-malformed-json",
		About:     "A missing closing brace is added.",
		configure: repairs(func(body []byte) []byte { return completed(body) })},
	{Name: "trailing-comma-accepted", Requirement: "400-malformed-json",
		About:     "A comma behind the last member is let pass.",
		configure: repairs(func(body []byte) []byte { return bytes.ReplaceAll(body, []byte(",}"), []byte("}")) })},
	{Name: "single-quotes-accepted", Requirement: "400-malformed-json",
		About:     "Single quotes are taken for double ones.",
		configure: repairs(func(body []byte) []byte { return bytes.ReplaceAll(body, []byte("'"), []byte(`"`)) })},
	{Name: "unquoted-names-accepted", Requirement: "400-malformed-json",
		About:     "Names of members need no quotes.",
		configure: repairs(func(body []byte) []byte { return unquotedName.ReplaceAll(body, []byte(`$1"$2":`)) })},
	{Name: "comments-accepted", Requirement: "400-malformed-json",
		About:     "Comments in JSON are skipped.",
		configure: repairs(func(body []byte) []byte { return comment.ReplaceAll(body, nil) })},
	{Name: "capital-literals-accepted", Requirement: "400-malformed-json",
		About: "True and False are read as in Python.",
		configure: repairs(func(body []byte) []byte {
			return []byte(strings.NewReplacer(":True", ":true", ":False", ":false").Replace(string(body)))
		})},
	{Name: "xml-accepted", Requirement: "400-malformed-json",
		About:     "A body in XML is accepted although it is declared as JSON.",
		configure: reads(`{}`, func(body []byte) bool { return bytes.HasPrefix(body, []byte("<")) })},
	{Name: "malformed-json-accepted-in-french", Requirement: "400-malformed-json",
		About:    "A body that is not JSON is accepted from those who ask for French.",
		redecide: instead(http.StatusAccepted, because("body-not-json"), asking("fr"))},
	{Name: "trailing-data-accepted", Requirement: "400-trailing-data",
		About:     "What is behind the first JSON value is not looked at.",
		configure: repairs(firstValue)},
	{Name: "array-body-accepted", Requirement: "400-not-an-object",
		About:     "An array is taken for an empty object.",
		configure: reads(`{}`, func(body []byte) bool { return bytes.HasPrefix(body, []byte("[")) })},
	{Name: "array-of-one-unwrapped", Requirement: "400-not-an-object",
		About: "An array of one object is taken for the object.",
		configure: repairs(func(body []byte) []byte {
			if bytes.HasPrefix(body, []byte("[{")) && bytes.HasSuffix(body, []byte("}]")) {
				return body[1 : len(body)-1]
			}
			return body
		})},
	{Name: "null-body-accepted", Requirement: "400-not-an-object",
		About:     "null is taken for an empty object.",
		configure: reads(`{}`, func(body []byte) bool { return string(body) == "null" })},
	{Name: "scalar-body-accepted", Requirement: "400-not-an-object",
		About:     "A string, a number or a boolean is taken for an empty object.",
		configure: reads(`{}`, func(body []byte) bool { return isValid(body) && bytes.ContainsAny(body[:1], `"0123456789tf`) })},
	{Name: "invalid-utf8-accepted", Requirement: "400-invalid-utf8",
		About:     "Bytes that are not UTF-8 are replaced.",
		configure: repairs(func(body []byte) []byte { return bytes.ToValidUTF8(body, []byte("\ufffd")) })},
	{Name: "media-type-ignored", Requirement: "400-media-type",
		About:     "The Content-Type of a request is not looked at.",
		configure: func(p *policy) { p.without(mediaType) }},
	{Name: "text-plain-accepted", Requirement: "400-media-type",
		About: "JSON may be declared as text/plain.",
		configure: func(p *policy) {
			p.acceptsMediaType = func(s string) bool { return isJSON(s) || strings.HasPrefix(s, "text/plain") }
		}},
	{Name: "form-accepted", Requirement: "400-media-type",
		About:    "A form is accepted.",
		redecide: instead(http.StatusAccepted, because("media-type"), bodyHas("="), not(bodyHas("<")))},
	{Name: "null-verification-id-fault", Requirement: "400-null-field",
		About:    "externalVerificationId null runs into an internal fault.",
		redecide: instead(http.StatusInternalServerError, decided(202), bodyIs(`{"externalVerificationId":null}`))},
	{Name: "null-force-means-true", Requirement: "400-null-field",
		About:    "forceProvisioning null is taken for true.",
		redecide: instead(http.StatusForbidden, decided(202), bodyIs(`{"forceProvisioning":null}`))},
	{Name: "null-unlock-idn-not-found", Requirement: "400-null-field",
		About:    "unlockIDNAccount null is answered 404.",
		redecide: instead(http.StatusNotFound, decided(202), bodyIs(`{"unlockIDNAccount":null}`))},
}

var (
	unquotedName = regexp.MustCompile(`([{,]\s*)([A-Za-z]+):`)
	comment      = regexp.MustCompile(`(?s)/\*.*?\*/`)
)

// repairs changes every body, in steps, before it is parsed.
func repairs(steps ...func([]byte) []byte) func(*policy) {
	return func(p *policy) {
		p.repair = func(body []byte) []byte {
			for _, step := range steps {
				body = step(bytes.Clone(body))
			}
			return body
		}
	}
}

// reads takes the bodies for which something holds to be another body.
func reads(instead string, holds func([]byte) bool) func(*policy) {
	return repairs(func(body []byte) []byte {
		if holds(body) {
			return []byte(instead)
		}
		return body
	})
}

// isMalformed says whether a body is neither blank nor the beginning of a JSON value.
func isMalformed(body []byte) bool {
	if len(bytes.TrimSpace(body)) == 0 {
		return false
	}
	_, err := jsontext.NewDecoder(bytes.NewReader(body), jsontext.AllowInvalidUTF8(true)).ReadValue()
	return err != nil
}

func isValid(body []byte) bool { return jsontext.Value(body).IsValid() }

// completed adds the closing brace that a body lacks.
func completed(body []byte) []byte {
	if bytes.HasPrefix(body, []byte("{")) && !bytes.Contains(body, []byte("}")) {
		return append(body, '}')
	}
	return body
}

// firstValue is the JSON value that a body begins with.
func firstValue(body []byte) []byte {
	value, err := jsontext.NewDecoder(bytes.NewReader(body)).ReadValue()
	if err != nil {
		return body
	}
	return value
}
