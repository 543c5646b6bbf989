package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// generator makes JSON values. With the same seed it makes the same.
type generator struct{ *rand.Rand }

func newGenerator(seed uint64) generator { return generator{rand.New(rand.NewPCG(seed, seed))} }

// harmless are strings that break nothing in a member that the page does not name.
var harmless = []string{"", " ", "x", "en-US", "en_US", "REQUEST", "404", "\u0000", "é🔓\u202e", "null", "/messages/0", "~1", "id"}

// value makes any JSON value, nested no deeper than told.
func (g generator) value(depth int) any {
	switch kind := g.IntN(8); {
	case kind < 2:
		return harmless[g.IntN(len(harmless))]
	case kind == 2:
		return nil
	case kind == 3:
		return g.IntN(2) == 0
	case kind == 4:
		return json.Number([]string{"0", "-1", "1.5e300", "1e999999999", "123456789012345678901234567890"}[g.IntN(5)])
	case depth == 0:
		return []any{}
	case kind == 5 || kind == 6:
		list := []any{}
		for range g.IntN(4) {
			list = append(list, g.value(depth-1))
		}
		return list
	default:
		object := map[string]any{}
		for range g.IntN(4) {
			object[g.name()] = g.value(depth - 1)
		}
		return object
	}
}

// name makes a member's name, often one that the page has.
func (g generator) name() string {
	names := []string{"id", "detailCode", "trackingId", "messages", "causes", "locale", "localeOrigin", "text", "error", "message", "", "a/b~c", "é"}
	return names[g.IntN(len(names))]
}

// positions calls visit for every place in a document, with a function that makes a copy of
// the document in which another value is in that place.
func positions(document any, visit func(replace func(any) any)) {
	visit(func(value any) any { return value })
	switch document := document.(type) {
	case map[string]any:
		for name, member := range document {
			positions(member, func(replace func(any) any) {
				visit(func(value any) any {
					copied := maps.Clone(document)
					copied[name] = replace(value)
					return copied
				})
			})
		}
	case []any:
		for i, element := range document {
			positions(element, func(replace func(any) any) {
				visit(func(value any) any {
					copied := append([]any{}, document...)
					copied[i] = replace(value)
					return copied
				})
			})
		}
	}
}

func encode(t *testing.T, document any) string {
	t.Helper()
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func decoded(t *testing.T, text string) any {
	t.Helper()
	var document any
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	return document
}

var envelopeStatuses = []int{202, 400, 401, 429}

// Any JSON value in the place of any member is judged, and judged the same every time.
func TestAnyValueInAnyPlace(t *testing.T) {
	g := newGenerator(1)
	for _, status := range envelopeStatuses {
		positions(decoded(t, body(status)), func(replace func(any) any) {
			for range 12 {
				r := right(status, says(encode(t, replace(g.value(3)))))
				first := blamed(r)
				if diff := cmp.Diff(first, blamed(r)); diff != "" {
					t.Fatalf("%s: two judges do not agree:\n%s", r.e.Response.Body, diff)
				}
				for _, one := range first {
					if one.Where == "" || one.Expected == "" || one.Seen == "" {
						t.Errorf("%s: an incomplete violation: %+v", r.e.Response.Body, one)
					}
				}
			}
		})
	}
}

// A member that the page does not name is never a reason to blame anybody.
func TestUnknownMembersAddNothing(t *testing.T) {
	g := newGenerator(2)
	for _, status := range envelopeStatuses {
		positions(decoded(t, body(status)), func(replace func(any) any) {
			for range 6 {
				document := replace(g.value(3))
				before := places(blamed(right(status, says(encode(t, document)))))
				larger := withUnknownMembers(document, g)
				after := places(blamed(right(status, says(encode(t, larger)))))
				if diff := cmp.Diff(before, after); diff != "" {
					t.Fatalf("%s as %d, and with more members %s:\n%s", encode(t, document), status, encode(t, larger), diff)
				}
			}
		})
	}
}

// places are what is blamed and where. What is seen there may count the members of an object.
func places(all []blame) []blame {
	for i := range all {
		all[i].Expected, all[i].Seen = "", ""
	}
	return all
}

// withUnknownMembers is a copy of a document with one more member in every object.
func withUnknownMembers(document any, g generator) any {
	switch document := document.(type) {
	case map[string]any:
		larger := map[string]any{"x-" + strconv.Itoa(g.IntN(100)): g.value(2)}
		for name, member := range document {
			larger[name] = withUnknownMembers(member, g)
		}
		return larger
	case []any:
		larger := []any{}
		for _, element := range document {
			larger = append(larger, withUnknownMembers(element, g))
		}
		return larger
	default:
		return document
	}
}

// What a right answer adds to a run does not depend on what was wrong before it, so long as
// nothing is shared: one broken answer is never held against another.
func TestBrokenAnswersDoNotSpread(t *testing.T) {
	g := newGenerator(3)
	for i := range 50 {
		status := envelopeStatuses[g.IntN(len(envelopeStatuses))]
		var documents []any
		positions(decoded(t, body(status)), func(replace func(any) any) { documents = append(documents, replace(json.Number("7"))) })
		broken := right(status, says(encode(t, documents[g.IntN(len(documents))])))
		fine := right(404, swaps("tracking-1", fmt.Sprint("other-", i)))
		if before, both := blamed(broken), blamed(broken, fine); len(before) != len(both) {
			t.Errorf("after %s a right answer is blamed: %v", broken.e.Response.Body, both[len(before):])
		}
	}
}
