package contract

import (
	"strings"
	"testing"
)

// everyErrorStatus makes one test of each status that has the error envelope.
func everyErrorStatus(make func(status int) ruleTest) []ruleTest {
	var tests []ruleTest
	for _, status := range []int{400, 403, 404, 500} {
		tests = append(tests, make(status))
	}
	return tests
}

func TestEnvelopeRule(t *testing.T) {
	const (
		task         = "the task envelope {id} of 202"
		failure      = "the error envelope {detailCode, trackingId, messages} of 400, 403, 404 and 500"
		unauthorized = "the envelope {error} of 401"
		limit        = "the envelope {message} of 429"
	)
	strange := func(about string, status int, text, expected, seen string) ruleTest {
		return wrong(about, "any-envelope", "body", expected, seen, right(status, says(text)))
	}
	tests := []ruleTest{
		strange("202: null", 202, `null`, "a JSON object, "+task, "null"),
		strange("202: a boolean", 202, `true`, "a JSON object, "+task, "a boolean"),
		strange("202: a string", 202, `"task-1"`, "a JSON object, "+task, `the string "task-1"`),
		strange("202: a number", 202, `-1.5e3`, "a JSON object, "+task, "a number"),
		strange("202: a digit", 202, `7`, "a JSON object, "+task, "a number"),
		strange("202: an array", 202, `[{"id":"1"},{"id":"2"}]`, "a JSON object, "+task, "an array of 2"),
		strange("401: an array", 401, `[]`, "a JSON object, "+unauthorized, "an array of 0"),
		strange("429: a string", 429, `""`, "a JSON object, "+limit, `the string ""`),
		strange("202 as 400", 202, errorBody(400), task, failure),
		strange("202 as 401", 202, unauthorizedBody, task, unauthorized),
		strange("202 as 429", 202, limitBody, task, limit),
		strange("401 as 400", 401, errorBody(400), unauthorized, failure),
		strange("401 as 429", 401, limitBody, unauthorized, limit),
		strange("429 as 401", 429, unauthorizedBody, limit, unauthorized),
		strange("429 as 500", 429, errorBody(500), limit, failure),
		legal("401 and 400 in one", right(401, says(`{"error":"no",`+errorBody(400)[1:]))),
		strange("202 and 400 in one", 202, `{"id":"1",`+errorBody(400)[1:], task+" alone", failure+" as well"),
		strange("404: problem details", 404, `{"type":"about:blank","title":"Not Found","status":404}`, failure, "an object with none of these members"),
		strange("404: nothing", 404, `{}`, failure, "an object with none of these members"),
		strange("404: a task", 404, taskBody, failure, "an object with none of these members"),

		legal("a task with the members of others", right(202, says(`{"id":"1","message":"Submitted.","error":null,"detailCode":"0","trackingId":"2"}`))),
		legal("a refusal with the members of others", right(401, says(`{"error":"no","message":"no","id":"1","detailCode":"401.1","messages":[]}`))),
		legal("a limit with the members of others", right(429, says(`{"message":"slow down","error":"Too Many Requests","id":"1","trackingId":"2"}`))),
		legal("an error with the members of others", right(404, swaps(`{`, `{"id":"1","error":"Not Found","message":"no","path":"/",`))),
	}
	tests = append(tests, everyErrorStatus(func(status int) ruleTest {
		return strange(statusText(status)+" as 401", status, unauthorizedBody, failure, unauthorized)
	})...)
	tests = append(tests, everyErrorStatus(func(status int) ruleTest {
		return strange(statusText(status)+" as 429", status, limitBody, failure, limit)
	})...)
	runRuleTests(t, tests)
}

