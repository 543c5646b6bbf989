package contract

import (
	"strings"
	"testing"
)

func TestQuoted(t *testing.T) {
	eighty := strings.Repeat("é", 80)
	for text, want := range map[string]string{
		"":                         `""`,
		`a "b"` + "\n\x1b[31m\x00": `"a \"b\"\n\x1b[31m\x00"`,
		"\xff":                     `"\xff"`,
		eighty:                     `"` + eighty + `"`,
		eighty + "x":               `"` + eighty + `"...`,
		"\u202etxt":                `"\u202etxt"`,
	} {
		if got := quoted(text); got != want {
			t.Errorf("%q: %s, expected %s", text, got, want)
		}
	}
}

func TestBlank(t *testing.T) {
	for text, want := range map[string]bool{"": true, " \t\r\n\v\f\u00a0\u2003\u3000\u0085": true, "x": false, " x ": false, "\x00": false} {
		if blank(text) != want {
			t.Errorf("%q: %t, expected %t", text, !want, want)
		}
	}
}

func TestStatusText(t *testing.T) {
	for status, want := range map[int]string{404: "404 Not Found", 499: "499", 0: "0"} {
		if got := statusText(status); got != want {
			t.Errorf("%q, expected %q", got, want)
		}
	}
}

func TestAnyElement(t *testing.T) {
	for where, want := range map[string]string{
		"": "", "status": "status", "header X/1": "header X/1", "/id": "/id", "/": "/", "/0": "/*",
		"/messages/12/text": "/messages/*/text", "/a/0/1/b": "/a/*/*/b", "/a1/-1/1a": "/a1/-1/1a",
	} {
		if got := AnyElement(where); got != want {
			t.Errorf("%q: %q, expected %q", where, got, want)
		}
	}
}
