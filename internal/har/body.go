package har

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// requestBody is the body of a request in an archive of another program; nil where it is not known.
func (a *Archive) requestBody(sent *request) ([]byte, error) {
	data := sent.PostData
	if data == nil || data.Text != "" {
		return data.body()
	}
	if data.File != "" {
		return a.attached(string(data.File)), nil
	}
	if data.Params != nil && sent.BodySize.value == float64(len(emptyObject)) && data.isJSON() {
		return []byte(emptyObject), nil
	}
	return data.fields(), nil
}

// emptyObject is the body of a request that has nothing to say.
const emptyObject = "{}"

// body is the body of a request as a text.
func (data *postData) body() ([]byte, error) {
	if data == nil {
		return nil, nil
	}
	return decodeText("request.postData", string(data.Text), data.Encoding)
}

// fields is a body of which only the fields are known, encoded again: a form, or the members of a
// JSON object. The parts of a multipart form are lost.
func (data *postData) fields() []byte {
	if len(data.Params) == 0 {
		return nil
	}
	switch {
	case data.is("application/x-www-form-urlencoded"):
		return data.form()
	case data.isJSON():
		return data.object()
	}
	return nil
}

func (data *postData) isJSON() bool { return data.is("application/json") }

func (data *postData) is(mediaType string) bool {
	name, _, _ := strings.Cut(data.MimeType, ";")
	return strings.EqualFold(strings.TrimSpace(name), mediaType)
}

func (data *postData) form() []byte {
	var form []string
	for _, field := range data.Params {
		form = append(form, url.QueryEscape(string(field.Name))+"="+url.QueryEscape(string(field.Value.scalar)))
	}
	return []byte(strings.Join(form, "&"))
}

// object is the JSON object that chrome-har took apart, with the values as JSON.
func (data *postData) object() []byte {
	var text bytes.Buffer
	encoder := jsontext.NewEncoder(&text, tolerant, jsontext.AllowDuplicateNames(true))
	// Writing to memory fails for no value that was read.
	_ = encoder.WriteToken(jsontext.BeginObject)
	for _, field := range data.Params {
		_ = encoder.WriteToken(jsontext.String(string(field.Name)))
		_ = encoder.WriteValue(field.Value.json)
	}
	_ = encoder.WriteToken(jsontext.EndObject)
	return bytes.TrimSpace(text.Bytes())
}

// parameter is a field of a request's body.
type parameter struct {
	Name  scalar         `json:"name"`
	Value parameterValue `json:"value"`
}

// parameterValue is a value as a text, and as the JSON that it was written as.
type parameterValue struct {
	scalar
	json jsontext.Value
}

func (v *parameterValue) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	value, err := decoder.ReadValue()
	if err != nil {
		return err
	}
	v.json = value.Clone()
	return json.Unmarshal(v.json, &v.scalar, tolerant)
}

// The reasons why the body of an answer is not known.
const (
	noContent = "the archive does not hold the body of this answer; export it again with the content of answers"
	noFile    = "the body of this answer is in the file %s, which is not beside the archive; put it there"
)

// answerBody is the body of an answer in an archive of another program, without its content coding
// in most. Where it is not known, missing says why.
func (a *Archive) answerBody(answer *response) (body []byte, missing string, err error) {
	c := answer.Content
	if c.Text != nil && *c.Text != "" {
		body, err = c.body()
		return body, "", err
	}
	if c.File != "" {
		if body = a.attached(string(c.File)); body == nil && c.Size.value > 0 {
			missing = fmt.Sprintf(noFile, path.Base(string(c.File)))
		}
		return body, missing, nil
	}
	if c.Size.value > 0 || c.Text == nil && !answer.empty() {
		missing = noContent
	}
	return nil, missing, nil
}

// empty says whether an answer without a text had no body at all. A text is left out "if the
// information is not available".
func (answer *response) empty() bool {
	if answer.BodySize.value > 0 || !answer.Content.Size.known {
		return answer.BodySize.known && answer.BodySize.value == 0
	}
	return answer.Content.Size.value == 0
}

// body is the body of an answer as a text.
func (c content) body() ([]byte, error) {
	if c.Text == nil {
		return nil, nil
	}
	text := string(*c.Text)
	if bool(c.Hexadecimal) || strings.EqualFold(c.Encoding, "base64") && strings.HasPrefix(text, "[") {
		return c.chunks(text)
	}
	return decodeText("response.content", text, c.Encoding)
}

// chunks are the pieces in which a body came, as Polly keeps one that has a content coding: a JSON
// array of texts in base64, or in hexadecimal digits.
func (c content) chunks(text string) ([]byte, error) {
	list := []string{text}
	if strings.HasPrefix(text, "[") {
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			return nil, &Error{Member: "response.content.text", Message: "is no JSON array of texts; export the archive again"}
		}
	}
	var body []byte
	for _, chunk := range list {
		decode, form := base64.StdEncoding.DecodeString, "base64"
		if c.Hexadecimal {
			decode, form = hex.DecodeString, "hexadecimal digits"
		}
		decoded, err := decode(chunk)
		if err != nil {
			return nil, &Error{Member: "response.content.text", Message: fmt.Sprintf("has a text that is not %s: %v; export the archive again", form, err)}
		}
		body = append(body, decoded...)
	}
	return body, nil
}

// decodeText undoes the encoding of a body.
func decodeText(member, body, encoding string) ([]byte, error) {
	switch strings.ToLower(encoding) {
	case "", "utf-8", "utf8":
		return []byte(body), nil
	case "base64":
		decoded, err := base64.StdEncoding.DecodeString(body)
		if err != nil {
			return nil, &Error{Member: member + ".text", Message: fmt.Sprintf("is no base64: %v; export the archive again", err)}
		}
		return decoded, nil
	default:
		return nil, &Error{Member: member + ".encoding", Message: fmt.Sprintf("found %.40q, expected base64 or none; export the archive again", encoding)}
	}
}

// attachedName matches the names that Playwright gives to bodies: their SHA-1. An archive can have
// no other file read.
var attachedName = regexp.MustCompile(`^[0-9a-f]{40}(\.[0-9A-Za-z]+)?$`)

// attached is a body that stands in a file of its own; nil when it is not there.
func (a *Archive) attached(name string) []byte {
	if a.files == nil || !attachedName.MatchString(name) {
		return nil
	}
	file, err := a.files.Open(name)
	if err != nil {
		return nil
	}
	defer file.Close()
	body, err := io.ReadAll(io.LimitReader(file, MaxEntrySize+1))
	if err != nil || len(body) > MaxEntrySize {
		return nil
	}
	return body
}
