package drift

import (
	"maps"
	"slices"
	"strings"
)

// request compares the bodies of the request.
func (c *comparison) request(old, new *Description) {
	before, now := old.Request, new.Request
	at := Place{RequestSection, ""}
	had, has := len(before.Media) > 0, len(now.Media) > 0
	switch {
	case !had && has && now.Required, had && has && !before.Required && now.Required:
		c.add("request-body-required", at, "optional", "required", before.Support, now.Support)
	case !had && has:
		c.add("request-body-added", at, "", "an optional body", before.Support, now.Support)
	case had && has && before.Required && !now.Required:
		c.add("request-body-optional", at, "required", "optional", before.Support, now.Support)
	}
	c.media(requestRules, at, before.Media, now.Media, nil, before.Support, now.Support)
}

// answers compares what comes with each status.
func (c *comparison) answers(old, new *Description) {
	for _, status := range slices.Sorted(maps.Keys(old.Answers)) {
		before := old.Answers[status]
		at := Place{status, ""}
		now, found := new.Answers[status]
		if !found {
			var standIn string
			if standIn, now = new.standIn(status); now == nil {
				if old.standsIn(status, new) {
					continue // those that it covered are named, and compared below
				}
				c.add("status-dropped", at, "the status", "", before.Support, new.Support)
				continue
			}
			c.add("status-generalised", at, status, standIn, before.Support, now.Support)
		}
		c.answer(at, before, now)
	}
	for _, status := range slices.Sorted(maps.Keys(new.Answers)) {
		if _, had := old.Answers[status]; had || new.standsIn(status, old) {
			continue
		}
		now, at := new.Answers[status], Place{status, ""}
		if wide, before := old.standIn(status); before != nil {
			c.add("status-specified", at, wide, status, before.Support, now.Support)
			c.answer(at, before, now)
			continue
		}
		c.add("status-added", at, "", "the status", old.Support, now.Support)
	}
}

// answer compares what comes with one status.
func (c *comparison) answer(at Place, before, now *Answer) {
	var said *Answer
	if c.contract != nil {
		said = c.contract.Answers[at.Section]
	}
	c.headers(at, before, now)
	c.media(responseRules, at, before.Media, now.Media, said, before.Support, now.Support)
}

// standIn is the range of statuses, or the default, that covers a status which is not named.
func (d *Description) standIn(status string) (string, *Answer) {
	for _, name := range []string{status[:1] + "XX", status[:1] + "xx", "default"} {
		if answer := d.Answers[name]; answer != nil && name != status {
			return name, answer
		}
	}
	return "", nil
}

// standsIn says whether a range of the new description covers a status that only the old names.
func (d *Description) standsIn(name string, old *Description) bool {
	for status := range old.Answers {
		if _, named := d.Answers[status]; named {
			continue
		}
		if in, _ := d.standIn(status); in == name {
			return true
		}
	}
	return false
}

func (c *comparison) headers(at Place, old, new *Answer) {
	for _, name := range slices.Sorted(maps.Keys(old.Headers)) {
		before := old.Headers[name]
		now, kept := new.Headers[name]
		where := Place{at.Section, "header " + before.Name}
		switch {
		case !kept && before.Required:
			c.add("required-header-removed", where, "the header", "", before.Support, new.Support)
		case !kept:
			c.add("header-removed", where, "the header", "", before.Support, new.Support)
		case before.Required && !now.Required:
			c.add("header-optional", where, "required", "optional", before.Support, now.Support)
		case !before.Required && now.Required:
			c.add("header-required", where, "optional", "required", before.Support, now.Support)
		}
		// On the wire a header is text: that a number is promised now is no other type.
		if kept && len(before.Types) > 0 && len(now.Types) > 0 && !slices.Contains(before.Types, "string") &&
			len(missing(now.Types, before.Types)) > 0 {
			c.add("header-retyped", where, list(before.Types), list(now.Types), before.Support, now.Support)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(new.Headers)) {
		if _, had := old.Headers[name]; !had {
			c.add("header-added", Place{at.Section, "header " + new.Headers[name].Name}, "", "the header", old.Support, new.Headers[name].Support)
		}
	}
}

// media compares the bodies of each media type. Said is the answer in the contract, or nil.
func (c *comparison) media(rules shapeRules, at Place, old, new map[string]Media, said *Answer, oldSupport, newSupport Support) {
	for _, name := range slices.Sorted(maps.Keys(old)) {
		before := old[name]
		now, kept := new[name]
		if !kept {
			now, kept = standsFor(new, name)
		}
		if !kept && rules.mediaRemoved == responseRules.mediaRemoved {
			now, kept = narrowed(new, name)
		}
		if !kept {
			c.add(rules.mediaRemoved, Place{at.Section, "media type " + name}, "the media type", "", before.Support, newSupport)
			continue
		}
		var contract Shape
		if said != nil {
			contract = said.Media[name].Shape
		}
		c.shapes(rules, at, before.Shape, now.Shape, contract)
	}
	if len(old) == 0 && rules.mediaRemoved == requestRules.mediaRemoved {
		return // that there is a body at all is told
	}
	for _, name := range slices.Sorted(maps.Keys(new)) {
		_, had := old[name]
		if _, covered := standsFor(old, name); !had && !covered {
			c.add(rules.mediaAdded, Place{at.Section, "media type " + name}, "", "the media type", oldSupport, new[name].Support)
		}
	}
}

// standsFor is the range of media types, such as application/*, that a media type is in.
func standsFor(all map[string]Media, name string) (Media, bool) {
	kind, _, _ := strings.Cut(name, "/")
	for _, wide := range []string{kind + "/*", "*/*"} {
		if media, is := all[wide]; is && wide != name {
			return media, true
		}
	}
	return Media{}, false
}

// narrowed is the first media type of a range, where the range itself is gone.
func narrowed(all map[string]Media, wide string) (Media, bool) {
	if !strings.HasSuffix(wide, "/*") {
		return Media{}, false
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if wide == "*/*" || strings.HasPrefix(name, strings.TrimSuffix(wide, "*")) {
			return all[name], true
		}
	}
	return Media{}, false
}

// list joins words for a report.
func list(words []string) string {
	if len(words) == 0 {
		return "any"
	}
	return strings.Join(words, " or ")
}
