package contract

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"conformance/schemas"
)

// envelopeRules look at the members of a body: the schema of the status finds what is wrong,
// and each problem is held against the requirement that its place stands for.
var envelopeRules = []Rule{
	{"any-envelope", hasDocument, checkEnvelope},
	{"any-detail-code", isEnvelope(schemas.Error), problemsAt("/detailCode")},
	{"any-detail-code-status", hasText("detailCode"), checkDetailCodeStatus},
	{"any-tracking-id", isEnvelope(schemas.Error), problemsAt("/trackingId")},
	{"any-tracking-id-unique", hasText("trackingId"), checkTrackingIDUnique},
	{"any-tracking-id-own", givenRequestID, checkTrackingIDOwn},
	{"any-messages", isEnvelope(schemas.Error), problemsAt("/messages", "/messages/*")},
	{"any-message-text", hasNotices("messages"), problemsAt("/messages/*/text")},
	{"any-message-locale", hasNotices("messages"), withTags("messages", problemsAt("/messages/*/locale"))},
	{"any-message-locale-origin", hasNotices("messages"), problemsAt("/messages/*/localeOrigin")},
	{"any-message-members", hasNotices("messages"), checkNoticeMembers("messages")},
	{"any-causes", hasMember("causes"), problemsAt("/causes", "/causes/*")},
	{"any-cause-text", hasNotices("causes"), problemsAt("/causes/*/text")},
	{"any-cause-plain-text", hasNotices("causes"), checkPlainText},
	{"any-cause-locale", hasNotices("causes"), withTags("causes", problemsAt("/causes/*/locale"))},
	{"any-cause-locale-origin", hasNotices("causes"), problemsAt("/causes/*/localeOrigin")},
	{"any-cause-members", hasNotices("causes"), checkNoticeMembers("causes")},
}

type check func(*Answer, *memory) []Violation

// problemsAt holds the schema's problems at certain places against a requirement.
func problemsAt(places ...string) check {
	return func(a *Answer, _ *memory) []Violation {
		var violations []Violation
		for _, problem := range a.problems {
			if placed(problem.Pointer, places) {
				violations = append(violations, Violation{problem.Pointer, problem.Expected, problem.Seen})
			}
		}
		return violations
	}
}

// placed says whether a pointer leads to one of some places, in which * is any one step.
func placed(pointer string, places []string) bool {
	steps := strings.Split(pointer, "/")
	return slices.ContainsFunc(places, func(place string) bool {
		return slices.EqualFunc(strings.Split(place, "/"), steps, func(wanted, step string) bool {
			return wanted == "*" || wanted == step
		})
	})
}

func hasMember(name string) func(*Answer) bool {
	return func(a *Answer) bool {
		_, has := a.errorObject()[name]
		return has
	}
}

func hasNotices(list string) func(*Answer) bool {
	return func(a *Answer) bool { return len(a.notices(list)) > 0 }
}

// hasText says whether a member of the error envelope is a text that says something, so that
// it can be looked at more closely.
func hasText(name string) func(*Answer) bool {
	return func(a *Answer) bool {
		text, _ := a.errorObject()[name].(string)
		return !blank(text)
	}
}

// identifying lists the members by which an envelope is told from the others.
var identifying = map[schemas.Name][]string{
	schemas.Task:         {"id"},
	schemas.Error:        {"detailCode", "trackingId", "messages"},
	schemas.Unauthorized: {"error"},
	schemas.RateLimit:    {"message"},
}

// envelopeTitles names the envelopes by their statuses, as the page does.
var envelopeTitles = map[schemas.Name]string{
	schemas.Task:         "the task envelope {id} of 202",
	schemas.Error:        "the error envelope {detailCode, trackingId, messages} of 400, 403, 404 and 500",
	schemas.Unauthorized: "the envelope {error} of 401",
	schemas.RateLimit:    "the envelope {message} of 429",
}

func checkEnvelope(a *Answer, _ *memory) []Violation {
	expected := envelopeTitles[a.Envelope]
	object, is := a.document.value.(map[string]any)
	if !is {
		return []Violation{{whereBody, "a JSON object, " + expected, describe(a.document.value)}}
	}
	if seen := strange(object, a.Envelope); seen != "" {
		return []Violation{{whereBody, expected, seen}}
	}
	if a.Envelope == schemas.Task && carriesAll(object, schemas.Error) {
		return []Violation{{whereBody, expected + " alone", envelopeTitles[schemas.Error] + " as well"}}
	}
	return nil
}

// strange says what an object is when it is not its status's envelope at all; empty when it
// is that one, whole or not. An envelope may carry any further member, so it is another's only
// if none of its own members is there. A task's id tells nothing: an error may have one too.
func strange(object map[string]any, envelope schemas.Name) string {
	for _, name := range identifying[envelope] {
		if _, has := object[name]; has {
			return ""
		}
	}
	for _, other := range []schemas.Name{schemas.Error, schemas.Unauthorized, schemas.RateLimit} {
		if carriesAll(object, other) {
			return envelopeTitles[other]
		}
	}
	if envelope == schemas.Error {
		return "an object with none of these members"
	}
	return ""
}

