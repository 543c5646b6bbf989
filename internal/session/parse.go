package session

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"conformance/internal/exchange"
	"conformance/internal/redact"
)

// interaction is one item of a cassette's list that has been decoded.
type interaction struct {
	// line is where it begins, from 1.
	line int
	// complete says that the item has the key that this package writes last.
	complete bool
	exchange exchange.Exchange
}

// parsedInteraction is an item of a cassette of whatever origin, as YAML has it. The keys
// of version 1 are among those of version 2. Keys that an exchange has no place for are
// passed over.
type parsedInteraction struct {
	Request struct {
		TransferEncoding []string     `yaml:"transfer_encoding"`
		Method           string       `yaml:"method"`
		URL              string       `yaml:"url"`
		Headers          parsedHeader `yaml:"headers"`
		Body             string       `yaml:"body"`
	} `yaml:"request"`
	Response struct {
		Proto            string         `yaml:"proto"`
		TransferEncoding []string       `yaml:"transfer_encoding"`
		Uncompressed     bool           `yaml:"uncompressed"`
		Status           string         `yaml:"status"`
		Code             parsedCode     `yaml:"code"`
		Headers          parsedHeader   `yaml:"headers"`
		Body             string         `yaml:"body"`
		Duration         parsedDuration `yaml:"duration"`
	} `yaml:"response"`
	Case       string `yaml:"case"`
	Attempt    int    `yaml:"attempt"`
	Credential string `yaml:"credential"`
	Failure    *struct {
		Kind    string `yaml:"kind"`
		Message string `yaml:"message"`
	} `yaml:"failure"`
	Started *time.Duration `yaml:"started"`
}

// parse reads a cassette in any layout. The error is an *Error without a file name.
func parse(text []byte) ([]interaction, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, yamlError(err, 0)
	}
	if len(document.Content) == 0 || document.Content[0].Kind != yaml.MappingNode {
		return nil, &Error{Line: 1, Message: "this is no cassette; expected the keys version and interactions"}
	}
	root := document.Content[0]
	if err := checkVersion(root); err != nil {
		return nil, err
	}
	if err := checkAliases(root); err != nil {
		return nil, err
	}
	list := member(root, "interactions")
	if list == nil || list.Tag == "!!null" {
		return nil, nil
	}
	if list.Kind == yaml.AliasNode {
		list = list.Alias
	}
	if list.Kind != yaml.SequenceNode {
		return nil, &Error{Line: list.Line, Message: "interactions is no list; expected one item for each interaction"}
	}
	items := make([]interaction, len(list.Content))
	for i, node := range list.Content {
		var err error
		if items[i], err = decodeNode(node, 0); err != nil {
			return nil, err
		}
	}
	return items, nil
}

// parseItem reads one item of a cassette's list, which begins after so many lines of the
// cassette. The error is an *Error without a file name.
func parseItem(text string, linesBefore int) (interaction, error) {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		problem := yamlError(err, linesBefore)
		if problem.Line == 0 {
			problem.Line = linesBefore + 1
		}
		return interaction{}, problem
	}
	if len(document.Content) == 0 || document.Content[0].Kind != yaml.SequenceNode || len(document.Content[0].Content) != 1 {
		return interaction{}, noInteraction(linesBefore + 1)
	}
	node := document.Content[0].Content[0]
	if err := checkAliases(node); err != nil {
		err.Line += linesBefore
		return interaction{}, err
	}
	return decodeNode(node, linesBefore)
}

// decodeNode reads the node of one interaction.
func decodeNode(node *yaml.Node, linesBefore int) (interaction, error) {
	line := linesBefore + node.Line
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	if node.Kind != yaml.MappingNode {
		return interaction{}, noInteraction(line)
	}
	if err := checkKeys(node); err != nil {
		err.Line += linesBefore
		return interaction{}, err
	}
	var parsed parsedInteraction
	if err := node.Decode(&parsed); err != nil {
		problem := yamlError(err, linesBefore)
		if problem.Line == 0 {
			problem.Line = line
		}
		return interaction{}, problem
	}
	return parsed.interaction(line), nil
}

func noInteraction(line int) *Error {
	return &Error{Line: line, Message: "this item is no interaction; expected the keys request and response"}
}