func TestErrorRules(t *testing.T) {
	const text, list = "a string that is not blank", "an array of at least one object"
	whole := `[` + messageJSON + `]`
	var tests []ruleTest
	for _, member := range []struct{ requirement, name, right string }{
		{"any-detail-code", "detailCode", `"400.1 Reason"`},
		{"any-tracking-id", "trackingId", `"tracking-1"`},
	} {
		given := `"` + member.name + `":` + member.right
		for json, seen := range map[string]string{
			`""`: `string ""`, `" \t"`: `string " \t"`, `null`: "null", `400`: "number 400", `true`: "boolean true",
			`["a"]`: "array of 1 element", `{}`: "object of 0 members",
		} {
			tests = append(tests, wrong(member.name+" "+json, member.requirement, "/"+member.name, text, seen,
				right(400, swaps(given, `"`+member.name+`":`+json))))
		}
		tests = append(tests,
			wrong("no "+member.name, member.requirement, "/"+member.name, text, "nothing", right(400, swaps(given+",", ""))),
			wrong(member.name+" in another case", member.requirement, "/"+member.name, text, "nothing",
				right(400, swaps(given, strings.ToUpper(given)))))
	}
	tests = append(tests,
		wrong("no messages", "any-messages", "/messages", list, "nothing", right(400, swaps(`"messages":`+whole+`,`, ``))),
		wrong("no messages, but a message", "any-messages", "/messages", list, "nothing", right(400, swaps(`"messages"`, `"message"`))),
		wrong("messages that are null", "any-messages", "/messages", list, "null", right(400, swaps(whole, `null`))),
		wrong("messages that are an object", "any-messages", "/messages", list, "object of 3 members", right(400, swaps(whole, messageJSON))),
		wrong("messages that are a string", "any-messages", "/messages", list, `string "no"`, right(400, swaps(whole, `"no"`))),
		wrong("no message", "any-messages", "/messages", list, "array of 0 elements", right(400, swaps(whole, `[]`))),
		wrong("a string as message", "any-messages", "/messages/0", "an object", `string "no"`, right(400, swaps(messageJSON, `"no"`))),
		wrong("null as the eleventh message", "any-messages", "/messages/10", "an object", "null",
			right(400, swaps(messageJSON, strings.Repeat(messageJSON+",", 10)+"null"))),

		wrong("causes that are null", "any-causes", "/causes", "an array of objects", "null", right(400, swaps(`[`+causeJSON+`]`, `null`))),
		wrong("causes that are an object", "any-causes", "/causes", "an array of objects", "object of 3 members", right(403, swaps(`[`+causeJSON+`]`, causeJSON))),
		wrong("causes that are a string", "any-causes", "/causes", "an array of objects", `string "no"`, right(404, swaps(`[`+causeJSON+`]`, `"no"`))),
		wrong("a string as second cause", "any-causes", "/causes/1", "an object", `string "no"`, right(500, swaps(causeJSON, causeJSON+`,"no"`))),
		legal("no causes", right(400, swaps(`,"causes":[`+causeJSON+`]`, ``))),
		legal("empty causes", right(400, swaps(causeJSON, ``))),
		legal("several of each", right(400, swaps(messageJSON, messageJSON+`,`+messageJSON), swaps(causeJSON, causeJSON+`,`+causeJSON))),
		legal("members of the server's own", right(400, swaps(`{`, `{"timestamp":1,"_links":{"self":[null]},`),
			swaps(`"text"`, `"severity":3,"text"`), swaps(`"causes":[{`, `"causes":[{"field":"comment",`))),
	)
	runRuleTests(t, tests)
}

