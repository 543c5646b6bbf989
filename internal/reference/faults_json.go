package reference

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"unicode/utf16"
)

// jsonFaults have a body that is no JSON, not one JSON value, or the wrong one.
var jsonFaults = []Fault{
	{Name: "202-body-empty", Requirement: "any-json",
		About: "A 202 has an empty body.",
		wire:  on(202, text(""))},
	{Name: "400-body-html", Requirement: "any-json",
		About: "The body of a 400 is HTML.",
		wire:  on(400, text("<!DOCTYPE html><html><body><h1>Bad Request</h1></body></html>"))},
	{Name: "401-body-text", Requirement: "any-json",
		About: "The body of a 401 is plain text.",
		wire:  on(401, text("Unauthorized"))},
	{Name: "404-body-truncated", Requirement: "any-json",
		About: "The body of a 404 lacks its last brace.",
		wire:  on(404, spell(func(body []byte) []byte { return body[:len(body)-1] }))},
	{Name: "404-body-trailing", Requirement: "any-json",
		About: "Something is left behind the JSON of a 404.",
		wire:  on(404, spell(func(body []byte) []byte { return append(body, "\n-- end --"...) }))},
	{Name: "403-body-twice", Requirement: "any-json",
		About: "The body of a 403 is sent twice.",
		wire:  on(403, spell(func(body []byte) []byte { return bytes.Repeat(body, 2) }))},
	{Name: "429-body-single-quotes", Requirement: "any-json",
		About: "The body of a 429 has single quotes.",
		wire:  on(429, text("{'message':'Rate Limit Exceeded'}"))},
	{Name: "500-body-html", Requirement: "any-json",
		About: "The body of a 500 is HTML.",
		wire:  on(500, text("<html><head><title>500</title></head><body>Internal Server Error</body></html>"))},
	{Name: "400-body-trailing-comma", Requirement: "any-json",
		About: "The JSON of a 400 ends in a comma too many.",
		wire:  on(400, spell(func(body []byte) []byte { return append(body[:len(body)-1], ",}"...) }))},
	{Name: "404-body-mark", Requirement: "any-json-utf8",
		About: "The body of a 404 begins with a byte order mark.",
		wire:  on(404, spell(func(body []byte) []byte { return append([]byte("\ufeff"), body...) }))},
	{Name: "french-latin1", Requirement: "any-json-utf8",
		About: "French texts are in Latin-1.",
		wire:  onErrors(onFrench(spell(latin1)))},
	{Name: "401-body-invalid-utf8", Requirement: "any-json-utf8",
		About: "The text of a 401 has bytes that are not UTF-8.",
		wire: on(401, spell(func(body []byte) []byte {
			return bytes.Replace(body, []byte("JWT"), []byte("JWT\xff"), 1)
		}))},
	{Name: "500-body-utf16", Requirement: "any-json-utf8",
		About: "The body of a 500 is in UTF-16.",
		wire:  on(500, spell(utf16BigEndian))},
	{Name: "task-id-twice", Requirement: "any-members-once",
		About:    "A 202 gives two ids.",
		document: on(202, twice("id", `"2c91808474683da6017468693c260195"`))},
	{Name: "error-twice", Requirement: "any-members-once",
		About:    "A 401 gives error twice.",
		document: on(401, twice("error", `"Unauthorized"`))},
	{Name: "tracking-id-given-twice", Requirement: "any-members-once",
		About:    "A 404 gives trackingId twice.",
		document: on(404, twice("trackingId", `"b21b1f7ce4da4d639f2c62a57171b427"`))},
	{Name: "message-text-twice", Requirement: "any-members-once",
		About:    "The message of a 403 gives text twice.",
		document: on(403, twice("messages/0/text", `"Forbidden."`))},
	{Name: "cause-text-twice", Requirement: "any-members-once",
		About:    "A cause gives text twice.",
		document: on(400, twice("causes/0/text", `"The body is not valid."`))},
	{Name: "limit-message-twice", Requirement: "any-members-once",
		About:    "A 429 gives message twice.",
		document: on(429, twice("message", `"Slow down."`))},
	{Name: "unknown-member-twice", Requirement: "any-unique-names",
		About:    "A 404 gives a member of its own twice.",
		document: on(404, all(add("path", `"/accounts"`), add("path", `"/unlock"`)))},
	{Name: "202-in-array", Requirement: "any-envelope",
		About: "The task of a 202 is in an array.",
		wire:  on(202, spell(inArray))},
	{Name: "404-in-array", Requirement: "any-envelope",
		About: "The error of a 404 is in an array.",
		wire:  on(404, spell(inArray))},
	{Name: "403-null", Requirement: "any-envelope",
		About:    "The body of a 403 is null.",
		document: on(403, says(`null`))},
	{Name: "429-string", Requirement: "any-envelope",
		About:    "The body of a 429 is a string.",
		document: on(429, says(`"Rate Limit Exceeded"`))},
	{Name: "401-error-envelope", Requirement: "any-envelope",
		About:    "A 401 has the error envelope of the other errors.",
		document: on(401, errorEnvelope("401 Unauthorized"))},
	{Name: "404-error-of-401", Requirement: "any-envelope",
		About:    "A 404 has the body of a 401.",
		document: on(404, says(`{"error":"Not Found"}`))},
	{Name: "500-message-of-429", Requirement: "any-envelope",
		About:    "A 500 has the body of a 429.",
		document: on(500, says(`{"message":"Internal Server Error"}`))},
	{Name: "429-error-envelope", Requirement: "any-envelope",
		About:    "A 429 has the error envelope of the other errors.",
		document: on(429, errorEnvelope("429 Too many requests"))},
	{Name: "202-error-envelope", Requirement: "any-envelope",
		About:    "A 202 has the error envelope.",
		document: on(202, errorEnvelope("202 Accepted"))},
	{Name: "400-problem-details", Requirement: "any-envelope",
		About:    "The body of a 400 is that of RFC 9457.",
		document: on(400, says(`{"type":"about:blank","title":"Bad Request","status":400}`))},
}

// errorEnvelope puts an error envelope with a code in place of the right document.
func errorEnvelope(detailCode string) edit {
	return func(v *visit, a *answer) {
		a.document = members(
			"detailCode", detailCode,
			"trackingId", shortHash(detailCode, v.path, string(v.body), v.header("Authorization"), strconv.Itoa(v.nth)),
			"messages", list(choice{locale: "en-US", origin: originDefault}.message("The answer to the request.")),
		)
	}
}

func inArray(body []byte) []byte { return append(append([]byte("["), body...), ']') }

// latin1 spells a text in ISO 8859-1; all the French that the reference speaks fits in.
func latin1(body []byte) []byte {
	var spelled []byte
	for _, r := range string(body) {
		spelled = append(spelled, byte(r))
	}
	return spelled
}

func utf16BigEndian(body []byte) []byte {
	var spelled []byte
	for _, unit := range utf16.Encode([]rune(string(body))) {
		spelled = binary.BigEndian.AppendUint16(spelled, unit)
	}
	return spelled
}
