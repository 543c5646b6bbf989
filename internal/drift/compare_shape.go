package drift

import (
	"maps"
	"slices"
	"strings"
)

// shapeRules are the rules about values in one direction: what a server may send less of, a
// client may send more of.
type shapeRules struct {
	mediaRemoved, mediaAdded               string
	removed, renamed, added, requiredAdded string
	required, optional                     string
	retyped, typesWidened, typesNarrowed   string
	untyped                                string
	nullable, notNullable                  string
	valuesAdded, valuesRemoved             string
	narrowed, widened, formatChanged       string
	closed, opened                         string
}

var responseRules = shapeRules{
	mediaRemoved: "media-type-removed", mediaAdded: "media-type-added",
	removed: "member-removed", renamed: "member-renamed", added: "member-added", requiredAdded: "member-added",
	required: "member-required", optional: "member-optional",
	retyped: "member-retyped", typesWidened: "member-retyped", typesNarrowed: "member-narrowed", untyped: "member-untyped",
	nullable: "member-nullable", notNullable: "member-not-nullable",
	valuesAdded: "values-added", valuesRemoved: "values-removed",
	narrowed: "member-narrowed", widened: "member-widened", formatChanged: "format-changed",
}

var requestRules = shapeRules{
	mediaRemoved: "request-media-type-removed", mediaAdded: "request-media-type-added",
	removed: "request-member-removed", renamed: "request-member-renamed",
	added: "request-member-added", requiredAdded: "required-request-member-added",
	required: "request-member-required", optional: "request-member-optional",
	retyped: "request-retyped", typesWidened: "request-type-widened", typesNarrowed: "request-retyped", untyped: "request-type-widened",
	nullable: "request-nullable", notNullable: "request-not-nullable",
	valuesAdded: "request-values-added", valuesRemoved: "request-values-removed",
	narrowed: "request-narrowed", widened: "request-widened", formatChanged: "request-narrowed",
	closed: "request-closed", opened: "request-opened",
}

// localeOrigin is the member whose values the page leaves open: "Additional values may be added
// in the future without notice."
const localeOrigin = "localeOrigin"

// shapes compares what is said about a value and everything in it. Said is what the contract
// says, for the answers of the operation; else nil.
func (c *comparison) shapes(rules shapeRules, at Place, old, new, said Shape) {
	where := func(pointer string) Place {
		return Place{at.Section, strings.TrimSpace(at.At + " " + pointer)}
	}
	renamed := renames(old, new)
	for _, pointer := range slices.Sorted(maps.Keys(old)) {
		before, now := old[pointer], new[pointer]
		if now == nil {
			around := new[parent(pointer)]
			switch to := renamed[pointer]; {
			case to != "":
				c.add(rules.renamed, where(pointer), last(pointer), last(to), before.Support, new[to].Support)
			case around == nil:
			case last(pointer) == "*":
				if len(around.Types) == 0 || slices.Contains(around.Types, "array") {
					c.add(rules.untyped, where(pointer), before.kind(), "", before.Support, around.Support)
				}
			default:
				c.add(rules.removed, where(pointer), before.kind(), "", before.Support, around.Support)
			}
			continue // of what was below a member that is gone, nothing needs telling
		}
		if said[pointer] != nil && len(before.Types) == 0 && len(now.Types) > 0 {
			before = completed(before, said[pointer])
		}
		c.member(rules, where(pointer), pointer, before, now)
	}
	for _, pointer := range slices.Sorted(maps.Keys(new)) {
		now := new[pointer]
		around := old[parent(pointer)]
		if old[pointer] != nil || around == nil || last(pointer) == "*" || slices.Contains(slices.Collect(maps.Values(renamed)), pointer) {
			continue
		}
		rule := rules.added
		if now.Required && around.Required {
			rule = rules.requiredAdded
		}
		c.add(rule, where(pointer), "", now.kind(), around.Support, now.Support)
	}
}

// parent is the pointer to the value around another; that around the whole is the whole.
func parent(pointer string) string {
	return pointer[:max(0, strings.LastIndexByte(pointer, '/'))]
}

// last is the last token of a pointer.
func last(pointer string) string { return pointer[strings.LastIndexByte(pointer, '/')+1:] }

// completed is what a document says about a value, with the types of the contract where the
// document leaves them open.
func completed(member, said *Member) *Member {
	copied := *member
	copied.Types = said.Types
	copied.Nullable = member.Nullable || said.Nullable
	return &copied
}

// renames tells for each member that is gone by which it was replaced: where an object lost
// just one and gained just one, and both can be of one type.
func renames(old, new Shape) map[string]string {
	type family struct{ gone, come []string }
	families := map[string]*family{}
	of := func(pointer string) *family {
		above := parent(pointer)
		if families[above] == nil {
			families[above] = &family{}
		}
		return families[above]
	}
	known := func(shape Shape, pointer string) bool {
		return pointer != "" && last(pointer) != "*" && shape[parent(pointer)] != nil
	}
	for pointer := range old {
		if new[pointer] == nil && known(new, pointer) {
			of(pointer).gone = append(of(pointer).gone, pointer)
		}
	}
	for pointer := range new {
		if old[pointer] == nil && known(old, pointer) {
			of(pointer).come = append(of(pointer).come, pointer)
		}
	}
	renamed := map[string]string{}
	for _, f := range families {
		if len(f.gone) == 1 && len(f.come) == 1 && old[f.gone[0]].resembles(new[f.come[0]]) {
			renamed[f.gone[0]] = f.come[0]
		}
	}
	return renamed
}

