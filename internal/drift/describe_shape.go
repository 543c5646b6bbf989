package drift

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// shape describes the values that a schema allows, one by one. What allOf brings together is one
// value. What oneOf and anyOf let a document choose from is one value too, of which only that
// is said that holds for every choice: oasdiff looks into the choices themselves.
func (d *describer) shape(at Place, schema *openapi3.Schema) Shape {
	shape := Shape{}
	if schema == nil {
		return shape
	}
	root := d.walk(shape, at, "", schema)
	root.Required = true
	return shape
}

// wholeBody names the body in a place whose section has a description of its own.
const wholeBody = "body"

// walk describes a schema and everything below it, and returns what it says about its own value.
func (d *describer) walk(into Shape, at Place, pointer string, schema *openapi3.Schema) *Member {
	member := d.member(schema)
	place := Place{at.Section, strings.TrimSpace(at.At + " " + cmp.Or(pointer, wholeBody))}
	d.text(place, schema.Description, schema.Origin)
	into[pointer] = member
	if schema.Items != nil && schema.Items.Value != nil {
		d.walk(into, at, pointer+"/*", schema.Items.Value)
	}
	for name, property := range schema.Properties {
		if property.Value != nil {
			below := d.walk(into, at, pointer+"/"+escape(name), property.Value)
			below.Required = slices.Contains(schema.Required, name)
		}
	}
	for _, part := range schema.AllOf {
		if part.Value != nil {
			into.meet(d.part(at, pointer, part.Value), pointer)
		}
	}
	for _, choices := range []openapi3.SchemaRefs{schema.OneOf, schema.AnyOf} {
		into.meet(d.union(at, pointer, choices), pointer)
	}
	for _, name := range required(schema) {
		if below := into[pointer+"/"+escape(name)]; below != nil {
			below.Required = true
		}
	}
	return into[pointer]
}

// part describes a schema that is a part of another.
func (d *describer) part(at Place, pointer string, schema *openapi3.Schema) Shape {
	part := Shape{}
	d.walk(part, at, pointer, schema)
	return part
}

// required are the members that a schema or a part of it asks for: a part can name those that
// another part describes.
func required(schema *openapi3.Schema) []string {
	names := slices.Clone(schema.Required)
	for _, part := range schema.AllOf {
		if part.Value != nil {
			names = append(names, required(part.Value)...)
		}
	}
	return names
}

// union describes what holds whichever of several schemas is chosen. A choice that is null and
// nothing else makes the rest nullable.
func (d *describer) union(at Place, pointer string, choices openapi3.SchemaRefs) Shape {
	var union Shape
	null := false
	for _, choice := range choices {
		switch {
		case choice.Value == nil:
		case choice.Value.Type != nil && choice.Value.Type.Is("null"):
			null = true
		case union == nil:
			union = d.part(at, pointer, choice.Value)
		default:
			union.join(d.part(at, pointer, choice.Value), pointer)
		}
	}
	if null && union != nil {
		union[pointer].Nullable = true
	}
	return union
}

