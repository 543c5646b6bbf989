package session

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"conformance/internal/exchange"
)

// difference is a field in which a request differs from a recorded one.
type difference struct {
	field          string
	recorded, sent string
	// weight is how much less alike the requests are for it.
	weight int
}

// explain says why nothing answers a request: it names the recorded request that is
// nearest and each field in which the two differ.
func (x *index) explain(sent sentCase, key requestKey, header http.Header) string {
	asked := asked(key)
	if sent.name != "" {
		asked += fmt.Sprintf(" for case %s, attempt %d,", sent.name, sent.attempt)
	}
	if len(x.recording.entries) == 0 {
		return asked + " is not in the recording, which is empty; record the session again"
	}
	item, recorded, differences, err := x.nearest(sent, key, exchange.Canonical(header))
	if err != nil {
		return asked + " is not in the recording, nor can what is nearest be shown: " + err.Error()
	}
	place := item.String()
	if recorded.Case != "" {
		place += fmt.Sprintf(" (case %s, attempt %d)", recorded.Case, recorded.Attempt)
	}
	if len(differences) == 0 {
		return fmt.Sprintf("%s was sent more often than it was recorded; %s is the same request, and every answer to it has been used; record the session again",
			asked, place)
	}
	return fmt.Sprintf("%s is not in the recording; nearest is %s, which differs in %s; record the session again, or send what was recorded",
		asked, place, listed(differences))
}

// listed are differences as a part of a sentence.
func listed(differences []difference) string {
	texts := make([]string, len(differences))
	for i, d := range differences {
		texts[i] = fmt.Sprintf("%s: recorded %s, sent %s", d.field, d.recorded, d.sent)
	}
	return strings.Join(texts, "; ")
}

// The weights say how much less alike two requests are for a part in which they differ.
const (
	pathWeight          = 6
	methodWeight        = 4
	authorizationWeight = 4
	bodyWeight          = 4
	queryWeight         = 3
	headerWeight        = 1
)

// mostDecoded is how many recorded requests are compared field by field. The others are
// compared by their hashes only.
const mostDecoded = 8

// nearest is the recorded request with the least differences; the first of several, but
// one of the same case before others.
func (x *index) nearest(sent sentCase, key requestKey, header http.Header) (Item, exchange.Exchange, []difference, error) {
	var nearest Item
	var recorded exchange.Exchange
	var differences []difference
	least := 0
	for _, i := range x.candidates(sent, key, header) {
		item := x.recording.item(i)
		e, err := item.Exchange()
		if err != nil {
			return item, e, nil, err
		}
		found := x.differences(e, key, header)
		distance := 0
		for _, d := range found {
			distance += 2 * d.weight
		}
		if sent.name == "" || e.Case != sent.name {
			distance++
		}
		if nearest.Number == 0 || distance < least {
			nearest, recorded, differences, least = item, e, found, distance
		}
	}
	return nearest, recorded, differences, nil
}

// candidates are the interactions whose hashes are nearest to a request's, the nearest
// first. It looks at hashes only: about a millisecond for 100 000 interactions.
func (x *index) candidates(sent sentCase, key requestKey, header http.Header) []int {
	h := x.recording.hasher
	wanted := h.key(key)
	wanted.headers = h.headerSet(h.headers(header))
	if sent.name != "" {
		wanted.name = h.text(sent.name)
	}
	var found []int
	var distances []int
	for i := range x.recording.entries {
		distance := x.distance(&x.recording.entries[i], &wanted)
		if len(found) == mostDecoded && distance >= distances[mostDecoded-1] {
			continue
		}
		at, _ := slices.BinarySearch(distances, distance+1)
		found, distances = slices.Insert(found, at, i), slices.Insert(distances, at, distance)
		if len(found) > mostDecoded {
			found, distances = found[:mostDecoded], distances[:mostDecoded]
		}
	}
	return found
}

// distance is about how much a recorded request differs from one that was sent.
func (x *index) distance(e *entry, wanted *fingerprint) int {
	distance := 0
	add := func(differs bool, weight int) {
		if differs {
			distance += 2 * weight
		}
	}
	add(e.path != wanted.path && !slices.Contains(x.recording.paths[e.morePaths.from:e.morePaths.to], wanted.path), pathWeight)
	add(e.method != wanted.method, methodWeight)
	add(e.authorization != wanted.authorization && !x.options.IgnoreCredentials || !x.counts(e.authorization), authorizationWeight)
	add(e.body != wanted.body, bodyWeight)
	add(e.query != wanted.query, queryWeight)
	add(e.headers != wanted.headers, headerWeight)
	if e.name == 0 || e.name != wanted.name {
		distance++
	}
	return distance
}

// differences are those between a recorded request and one that was sent.
func (x *index) differences(e exchange.Exchange, key requestKey, header http.Header) []difference {
	paths, query := x.recording.hasher.recordedPaths(e.Request.URL)
	recordedHeader := exchange.Canonical(e.Request.Header)
	recorded := keyOf(e.Request.Method, paths[0], query, recordedHeader, e.Request.Body)
	if slices.Contains(paths, key.path) {
		recorded.path = key.path
	}
	var all []difference
	add := func(field, was, is string, weight int) {
		if was != is {
			was, is = around(was, is)
			all = append(all, difference{field, was, is, weight})
		}
	}
	add("method", recorded.method, key.method, methodWeight)
	add("path", recorded.path, key.path, pathWeight)
	add("query", recorded.query, key.query, queryWeight)
	if recorded.authorization != key.authorization && !x.options.IgnoreCredentials || !x.counts(x.recording.hasher.text(recorded.authorization)) {
		all = append(all, difference{"Authorization",
			shown("Authorization", recorded.authorization), shown("Authorization", key.authorization), authorizationWeight})
	}
	add("body", recorded.body, key.body, bodyWeight)
	for _, d := range headerDifferences(recordedHeader, header) {
		if !x.options.IgnoreCredentials || !secretHeader.MatchString(d.field) {
			all = append(all, d)
		}
	}
	return all
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
			all = append(all, difference{"header " + name, shown(name, was), shown(name, is), headerWeight})
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
