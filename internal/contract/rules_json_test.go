package contract

import (
	"strings"
	"testing"
	"unicode/utf16"
)

func TestJSONRules(t *testing.T) {
	const one, plain = "exactly one JSON value", "UTF-8 without a byte order mark"
	id := func(text string) reply { return right(202, says(text)) }
	tests := []ruleTest{
		legal("white space around", id(" \r\n\t{ \"id\" : \"1\" }\t\n\r ")),
		legal("escapes", id(`{"\u0069d":"\u00e9\ud83d\ude00\/\""}`)),
		legal("other scripts", id(`{"id":"№ 1, 号 🔓"}`)),
		legal("numbers of any size", id(`{"id":"1","n":[-0.1e-999999999,1e999999999,123456789012345678901234567890]}`)),
		legal("deeply nested", id(`{"id":"1","x":`+strings.Repeat("[", 5000)+strings.Repeat("]", 5000)+`}`)),
		wrong("empty", "any-json", "body", one, "an empty body", id("")),
		wrong("blank", "any-json", "body", one, "an empty body", id(" \t\r\n")),
		wrong("HTML", "any-json", "body", one, "invalid character '<' at start of value at offset 0", right(500, says("<html></html>"))),
		wrong("breaking off", "any-json", "body", one, "a text that breaks off at offset 9", id(`{"id":"12`)),
		wrong("breaking off behind a value", "any-json", "body", one, "a text that breaks off at offset 9", id(`{"id":"1"`)),
		wrong("breaking off in an array", "any-json", "body", one, "a text that breaks off at offset 1", id(`[`)),
		wrong("a comma too many", "any-json", "body", one, "invalid character ',' at start of value at offset 9", id(`{"id":"1",}`)),
		wrong("single quotes", "any-json", "body", one, `invalid character '\'' at start of value at offset 1`, id(`{'id':'1'}`)),
		wrong("no quotes", "any-json", "body", one, `invalid character 'i' at start of value at offset 1`, id(`{id:"1"}`)),
		wrong("a control character", "any-json", "body", one, `invalid character '\n' in string (expecting non-control character) at offset 7`, id("{\"id\":\"\n\"}")),
		wrong("a leading zero", "any-json", "body", one, "invalid character '1' after object value (expecting ',' or '}') at offset 15", id(`{"id":"1","n":01}`)),
		wrong("something behind", "any-json", "body", one, `more behind the value: "-- end --"`, id(taskBody+"\n-- end --")),
		wrong("a second value", "any-json", "body", one, `more behind the value: "{}"`, id(taskBody+"{}")),
		wrong("a zero byte behind", "any-json", "body", one, `more behind the value: "\x00"`, id(taskBody+"\x00")),
		wrong("a form feed around", "any-json", "body", one, `invalid character '\f' at start of value at offset 0`, id("\f"+taskBody)),

		wrong("a byte order mark", "any-json-utf8", "body", plain, "a byte order mark before the text", id("\ufeff"+taskBody)),
		wrong("Latin-1", "any-json-utf8", "body", plain, "an invalid byte at offset 10", id("{\"id\":\"caf\xe9\"}")),
		wrong("behind a replacement character", "any-json-utf8", "body", plain, "an invalid byte at offset 13", id("{\"id\":\"\ufffdxyz\xff\"}")),
		{"from the beginning", []reply{id("\xff{}")}, []blame{
			{"any-json", "body", one, `invalid character '\xff' at start of value at offset 0`}, {"any-json-utf8", "body", plain, "an invalid byte at offset 0"}}},
		wrong("half a character", "any-json-utf8", "body", plain, "an invalid byte at offset 9", id("{\"id\":\"é\xc3\"}")),
		wrong("a surrogate", "any-json-utf8", "body", plain, "an invalid byte at offset 7", id("{\"id\":\"\xed\xa0\x80\"}")),
		wrong("UTF-16", "any-json-utf8", "body", plain, "UTF-16, big end first", id(wide(taskBody, 8, 0))),
		wrong("UTF-16 the other way round", "any-json-utf8", "body", plain, "UTF-16, little end first", id(wide(taskBody, 0, 8))),
		wrong("UTF-16 with a mark", "any-json-utf8", "body", plain, "UTF-16, big end first", id(wide("\ufeff"+`{"id":"号🔓"}`, 8, 0))),
		wrong("UTF-16 with a mark, the other way round", "any-json-utf8", "body", plain, "UTF-16, little end first", id(wide("\ufeff"+taskBody, 0, 8))),
		{"UTF-16 that breaks off", []reply{id(wide(taskBody, 8, 0)[1:])}, []blame{
			{"any-json", "body", one, `invalid character '\x00' at start of value at offset 1`}}},
		{"UTF-16 that is empty", []reply{id("\xff\xfe")}, []blame{
			{"any-json", "body", one, "an empty body"}, {"any-json-utf8", "body", plain, "UTF-16, little end first"}}},
	}
	runRuleTests(t, tests)
}

