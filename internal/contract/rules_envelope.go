package contract

import (
	"regexp"
	"strconv"
	"strings"

	"conformance/schemas"
)

// envelopeRules look at the members of a body: the schema of the status finds what is wrong,
// and each problem is held against the requirement that its place stands for.
var envelopeRules = []Rule{
	{"any-envelope", hasDocument, checkEnvelope},
	{"any-detail-code", isErrorObject, problemsAt(`^/detailCode$`)},
	{"any-detail-code-status", hasText("detailCode"), checkDetailCodeStatus},
	{"any-tracking-id", isErrorObject, problemsAt(`^/trackingId$`)},
	{"any-tracking-id-unique", hasText("trackingId"), checkTrackingIDUnique},
	{"any-messages", isErrorObject, problemsAt(`^/messages(/\d+)?$`)},
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

func isErrorObject(a *Answer) bool {
	_, is := a.errorObject()
	return is
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

// identifying lists the members by which an envelope is told from the others. A task's id is
// not among them: an error may carry an id of its own.
var identifying = map[schemas.Name][]string{
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
	own := carriesAll(object, identifying[a.Envelope])
	if a.Envelope == schemas.Task {
		_, own = object["id"]
	}
	for _, other := range []schemas.Name{schemas.Error, schemas.Unauthorized, schemas.RateLimit} {
		if other == a.Envelope || !carriesAll(object, identifying[other]) {
			continue
		}
		// An envelope may carry any further member. It is another's only if its own members
		// are missing, or if the whole error envelope, which no chance brings about, is there.
		if !own || other == schemas.Error {
			return []Violation{{whereBody, expected, envelopeTitles[other]}}
		}
	}
	return nil
}

func carriesAll(object map[string]any, names []string) bool {
	for _, name := range names {
		if _, has := object[name]; !has {
			return false
		}
	}
	return len(names) > 0
}

// leadingStatus is a detailCode that begins with a status code, such as "400.1 Bad Request Content".
var leadingStatus = regexp.MustCompile(`^\s*([1-5]\d\d)(?:\D|$)`)

func checkDetailCodeStatus(a *Answer, _ *memory) []Violation {
	object, _ := a.errorObject()
	code := object["detailCode"].(string)
	match := leadingStatus.FindStringSubmatch(code)
	status := strconv.Itoa(a.Exchange.Response.Status)
	if match == nil || match[1] == status {
		return nil
	}
	return []Violation{{"/detailCode", "a code of status " + status, quoted(code)}}
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

// markup is an HTML or XML tag.
var markup = regexp.MustCompile(`(?i)</?[a-z][a-z0-9]*(\s[^<>]*)?/?>`)

func checkPlainText(a *Answer, _ *memory) []Violation {
	var violations []Violation
	for _, n := range a.notices("causes") {
		text, _ := n.members["text"].(string)
		// The label in place of a credential looks like a tag, but is the sender's own.
		if markup.MatchString(strings.ReplaceAll(text, a.credentialLabel(), "")) {
			violations = append(violations, Violation{n.pointer + "/text", "plain text", quoted(text)})
		}
	}
	return violations
}
