package redact

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"conformance/internal/exchange"
)

const canary = "cAnArY-0123456789-of-nobody"

func known() *Secrets {
	secrets := &Secrets{}
	secrets.Add(canary, "<orgAdmin>")
	return secrets
}

// gunzip is everything that a gzip stream holds, after so many codings.
func gunzip(t *testing.T, coded []byte, times int) string {
	t.Helper()
	for range times {
		decoded, _, ok := gzipCoding.undo(coded)
		if !ok {
			t.Fatalf("not gzip: %q", coded)
		}
		coded = decoded
	}
	return string(coded)
}

// TestNoSecretInCodedBodies: a secret can stand in a coding within another, in one that no header
// speaks of, in the comment of a stream and behind its end.
func TestNoSecretInCodedBodies(t *testing.T) {
	zip := func(text []byte) []byte { return gzipCoding.redo(text, true) }
	var commented bytes.Buffer
	writer := gzip.NewWriter(&commented)
	writer.Comment = "of " + canary
	writer.Write([]byte("{}"))
	writer.Close()
	for name, test := range map[string]struct {
		codings []string
		body    []byte
		times   int
		want    string
	}{
		"two in a line":   {[]string{"gzip, gzip"}, zip(zip([]byte(canary))), 2, "<orgAdmin>"},
		"two lines":       {[]string{"gzip", "Identity", "x-gzip"}, zip(zip([]byte(canary))), 2, "<orgAdmin>"},
		"not declared":    {nil, zip([]byte(canary)), 1, "<orgAdmin>"},
		"one declared":    {[]string{"gzip"}, zip(zip([]byte(canary))), 2, "<orgAdmin>"},
		"a false one":     {[]string{"gzip"}, []byte("not " + canary), 0, "not <orgAdmin>"},
		"in text":         {[]string{"br"}, []byte("not br: " + canary), 0, "not br: <orgAdmin>"},
		"opaque":          {[]string{"br"}, []byte("\x8b\xff" + canary), 0, opaqueBody},
		"opaque and gzip": {[]string{"br, gzip"}, zip([]byte("\x8b\xff" + canary)), 0, opaqueBody},
	} {
		t.Run(name, func(t *testing.T) {
			_, clean := known().Answer(http.Header{"Content-Encoding": test.codings}, test.body, "")
			if got := gunzip(t, clean, test.times); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	for name, body := range map[string][]byte{"comment": commented.Bytes(), "behind the end": append(zip([]byte("{}")), canary...)} {
		t.Run(name, func(t *testing.T) {
			header := http.Header{"Content-Encoding": {"gzip"}}
			_, clean := known().Answer(header, body, "")
			cleaner := traffic(t, TrafficOptions{Credentials: map[string]string{"orgAdmin": canary}})
			foreign := cleaner.Clean(exchange.Exchange{Response: &exchange.Response{Header: header, Body: body}}).Response.Body
			for _, got := range [][]byte{clean, foreign} {
				if bytes.Contains(got, []byte(canary)) || gunzip(t, got, 1) != "{}" {
					t.Errorf("got %q", got)
				}
			}
		})
	}
}

// TestABombIsNotKept: what is not searched is not kept either.
func TestABombIsNotKept(t *testing.T) {
	bomb := gzipCoding.redo(append(make([]byte, decodedLimit), canary...), true)
	_, clean := known().Answer(http.Header{"Content-Encoding": {"gzip"}}, bomb, "")
	if got := gunzip(t, clean, 1); len(got) != decodedLimit || strings.Contains(got, canary) {
		t.Errorf("%d bytes are left, expected %d", len(got), decodedLimit)
	}
}

// TestNoBeginningOfASecret: where a text breaks off within a secret, or within an escape of one of
// its characters, the rest of it is hidden.
func TestNoBeginningOfASecret(t *testing.T) {
	escape := func(format string) string {
		text := ""
		for _, c := range []byte(canary[:12]) {
			text += fmt.Sprintf(format, c)
		}
		return text
	}
	for _, test := range []struct{ text, want string }{
		{"say " + canary[:8], "say <orgAdmin>"},
		{"say " + canary[:len(canary)-1], "say <orgAdmin>"},
		{"say " + canary[:7], "say " + canary[:7]},
		{"say " + canary[:20] + "… and go on", "say <orgAdmin>… and go on"},
		{"say \"" + strings.ToUpper(canary[:9]) + "...\"", "say \"<orgAdmin>...\""},
		{"say " + canary[:9] + "..", "say " + canary[:9] + ".."},
		{"say " + canary[:12] + " and go on", "say " + canary[:12] + " and go on"},
		{"say " + escape("%%%02x") + "%4", "say <orgAdmin>%4"},
		{"say " + escape(`\u%04x`) + `\u00`, `say <orgAdmin>\u00`},
		{"say " + escape("&#%d;") + "&#4", "say <orgAdmin>&#4"},
		{"say " + escape("=%02X") + "=", "say <orgAdmin>="},
	} {
		if got := known().Text(test.text); got != test.want {
			t.Errorf("%q became %q, want %q", test.text, got, test.want)
		}
	}
}

// TestTheWholeSecretComesFirst: the beginning of a longer secret can be another one.
func TestTheWholeSecretComesFirst(t *testing.T) {
	secrets := &Secrets{}
	secrets.Add("shared-token-10", "<a>")
	secrets.Add("shared-token-1", "<b>")
	if got := secrets.Text("shared-token-1"); got != "<b>" {
		t.Error(got)
	}
}

// TestCookiesAreFoundInTheirAnswer: a server can repeat what it has just set.
func TestCookiesAreFoundInTheirAnswer(t *testing.T) {
	const value = "0123456789abcdef-session"
	header := http.Header{
		"Set-Cookie": {`s="` + value + `"; Path=/`, "theme=dark", "t=" + canary},
		"X-Session":  {value, canary},
	}
	clean, body := known().Answer(header, []byte("dark, "+strings.ToUpper(value)+", "+canary), "")
	if got := clean["X-Session"]; got[0] != "<cookie>" || got[1] != "<orgAdmin>" {
		t.Errorf("header %q", got)
	}
	if got := string(body); got != "dark, <cookie>, <orgAdmin>" {
		t.Errorf("body %q", got)
	}
}

// TestTheCaseOfAnotherSecret: two secrets that differ in case alone keep their labels.
func TestTheCaseOfAnotherSecret(t *testing.T) {
	secrets := &Secrets{}
	secrets.Add("AbCdEfGhIj", "<orgAdmin>")
	secrets.Add("aBcDeFgHiJ", "<orgAdmin:swapped-case>")
	const text, want = "AbCdEfGhIj aBcDeFgHiJ abcdefghij", "<orgAdmin> <orgAdmin:swapped-case> <orgAdmin>"
	if got := secrets.Text(text); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestManySecretsInOneExchange: the work does not grow with the square of their number.
func TestManySecretsInOneExchange(t *testing.T) {
	var pairs, cookies []string
	for i := range 20_000 {
		pairs = append(pairs, fmt.Sprintf("token=secret-value-%d", i))
		cookies = append(cookies, fmt.Sprintf("a=cookie-value-%d-of-nobody", i))
	}
	cleaner := traffic(t, TrafficOptions{})
	c := cleaning{Traffic: cleaner, remembered: []*Secrets{cleaner.known}}
	clean := c.clean(get("http://a.example/?"+strings.Join(pairs, "&"), http.Header{"Cookie": {strings.Join(cookies, ";")}}))
	if len(c.remembered) != mostHolders {
		t.Errorf("%d sets of values are looked for, expected %d", len(c.remembered), mostHolders)
	}
	if text := clean.Request.URL + clean.Request.Header.Get("Cookie"); strings.Contains(text, "value") {
		t.Errorf("a secret is left: %.200s", text)
	}
}