// wide is a text in UTF-16, each unit's bytes shifted to the right as told.
func wide(text string, first, second int) string {
	var spelled []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		spelled = append(spelled, byte(unit>>first), byte(unit>>second))
	}
	return string(spelled)
}

func TestRepeatedMemberRules(t *testing.T) {
	const once, again = "a member given once", "the member given again"
	documented := func(about, where string, r reply) ruleTest {
		return wrong(about, "any-members-once", where, once, again, r)
	}
	unknown := func(about, where string, r reply) ruleTest {
		return wrong(about, "any-unique-names", where, once, again, r)
	}
	tests := []ruleTest{
		{"with something behind", []reply{right(202, says(`{"id":"1","id":"2"} x`))}, []blame{
			{"any-json", "body", "exactly one JSON value", `more behind the value: "x"`}, {"any-members-once", "/id", once, again}}},
		documented("text of the eleventh message", "/messages/10/text", right(400, swaps(messageJSON, strings.Repeat(messageJSON+",", 10)+strings.Replace(messageJSON, `"text"`, `"text":"","text"`, 1)))),
		unknown("one more step", "/messages/0/more/text", right(400, swaps(`"messages":[{`, `"messages":[{"more":{"text":1,"text":2},`))),
		documented("id", "/id", right(202, says(`{"id":"1","id":"2"}`))),
		documented("id, once in escapes", "/id", right(202, says(`{"id":"1","\u0069\u0064":"2"}`))),
		documented("error", "/error", right(401, says(`{"error":"1","error":"2"}`))),
		documented("message", "/message", right(429, says(`{"message":"1","message":"2"}`))),
		documented("detailCode", "/detailCode", right(400, swaps(`{"detailCode"`, `{"detailCode":"400","detailCode"`))),
		documented("trackingId", "/trackingId", right(400, swaps(`"trackingId"`, `"trackingId":"0","trackingId"`))),
		documented("messages", "/messages", right(400, swaps(`"messages"`, `"messages":[],"messages"`))),
		documented("causes", "/causes", right(400, swaps(`"causes"`, `"causes":[],"causes"`))),
		documented("text of a message", "/messages/0/text", right(400, swaps(`"text"`, `"text":"no","text"`))),
		documented("locale of a message", "/messages/0/locale", right(400, swaps(`"locale"`, `"locale":"en","locale"`))),
		documented("localeOrigin of a cause", "/causes/0/localeOrigin", right(400, swaps(`"causes":[{`, `"causes":[{"localeOrigin":"DEFAULT",`))),
		documented("text of the second message", "/messages/1/text", right(400, swaps(`}],"causes"`, `},{"text":"","text":"Try again.","locale":null,"localeOrigin":null}],"causes"`))),

		unknown("a member of the server's own", "/path", right(404, swaps(`{`, `{"path":"/a","path":"/b",`))),
		unknown("one given three times", "/path", right(404, swaps(`{`, `{"path":"/a","path":"/b","path":"/c",`))),
		unknown("another envelope's member", "/id", right(404, swaps(`{`, `{"id":"1","id":"2",`))),
		unknown("a documented name elsewhere", "/path/text", right(404, swaps(`{`, `{"path":{"text":1,"text":2},`))),
		unknown("a documented name further down", "/causes/0/id/text", right(404, swaps(`"causes":[{`, `"causes":[{"id":{"text":1,"text":2},`))),
		unknown("a name that ends like a documented one", "/a~1id", right(202, says(`{"id":"1","a/id":1,"a/id":2}`))),
		unknown("the empty name", "/", right(202, says(`{"id":"1","":1,"":2}`))),
		unknown("a long name", "/"+strings.Repeat("é", 99)+"...", right(202, says(`{"id":"1","`+strings.Repeat("é", 120)+`":1,"`+strings.Repeat("é", 120)+`":2}`))),
		unknown("a name of the greatest length", "/"+strings.Repeat("n", 199), right(202, says(`{"id":"1","`+strings.Repeat("n", 199)+`":1,"`+strings.Repeat("n", 199)+`":2}`))),
		legal("the same name in two objects", right(400, swaps(`}],"causes"`, `},{"text":"Please try again later.","locale":"en","localeOrigin":"DEFAULT"}],"causes"`))),
		legal("the same name on two levels", right(202, says(`{"id":"1","a":{"id":"2","a":["a","a",{"id":"id"}]}}`))),
		legal("a value like a name", right(202, says(`{"id":"x","x":"x","y":["x","x"]}`))),
		legal("names in another case", right(202, says(`{"id":"1","ID":"2","Id":"3"}`))),
	}
	runRuleTests(t, tests)
}

