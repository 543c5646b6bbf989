package drift

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"conformance/internal/drift/observe"
)

// seenShape compares the values in the answers of a status: what a document or older traffic says
// of them, and what was seen now.
func (c *comparison) seenShape(status string, old, new Shape) {
	if len(old) == 0 {
		return
	}
	renamed := renames(old, new)
	for _, pointer := range slices.Sorted(maps.Keys(old)) {
		before, now := old[pointer], new[pointer]
		switch {
		case now != nil:
			c.seenMember(status, pointer, before, now)
		case last(pointer) != "*" && new[parent(pointer)] != nil && new[parent(pointer)].objects() > 0:
			c.gone(status, pointer, before, new, renamed[pointer])
		}
	}
	for _, pointer := range slices.Sorted(maps.Keys(new)) {
		around := old[parent(pointer)]
		if old[pointer] != nil || around == nil || last(pointer) == "*" || isRenamed(renamed, pointer) {
			continue
		}
		// A document need not name all that there is.
		if around.Seen != nil && around.objects() >= enough {
			c.add("member-added", Place{status, pointer}, "", new[pointer].kind(), around.Support, new[pointer].Support)
		}
	}
}

func isRenamed(renamed map[string]string, pointer string) bool {
	for _, to := range renamed {
		if to == pointer {
			return true
		}
	}
	return false
}

// objects is how often a value was an object.
func (m *Member) objects() int { return m.Seen.Types["object"].Count }

// gone tells of a member that was not seen any more.
func (c *comparison) gone(status, pointer string, before *Member, new Shape, to string) {
	around := new[parent(pointer)]
	now := around.Support
	if !before.Required {
		// Of a member that is only sometimes there, chance can be why it was not seen.
		if before.Seen == nil || math.Pow(1-before.rate(), float64(around.objects())) > chance {
			return
		}
	}
	rule, told := "member-removed", ""
	switch {
	case to != "":
		rule, told, now = "member-renamed", last(to), new[to].Support
	case around.objects() < enough:
		rule, told = "member-optional", fmt.Sprintf("missing in %d of %d", around.objects(), around.objects())
	}
	c.value(rule, status, pointer, before, nil, before.usual(), told, now)
}

// chance is how likely it may be at most that what is called a change is none.
const chance = 0.001

// rate is how often a member was there.
func (m *Member) rate() float64 { return float64(m.Count) / float64(max(1, m.Seen.Around)) }

// usual is what is said of a member's presence.
func (m *Member) usual() string {
	if m.Seen == nil || m.Required {
		return m.kind()
	}
	return fmt.Sprintf("%s, in %d of %d", m.kind(), m.Count, m.Seen.Around)
}

// value adds a change of a value, in the grade that the page leaves it, or a note where too few
// exchanges speak for it.
func (c *comparison) value(rule, status, pointer string, before, now *Member, was, is string, newSupport Support) {
	if before.Seen != nil && before.Seen.Around < enough {
		c.tooFew(status, pointer, before.Seen.Around)
		return
	}
	c.add(c.graded(rule, status, pointer, now), Place{status, pointer}, was, is, before.Support, newSupport)
}

// graded is the rule for a change that the page may allow. Of a member that the page does not
// speak of, nothing was promised.
func (c *comparison) graded(rule, status, pointer string, now *Member) string {
	if c.contract == nil || c.contract.Answers[status] == nil {
		return rule
	}
	shape := c.contract.Answers[status].jsonShape()
	said := shape[pointer]
	if said == nil {
		if rule == "format-changed" || rule == "values-added" {
			return rule
		}
		return "undocumented-member-changed"
	}
	allowed := false
	switch rule {
	case "member-removed", "member-optional", "member-renamed":
		allowed = !said.Required
	case "member-retyped":
		allowed = len(said.Types) == 0 || len(missing(plainTypes(now.Types), plainTypes(said.Types))) == 0
	case "member-nullable":
		allowed = said.Nullable
	case "format-changed":
		allowed = true // what the page says of a form is a requirement of its own
	}
	if allowed {
		return "page-allows"
	}
	return rule
}