func TestNoticeRules(t *testing.T) {
	const text, optional = "a string that is not blank", "a string or null"
	var tests []ruleTest
	for _, list := range []struct{ name, json, prefix string }{
		{"messages", messageJSON, "any-message"}, {"causes", causeJSON, "any-cause"},
	} {
		at := "/" + list.name + "/0/"
		in := func(old, new string) reply {
			return right(400, swaps(list.json, strings.Replace(list.json, old, new, 1)))
		}
		whole := list.json[strings.Index(list.json, `"text"`) : len(list.json)-1]
		tests = append(tests,
			wrong(list.name+": no text", list.prefix+"-text", at+"text", text, "nothing", in(`,`+whole, ``)),
			wrong(list.name+": an empty text", list.prefix+"-text", at+"text", text, `string ""`, in(whole, `"text":""`)),
			wrong(list.name+": a blank text", list.prefix+"-text", at+"text", text, `string " \u00a0"`, in(whole, `"text":" \u00a0"`)),
			wrong(list.name+": null as text", list.prefix+"-text", at+"text", text, "null", in(whole, `"text":null`)),
			wrong(list.name+": a list as text", list.prefix+"-text", at+"text", text, "array of 1 element", in(whole, `"text":["no"]`)),
			wrong(list.name+": no text in the second", list.prefix+"-text", "/"+list.name+"/1/text", text, "nothing",
				right(400, swaps(list.json, list.json+`,{"locale":null,"localeOrigin":null}`))),
			wrong(list.name+": a number as locale", list.prefix+"-locale", at+"locale", optional, "number 1033", in(`"en-US"`, `1033`)),
			wrong(list.name+": an object as locale", list.prefix+"-locale", at+"locale", optional, "object of 0 members", in(`"en-US"`, `{}`)),
			wrong(list.name+": a number as localeOrigin", list.prefix+"-locale-origin", at+"localeOrigin", optional, "number 0", in(`"DEFAULT"`, `0`)),
			wrong(list.name+": a list as localeOrigin", list.prefix+"-locale-origin", at+"localeOrigin", optional, "array of 1 element", in(`"DEFAULT"`, `["DEFAULT"]`)),
			wrong(list.name+": no locale", list.prefix+"-members", at+"locale", "locale, as in every example", "nothing", in(`"locale":"en-US",`, ``)),
			wrong(list.name+": no localeOrigin", list.prefix+"-members", at+"localeOrigin", "localeOrigin, as in every example", "nothing", in(`"localeOrigin":"DEFAULT",`, ``)),
			legal(list.name+": null as locale and localeOrigin", in(`"en-US","localeOrigin":"DEFAULT"`, `null,"localeOrigin":null`)),
			legal(list.name+": another localeOrigin", in(`"DEFAULT"`, `"TENANT"`), right(404, swaps(`tracking-1`, `2`), swaps(`"DEFAULT"`, `""`))),
			legal(list.name+": the members in another order", in(`"locale":"en-US","localeOrigin":"DEFAULT",`+whole, whole+`,"localeOrigin":"DEFAULT","locale":"en-US"`)))
	}
	runRuleTests(t, tests)
}

func TestDetailCodeRule(t *testing.T) {
	code := func(text string) reply { return right(404, swaps(`"404.1 Reason"`, `"`+text+`"`)) }
	another := func(text string) ruleTest {
		return wrong(text, "any-detail-code-status", "/detailCode", "a code of status 404", `"`+text+`"`, code(text))
	}
	runRuleTests(t, []ruleTest{
		legal("the page's", code("404 Not found")),
		legal("a number alone", code("404"), right(500, swaps(`tracking-1`, `2`), swaps(`"500.1 Reason"`, `"500.0 Internal Fault"`))),
		legal("with space before", code("  404.7")),
		legal("words", code("ACCOUNT_NOT_FOUND")),
		legal("the number of a success", code("200 OK"), right(400, swaps(`tracking-1`, `2`), swaps(`"400.1 Reason"`, `"100 Continue"`))),
		legal("a number that is no status", code("123 No account"), right(400, swaps(`tracking-1`, `2`), swaps(`"400.1 Reason"`, `"599"`))),
		legal("a number that no integer holds", code("99999999999999999999")),
		legal("a longer number", code("40012"), right(400, swaps(`tracking-1`, `2`), swaps(`"400.1 Reason"`, `"5001"`))),
		legal("a status further back", code("E400 Bad")),
		another("400.1 Bad Request Content"), another("500"), another("403-1"), another("  401 Unauthorized"), another("410"),
	})
}

func TestTrackingIDIsUnique(t *testing.T) {
	id := func(status int, text string) reply { return right(status, swaps(`"tracking-1"`, `"`+text+`"`)) }
	runRuleTests(t, []ruleTest{
		legal("different ids", id(400, "a"), id(400, "b"), id(404, "A"), id(500, "a ")),
		wrong("one id for two errors", "any-tracking-id-unique", "/trackingId", "an id that no other error carries", `"a", as in exchange 1`,
			id(400, "a"), id(500, "b"), id(404, "a")),
		{"one id for three", []reply{right(202), id(403, "a"), id(403, "a"), id(403, "a")}, []blame{
			{"any-tracking-id-unique", "/trackingId", "an id that no other error carries", `"a", as in exchange 2`},
			{"any-tracking-id-unique", "/trackingId", "an id that no other error carries", `"a", as in exchange 2`}}},
		{"blank ids are not compared", []reply{id(400, " "), id(400, " ")}, []blame{
			{"any-tracking-id", "/trackingId", "a string that is not blank", `string " "`},
			{"any-tracking-id", "/trackingId", "a string that is not blank", `string " "`}}},
	})
}