func TestDocumentedMembers(t *testing.T) {
	var places []string
	for _, list := range []string{"messages", "causes"} {
		for _, member := range []string{"locale", "localeOrigin", "text"} {
			places = append(places, `"`+list+`":[{"`+member+`":"en","`+member+`":"en"}]`)
		}
	}
	for _, member := range []string{"detailCode", "trackingId", "messages", "causes"} {
		places = append(places, `"`+member+`":1,"`+member+`":1`)
	}
	for _, place := range places {
		counts := map[string]int{}
		for _, one := range blamed(right(400, says(`{`+place+`}`))) {
			counts[one.Requirement]++
		}
		if counts["any-members-once"] != 1 || counts["any-unique-names"] != 0 {
			t.Errorf("%s: %v", place, counts)
		}
	}
}

func TestRepeatedMembersAreBounded(t *testing.T) {
	var names strings.Builder
	for i := range 150 {
		names.WriteString(strings.Repeat(`"n`+strings.Repeat("x", i)+`":0,`, 3))
	}
	got := blamed(right(202, says(`{`+names.String()+`"id":"1"}`)))
	if len(got) != 100 {
		t.Errorf("%d violations, expected 100", len(got))
	}
	if got[0].Where != "/n" || got[99].Where != "/n"+strings.Repeat("x", 99) {
		t.Errorf("from %s to %s, expected the first hundred", got[0].Where, got[99].Where)
	}
}

// The scan and the reading of the value must agree on how deep a body may be nested: what one
// takes and the other does not would be judged by nobody.
func TestDepthIsBoundedOnce(t *testing.T) {
	for depth, right := range map[int]bool{1: true, 9999: true, 10000: true, 10001: false, 50000: false} {
		read := parse([]byte(strings.Repeat("[", depth) + strings.Repeat("]", depth)))
		if read.parsed != right || (read.syntax == "") != right {
			t.Errorf("depth %d: parsed %t, syntax %q", depth, read.parsed, read.syntax)
		}
	}
}
