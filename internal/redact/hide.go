package redact

import (
	"cmp"
	"slices"
	"strings"
)

// hider finds values in a text and writes labels in their places. Its zero value hides nothing.
type hider struct {
	finder finder
	// labels holds the labels of each value, the first choice first. One value has several
	// when the config gives one token two names.
	labels map[string][]string
	// stay holds the labels, which are found too and stay: a token can be a word in its own label.
	stay map[string]bool
}

// add makes the label stand for a value. It keeps the labels of a value in an order that does
// not depend on who came first.
func (h *hider) add(value, label string) {
	labels, known := h.labels[value]
	if slices.Contains(labels, label) {
		return
	}
	if h.labels == nil {
		h.labels, h.stay = map[string][]string{}, map[string]bool{}
	}
	if !known && !h.stay[value] {
		h.finder.add(value)
	}
	labels = append(labels, label)
	slices.SortFunc(labels, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	})
	h.labels[value] = labels
	if _, known := h.labels[label]; !known && !h.stay[label] && label != "" {
		h.finder.add(label)
	}
	h.stay[label] = true
}

// place is where a value stands in a text. The label is empty where it is a label that stands.
type place struct {
	start, end int
	label      string
}

// layers bounds how many escapings within each other are looked through.
const layers = 3

// hide replaces every value of all sets in a text by its label: by the own one, if that is among
// the value's labels. It looks for all of them before it replaces the first: a value can be a
// part of another set's.
func hide(sets []*Secrets, text, own string) string {
	if !slices.ContainsFunc(sets, (*Secrets).any) {
		return text
	}
	var places []place
	at := func(i int) int { return i }
	for layer, plain := 0, text; layer <= layers; layer++ {
		for _, set := range sets {
			places = append(places, set.find(plain, own, at)...)
		}
		unescaped, from := unescape(plain)
		if len(unescaped) == len(plain) {
			break
		}
		outer := at
		at = func(i int) int { return outer(from[i]) }
		plain = unescaped
	}
	if len(places) == 0 {
		return text
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end), strings.Compare(a.label, b.label))
	})
	var clean strings.Builder
	done := 0
	for _, p := range places {
		if p.start >= done {
			clean.WriteString(text[done:p.start])
			if p.label == "" {
				// A label stays as it is written, escaped or not.
				p.label = text[p.start:p.end]
			}
			clean.WriteString(p.label)
		}
		// What overlaps with the place before is hidden by its label.
		done = max(done, p.end)
	}
	clean.WriteString(text[done:])
	return clean.String()
}

// find lists the places of all values in a text. The function at leads from a place in it to
// the place in the text that it was made from.
func (h *hider) find(text, own string, at func(int) int) []place {
	var places []place
	h.finder.find(text, func(start int, value string) {
		places = append(places, place{at(start), at(start + len(value)), h.label(value, own)})
	})
	return places
}

// label is what stands for a value: the own label, if that is among its labels. It is empty for
// a value that is a label itself.
func (h *hider) label(value, own string) string {
	labels, secret := h.labels[value]
	switch {
	case !secret:
		return ""
	case slices.Contains(labels, own):
		return own
	}
	return labels[0]
}
