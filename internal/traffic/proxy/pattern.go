package proxy

import (
	"fmt"
	"regexp"
	"strings"
)

// Pattern selects paths, under any base: "/accounts/*/unlock" matches every path that ends so.
// A "*" stands for a part of one segment, "**" for anything.
type Pattern struct{ expression *regexp.Regexp }

// ParsePattern reads a pattern. It returns an error when that does not begin with a slash or
// "**".
func ParsePattern(text string) (Pattern, error) {
	if !strings.HasPrefix(text, "/") && !strings.HasPrefix(text, "**") {
		return Pattern{}, fmt.Errorf("%q is no pattern of a path; expected one such as /accounts/*/unlock", text)
	}
	var expression strings.Builder
	for rest := text; rest != ""; {
		before, after, found := strings.Cut(rest, "*")
		expression.WriteString(regexp.QuoteMeta(before))
		rest = after
		switch {
		case !found:
		case strings.HasPrefix(after, "*"):
			expression.WriteString(".*")
			rest = after[1:]
		default:
			expression.WriteString("[^/]*")
		}
	}
	compiled, err := regexp.Compile("(?s)" + expression.String() + "$")
	if err != nil {
		return Pattern{}, fmt.Errorf("%q is no pattern of a path: %w", text, err)
	}
	return Pattern{compiled}, nil
}

// Matches tells whether a path, as it is escaped in its URL, is selected.
func (p Pattern) Matches(path string) bool { return p.expression.MatchString(path) }
