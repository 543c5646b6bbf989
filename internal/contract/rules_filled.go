package contract

import (
	"regexp"
	"slices"
	"strings"

	"conformance/schemas"
)

// missingWords are what programs print for a value that is not there. No reader is told that.
var missingWords = []string{"null", "undefined", "None", "nil", "<nil>", "NaN", "[object Object]", "Optional.empty"}

// placeholders are places in a text that nothing was put into, as several languages write
// them. Each is narrow: "/accounts/{id}/unlock", "[0-9a-f]{32}" and "100 % sure" are texts.
var placeholders = regexp.MustCompile(strings.Join([]string{
	`(?:^|[\s"'(:])\{\d\}`,                  // java.text.MessageFormat, .NET
	`\{[a-z]\w*(?:\.\w+)+\}`,                // Jakarta Bean Validation
	`\{\{ ?[A-Za-z_][\w.]* ?\}\}`,           // mustache, i18next
	`[$#]\{[A-Za-z_][\w.]*\}`,               // template literals, Ruby
	`%![a-zA-Z]\(`,                          // Go's fmt
	`(?:^|[\s"'(:])%[sdv](?:$|[\s"'),.:;])`, // printf
	`\?\?\?[\w.-]+\?\?\?`,                   // a key that the catalogue of texts lacks
}, "|"))

// placeholderHints has a character of each placeholder, and is looked for first: most texts have
// none, and the search for placeholders takes its time.
const placeholderHints = "{%?"

// textKey is the name of a text, as catalogues of texts have them, such as error.account.unknown.
// A code may look like that, and a cause may be the name of a field: only messages may not.
var textKey = regexp.MustCompile(`^[a-z][\w-]*(?:\.[\w-]+){2,}$`)

// namedTexts lists the texts that the page names for readers, each with its place.
func (a *Answer) namedTexts() []placedText {
	object, _ := a.object()
	var all []placedText
	add := func(members map[string]any, pointer, name string) {
		if text, is := members[name].(string); is {
			all = append(all, placedText{pointer + "/" + name, text})
		}
	}
	switch a.Envelope {
	case schemas.Error:
		add(object, "", "detailCode")
		add(object, "", "trackingId")
		for _, n := range a.allNotices() {
			add(n.members, n.pointer, "text")
		}
	case schemas.Unauthorized:
		add(object, "", "error")
	case schemas.RateLimit:
		add(object, "", "message")
	}
	return all
}

// placedText is a text and where it stands.
type placedText struct{ pointer, text string }

func hasNamedText(a *Answer) bool { return len(a.namedTexts()) > 0 }

// checkFilledIn leaves out what a text repeats of the request: the client may have written a
// placeholder into it.
func checkFilledIn(a *Answer, _ *memory) []Violation {
	var violations []Violation
	for _, t := range a.namedTexts() {
		switch text := strings.TrimSpace(t.text); {
		case slices.Contains(missingWords, text):
			violations = append(violations, Violation{t.pointer, "a value, or none", "the word for a missing one, " + quoted(text)})
		case strings.HasPrefix(t.pointer, "/messages/") && textKey.MatchString(text):
			violations = append(violations, Violation{t.pointer, "a text", "the name of one, " + quoted(text)})
		case len(text) <= maxRememberedText && strings.ContainsAny(text, placeholderHints):
			if found := placeholders.FindString(a.echo().Replace(text)); found != "" {
				violations = append(violations, Violation{t.pointer, "a text that is filled in", "the placeholder " + quoted(strings.TrimSpace(found))})
			}
		}
	}
	return violations
}