func (p parsedInteraction) interaction(line int) interaction {
	e := exchange.Exchange{
		Case:       p.Case,
		Attempt:    p.Attempt,
		Credential: p.Credential,
		Request: exchange.Request{
			Method: p.Request.Method, URL: p.Request.URL, Header: http.Header(p.Request.Headers), Body: bodyOf(p.Request.Body),
		},
		Duration: time.Duration(p.Response.Duration),
	}
	if code := int(p.Response.Code); isAnswer(code, p.Response.Status) {
		e.Response = &exchange.Response{
			Proto: p.Response.Proto, Status: code, Header: http.Header(p.Response.Headers), Body: bodyOf(p.Response.Body),
			Uncompressed: p.Response.Uncompressed,
		}
	}
	if p.Failure != nil {
		e.Failure = &exchange.Failure{Kind: exchange.FailureKind(p.Failure.Kind), Message: p.Failure.Message}
	}
	if p.Started != nil {
		e.Started = *p.Started
	} else {
		p.completeForeign(&e)
	}
	return interaction{line: line, complete: p.Started != nil, exchange: e}
}

// completeForeign puts in its place what go-vcr has in another.
func (p parsedInteraction) completeForeign(e *exchange.Exchange) {
	if e.Credential == "" {
		e.Credential = credentialLabel(e.Request.Header)
	}
	e.Request.Header = addTransferEncoding(e.Request.Header, p.Request.TransferEncoding)
	if e.Response != nil {
		e.Response.Header = addTransferEncoding(e.Response.Header, p.Response.TransferEncoding)
	}
}

// addTransferEncoding tells in the headers, where the wire had it, what go-vcr tells in a
// key of its own.
func addTransferEncoding(header http.Header, encodings []string) http.Header {
	if len(encodings) == 0 || header.Get("Transfer-Encoding") != "" {
		return header
	}
	if header == nil {
		header = http.Header{}
	}
	header["Transfer-Encoding"] = encodings
	return header
}

// isAnswer tells whether a recorded response is an answer, and not what stands in for one
// where there was none: the code 0 without a status line.
func isAnswer(code int, status string) bool { return code != 0 || status != "" }

// bodyOf is nil for no body.
func bodyOf(text string) []byte {
	if text == "" {
		return nil
	}
	return []byte(text)
}

// credentialLabel is the label in an Authorization header such as "Bearer <orgAdmin>".
func credentialLabel(header http.Header) string {
	scheme, name, _ := redact.CutLabel(header.Get("Authorization"))
	if scheme != "Bearer " {
		return ""
	}
	return name
}

// checkVersion accepts the versions that go-vcr has written: 1 in its first two, 2 since.
func checkVersion(root *yaml.Node) error {
	node := member(root, "version")
	if node == nil {
		return &Error{Line: root.Line, Message: "this is no cassette; expected the keys version and interactions"}
	}
	version, err := strconv.Atoi(node.Value)
	if err != nil || version < 1 || version > cassetteVersion {
		return &Error{Line: node.Line, Message: fmt.Sprintf(
			"found cassette version %s, expected 1 (go-vcr v1 and v2) or %d (v3 and v4); record the traffic again", clip(node.Value, 20), cassetteVersion)}
	}
	return nil
}

// member is the value of a key; nil when the mapping does not have it.
func member(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

var (
	yamlLine    = regexp.MustCompile(`line (\d+): (.*)`)
	yamlExcerpt = regexp.MustCompile(" `[^`]*`|(anchor) '[^']*'")
)

// yamlWrongValue matches what the library says of a value of another kind.
var yamlWrongValue = regexp.MustCompile(`^cannot unmarshal !!(\w+)(?: .*)? into (\S+)$`)

// yamlKinds are the library's kinds of values in words.
var yamlKinds = map[string]string{
	"map": "a mapping", "seq": "a list", "str": "a text", "int": "a number", "float": "a number", "bool": "true or false", "null": "nothing",
}

// expectedOf is the kind of a Go type in words.
func expectedOf(goType string) string {
	switch {
	case goType == "string":
		return "a text"
	case goType == "int":
		return "a whole number"
	case goType == "time.Duration":
		return "a duration such as 12ms"
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	}
	return "a mapping"
}

// yamlError puts what the library says into an error of ours. It leaves out the excerpts
// of the file, which may be secrets where another program recorded.
func yamlError(err error, linesBefore int) *Error {
	message := err.Error()
	line := 0
	if match := yamlLine.FindStringSubmatch(message); match != nil {
		line, _ = strconv.Atoi(match[1])
		line += linesBefore
		message = match[2]
	}
	message = strings.TrimPrefix(yamlExcerpt.ReplaceAllString(message, "$1"), "yaml: ")
	if match := yamlWrongValue.FindStringSubmatch(message); match != nil {
		message = "found " + cmp.Or(yamlKinds[match[1]], "a value") + " where " + expectedOf(match[2]) + " is expected"
	}
	_, wrongValue := errors.AsType[*yaml.TypeError](err)
	return &Error{Line: line, wrongValue: wrongValue, Message: "this is not YAML as a cassette has it: " + clip(message, 200) + "; correct the line or record the session again"}
}