// isEnvelope says whether the body is an envelope whose members can be judged one by one. Of
// another's envelope none is: that they are missing is one mistake, not many.
func isEnvelope(name schemas.Name) func(*Answer) bool {
	return func(a *Answer) bool {
		object, is := a.object()
		return is && a.Envelope == name && strange(object, name) == ""
	}
}

func carriesAll(object map[string]any, envelope schemas.Name) bool {
	for _, name := range identifying[envelope] {
		if _, has := object[name]; !has {
			return false
		}
	}
	return true
}

// checkDetailCodeStatus looks at the number that a detailCode such as "400.1 Bad Request
// Content" begins with. It takes it for a status only if HTTP has such a status for an error: the
// codes are the server's own, and may count something else.
func checkDetailCodeStatus(a *Answer, _ *memory) []Violation {
	code := a.errorObject()["detailCode"].(string)
	digits := strings.TrimSpace(code)
	digits = digits[:len(digits)-len(strings.TrimLeft(digits, "0123456789"))]
	number, _ := strconv.Atoi(digits) // no status where it is empty or too long
	if number == a.Exchange.Response.Status || number < http.StatusBadRequest || http.StatusText(number) == "" {
		return nil
	}
	return []Violation{{"/detailCode", "a code of status " + strconv.Itoa(a.Exchange.Response.Status), quoted(code)}}
}

func checkTrackingIDUnique(a *Answer, m *memory) []Violation {
	id := a.errorObject()["trackingId"].(string)
	key := digestOf(id)
	first, seen := m.trackingIDs[key]
	if !seen {
		remember(m, m.trackingIDs, key, a.Number)
		return nil
	}
	return []Violation{{"/trackingId", "an id that no other error carries", quoted(id) + ", as in exchange " + strconv.Itoa(first)}}
}

// requestIDs are the headers in which a client gives its request an id.
var requestIDs = []string{"X-Request-ID", "X-Correlation-ID"}

func givenRequestID(a *Answer) bool {
	return hasText("trackingId")(a) && slices.ContainsFunc(requestIDs, func(name string) bool {
		return a.Exchange.Request.Header.Get(name) != ""
	})
}

// checkTrackingIDOwn looks for a trackingId that the client chose. It is unique only as long as
// the client never gives two requests the same id, which a retry may well do.
func checkTrackingIDOwn(a *Answer, _ *memory) []Violation {
	id, _ := a.errorObject()["trackingId"].(string)
	for _, name := range requestIDs {
		if id == a.Exchange.Request.Header.Get(name) {
			return []Violation{{"/trackingId", "an id of the server's own", quoted(id) + ", as in the request's header " + name}}
		}
	}
	return nil
}

func checkNoticeMembers(list string) check {
	return func(a *Answer, _ *memory) []Violation {
		var violations []Violation
		for _, n := range a.notices(list) {
			for _, name := range []string{"locale", "localeOrigin"} {
				if _, has := n.members[name]; !has {
					violations = append(violations, Violation{n.pointer + "/" + name, name + ", as in every example", "nothing"})
				}
			}
		}
		return violations
	}
}

// describe says what kind of JSON value a body is that is no object.
func describe(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case string:
		return "the string " + quoted(value)
	case []any:
		return "an array of " + strconv.Itoa(len(value))
	}
	return "a number"
}

// elements are the names of HTML's elements that texts are marked up with. A word in angle
// brackets that is none of them is plain text: "the field <id> is missing".
var elements = strings.Fields(`a abbr b big blockquote body br button center code dd div dl dt em font
	form h1 h2 h3 h4 h5 h6 head hr html i iframe img input label li link meta ol option p pre script
	select small span strong style sub sup svg table tbody td textarea th thead title tr tt u ul`)

// markup is what may be a tag of HTML, by the name of its element, or what is a declaration, a
// comment or a character reference.
var (
	tag    = regexp.MustCompile(`</?([A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?/?>`)
	markup = regexp.MustCompile(`(?i)<!doctype |<!--|&(?:amp|apos|gt|lt|nbsp|quot|#\d+|#x[0-9a-f]+);`)
)

func isMarkedUp(text string) bool {
	for _, found := range tag.FindAllStringSubmatch(text, -1) {
		if slices.Contains(elements, strings.ToLower(found[1])) {
			return true
		}
	}
	return markup.MatchString(text)
}

func checkPlainText(a *Answer, _ *memory) []Violation {
	echo := a.echo()
	var violations []Violation
	for _, n := range a.notices("causes") {
		text, _ := n.members["text"].(string)
		if isMarkedUp(echo.Replace(text)) {
			violations = append(violations, Violation{n.pointer + "/text", "plain text", quoted(text)})
		}
	}
	return violations
}
