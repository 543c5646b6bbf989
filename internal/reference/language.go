package reference

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"
)

//go:embed texts.yaml
var textsFile []byte

// The values of localeOrigin that the page names.
const (
	originDefault = "DEFAULT"
	originRequest = "REQUEST"
)

// catalogue holds the texts of errors in every language that the reference speaks.
type catalogue struct {
	locales []string
	tags    []language.Tag
	matcher language.Matcher
	byName  map[string]localeTexts
}

type localeTexts struct {
	// Messages are the reasons, by status.
	Messages map[int]string `yaml:"messages"`
	// Causes are the details, by key; {field} stands for the name of a field.
	Causes map[string]string `yaml:"causes"`
}

// choice is the language of an answer and what the answer says of it.
type choice struct {
	// text is the locale whose texts are used.
	text string
	// locale and origin are what the envelope says.
	locale any
	origin any
}

// message is one entry of messages or causes.
func (c choice) message(text string) *object {
	return members("locale", c.locale, "localeOrigin", c.origin, "text", text)
}

func loadTexts() (catalogue, error) {
	c := catalogue{}
	if err := yaml.Unmarshal(textsFile, &c.byName); err != nil {
		return catalogue{}, fmt.Errorf("texts.yaml: %w", err)
	}
	c.locales = slices.Sorted(maps.Keys(c.byName))
	for _, locale := range c.locales {
		tag, err := language.Parse(locale)
		if err != nil {
			return catalogue{}, fmt.Errorf("texts.yaml: locale %q: %w", locale, err)
		}
		c.tags = append(c.tags, tag)
	}
	c.matcher = language.NewMatcher(c.tags)
	return c, nil
}

// choose finds the best of our languages for an Accept-Language header (RFC 9110 section
// 12.5.4). Only a language that the header really names counts as requested: not "*", not
// one with weight 0, not a related one that the matcher thinks readable, and nothing in a
// header that is malformed.
func (c catalogue) choose(header, systemLocale string) choice {
	wanted, _, _ := language.ParseAcceptLanguage(header) // of a malformed header there are none
	for _, tag := range wanted {
		_, i, confidence := c.matcher.Match(tag)
		if confidence == language.No || !sameLanguage(tag, c.tags[i]) {
			continue
		}
		return choice{text: c.locales[i], locale: c.locales[i], origin: originRequest}
	}
	return choice{text: systemLocale, locale: systemLocale, origin: originDefault}
}

func sameLanguage(a, b language.Tag) bool {
	baseA, confidence := a.Base()
	baseB, _ := b.Base()
	return confidence != language.No && baseA == baseB
}

// message is the reason of a status, in the chosen language.
func (c catalogue) message(chosen choice, status int) string {
	return c.byName[chosen.text].Messages[status]
}

// cause is the text of a cause, in the chosen language.
func (c catalogue) cause(chosen choice, one cause) string {
	return strings.ReplaceAll(c.byName[chosen.text].Causes[one.key], "{field}", one.field)
}
