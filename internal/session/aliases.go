package session

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// A few kilobytes of YAML aliases can stand for gigabytes. They are allowed, because hands
// write them; what they stand for is bounded before anything is decoded.

// expansion measures what a document is with every alias written out.
type expansion struct {
	sizes map[*yaml.Node]int // of the targets of aliases, in bytes
}

// nodeSize is what a node costs beside its text, in bytes.
const nodeSize = 64

// checkAliases returns an *Error without a file name when the node, with every alias
// written out, is larger than a foreign cassette may be, or contains itself.
func checkAliases(node *yaml.Node) *Error {
	x := expansion{sizes: map[*yaml.Node]int{}}
	if !hasAlias(node) {
		return nil
	}
	_, err := x.size(node)
	return err
}

func hasAlias(node *yaml.Node) bool {
	if node.Kind == yaml.AliasNode {
		return true
	}
	for _, child := range node.Content {
		if hasAlias(child) {
			return true
		}
	}
	return false
}

// mostKeys bounds how many keys one mapping of a cassette has, such as the header of an answer: the
// time that it takes to see whether two are alike grows with the square of their number.
const mostKeys = 10_000

// checkKeys returns an *Error without a file name when the node holds a mapping of too many keys.
func checkKeys(node *yaml.Node) *Error {
	if node.Kind == yaml.MappingNode && len(node.Content)/2 > mostKeys {
		return &Error{Line: node.Line, Message: fmt.Sprintf("%d keys in one place; expected %d at most", len(node.Content)/2, mostKeys)}
	}
	for _, child := range node.Content {
		if err := checkKeys(child); err != nil {
			return err
		}
	}
	return nil
}

func (x expansion) size(node *yaml.Node) (int, *Error) {
	const underWay = -1
	if node.Kind == yaml.AliasNode {
		target := node.Alias
		size, known := x.sizes[target]
		switch {
		case size == underWay:
			return 0, &Error{Line: node.Line, Message: "this alias stands for something that contains it; write the value out"}
		case known:
			return size, nil
		}
		x.sizes[target] = underWay
		size, err := x.size(target)
		x.sizes[target] = size
		return size, err
	}
	total := nodeSize + len(node.Value)
	for _, child := range node.Content {
		size, err := x.size(child)
		if err != nil {
			return 0, err
		}
		if total += size; total > MaxForeignSize {
			return 0, &Error{Line: node.Line, Message: fmt.Sprintf(
				"this stands for more than %d MiB once its aliases (*) are written out, the most that is read; write out what is needed", MaxForeignSize>>20)}
		}
	}
	return total, nil
}