func TestCauseIsPlainText(t *testing.T) {
	cause := func(text string) reply {
		return right(400, swaps(`The field comment is too long.`, text))
	}
	html := func(text string) ruleTest {
		return wrong(text, "any-cause-plain-text", "/causes/0/text", "plain text", quoted(text), cause(text))
	}
	runRuleTests(t, []ruleTest{
		html("<p>The body is <b>not</b> valid.</p>"), html("a<br/>b"), html("a<BR>b"), html("see <a href='/help'>help</a>"),
		html("<!DOCTYPE html>"), html("a <!-- b -->"), html("<h2>No</h2>"), html("The field &quot;id&quot; is unknown."), html("a &#39;b&#39;"), html("1 &lt; 2"), html("a&#x27;b"),
		html("<a>"), html("a &#8217; b"), html("&#x2019;"), html("x<i >y"), html("&nbsp;"), html("&amp;"), html("&apos;"), html("&gt;"), html("<x><p>"),
		legal("a reference without a number", cause("a &#; b &#x; c &unknown; d")),
		legal("a tag that is none", cause("a <1> < b> <p"), right(404, swaps(`tracking-1`, `2`))),
		legal("comparisons", cause("The length must be > 0 and < 100, or <= 5."), right(404, swaps(`tracking-1`, `2`))),
		legal("a word in angle brackets", cause("The value of <externalVerificationId> must be a string, not <unlock>.")),
		legal("an ampersand", cause("R&D; terms & conditions apply.")),
		legal("a generic type in words", cause("A list<string> is expected.")),
		legal("markup that the client sent", right(404, to("https://tenant.example/accounts/%3Cscript%3Ex%3C%2Fscript%3E/unlock"),
			swaps(`The field comment is too long.`, `There is no account <script>x</script>.`))),
		legal("the label of the credential", right(403, credential("b"), swaps(`The field comment is too long.`, `Not allowed.`))),
		legal("markup in a message", right(400, swaps(`The request cannot be served.`, `The request <b>cannot</b> be served.`))),
		{"two of three", []reply{right(400, swaps(causeJSON, strings.Join([]string{
			strings.Replace(causeJSON, "comment", "<i>a</i>", 1), causeJSON, strings.Replace(causeJSON, "comment", "<i>b</i>", 1)}, ",")))}, []blame{
			{"any-cause-plain-text", "/causes/0/text", "plain text", `"The field <i>a</i> is too long."`},
			{"any-cause-plain-text", "/causes/2/text", "plain text", `"The field <i>b</i> is too long."`}}},
	})
}

// htmlElements are those that a text in an error may be marked up with.
var htmlElements = []string{"a", "abbr", "b", "big", "blockquote", "body", "br", "button", "center", "code", "dd", "div", "dl", "dt", "em", "font",
	"form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "hr", "html", "i", "iframe", "img", "input", "label", "li", "link", "meta", "ol", "option", "p", "pre",
	"script", "select", "small", "span", "strong", "style", "sub", "sup", "svg", "table", "tbody", "td", "textarea", "th", "thead", "title", "tr", "tt", "u", "ul"}

func TestMarkup(t *testing.T) {
	for _, name := range htmlElements {
		for _, text := range []string{"<" + name + ">", "</" + name + ">", "<" + name + "/>", "<" + strings.ToUpper(name) + " class=x>"} {
			if !isMarkedUp("x " + text + " y") {
				t.Errorf("%s is taken for plain text", text)
			}
		}
	}
}

// A list of messages is looked at to its hundredth entry.
func TestLongListsAreBounded(t *testing.T) {
	long := func(n int) reply { return right(400, swaps(messageJSON, strings.Repeat("0,", n-1)+"0")) }
	for entries, want := range map[int]int{99: 99, 100: 100, 101: 100, 5000: 100} {
		if got := blamed(long(entries)); len(got) != want {
			t.Errorf("%d entries: %d violations, expected %d", entries, len(got), want)
		}
	}
	original := map[string]any{"messages": make([]any, 2000), "causes": make([]any, 101)}
	short := shortened(original).(map[string]any)
	if len(original["messages"].([]any)) != 2000 || len(short["messages"].([]any)) != 100 || len(short["causes"].([]any)) != 100 {
		t.Error("the document was changed, or not shortened")
	}
}
