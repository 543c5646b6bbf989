package reference

import (
	"net/http"
	"strings"
)

// languageFaults are wrong about the language of an error, or in what they say of it.
var languageFaults = []Fault{
	{Name: "locale-underscore", Requirement: "any-message-locale",
		About: "Locales are written with an underscore, as in Java.",
		document: onErrors(put("messages/0/locale", func(v *visit) any {
			if v.asksFor("fr") {
				return "fr_FR"
			}
			return "en_US"
		}))},
	{Name: "404-locale-number", Requirement: "any-message-locale",
		About:    "The locale of the message of a 404 is a number.",
		document: on(404, set("messages/0/locale", `1033`))},
	{Name: "403-locale-empty", Requirement: "any-message-locale",
		About:    "The locale of the message of a 403 is empty.",
		document: on(403, set("messages/0/locale", `""`))},
	{Name: "400-locale-object", Requirement: "any-message-locale",
		About:    "The locale of the message of a 400 is an object.",
		document: on(400, set("messages/0/locale", `{"language":"en","country":"US"}`))},
	{Name: "500-locale-words", Requirement: "any-message-locale",
		About:    "The locale of the message of a 500 is the name of a language.",
		document: on(500, set("messages/0/locale", `"English (United States)"`))},
	{Name: "locale-header-in-french", Requirement: "any-message-locale",
		About:    "The locale repeats the Accept-Language header when French was asked for.",
		document: onErrors(onFrench(put("messages/0/locale", func(v *visit) any { return v.header("Accept-Language") })))},
	{Name: "404-origin-number", Requirement: "any-message-locale-origin",
		About:    "The localeOrigin of the message of a 404 is a number.",
		document: on(404, set("messages/0/localeOrigin", `0`))},
	{Name: "500-origin-object", Requirement: "any-message-locale-origin",
		About:    "The localeOrigin of the message of a 500 is an object.",
		document: on(500, set("messages/0/localeOrigin", `{"name":"DEFAULT"}`))},
	{Name: "request-unasked", Requirement: "any-locale-request",
		About: "localeOrigin is REQUEST although no language was asked for.",
		choose: func(v *visit, _ int, c choice) choice {
			if v.header("Accept-Language") == "" {
				c.origin = originRequest
			}
			return c
		}},
	{Name: "cause-request-unasked", Requirement: "any-locale-request",
		About: "The localeOrigin of a cause is REQUEST although no language was asked for.",
		document: on(400, func(v *visit, a *answer) {
			if v.header("Accept-Language") == "" {
				set("causes/0/localeOrigin", `"REQUEST"`)(v, a)
			}
		})},
	{Name: "request-unsupported", Requirement: "any-locale-request",
		About:  "localeOrigin is REQUEST for a language that the server does not speak.",
		choose: whenAsking("la", func(c choice) choice { c.origin = originRequest; return c })},
	{Name: "request-refused-language", Requirement: "any-locale-request",
		About: "A language with weight 0 is taken for one that is asked for.",
		choose: whenAsking("fr;q=0", func(choice) choice {
			return choice{text: "fr-FR", locale: "fr-FR", origin: originRequest}
		})},
	{Name: "request-malformed", Requirement: "any-locale-request",
		About:  "localeOrigin is REQUEST for a header that cannot be read.",
		choose: whenAsking(";", func(c choice) choice { c.origin = originRequest; return c })},
	{Name: "french-for-german", Requirement: "any-locale-request",
		About: "Who asks for German gets French, as REQUEST.",
		choose: whenAsking("de", func(choice) choice {
			return choice{text: "fr-FR", locale: "fr-FR", origin: originRequest}
		})},
	{Name: "request-always-english", Requirement: "any-locale-request",
		About: "English is given as REQUEST to those who ask for French.",
		choose: whenAsking("fr-", func(choice) choice {
			return choice{text: "en-US", locale: "en-US", origin: originRequest}
		})},
	{Name: "default-for-requested", Requirement: "any-locale-default",
		About:  "localeOrigin is DEFAULT for the language that was asked for.",
		choose: whenAsking("fr-", func(c choice) choice { c.origin = originDefault; return c })},
	{Name: "default-depends-on-status", Requirement: "any-locale-default",
		About: "The system default is German in a 403 and English elsewhere.",
		choose: func(_ *visit, status int, c choice) choice {
			if status == http.StatusForbidden && c.origin == originDefault {
				return choice{text: "de-DE", locale: "de-DE", origin: originDefault}
			}
			return c
		}},
	{Name: "default-of-causes", Requirement: "any-locale-default",
		About: "The system default of causes is German, that of messages English.",
		document: on(400, func(v *visit, a *answer) {
			if v.header("Accept-Language") == "" {
				set("causes/0/locale", `"de-DE"`)(v, a)
				set("causes/0/text", `"Der Rumpf ist ungültig."`)(v, a)
			}
		})},
	{Name: "default-of-unsupported", Requirement: "any-locale-default",
		About: "Who asks for an unknown language gets French, as DEFAULT.",
		choose: whenAsking("la", func(choice) choice {
			return choice{text: "fr-FR", locale: "fr-FR", origin: originDefault}
		})},
	{Name: "french-not-translated", Requirement: "any-locale-language",
		About:  "English texts are given as French to those who ask for it.",
		choose: whenAsking("fr-", func(c choice) choice { c.text = "en-US"; return c })},
	{Name: "german-not-translated", Requirement: "any-locale-language",
		About:  "English texts are given as German to those who ask for it.",
		choose: whenAsking("de", func(c choice) choice { c.text = "en-US"; return c })},
}

// whenAsking changes the language for requests whose Accept-Language begins with a text.
func whenAsking(beginning string, change func(choice) choice) func(*visit, int, choice) choice {
	return func(v *visit, _ int, c choice) choice {
		if strings.HasPrefix(v.header("Accept-Language"), beginning) {
			return change(c)
		}
		return c
	}
}