// escape makes a name a token of a JSON Pointer (RFC 6901 section 3).
func escape(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

func (d *describer) member(schema *openapi3.Schema) *Member {
	member := &Member{
		Support: d.support(schema.Origin),
		Format:  schema.Format,
		Pattern: schema.Pattern,
		Closed:  schema.AdditionalProperties.Has != nil && !*schema.AdditionalProperties.Has,
		Bounds:  bounds(schema),
	}
	member.Types, member.Nullable = types(schema)
	values := schema.Enum
	if schema.Const != nil {
		values = []any{schema.Const}
	}
	for _, value := range values {
		if text, err := json.Marshal(value); value != nil && err == nil {
			member.Values = append(member.Values, string(text))
		}
	}
	slices.Sort(member.Values)
	return member
}

// types are the types that a schema allows but null, and whether it allows null.
func types(schema *openapi3.Schema) (list []string, nullable bool) {
	if schema == nil {
		return nil, false
	}
	nullable = schema.Nullable
	if schema.Type != nil {
		for _, name := range *schema.Type {
			if name == "null" {
				nullable = true
				continue
			}
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list, nullable
}

// bounds are the limits on lengths, counts and numbers that a schema sets.
func bounds(schema *openapi3.Schema) map[string]Bound {
	all := map[string]Bound{}
	lower := func(name string, value uint64) {
		if value > 0 {
			all[name] = Bound{Value: float64(value)}
		}
	}
	upper := func(name string, value *uint64) {
		if value != nil {
			all[name] = Bound{Value: float64(*value), Upper: true}
		}
	}
	lower("minLength", schema.MinLength)
	upper("maxLength", schema.MaxLength)
	lower("minItems", schema.MinItems)
	upper("maxItems", schema.MaxItems)
	lower("minProperties", schema.MinProps)
	upper("maxProperties", schema.MaxProps)
	if schema.Min != nil {
		all["minimum"] = Bound{Value: *schema.Min}
	}
	if schema.Max != nil {
		all["maximum"] = Bound{Value: *schema.Max, Upper: true}
	}
	return all
}

// meet narrows a shape to what another says as well, where both speak of the same value. The
// value under the pointer keeps whether it is required: that is for the object around it to say.
func (s Shape) meet(other Shape, pointer string) {
	for at, more := range other {
		member := s[at]
		if member == nil {
			s[at] = more
			continue
		}
		switch {
		case len(member.Types) == 0:
			// A part without a type leaves open whether null is allowed.
			member.Types, member.Nullable = more.Types, member.Nullable || more.Nullable
		case len(more.Types) > 0:
			member.Types = slices.DeleteFunc(member.Types, func(t string) bool { return !slices.Contains(more.Types, t) })
			member.Nullable = member.Nullable && more.Nullable
		}
		if len(member.Values) == 0 {
			member.Values = more.Values
		}
		if member.Format == "" {
			member.Format = more.Format
		}
		if member.Pattern == "" {
			member.Pattern = more.Pattern
		}
		for name, bound := range more.Bounds {
			if known, has := member.Bounds[name]; !has || bound.tighter(known) {
				member.Bounds[name] = bound
			}
		}
		member.Closed = member.Closed || more.Closed
		member.Required = member.Required || at != pointer && more.Required
	}
}

// join widens a shape to what it or another says: only what both say still holds.
func (s Shape) join(other Shape, pointer string) {
	for at, member := range s {
		more := other[at]
		if more == nil {
			member.Required = member.Required && at == pointer
			continue
		}
		if len(member.Types) == 0 || len(more.Types) == 0 {
			member.Types = nil
		} else {
			member.Types = union(member.Types, more.Types)
		}
		member.Nullable = member.Nullable || more.Nullable
		member.Required = member.Required && more.Required
		if len(member.Values) == 0 || len(more.Values) == 0 {
			member.Values = nil
		} else {
			member.Values = union(member.Values, more.Values)
		}
		if member.Format != more.Format {
			member.Format = ""
		}
		if member.Pattern != more.Pattern {
			member.Pattern = ""
		}
		for name, bound := range member.Bounds {
			known, has := more.Bounds[name]
			switch {
			case !has:
				delete(member.Bounds, name)
			case bound.tighter(known):
				member.Bounds[name] = known
			}
		}
		member.Closed = member.Closed && more.Closed
	}
	for at, more := range other {
		if s[at] == nil {
			more.Required = false
			s[at] = more
		}
	}
}

// union is what is in one list or the other, sorted.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// tighter says whether a bound allows less than another of the same name.
func (b Bound) tighter(than Bound) bool {
	if b.Upper {
		return b.Value < than.Value
	}
	return b.Value > than.Value
}

// String is the number, whole where it is.
func (b Bound) String() string {
	if b.Value == math.Trunc(b.Value) && math.Abs(b.Value) < 1e15 {
		return fmt.Sprintf("%.0f", b.Value)
	}
	return fmt.Sprint(b.Value)
}
