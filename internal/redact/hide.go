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
	// folded holds the values by their form in lower case, in which they are looked for.
	folded map[string][]string
	// stay holds the labels, which are found too and stay: a token can be a word in its own label.
	stay map[string]bool
}

// add makes the label stand for a value. It keeps the labels of a value in an order that does
// not depend on who came first.
func (h *hider) add(value, label string) {
	labels := h.labels[value]
	if slices.Contains(labels, label) {
		return
	}
	if h.labels == nil {
		h.labels, h.folded, h.stay = map[string][]string{}, map[string][]string{}, map[string]bool{}
	}
	labels = append(labels, label)
	slices.SortFunc(labels, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	})
	h.labels[value] = labels
	h.look(value)
	if label != "" {
		h.stay[label] = true
		h.look(label)
	}
}

// look makes a value, or a label, be found.
func (h *hider) look(value string) {
	folded := lower(value)
	known := h.folded[folded]
	if len(known) == 0 {
		h.finder.add(folded)
	}
	if !slices.Contains(known, value) {
		known = append(known, value)
		slices.Sort(known)
		h.folded[folded] = known
	}
}

// place is where a value stands in a text, or the beginning of one that is cut off. The label is
// empty where it is a label that stands.
type place struct {
	start, end int
	label      string
	cut        bool
}

// compare puts what begins first, is longer and is whole before the others.
func (p place) compare(q place) int {
	if order := cmp.Or(cmp.Compare(p.start, q.start), cmp.Compare(q.end, p.end)); order != 0 {
		return order
	}
	if p.cut != q.cut {
		if q.cut {
			return -1
		}
		return 1
	}
	return strings.Compare(p.label, q.label)
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
	at := func(i int) (from, to int) { return i, i + 1 }
	for layer, plain := 0, text; layer <= layers; layer++ {
		found, folded := len(places), lower(plain)
		for _, set := range sets {
			places = set.find(places, plain, folded, own)
		}
		for i := range places[found:] {
			p := &places[found+i]
			_, p.end = at(p.end - 1)
			p.start, _ = at(p.start)
		}
		unescaped, made := unescape(plain)
		if made == nil {
			break
		}
		outer := at
		at = func(i int) (from, to int) {
			from, _ = outer(int(made[i].from))
			_, to = outer(int(made[i].to) - 1)
			return from, to
		}
		plain = unescaped
	}
	if len(places) == 0 {
		return text
	}
	slices.SortFunc(places, place.compare)
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

// find adds the places of all values in a text, which is folded to lower case beside it.
func (h *hider) find(places []place, text, folded, own string) []place {
	h.finder.find(folded, func(start, length int, value string) {
		label, cut := h.label(text[start:start+length], value, own), length < len(value)
		if label != "" || !cut {
			places = append(places, place{start, start + length, label, cut})
		}
	})
	return places
}

// label is what stands for a value that was found as it is written, in some case of its letters:
// the own label, if that is among its labels. It is empty for a label.
func (h *hider) label(written, folded, own string) string {
	values := h.folded[folded]
	if slices.Contains(values, written) {
		values = []string{written}
	}
	best := ""
	for _, value := range values {
		labels := h.labels[value]
		switch {
		case len(labels) == 0:
		case slices.Contains(labels, own):
			return own
		case best == "":
			best = labels[0]
		}
	}
	return best
}
