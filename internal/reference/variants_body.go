package reference

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/go-json-experiment/json/jsontext"
)

// bodyVariants say otherwise, or spell otherwise, what the page leaves open.
var bodyVariants = []Fault{
	{Name: "origin-unknown", Legal: true,
		About:    "localeOrigin has a value that the page does not know yet.",
		document: onErrors(both("localeOrigin", `"TENANT"`))},
	{Name: "origin-null", Legal: true,
		About:    "localeOrigin is null.",
		document: onErrors(both("localeOrigin", `null`))},
	{Name: "related-language", Legal: true,
		About:  "Who asks for Klingon gets English, which is next to it, as REQUEST.",
		choose: whenAsking("tlh", func(c choice) choice { c.origin = originRequest; return c })},
	{Name: "texts-like-placeholders", Legal: true,
		About: "The texts speak of paths, patterns and percentages.",
		document: onErrors(func(v *visit, a *answer) {
			if v.header("Accept-Language") == "" {
				set("messages/0/text", `"POST /accounts/{id}/unlock: the id must match [0-9a-f]{32}, 100 % of it; null and {} are none."`)(v, a)
			}
		})},
	{Name: "locale-null", Legal: true,
		About:    "locale is null.",
		document: onErrors(both("locale", `null`))},
	{Name: "extra-members", Legal: true,
		About: "Every envelope has members of the server's own.",
		document: func(v *visit, a *answer) {
			add("timestamp", `"2030-05-17T12:00:00Z"`)(v, a)
			add("_links", `{"self":{"href":"/accounts"},"retryable":[false,null,1.5e3]}`)(v, a)
			atPath("messages/0/text", func(o *object, _ int) { o.put("severity", 3) })(v, a)
		}},
	{Name: "causes-missing", Legal: true,
		About:    "A 400 has no causes.",
		document: on(400, drop("causes"))},
	{Name: "causes-empty", Legal: true,
		About:    "Every error has causes, which are empty.",
		document: onErrors(func(_ *visit, a *answer) { a.document.(*object).put("causes", list()) })},
	{Name: "causes-everywhere", Legal: true,
		About: "Every error has causes, which repeat its messages.",
		document: onErrors(func(_ *visit, a *answer) {
			envelope := a.document.(*object)
			envelope.put("causes", envelope.get("messages"))
		})},
	{Name: "several-messages", Legal: true,
		About: "Every error has a second message.",
		document: onErrors(func(_ *visit, a *answer) {
			messages := child(a.document, "messages").(*array)
			messages.items = append(messages.items,
				choice{locale: "en-US", origin: originDefault}.message("Quote the tracking id when you call for help."))
		})},
	{Name: "messages-in-all-languages", Legal: true,
		About: "Every error has its message in each language, those that nobody asked for with an origin of their own.",
		document: onErrors(func(_ *visit, a *answer) {
			messages := child(a.document, "messages").(*array)
			messages.items = append(messages.items,
				choice{locale: "es-ES", origin: "SUPPORTED"}.message("No se pudo atender la solicitud."),
				choice{locale: "ja-JP", origin: "SUPPORTED"}.message("要求を処理できませんでした。"))
		})},
	{Name: "other-texts", Legal: true,
		About: "The texts say something else.",
		document: onErrors(put("messages/0/text", func(v *visit) any {
			switch {
			case v.asksFor("fr-"):
				return "Non."
			case v.asksFor("de"):
				return "Nein."
			}
			return "No."
		}))},
	{Name: "other-error-text", Legal: true,
		About:    "Every 401 has the same text, and not that of the page.",
		document: on(401, set("error", `"Full authentication is required to access this resource"`))},
	{Name: "other-limit-text", Legal: true,
		About:    "The text of a 429 is not that of the page.",
		document: on(429, set("message", `"Slow down."`))},
	{Name: "detail-codes-words", Legal: true,
		About: "detailCode is a word.",
		document: onErrors(func(v *visit, a *answer) {
			words := map[int]string{400: "BAD_REQUEST", 403: "FORBIDDEN", 404: "ACCOUNT_NOT_FOUND", 500: "INTERNAL"}
			set("detailCode", strconv.Quote(words[a.status]))(v, a)
		})},
	{Name: "detail-codes-numbered", Legal: true,
		About: "detailCode is a number within the status, and no text.",
		document: onErrors(func(v *visit, a *answer) {
			set("detailCode", strconv.Quote(strconv.Itoa(a.status)+".7"))(v, a)
		})},
	{Name: "uuids", Legal: true,
		About:    "All ids are UUIDs.",
		document: onIDs(asUUID)},
	{Name: "long-ids", Legal: true,
		About:    "All ids have two hundred characters and more.",
		document: onIDs(func(id string) string { return strings.Repeat(id, 7) })},
	{Name: "numeric-ids", Legal: true,
		About:    "All ids are strings of decimal digits.",
		document: onIDs(decimals)},
	{Name: "punctuated-ids", Legal: true,
		About:    "All ids have punctuation, spaces and letters outside ASCII.",
		document: onIDs(func(id string) string { return "unlock task №/" + id + "?v=1" })},
	{Name: "task-id-of-request", Legal: true,
		About:    "To ask for the same thing again gives the same task.",
		document: on(202, put("id", func(v *visit) any { return shortHash(v.account, string(v.body)) }))},
	{Name: "pretty-printed", Legal: true,
		About: "Bodies are indented and end in a line feed.",
		wire: spell(func(body []byte) []byte {
			value := jsontext.Value(bytes.Clone(body))
			if value.Indent() != nil {
				return body
			}
			return append(value, '\n')
		})},
	{Name: "white-space-around", Legal: true,
		About: "There is white space before and behind the JSON.",
		wire:  spell(func(body []byte) []byte { return []byte(" \r\n\t" + string(body) + "\r\n ") })},
	{Name: "unicode-escapes", Legal: true,
		About: "All characters of strings and names are escaped.",
		wire:  spell(escaped)},
	{Name: "members-reversed", Legal: true,
		About: "The members of every envelope come in another order.",
		document: func(_ *visit, a *answer) {
			o := a.document.(*object)
			reversed := &object{}
			for i := range o.members {
				reversed.members = append(reversed.members, o.members[len(o.members)-1-i])
			}
			a.document = reversed
		}},
}