// resembles says whether two members can be of one type.
func (m *Member) resembles(other *Member) bool {
	return len(m.Types) == 0 || len(other.Types) == 0 || slices.Equal(m.Types, other.Types)
}

// kind says what a member is, for a report.
func (m *Member) kind() string { return "a member of type " + list(m.Types) }

// member compares what is said about one value.
func (c *comparison) member(rules shapeRules, at Place, pointer string, old, new *Member) {
	add := func(rule, before, now string) {
		if rule != "" {
			c.add(rule, at, before, now, old.Support, new.Support)
		}
	}
	if old.Required != new.Required && pointer != "" && last(pointer) != "*" {
		if new.Required {
			add(rules.required, "optional", "required")
		} else {
			add(rules.optional, "required", "optional")
		}
	}
	if !c.types(rules, at, old, new) {
		return // whatever else is said is about values of another type
	}
	if old.Nullable != new.Nullable && len(new.Types) > 0 {
		if new.Nullable {
			add(rules.nullable, "never null", "null is allowed")
		} else {
			add(rules.notNullable, "null is allowed", "never null")
		}
	}
	c.values(rules, at, pointer, old, new)
	if old.Closed != new.Closed {
		if new.Closed {
			add(rules.closed, "any members", "no members but those that are named")
		} else {
			add(rules.opened, "no members but those that are named", "any members")
		}
	}
	c.form(rules, at, old, new)
}

// types compares the types of a value, and says whether what else is said can be compared.
func (c *comparison) types(rules shapeRules, at Place, old, new *Member) bool {
	before, now := list(old.Types), list(new.Types)
	rule := ""
	switch lost, gained := missing(old.Types, new.Types), missing(new.Types, old.Types); {
	case slices.Equal(old.Types, new.Types):
		return true
	case len(new.Types) == 0:
		rule = rules.untyped
	case len(old.Types) == 0:
		rule = rules.typesNarrowed
	case len(lost) > 0 && len(gained) > 0:
		rule = rules.retyped
		// Every integer is a number.
		if slices.Equal(lost, []string{"number"}) && slices.Equal(gained, []string{"integer"}) {
			rule = rules.typesNarrowed
		}
		if slices.Equal(lost, []string{"integer"}) && slices.Equal(gained, []string{"number"}) {
			rule = rules.typesWidened
		}
	case len(gained) > 0:
		rule = rules.typesWidened
	default:
		rule = rules.typesNarrowed
	}
	c.add(rule, at, before, now, old.Support, new.Support)
	return false
}

// values compares the lists of values that are allowed, an empty one standing for all.
func (c *comparison) values(rules shapeRules, at Place, pointer string, old, new *Member) {
	added := rules.valuesAdded
	if last(pointer) == localeOrigin && added == responseRules.valuesAdded {
		added = "locale-origin-added"
	}
	before, now := strings.Join(old.Values, ", "), strings.Join(new.Values, ", ")
	switch {
	case len(old.Values) == 0 && len(new.Values) == 0:
	case len(old.Values) == 0:
		c.add(rules.valuesRemoved, at, "any value", now, old.Support, new.Support)
	case len(new.Values) == 0:
		c.add(added, at, before, "any value", old.Support, new.Support)
	default:
		if gained := missing(new.Values, old.Values); len(gained) > 0 {
			c.add(added, at, before, strings.Join(gained, ", ")+" as well", old.Support, new.Support)
		}
		if lost := missing(old.Values, new.Values); len(lost) > 0 {
			c.add(rules.valuesRemoved, at, before, "no more "+strings.Join(lost, ", "), old.Support, new.Support)
		}
	}
}

// form compares formats, patterns and bounds.
func (c *comparison) form(rules shapeRules, at Place, old, new *Member) {
	changed := func(name, before, now string) {
		rule := rules.formatChanged
		switch {
		case before == now:
			return
		case before == "":
			rule = rules.narrowed
		case now == "":
			rule = rules.widened
		}
		c.add(rule, at, label(name, before), label(name, now), old.Support, new.Support)
	}
	changed("format", old.Format, new.Format)
	changed("pattern", old.Pattern, new.Pattern)
	for _, name := range union(slices.Collect(maps.Keys(old.Bounds)), slices.Collect(maps.Keys(new.Bounds))) {
		before, had := old.Bounds[name]
		now, has := new.Bounds[name]
		rule := rules.narrowed
		switch {
		case before == now:
			continue
		case !has, had && before.tighter(now):
			rule = rules.widened
		}
		c.add(rule, at, boundLabel(name, before, had), boundLabel(name, now, has), old.Support, new.Support)
	}
}

func boundLabel(name string, bound Bound, set bool) string {
	if !set {
		return label(name, "")
	}
	return label(name, bound.String())
}

// label names a value that may be missing.
func label(name, value string) string {
	if value == "" {
		return "no " + name
	}
	return name + " " + value
}
