package nearest

import (
	"strings"
	"testing"
)

func TestName(t *testing.T) {
	known := []string{"timeout", "target", "headers", "json", "junit", "401-expired-token"}
	for name, want := range map[string]string{
		"timout":                       "timeout",
		"tiemout":                      "timeout", // two neighbours swapped are one slip
		"Target":                       "target",
		"jsn":                          "json",
		"401-expired-tokn":             "401-expired-token",
		"401-expired":                  "",
		"html":                         "",
		"":                             "",
		"headers":                      "headers",
		strings.Repeat("x", longest+1): "",
	} {
		if got := Name(name, known); got != want {
			t.Errorf("Name(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestAdvice(t *testing.T) {
	if got, want := Advice("jsno", []string{"json", "junit"}), `did you mean "json"?`; got != want {
		t.Errorf("Advice = %s, want %s", got, want)
	}
	if got, want := Advice("xml", []string{"json", "junit"}), "expected one of json, junit"; got != want {
		t.Errorf("Advice = %s, want %s", got, want)
	}
}
