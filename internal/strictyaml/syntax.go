package strictyaml

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// deepest bounds the nesting of a document. The files of this program need five levels.
const deepest = 32

// largestSearched bounds the documents in which the line of a syntax error is searched
// for, in bytes: the search parses the document again some ten times.
const largestSearched = 64 << 10

var libraryError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

// syntaxError puts what the library says of broken YAML into a sentence of ours. The
// library's line is often that of the enclosing block, so a better one is searched for.
func syntaxError(data []byte, err error) *Error {
	match := libraryError.FindStringSubmatch(err.Error())
	if match == nil {
		return &Error{Message: "broken YAML"}
	}
	line, _ := strconv.Atoi(match[1])
	if len(data) <= largestSearched {
		line = brokenLine(data)
	}
	return &Error{Line: line, Message: "broken YAML: " + sentence(match[2], lineText(data, line))}
}

// sentence is the library's message, but for those that do not help or that repeat text
// of the file, which may be a secret.
func sentence(message, line string) string {
	indentation := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	switch {
	case strings.HasPrefix(message, "unknown anchor"):
		return "an alias that stands for nothing; quote a value that begins with *"
	case strings.HasPrefix(message, "exceeded max depth"):
		return "nested too deeply"
	case strings.Contains(indentation, "\t"):
		return "a tab in the indentation; YAML wants spaces"
	case strings.HasPrefix(strings.TrimLeft(line, " \t"), "\t"), strings.Contains(line, ":\t"):
		return message + " (there is a tab in this line; YAML wants spaces)"
	}
	return message
}

// brokenLine finds a line, counted from 1, such that the text before it is YAML and the
// text up to its end is not: the line with the mistake, or the one that begins what is
// never closed.
func brokenLine(data []byte) int {
	lines := bytes.SplitAfter(data, []byte("\n"))
	ends := make([]int, len(lines))
	length := 0
	for i, line := range lines {
		length += len(line)
		ends[i] = length
	}
	broken := sort.Search(len(ends)-1, func(i int) bool { return !isYAML(data[:ends[i]]) })
	return broken + 1
}

func isYAML(data []byte) bool {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var node yaml.Node
		if err := decoder.Decode(&node); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}

func lineText(data []byte, line int) string {
	lines := bytes.SplitN(data, []byte("\n"), line+1)
	if line < 1 || line > len(lines) {
		return ""
	}
	return string(lines[line-1])
}

// checkShape reports what is YAML but not allowed in any of our files, and remembers the
// line of every key.
func (d *Document) checkShape(node *yaml.Node, path Path, depth int) {
	if key := path.String(); d.lines[key] == 0 {
		d.lines[key] = node.Line
	}
	switch {
	case depth > deepest:
		d.Report(path, "nested more than %d levels deep", deepest)
		return
	case node.Kind == yaml.AliasNode, node.Anchor != "":
		d.Report(path, "anchors (&) and aliases (*) are not allowed; quote a value that begins with one of them")
		return
	case node.Style&yaml.TaggedStyle != 0:
		d.Report(path, "tags (!) are not allowed; quote a value that begins with an exclamation mark")
		return
	}
	switch node.Kind {
	case yaml.MappingNode:
		d.checkKeys(node, path, depth)
	case yaml.SequenceNode:
		for i, element := range node.Content {
			d.checkShape(element, path.element(i), depth+1)
		}
	}
}

// checkKeys drops the keys that it reports from the mapping, so that Decode sees each
// sound key once.
func (d *Document) checkKeys(node *yaml.Node, path Path, depth int) {
	first := map[string]int{}
	var sound []*yaml.Node
	for i := 0; i < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if key.Kind != yaml.ScalarNode || isNull(key) || key.Anchor != "" || key.Style&yaml.TaggedStyle != 0 {
			problem := d.Problem(path, "expected keys that are plain text")
			problem.Line = key.Line
			d.problems = append(d.problems, problem)
			continue
		}
		below := path.With(key.Value)
		if line, taken := first[key.Value]; taken {
			problem := d.Problem(below, "duplicate key; it stands in line %d already", line)
			problem.Line = key.Line
			d.problems = append(d.problems, problem)
			continue
		}
		first[key.Value] = key.Line
		d.lines[below.String()] = key.Line
		d.checkShape(value, below, depth+1)
		sound = append(sound, key, value)
	}
	node.Content = sound
}
