package reference

import "strings"

// headerVariants use other headers, or another language, as HTTP and the page allow.
var headerVariants = []Fault{
	{Name: "charset-parameter", Legal: true,
		About:    "Content-Type has a charset parameter.",
		document: header("Content-Type", "application/json; charset=UTF-8")},
	{Name: "charset-quoted", Legal: true,
		About:    "Content-Type has a charset parameter in quotes.",
		document: header("Content-Type", `application/json;charset="utf-8"`)},
	{Name: "media-type-case", Legal: true,
		About:    "Content-Type is in odd case.",
		document: header("Content-Type", "Application/Json; Charset=utf-8")},
	{Name: "media-type-parameters", Legal: true,
		About:    "Content-Type has parameters of the server's own.",
		document: header("Content-Type", `application/json; profile="https://example.com/errors"; v=2025`)},
	{Name: "media-type-space", Legal: true,
		About:    "Content-Type has white space around its parameter, and an empty parameter.",
		document: header("Content-Type", "application/json \t; ;charset=utf-8 ;")},
	{Name: "gzip", Legal: true,
		About: "Bodies are in gzip where the client did not rule it out.",
		wire: func(v *visit, a *answer) {
			// RFC 9110 section 12.5.3: without the header any coding is acceptable.
			accepts := v.header("Accept-Encoding")
			if accepts == "" || strings.Contains(accepts, "gzip") && !strings.Contains(accepts, "gzip;q=0") {
				all(spell(zipped), header("Content-Encoding", "gzip"))(v, a)
			}
		}},
	{Name: "identity-coding", Legal: true,
		About:    "Content-Encoding is identity.",
		document: header("Content-Encoding", "identity")},
	{Name: "chunked", Legal: true,
		About: "Bodies are sent in chunks, without a Content-Length.",
		wire:  sent(chunked)},
	{Name: "connection-close", Legal: true,
		About:    "The connection is closed after every answer, as in HTTP/1.0.",
		document: header("Connection", "close")},
	{Name: "header-case", Legal: true,
		About: "The names of headers are in small letters.",
		document: func(_ *visit, a *answer) {
			for _, name := range []string{"Retry-After", "Www-Authenticate", "Allow", "Content-Language"} {
				if values, given := a.header[name]; given {
					delete(a.header, name)
					a.header[strings.ToLower(name)] = values
				}
			}
		}},
	{Name: "extra-headers", Legal: true,
		About: "There are headers of the server's own.",
		document: all(header("Server", "nginx"), header("X-Request-Id", "7f1f"), header("X-RateLimit-Remaining", "3"),
			header("Strict-Transport-Security", "max-age=31536000"), header("Vary", "Origin", "Accept-Language"))},
	{Name: "cookies", Legal: true,
		About:    "Every answer sets cookies.",
		document: header("Set-Cookie", "route=a1; Path=/; HttpOnly", "session=0f3c; Secure")},
	{Name: "date-missing", Legal: true,
		About:    "There is no Date header.",
		document: header("Date")},
	{Name: "content-language-missing", Legal: true,
		About:    "There is no Content-Language header.",
		document: header("Content-Language")},
	{Name: "several-challenges", Legal: true,
		About:    "A 401 has challenges of several schemes.",
		document: on(401, header("WWW-Authenticate", `Negotiate`, `Basic realm="accounts", charset="UTF-8", Bearer`))},
	{Name: "task-location", Legal: true,
		About:    "A 202 tells where the task can be watched.",
		document: on(202, header("Location", "/task-status/7f1f"))},
	{Name: "system-locale-german", Legal: true,
		About:     "The system default is German.",
		configure: func(p *policy) { p.systemLocale = "de-DE" }},
	{Name: "language-ignored", Legal: true,
		About: "Errors are in English, whatever is asked for.",
		choose: func(*visit, int, choice) choice {
			return choice{text: "en-US", locale: "en-US", origin: originDefault}
		}},
	{Name: "german-not-spoken", Legal: true,
		About: "Who asks for German, or else English, gets English as requested.",
		choose: whenAsking("de", func(choice) choice {
			return choice{text: "en-US", locale: "en-US", origin: originRequest}
		})},
	{Name: "locale-without-region", Legal: true,
		About: "Locales are languages without a region.",
		choose: spellLocale(func(locale string) string {
			language, _, _ := strings.Cut(locale, "-")
			return language
		})},
	{Name: "locale-lower-case", Legal: true,
		About:  "Locales are in small letters.",
		choose: spellLocale(strings.ToLower)},
	{Name: "locale-with-script", Legal: true,
		About:  "Locales name the script and a Unicode extension.",
		choose: spellLocale(func(locale string) string { return strings.Replace(locale, "-", "-Latn-", 1) + "-u-nu-latn" })},
	{Name: "locale-as-asked", Legal: true,
		About: "The locale of a requested language is the one that was asked for, not the one at hand.",
		choose: func(v *visit, _ int, c choice) choice {
			if c.origin == originRequest {
				asked, _, _ := strings.Cut(v.header("Accept-Language"), ",")
				c.locale, _, _ = strings.Cut(asked, ";")
			}
			return c
		}},
	{Name: "locale-i-default", Legal: true,
		About: "The system default is i-default, which RFC 2277 has for this.",
		choose: func(_ *visit, _ int, c choice) choice {
			if c.origin == originDefault {
				c.locale = "i-default"
			}
			return c
		}},
}

// spellLocale writes locales in another way.
func spellLocale(spelled func(locale string) string) func(*visit, int, choice) choice {
	return func(_ *visit, _ int, c choice) choice {
		c.locale = spelled(c.text)
		return c
	}
}
