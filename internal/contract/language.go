package contract

import (
	"errors"
	"regexp"
	"strings"

	"golang.org/x/text/language"
)

var (
	tagCharacters = regexp.MustCompile(`^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$`)
	// The registry has no language of four to eight letters (RFC 5646 section 2.2.1); the
	// irregular tags begin with i-, and private ones with x-.
	primarySubtag = regexp.MustCompile(`^(?:[A-Za-z]{2,3}|[iIxX]-.*)(?:-|$)`)
)

// maxTag bounds, in bytes, what is read as a language tag. RFC 5646 section 4.4.1 advises
// room for 35 characters.
const maxTag = 255

// tagProblem says why a text is no BCP 47 language tag; empty when it is one. A region or
// variant that the registry does not know is let pass: registries grow.
func tagProblem(tag string) string {
	if len(tag) > maxTag || !tagCharacters.MatchString(tag) || !primarySubtag.MatchString(tag) {
		return quoted(tag)
	}
	_, err := language.Parse(tag)
	var unknown language.ValueError
	if errors.As(err, &unknown) {
		primary, _, _ := strings.Cut(tag, "-")
		if strings.EqualFold(unknown.Subtag(), primary) {
			return quoted(tag) + ", whose language no registry knows"
		}
		return ""
	}
	if err != nil {
		return quoted(tag)
	}
	return ""
}

// sameLanguage compares languages, not tags: en is en-US here, and Norwegian is nb and no.
func sameLanguage(one, other string) bool {
	oneTag, otherTag := language.Make(one), language.Make(other)
	oneBase, _ := oneTag.Base()
	otherBase, _ := otherTag.Base()
	if oneBase == otherBase {
		return true
	}
	_, _, confidence := language.NewMatcher([]language.Tag{oneTag}).Match(otherTag)
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

var (
	rangeCharacters = regexp.MustCompile(`^(?:\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)$`)
	weight          = regexp.MustCompile(`^[ \t]*(?:;[ \t]*[qQ]=(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$`)
	noWeight        = regexp.MustCompile(`[qQ]=0(?:\.0*)?[ \t]*$`)
)

// zeroWeight says whether the parameters of a list's item weigh it with 0: it is refused.
func zeroWeight(parameters string) bool { return noWeight.MatchString(parameters) }

// maxRanges bounds the work that one header can ask for.
const maxRanges = 100

// parseAcceptLanguage reads a header as RFC 9110 section 12.5.4 writes it. What is not written
// so asks for nothing, but does not spoil the rest.
func parseAcceptLanguage(header string) languageRanges {
	var ranges languageRanges
	for item := range strings.SplitSeq(header, ",") {
		text := strings.Trim(item, " \t")
		parameters := ""
		if at := strings.IndexAny(text, "; \t"); at >= 0 {
			text, parameters = text[:at], text[at:]
		}
		if len(ranges) < maxRanges && len(text) <= maxTag && rangeCharacters.MatchString(text) && weight.MatchString(parameters) {
			ranges = append(ranges, languageRange{text: text, refused: zeroWeight(parameters)})
		}
	}
	return ranges
}

// ask says whether the ranges ask for a locale, or for one that it can stand in for, such as
// fr for fr-CA (RFC 4647).
func (ranges languageRanges) ask(locale string) bool {
	anyLanguage := false
	var asked []language.Tag
	for _, r := range ranges {
		switch {
		case r.refused:
		case r.text == "*":
			anyLanguage = true
		case sameLanguage(r.text, locale):
			return true
		default:
			asked = append(asked, language.Make(r.text))
		}
	}
	for _, r := range ranges {
		if r.refused && covers(r.text, locale) {
			return false
		}
	}
	if anyLanguage {
		return true
	}
	_, _, confidence := language.NewMatcher([]language.Tag{language.Make(locale)}).Match(asked...)
	return len(asked) > 0 && confidence > language.Low
}

// covers says whether a range stands for a locale by the letter (RFC 4647 section 3.3.1).
func covers(text, locale string) bool {
	text, locale = strings.ToLower(text), strings.ToLower(locale)
	return locale == text || strings.HasPrefix(locale, text+"-")
}
