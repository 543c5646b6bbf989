package contract

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
)

// textRules look at every text in an answer, wherever it stands.
var textRules = []Rule{
	{"any-no-internals", (*Answer).readable, checkNoInternals},
	{"any-no-credentials", (*Answer).complete, checkNoCredentials},
	{"any-text-filled-in", hasNamedText, checkFilledIn},
}

// searchedLimit bounds, in bytes, how much text of one answer is searched for internals.
const searchedLimit = 64 << 10

func checkNoInternals(a *Answer, m *memory) []Violation {
	var violations []Violation
	echo, left := a.echo(), searchedLimit
	search := func(pointer, text string) {
		text = text[:min(len(text), left)]
		left -= len(text)
		text = echo.Replace(text)
		if m.innocent[text] || isAddress(text) {
			return
		}
		if about, found := findInternal(text); found == "" {
			m.clear(text)
		} else {
			violations = append(violations, Violation{pointer, "a text for the reader", about + ": " + quoted(found)})
		}
	}
	a.eachText(search)
	header := a.Exchange.Response.Header
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			search(whereHeader(name), value)
		}
	}
	return violations
}

// isAddress says whether a text is a link and nothing else. On a machine under test it may well
// lead to the inside.
func isAddress(text string) bool {
	address, err := url.Parse(text)
	return err == nil && (address.Scheme == "http" || address.Scheme == "https") && !strings.ContainsFunc(text, unicode.IsSpace)
}

// maxInnocent bounds how many texts a judge remembers as free of internals, and maxInnocentText
// how long, in bytes, such a text may be. A server has few texts, and says them all the time.
const (
	maxInnocent     = 1024
	maxInnocentText = 512
)

// clear remembers that a text is free of internals.
func (m *memory) clear(text string) {
	if len(text) <= maxInnocentText && len(m.innocent) < maxInnocent {
		m.innocent[text] = true
	}
}

// eachText calls visit for every string in the body, members in the order of their names; a
// body that is no JSON is one text.
func (a *Answer) eachText(visit func(pointer, text string)) {
	if !a.document.parsed {
		visit(whereBody, string(a.body))
		return
	}
	walkTexts("", a.document.value, visit)
}

func walkTexts(pointer string, value any, visit func(pointer, text string)) {
	switch value := value.(type) {
	case string:
		if pointer == "" {
			pointer = whereBody
		}
		visit(cutPointer(pointer), value)
	case []any:
		for i, element := range value {
			walkTexts(below(pointer, strconv.Itoa(i)), element, visit)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			walkTexts(below(pointer, name), value[name], visit)
		}
	}
}

// below is a pointer one step further down. One that will be cut grows no longer, or a deeply
// nested body would cost the square of its depth.
func below(pointer, step string) string {
	if len(pointer) > pointerLimit {
		return pointer
	}
	return string(jsontext.Pointer(pointer).AppendToken(step))
}

// credentialLabel is what the sender wrote in place of the request's credential.
func (a *Answer) credentialLabel() string { return "<" + a.Exchange.Credential + ">" }

// credentialMark is a label in the place of a credential: that of the request, or another's. In
// the traffic of other programs the credentials are numbered.
var credentialMark = regexp.MustCompile(`<(orgAdmin|sourceAdmin|sourceSubadmin|helpdesk|provisioner|noProvisioning|unprivileged|expired|throttled|credential-[0-9]+)(:[a-z-]+)?>`)

func checkNoCredentials(a *Answer, _ *memory) []Violation {
	var violations []Violation
	found := func(where, text string) {
		if mark := credentialMark.FindString(text); mark != "" {
			violations = append(violations, Violation{where, "no credential", "the credential " + mark})
		}
	}
	found(whereBody, string(a.body))
	header := a.Exchange.Response.Header
	for _, name := range slices.Sorted(maps.Keys(header)) {
		found(whereHeader(name), name+": "+strings.Join(header[name], ", "))
	}
	return violations
}
