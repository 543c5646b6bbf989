package session

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// difference is a field in which a request differs from a recorded one.
type difference struct {
	field          string
	recorded, sent string
	// weight is how much less alike the requests are for it.
	weight int
}

// explain says why nothing answers a request: it names the recorded request that is
// nearest and each field in which the two differ. It looks at every interaction, which is
// quick enough for what ends in a failure.
func (x *index) explain(sent sentCase, key requestKey, header map[string][]string) string {
	asked := fmt.Sprintf("%s /%s", key.method, clip(key.path, 200))
	if sent.name != "" {
		asked += fmt.Sprintf(" for case %s, attempt %d,", sent.name, sent.attempt)
	}
	if len(x.entries) == 0 {
		return asked + " is not in the recording, which is empty; record the session again"
	}
	nearest, differences := x.nearest(sent, key, header)
	place := fmt.Sprintf("interaction %d of %s", nearest.number, nearest.cassette)
	if nearest.exchange.Case != "" {
		place += fmt.Sprintf(" (case %s, attempt %d)", nearest.exchange.Case, nearest.exchange.Attempt)
	}
	if len(differences) == 0 {
		return fmt.Sprintf("%s was sent more often than it was recorded; %s is the same request, and every answer to it has been used; record the session again",
			asked, place)
	}
	texts := make([]string, len(differences))
	for i, d := range differences {
		texts[i] = fmt.Sprintf("%s: recorded %s, sent %s", d.field, d.recorded, d.sent)
	}
	return fmt.Sprintf("%s is not in the recording; nearest is %s, which differs in %s; record the session again, or send what was recorded",
		asked, place, strings.Join(texts, "; "))
}

// nearest is the recorded request with the least differences; the first of several, but
// one of the same case before others.
func (x *index) nearest(sent sentCase, key requestKey, header map[string][]string) (*entry, []difference) {
	var nearest *entry
	var differences []difference
	least := 0
	for _, e := range x.entries {
		found := e.differences(key, header)
		distance := 0
		for _, d := range found {
			distance += 2 * d.weight
		}
		if sent.name == "" || e.exchange.Case != sent.name {
			distance++
		}
		if nearest == nil || distance < least {
			nearest, differences, least = e, found, distance
		}
	}
	return nearest, differences
}

// differences are those between a recorded request and one that was sent.
func (e *entry) differences(key requestKey, header map[string][]string) []difference {
	recorded := e.keys[0]
	if slices.ContainsFunc(e.keys, func(k requestKey) bool { return k.path == key.path }) {
		recorded.path = key.path
	}
	var all []difference
	add := func(field, was, is string, weight int) {
		if was != is {
			was, is = around(was, is)
			all = append(all, difference{field, was, is, weight})
		}
	}
	add("method", recorded.method, key.method, 4)
	add("path", recorded.path, key.path, 6)
	add("query", recorded.query, key.query, 3)
	if recorded.authorization != key.authorization {
		all = append(all, difference{"Authorization",
			shown("Authorization", recorded.authorization), shown("Authorization", key.authorization), 4})
	}
	add("body", recorded.body, key.body, 4)
	return append(all, headerDifferences(e.exchange.Request.Header, header)...)
}

func headerDifferences(recorded, sent map[string][]string) []difference {
	names := maps.Clone(sent)
	if names == nil {
		names = map[string][]string{}
	}
	maps.Copy(names, recorded)
	var all []difference
	for _, name := range slices.Sorted(maps.Keys(names)) {
		was, is := headerKey(recorded, name), headerKey(sent, name)
		if was != is && !incidentalHeaders[name] {
			all = append(all, difference{"header " + name, shown(name, was), shown(name, is), 1})
		}
	}
	return all
}

var (
	secretHeader = regexp.MustCompile(`(?i)auth|cookie|token|secret|session|password|key`)
	secretLabel  = regexp.MustCompile(`^=[\w -]*<[^<>]*>$`)
)

// shown is a header's value for an error text. A value that may be a secret is shown only
// if it is a label: a foreign recording may hold more than ours do.
func shown(name, value string) string {
	switch {
	case value == "":
		return "none"
	case value != "=" && secretHeader.MatchString(name) && !secretLabel.MatchString(value):
		return "a value that is not shown"
	}
	return strconv.Quote(clip(strings.ReplaceAll(value[1:], "\x00", ", "), 80))
}

// around quotes two different texts from a little before the place where they differ.
func around(a, b string) (string, string) {
	const before, most = 20, 80
	same := 0
	for same < len(a) && same < len(b) && a[same] == b[same] {
		same++
	}
	from := 0
	if same > before && max(len(a), len(b)) > most {
		from = same - before
	}
	return excerpt(a, from, most), excerpt(b, from, most)
}

func excerpt(text string, from, most int) string {
	if text == "" {
		return "none"
	}
	quoted := strconv.Quote(clip(text[from:], most))
	if from > 0 {
		quoted = "…" + quoted
	}
	return quoted
}

// clip shortens a text to so many bytes, without cutting a character in two.
func clip(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "…"
}
