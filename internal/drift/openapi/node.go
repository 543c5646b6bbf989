package openapi

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// located is a node and the file that it stands in.
type located struct {
	node *yaml.Node
	file *file
}

// errorf makes an error that begins with the place of the node.
func (l located) errorf(format string, args ...any) error {
	return fmt.Errorf("%s: line %d: %w", l.file.name, l.node.Line, fmt.Errorf(format, args...))
}

// aliased is the node that an alias stands for, or the node itself.
func aliased(node *yaml.Node) *yaml.Node {
	// The parser lets an alias stand for an anchor only, never for another alias.
	if node != nil && node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// pair is a key of a mapping and its value.
type pair struct {
	key   string
	at    *yaml.Node
	value *yaml.Node
}

// pairs are the members of a mapping in their order, those that a merge key (<<) brings in
// behind its own. It is empty for a node that is no mapping.
func pairs(node *yaml.Node) []pair {
	m := merging{keys: map[string]bool{}, visited: map[*yaml.Node]bool{}}
	m.add(aliased(node))
	return m.pairs
}

// merging collects the members of a mapping and of those that are merged into it. The first
// of several with one key counts. A mapping that was visited has nothing more to add, so that
// one merged a thousand times, or into itself, costs nothing.
type merging struct {
	pairs   []pair
	keys    map[string]bool
	visited map[*yaml.Node]bool
}

func (m *merging) add(node *yaml.Node) {
	if node == nil || node.Kind != yaml.MappingNode || m.visited[node] {
		return
	}
	m.visited[node] = true
	var sources []*yaml.Node
	for i := 0; i+1 < len(node.Content); i += 2 {
		at, value := node.Content[i], node.Content[i+1]
		key := aliased(at).Value
		switch {
		case at.Tag == "!!merge" && aliased(value).Kind == yaml.SequenceNode:
			sources = append(sources, aliased(value).Content...)
		case at.Tag == "!!merge":
			sources = append(sources, value)
		case !m.keys[key]:
			m.keys[key] = true
			m.pairs = append(m.pairs, pair{key, at, value})
		}
	}
	for _, source := range sources {
		m.add(aliased(source))
	}
}

// member is the value of a key of a mapping, or nil.
func member(node *yaml.Node, key string) *yaml.Node {
	for _, p := range pairs(node) {
		if p.key == key {
			return aliased(p.value)
		}
	}
	return nil
}

// text is the text of a scalar, and empty for anything else.
func text(node *yaml.Node) string {
	if node = aliased(node); node == nil || node.Kind != yaml.ScalarNode {
		return ""
	}
	return node.Value
}

// referenceOf is the $ref of a mapping; false when it has none.
func referenceOf(node *yaml.Node) (string, bool) {
	found := member(node, "$ref")
	if found == nil || found.Kind != yaml.ScalarNode {
		return "", false
	}
	return found.Value, true
}

// mostHops bounds a chain of references that lead to nothing but references.
const mostHops = 100

// resolve follows the reference that a node is, if it is one, to what it stands for. It
// passes through references to references.
func (f *files) resolve(at located) (located, error) {
	start := at
	for range mostHops {
		reference, is := referenceOf(at.node)
		if !is {
			return at, nil
		}
		next, err := f.target(at, reference)
		if err != nil {
			return located{}, err
		}
		at = next
	}
	return located{}, start.errorf("its reference leads only to references: it goes round in a circle")
}

// target is the node that a reference points at.
func (f *files) target(at located, reference string) (located, error) {
	name, fragment, _ := strings.Cut(reference, "#")
	file, err := f.follow(at.file, name)
	if err != nil {
		return located{}, at.errorf("$ref %q: %w", reference, err)
	}
	pointer, err := url.PathUnescape(fragment)
	if err != nil || pointer != "" && !strings.HasPrefix(pointer, "/") {
		return located{}, at.errorf("$ref %q: expected a JSON Pointer behind the #, such as #/components/schemas/Error", reference)
	}
	found := located{aliased(file.top), file}
	for i, token := range strings.Split(pointer, "/")[min(1, len(pointer)):] {
		if pointer == "" {
			break
		}
		if i > deepest {
			return located{}, at.errorf("$ref: %w", errDeep)
		}
		next := child(found.node, strings.NewReplacer("~1", "/", "~0", "~").Replace(token))
		if next == nil {
			return located{}, at.errorf("$ref %q: %s has no %q there", reference, file.name, token)
		}
		found.node = next
	}
	return found, nil
}

// child is the member or the element that one token of a JSON Pointer names, or nil.
func child(node *yaml.Node, token string) *yaml.Node {
	if node == nil {
		return nil
	}
	if node.Kind == yaml.SequenceNode {
		index, err := strconv.Atoi(token)
		if err != nil || index < 0 || index >= len(node.Content) {
			return nil
		}
		return aliased(node.Content[index])
	}
	return member(node, token)
}