// both sets a member of every message and every cause.
func both(name, json string) edit {
	return func(_ *visit, a *answer) {
		for _, of := range []string{"messages", "causes"} {
			entries, is := child(a.document, of).(*array)
			if !is {
				continue
			}
			for _, entry := range entries.items {
				entry.(*object).put(name, literal(json))
			}
		}
	}
}

// onIDs changes the ids of tasks and of errors.
func onIDs(change func(string) string) edit {
	return func(_ *visit, a *answer) {
		for _, name := range []string{"id", "trackingId"} {
			o := a.document.(*object)
			if id, is := o.get(name).(string); is {
				o.put(name, change(id))
			}
		}
	}
}

// asUUID sets the version and the variant of RFC 9562 in 32 hexadecimal digits.
func asUUID(id string) string {
	return fmt.Sprintf("%s-%s-4%s-8%s-%s", id[:8], id[8:12], id[13:16], id[17:20], id[20:])
}

// decimals spells every hexadecimal digit as two decimal ones.
func decimals(id string) string {
	var spelled strings.Builder
	for _, digit := range id {
		fmt.Fprintf(&spelled, "%02d", strings.IndexRune("0123456789abcdef", digit))
	}
	return spelled.String()
}

// escaped spells every character inside the strings of a JSON text as an escape.
func escaped(body []byte) []byte {
	var spelled bytes.Buffer
	decoder := jsontext.NewDecoder(bytes.NewReader(body))
	for done := 0; ; done = int(decoder.InputOffset()) {
		token, err := decoder.ReadToken()
		if err != nil {
			return spelled.Bytes()
		}
		raw := body[done:decoder.InputOffset()]
		if token.Kind() != '"' {
			spelled.Write(raw)
			continue
		}
		// In front of a string there may be a comma or a colon.
		spelled.Write(raw[:bytes.IndexByte(raw, '"')+1])
		for _, unit := range utf16.Encode([]rune(token.String())) {
			fmt.Fprintf(&spelled, `\u%04x`, unit)
		}
		spelled.WriteByte('"')
	}
}
