package resend

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"conformance/internal/contract"
)

// walk compares two JSON values, down from their roots. It finds the differences in no order:
// members have none.
type walk struct {
	found *differences
	masks *masks
}

// optionalMembers are those that the page calls optional.
var optionalMembers = set("/causes")

// nullable are the members that the page allows to be null.
var nullable = set("/messages/*/locale", "/messages/*/localeOrigin", "/causes/*/locale", "/causes/*/localeOrigin")

// compare compares the values at a place. The pointer of the root is empty.
func (w walk) compare(pointer string, was, is any) {
	switch was := was.(type) {
	case map[string]any:
		if now, same := is.(map[string]any); same {
			w.objects(pointer, was, now)
			return
		}
	case []any:
		if now, same := is.([]any); same {
			w.lists(pointer, was, now)
			return
		}
	case string:
		if now, same := is.(string); same {
			w.texts(pointer, was, now)
			return
		}
	default:
		if typeOf(was) == typeOf(is) {
			if was != is {
				w.add(valueChanged, pointer, was, is)
			}
			return
		}
	}
	if (is == nil || was == nil) && nullable[contract.AnyElement(pointer)] {
		w.add(nullNow, pointer, was, is)
		return
	}
	w.found.add(Difference{typeChanged, place(pointer), described(was), described(is)})
}

func (w walk) objects(pointer string, was, is map[string]any) {
	for name, then := range was {
		at := below(pointer, name)
		now, has := is[name]
		switch {
		case has:
			w.compare(at, then, now)
		case optionalMembers[at]:
			w.found.add(Difference{optionalRemoved, at, described(then), "absent"})
		default:
			w.found.add(Difference{memberRemoved, at, described(then), "absent"})
		}
	}
	for name, now := range is {
		if _, had := was[name]; !had {
			w.found.add(Difference{memberAdded, below(pointer, name), "absent", described(now)})
		}
	}
}

func (w walk) lists(pointer string, was, is []any) {
	for i := range min(len(was), len(is)) {
		w.compare(below(pointer, strconv.Itoa(i)), was[i], is[i])
	}
	count := Difference{Where: place(pointer), Was: elements(len(was)), Is: elements(len(is))}
	switch {
	case len(is) < len(was):
		count.Rule = elementRemoved
	case len(is) > len(was):
		count.Rule = elementAdded
	default:
		return
	}
	w.found.add(count)
}

func (w walk) texts(pointer, was, is string) {
	switch {
	case was == is:
	case strings.TrimSpace(is) == "" && strings.TrimSpace(was) != "":
		w.add(textEmptied, pointer, was, is)
	case !w.masks.volatile(pointer, was, is):
		w.add(textChanged, pointer, was, is)
	}
}

func (w walk) add(rule, pointer string, was, is any) {
	w.found.add(Difference{rule, place(pointer), spelled(was), spelled(is)})
}

// place is a pointer as a difference names it.
func place(pointer string) string {
	if pointer == "" {
		return whereBody
	}
	return pointer
}

// pointerLimit bounds, in bytes, the pointer to a deeply nested value.
const pointerLimit = 1024

func below(pointer, step string) string {
	if len(pointer) > pointerLimit {
		return pointer
	}
	return string(jsontext.Pointer(pointer).AppendToken(step))
}

func elements(n int) string {
	if n == 1 {
		return "1 element"
	}
	return strconv.Itoa(n) + " elements"
}

// typeOf names the type of a JSON value.
func typeOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case float64:
		return "number"
	case string:
		return "string"
	case []any:
		return "list"
	}
	return "object"
}

// described is a value with its type, where the type alone does not say all.
func described(value any) string {
	switch value.(type) {
	case nil, map[string]any, []any:
		return typeOf(value)
	}
	return typeOf(value) + " " + spelled(value)
}

func spelled(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case string:
		return strconv.Quote(shown(value))
	}
	return fmt.Sprint(value)
}
