package contract

import (
	"net/http"
	"regexp"
	"strconv"

	"conformance/schemas"
)

// envelopeRules look at the members of a body: the schema of the status finds what is wrong,
// and each problem is held against the requirement that its place stands for.
var envelopeRules = []Rule{
	{"any-envelope", hasDocument, checkEnvelope},
	{"any-detail-code", isEnvelope(schemas.Error), problemsAt(`^/detailCode$`)},
	{"any-detail-code-status", hasText("detailCode"), checkDetailCodeStatus},
	{"any-tracking-id", isEnvelope(schemas.Error), problemsAt(`^/trackingId$`)},
	{"any-tracking-id-unique", hasText("trackingId"), checkTrackingIDUnique},
	{"any-messages", isEnvelope(schemas.Error), problemsAt(`^/messages(/\d+)?$`)},
	{"any-message-text", hasNotices("messages"), problemsAt(`^/messages/\d+/text$`)},
	{"any-message-locale", hasNotices("messages"), withTags("messages", problemsAt(`^/messages/\d+/locale$`))},
	{"any-message-locale-origin", hasNotices("messages"), problemsAt(`^/messages/\d+/localeOrigin$`)},
	{"any-message-members", hasNotices("messages"), checkNoticeMembers("messages")},
	{"any-causes", hasMember("causes"), problemsAt(`^/causes(/\d+)?$`)},
	{"any-cause-text", hasNotices("causes"), problemsAt(`^/causes/\d+/text$`)},
	{"any-cause-plain-text", hasNotices("causes"), checkPlainText},
	{"any-cause-locale", hasNotices("causes"), withTags("causes", problemsAt(`^/causes/\d+/locale$`))},
	{"any-cause-locale-origin", hasNotices("causes"), problemsAt(`^/causes/\d+/localeOrigin$`)},
	{"any-cause-members", hasNotices("causes"), checkNoticeMembers("causes")},
}

type check func(*Answer, *memory) []Violation

// problemsAt holds the schema's problems at certain places against a requirement.
func problemsAt(pattern string) check {
	places := regexp.MustCompile(pattern)
	return func(a *Answer, _ *memory) []Violation {
		var violations []Violation
		for _, problem := range a.problems {
			if places.MatchString(problem.Pointer) {
				violations = append(violations, Violation{problem.Pointer, problem.Expected, problem.Seen})
			}
		}
		return violations
	}
}

func hasMember(name string) func(*Answer) bool {
	return func(a *Answer) bool {
		object, is := a.errorObject()
		_, has := object[name]
		return is && has
	}
}

func hasNotices(list string) func(*Answer) bool {
	return func(a *Answer) bool { return len(a.notices(list)) > 0 }
}

// hasText says whether a member of the error envelope is a text that says something, so that
// it can be looked at more closely.
func hasText(name string) func(*Answer) bool {
	return func(a *Answer) bool {
		object, _ := a.errorObject()
		text, is := object[name].(string)
		return is && !blank(text)
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
	if a.Envelope != schemas.Error && carriesAll(object, schemas.Error) {
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

// leadingNumber is the number before the first dot or space of a detailCode such as
// "400.1 Bad Request Content".
var leadingNumber = regexp.MustCompile(`^\s*(\d{3})(?:\D|$)`)

// checkDetailCodeStatus takes a number for a status only if HTTP has such a status: the codes
// are the server's own, and may count something else.
func checkDetailCodeStatus(a *Answer, _ *memory) []Violation {
	object, _ := a.errorObject()
	code := object["detailCode"].(string)
	match := leadingNumber.FindStringSubmatch(code)
	if match == nil {
		return nil
	}
	number, _ := strconv.Atoi(match[1])
	if number == a.Exchange.Response.Status || http.StatusText(number) == "" {
		return nil
	}
	return []Violation{{"/detailCode", "a code of status " + strconv.Itoa(a.Exchange.Response.Status), quoted(code)}}
}

func checkTrackingIDUnique(a *Answer, m *memory) []Violation {
	object, _ := a.errorObject()
	id := object["trackingId"].(string)
	first, seen := m.trackingIDs[id]
	if !seen {
		m.trackingIDs[id] = a.Number
		return nil
	}
	return []Violation{{"/trackingId", "an id that no other error carries", quoted(id) + ", as in exchange " + strconv.Itoa(first)}}
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

// describe says what kind of JSON value a body is.
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
	case map[string]any:
		return "an object"
	default:
		return "a number"
	}
}

// markup is an HTML tag or character reference. Words in angle brackets that are no element of
// HTML are plain text: "the field <id> is missing".
var markup = regexp.MustCompile(`(?i)</?(?:a|abbr|b|big|blockquote|body|br|button|center|code|dd|div|dl|dt|em|font|form|h[1-6]|head|hr|html|i|iframe|img|input|label|li|link|meta|ol|option|p|pre|script|select|small|span|strong|style|sub|sup|svg|table|tbody|td|textarea|th|thead|title|tr|tt|u|ul)(?:\s[^<>]*)?/?>` +
	`|<!doctype html|<!--|&(?:amp|apos|gt|lt|nbsp|quot|#\d{1,7}|#x[0-9a-f]{1,6});`)

func checkPlainText(a *Answer, _ *memory) []Violation {
	echo := a.echo()
	var violations []Violation
	for _, n := range a.notices("causes") {
		text, _ := n.members["text"].(string)
		if markup.MatchString(echo.Replace(text)) {
			violations = append(violations, Violation{n.pointer + "/text", "plain text", quoted(text)})
		}
	}
	return violations
}
