package contract

import (
	"errors"
	"strconv"
	"strings"

	"golang.org/x/text/language"
)

// maxTag bounds, in bytes, what is read as a language tag. RFC 5646 section 4.4.1 advises
// room for 35 characters.
const maxTag = 255

// tagProblem says why a text is no BCP 47 language tag; empty when it is one. A region or
// variant that the registry does not know is let pass: registries grow.
func tagProblem(tag string) string {
	// Package language also takes the underscores of other systems' locales.
	if len(tag) > maxTag || strings.Contains(tag, "_") {
		return quoted(tag)
	}
	_, err := language.Parse(tag)
	var unknown language.ValueError
	if !errors.As(err, &unknown) {
		if err != nil {
			return quoted(tag)
		}
		return ""
	}
	primary, _, _ := strings.Cut(tag, "-")
	if strings.EqualFold(unknown.Subtag(), primary) {
		return quoted(tag) + ", whose language no registry knows"
	}
	return ""
}

// sameLanguage compares languages, not tags: en is en-US here, and Norwegian is nb and no.
func sameLanguage(one, other string) bool {
	if one == other {
		return true
	}
	oneTag, otherTag := language.Make(one), language.Make(other)
	if !namesLanguage(oneTag) || !namesLanguage(otherTag) {
		return strings.EqualFold(one, other)
	}
	oneBase, _ := oneTag.Base()
	otherBase, _ := otherTag.Base()
	if oneBase == otherBase {
		return true
	}
	_, _, confidence := language.NewMatcher([]language.Tag{oneTag}).Match(otherTag)
	return confidence == language.Exact
}

// namesLanguage says whether a tag names its language. Of others, such as und or x-whatever,
// package language guesses it.
func namesLanguage(tag language.Tag) bool {
	_, confidence := tag.Base()
	return confidence == language.Exact
}

// languageRange is one item of an Accept-Language header.
type languageRange struct {
	// text is the range as it was given; "*" stands for any language.
	text string
	// refused says that its weight is 0.
	refused bool
}

type languageRanges []languageRange

// maxRanges bounds the work that one header can ask for.
const maxRanges = 100

// parseAcceptLanguage reads a header as RFC 9110 section 12.5.4 writes it. An item whose weight
// cannot be read asks for nothing, but does not spoil the rest.
func parseAcceptLanguage(header string) languageRanges {
	var ranges languageRanges
	for item := range strings.SplitSeq(header, ",") {
		text, parameters, _ := strings.Cut(item, ";")
		text = strings.TrimSpace(text)
		weight, ok := parseWeight(parameters)
		if ok && text != "" && len(text) <= maxTag && len(ranges) < maxRanges {
			ranges = append(ranges, languageRange{text: text, refused: weight == 0})
		}
	}
	return ranges
}

// parseWeight reads the weight of an item in a list, such as "q=0.5" (RFC 9110 section 12.4.2);
// without one it is 1. It is false when there is something else.
func parseWeight(parameters string) (float64, bool) {
	parameters = strings.TrimSpace(parameters)
	if parameters == "" {
		return 1, true
	}
	name, value, _ := strings.Cut(parameters, "=")
	weight, err := strconv.ParseFloat(value, 64)
	return weight, err == nil && strings.EqualFold(name, "q") && weight >= 0 && weight <= 1
}

// ask says whether the ranges ask for a locale, or for one that it can stand in for, such as
// fr for fr-CA (RFC 4647). What can stand in for what is for the server to say: a match that
// Unicode's data on languages (UTS 35) knows is let pass, however weak, such as English for Klingon.
func (ranges languageRanges) ask(locale string) bool {
	anyLanguage, refused := false, false
	var asked []language.Tag
	for _, r := range ranges {
		switch {
		case r.refused:
			refused = refused || covers(r.text, locale)
		case r.text == "*":
			anyLanguage = true
		case sameLanguage(r.text, locale):
			return true
		default:
			if tag := language.Make(r.text); namesLanguage(tag) {
				asked = append(asked, tag)
			}
		}
	}
	if refused || anyLanguage {
		return !refused
	}
	_, _, confidence := language.NewMatcher([]language.Tag{language.Make(locale)}).Match(asked...)
	return confidence > language.No
}

// covers says whether a range stands for a locale by the letter (RFC 4647 section 3.3.1).
func covers(text, locale string) bool {
	text, locale = strings.ToLower(text), strings.ToLower(locale)
	return locale == text || strings.HasPrefix(locale, text+"-")
}
