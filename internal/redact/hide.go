package redact

import (
	"cmp"
	"slices"
	"strings"
)

// hider finds values in a text and writes labels in their places. It does not change.
type hider struct {
	values []string
	labels map[string][]string
}

// newHider makes a hider of the labels of each value. It keeps the lists, but not the map.
func newHider(labels map[string][]string) *hider {
	h := &hider{labels: map[string][]string{}}
	for value, its := range labels {
		h.labels[value] = its
		h.values = append(h.values, value)
	}
	for _, its := range labels {
		for _, label := range its {
			if _, known := h.labels[label]; !known {
				// A label is found too, and stays: a token can be a word in its own label.
				h.labels[label] = []string{label}
				h.values = append(h.values, label)
			}
		}
	}
	return h
}

// place is where a value stands in a text.
type place struct {
	start, end int
	label      string
}

// layers bounds how many escapings within each other are looked through.
const layers = 3

// hide replaces every value in a text by its label: by the own one, if that is among the
// value's labels.
func (h *hider) hide(text, own string) string {
	var places []place
	at := func(i int) int { return i }
	for layer, plain := 0, text; layer <= layers; layer++ {
		places = append(places, h.find(plain, own, at)...)
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
	for _, value := range h.values {
		for from := 0; ; {
			i := strings.Index(text[from:], value)
			if i < 0 {
				break
			}
			start, end := from+i, from+i+len(value)
			places = append(places, place{at(start), at(end), h.label(value, own)})
			from = end
		}
	}
	return places
}

func (h *hider) label(value, own string) string {
	labels := h.labels[value]
	if slices.Contains(labels, own) {
		return own
	}
	return labels[0]
}