// plainTypes are types with "number" for every number: a document may call an integer either.
func plainTypes(types []string) []string {
	var plain []string
	for _, name := range types {
		if name == "integer" {
			name = "number"
		}
		plain = append(plain, name)
	}
	return plain
}

// seenMember compares what was said, or seen, of one value with what is seen now.
func (c *comparison) seenMember(status, pointer string, before, now *Member) {
	if before.Required && !now.Required && pointer != "" && last(pointer) != "*" {
		c.value("member-optional", status, pointer, before, now, "always there",
			fmt.Sprintf("missing in %d of %d", now.Seen.Without.Count, now.Seen.Around), now.Seen.Without)
	}
	rest := before.Seen == nil || before.Count >= enough
	if gained := gainedTypes(before, now); len(gained) > 0 {
		if !rest {
			c.tooFew(status, pointer, before.Count)
			return
		}
		c.value("member-retyped", status, pointer, before, now, list(before.Types), list(gained), now.Seen.Types[gained[0]])
		return
	}
	if now.Nullable && !before.Nullable && (before.Seen != nil || len(before.Types) > 0) {
		if !rest {
			c.tooFew(status, pointer, before.Count)
			return
		}
		c.value("member-nullable", status, pointer, before, now, "never null", "null", now.Seen.Types["null"])
	}
	if rest {
		c.seenForms(status, pointer, before, now)
		c.seenValues(status, pointer, before, now)
	}
}

// gainedTypes are the types of values that were not seen before, or that a document does not
// have. Where nothing but null was seen before, no type is known.
func gainedTypes(before, now *Member) []string {
	if len(before.Types) == 0 {
		return nil
	}
	if before.Seen == nil && slices.Contains(before.Types, "number") {
		return missing(now.Types, append([]string{"integer"}, before.Types...))
	}
	return missing(now.Types, before.Types)
}

// seenForms compares the forms of strings: ids, dates, language tags.
func (c *comparison) seenForms(status, pointer string, before, now *Member) {
	if before.Seen == nil || len(before.Seen.Forms) == 0 {
		return
	}
	was, is := slices.Sorted(maps.Keys(before.Seen.Forms)), slices.Sorted(maps.Keys(now.Seen.Forms))
	gained := missing(is, was)
	// A few of the ids in hexadecimal digits have digits alone, or letters alone.
	if still := slices.IndexFunc(was, func(form string) bool { return strings.HasSuffix(form, hexadecimal) && slices.Contains(is, form) }); still >= 0 {
		gained = missing(gained, []string{observe.Digits, observe.Word})
	}
	if !specific(was) {
		gained = slices.DeleteFunc(gained, func(form string) bool { return specific([]string{form}) || !unread(form) })
	}
	if len(gained) > 0 {
		c.value("format-changed", status, pointer, before, now, list(was), list(gained), now.Seen.Forms[gained[0]])
	}
}

// hexadecimal ends the names of the forms of ids in so many hexadecimal digits.
const hexadecimal = "hexadecimal digits"

// unread says whether there is nothing to read in strings of this form.
func unread(form string) bool { return form == observe.Empty || form == observe.Blank }

// enoughWords is how often one of a few words must have been seen, for another to be new.
const enoughWords = 12

// seenValues compares the words that programs may compare with ones that they know.
func (c *comparison) seenValues(status, pointer string, before, now *Member) {
	known := unquoted(before.Values)
	if before.Seen != nil {
		if before.Count < enoughWords || len(before.Seen.Words) == 0 || len(now.Seen.Words) == 0 {
			return
		}
		known = slices.Sorted(maps.Keys(before.Seen.Words))
	}
	if len(known) == 0 {
		return
	}
	gained := missing(slices.Sorted(maps.Keys(now.Seen.Words)), known)
	if len(gained) == 0 {
		return
	}
	rule := "values-added"
	if last(pointer) == localeOrigin {
		rule = "locale-origin-added"
	}
	c.value(rule, status, pointer, before, now, strings.Join(known, ", "), strings.Join(gained, ", "), now.Seen.Words[gained[0]])
}

// unquoted are JSON strings as their text.
func unquoted(values []string) []string {
	var all []string
	for _, value := range values {
		all = append(all, strings.Trim(value, `"`))
	}
	return all
}
