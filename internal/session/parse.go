package session

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"conformance/internal/exchange"
)

// parsedInteraction is an item of a cassette of whatever origin, as YAML has it. Keys
// that an exchange has no place for are passed over.
type parsedInteraction struct {
	Request struct {
		Method  string      `yaml:"method"`
		URL     string      `yaml:"url"`
		Headers http.Header `yaml:"headers"`
		Body    string      `yaml:"body"`
	} `yaml:"request"`
	Response struct {
		Proto    string        `yaml:"proto"`
		Status   string        `yaml:"status"`
		Code     int           `yaml:"code"`
		Headers  http.Header   `yaml:"headers"`
		Body     string        `yaml:"body"`
		Duration time.Duration `yaml:"duration"`
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
func parse(text string) ([]interaction, error) {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		return nil, yamlError(err)
	}
	if len(document.Content) == 0 || document.Content[0].Kind != yaml.MappingNode {
		return nil, &Error{Line: 1, Message: "this is no cassette; expected the keys version and interactions"}
	}
	root := document.Content[0]
	if line := aliasLine(root); line > 0 {
		return nil, &Error{Line: line, Message: "an anchor (&) or alias (*), which a cassette cannot have; write the value out, or quote one that begins with such a sign"}
	}
	if err := checkVersion(root); err != nil {
		return nil, err
	}
	list := member(root, "interactions")
	if list == nil || list.Tag == "!!null" {
		return nil, nil
	}
	if list.Kind != yaml.SequenceNode {
		return nil, &Error{Line: list.Line, Message: "interactions is no list; expected one item for each interaction"}
	}
	items := make([]interaction, 0, len(list.Content))
	for _, node := range list.Content {
		var parsed parsedInteraction
		if node.Kind != yaml.MappingNode {
			return nil, &Error{Line: node.Line, Message: "this item is no interaction; expected the keys request and response"}
		}
		if err := node.Decode(&parsed); err != nil {
			problem := yamlError(err)
			if problem.Line == 0 {
				problem.Line = node.Line
			}
			return nil, problem
		}
		items = append(items, parsed.interaction(node.Line))
	}
	return items, nil
}

func (p parsedInteraction) interaction(line int) interaction {
	e := exchange.Exchange{
		Case:       p.Case,
		Attempt:    p.Attempt,
		Credential: p.Credential,
		Request: exchange.Request{
			Method: p.Request.Method, URL: p.Request.URL, Header: p.Request.Headers, Body: bodyOf(p.Request.Body),
		},
		Duration: p.Response.Duration,
	}
	if isAnswer(p.Response.Code, p.Response.Status) {
		e.Response = &exchange.Response{
			Proto: p.Response.Proto, Status: p.Response.Code, Header: p.Response.Headers, Body: bodyOf(p.Response.Body),
		}
	}
	if p.Failure != nil {
		e.Failure = &exchange.Failure{Kind: exchange.FailureKind(p.Failure.Kind), Message: p.Failure.Message}
	}
	if p.Started != nil {
		e.Started = *p.Started
	} else if e.Credential == "" {
		e.Credential = credentialLabel(e.Request.Header)
	}
	return interaction{line: line, complete: p.Started != nil, exchange: e}
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

var bearerLabel = regexp.MustCompile(`^Bearer <([^<>]+)>$`)

// credentialLabel is the label in an Authorization header such as "Bearer <orgAdmin>".
func credentialLabel(header http.Header) string {
	match := bearerLabel.FindStringSubmatch(header.Get("Authorization"))
	if match == nil {
		return ""
	}
	return match[1]
}

func checkVersion(root *yaml.Node) error {
	node := member(root, "version")
	if node == nil {
		return &Error{Line: root.Line, Message: "this is no cassette; expected the keys version and interactions"}
	}
	if version, err := strconv.Atoi(node.Value); err != nil || version != cassetteVersion {
		return &Error{Line: node.Line, Message: fmt.Sprintf(
			"found cassette version %s, expected %d, which go-vcr v3 and v4 write; record the traffic again", clip(node.Value, 20), cassetteVersion)}
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

// aliasLine is the line of the first anchor or alias; 0 when there is none. A few
// kilobytes of aliases can stand for gigabytes.
func aliasLine(node *yaml.Node) int {
	if node.Kind == yaml.AliasNode || node.Anchor != "" {
		return node.Line
	}
	for _, child := range node.Content {
		if line := aliasLine(child); line > 0 {
			return line
		}
	}
	return 0
}

var (
	yamlLine    = regexp.MustCompile(`line (\d+): (.*)`)
	yamlExcerpt = regexp.MustCompile(" `[^`]*`")
)

// yamlError puts what the library says into an error of ours. It leaves out the excerpts
// of the file, which may be secrets where another program recorded.
func yamlError(err error) *Error {
	message := err.Error()
	line := 0
	if match := yamlLine.FindStringSubmatch(message); match != nil {
		line, _ = strconv.Atoi(match[1])
		message = match[2]
	}
	message = strings.TrimPrefix(yamlExcerpt.ReplaceAllString(message, ""), "yaml: ")
	return &Error{Line: line, Message: "this is not YAML as a cassette has it: " + clip(message, 200) + "; correct the line or record the session again"}
}
