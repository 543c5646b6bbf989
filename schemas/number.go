package schemas

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// exactLength is the greatest length of a number, in bytes, that is validated as it stands.
const exactLength = 20

// bounded returns the document with numbers that are cheap to validate. gojsonschema
// turns every number that it looks at into an exact fraction: 1e999999 takes it about 20
// milliseconds, a million digits take it a second, and a body has room for many of them.
// Such a number is replaced by the float64 that is nearest to it, which is a number all
// the same, and no schema here asks for more. The document is not changed; where nothing
// needs replacing it is returned as it is.
func bounded(document any) any {
	replaced, _ := replaceNumbers(document)
	return replaced
}

// replaceNumbers also tells whether it replaced anything, and copies only then.
func replaceNumbers(value any) (any, bool) {
	switch value := value.(type) {
	case json.Number:
		if len(value) <= exactLength && !strings.ContainsAny(string(value), "eE") {
			return value, false
		}
		nearest, _ := strconv.ParseFloat(string(value), 64)
		return number(nearest), true
	case float64:
		// gojsonschema takes numbers as json.Number only, and accepts a float64 unseen.
		return number(value), true
	case []any:
		return replaceElements(value)
	case map[string]any:
		return replaceMembers(value)
	default:
		return value, false
	}
}

func replaceElements(array []any) ([]any, bool) {
	original, copied := array, false
	for i, element := range original {
		replaced, changed := replaceNumbers(element)
		if !changed {
			continue
		}
		if !copied {
			array, copied = slices.Clone(original), true
		}
		array[i] = replaced
	}
	return array, copied
}

func replaceMembers(object map[string]any) (map[string]any, bool) {
	original, copied := object, false
	for name, member := range original {
		replaced, changed := replaceNumbers(member)
		if !changed {
			continue
		}
		if !copied {
			object, copied = maps.Clone(original), true
		}
		object[name] = replaced
	}
	return object, copied
}

// number writes a float64 as a JSON number; what is too great for one becomes the
// greatest that there is.
func number(value float64) json.Number {
	switch {
	case math.IsNaN(value):
		value = 0
	case math.IsInf(value, 0):
		value = math.Copysign(math.MaxFloat64, value)
	}
	return json.Number(strconv.FormatFloat(value, 'g', -1, 64))
}
