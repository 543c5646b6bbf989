package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestPrintable(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"plain", `{"id": "C:\dir"}`, `{"id": "C:\dir"}`},
		{"other scripts", "vérification-ключ-🔓", "vérification-ключ-🔓"},
		{"escape code", "a\x1b[31mb", `a\x1b[31mb`},
		{"white space", "a\r\n\tb", `a\r\n\tb`},
		{"delete and nul", "\x7f\x00", `\x7f\x00`},
		{"C1 control", "\u009b31m", `\u009b31m`},
		{"bidi override", "\u202efdp.exe\u2069", `\u202efdp.exe\u2069`},
		{"zero width and byte order mark", "a\u200bb\ufeff", `a\u200bb\ufeff`},
		{"invalid UTF-8", "a\xff\xc3(", `a\xff\xc3(`},
		{"replacement character", "\ufffd", `\ufffd`},
		{"tag character", "\U000e0041", `\U000e0041`},
		{"no-break space", "a\u00a0b", `a\u00a0b`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, printable(test.text)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func FuzzPrintable(f *testing.F) {
	f.Add(hostileText, 10)
	f.Add("世界 \u202e \x1b", 1)
	f.Add("   \n\n a  b", 3)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		lines := append(wrap(text, limit), printable(text), cut(text, limit))
		for _, line := range lines {
			if !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool {
				// Spelled out here, so that a mistake in hidden shows.
				return r < ' ' || r >= 0x7f && r <= 0x9f || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff
			}) {
				t.Errorf("%q of %q is not printable", line, text)
			}
		}
		for _, line := range lines[:len(lines)-2] {
			if n := columns(line); n > max(2, limit) {
				t.Errorf("%q has %d columns, more than %d", line, n, limit)
			}
		}
	})
}

func TestWrap(t *testing.T) {
	tests := []struct {
		name  string
		text  string
		limit int
		want  []string
	}{
		{"fits", "one two", 7, []string{"one two"}},
		{"at spaces", "one two three", 8, []string{"one two", "three"}},
		{"at the limit", "one two three", 7, []string{"one two", "three"}},
		{"inside a word", "abcdefgh", 3, []string{"abc", "def", "gh"}},
		{"its own lines", "a\n\n  b", 9, []string{"a", "", "  b"}},
		{"wide characters", "世界世界", 5, []string{"世界", "世界"}},
		{"wider than the limit", "世", 1, []string{"世"}},
		{"empty", "", 5, []string{""}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, wrap(test.text, test.limit)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestExcerpt(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"short", "{}", "{}"},
		{"exactly the limit", strings.Repeat("a", 300), strings.Repeat("a", 300)},
		{"long", strings.Repeat("a", 301), strings.Repeat("a", 300) + "... (301 bytes in all)"},
		{"not inside a character", strings.Repeat("a", 299) + "é!", strings.Repeat("a", 299) + "... (302 bytes in all)"},
		{"many lines", strings.Repeat("\n", 40), strings.Repeat("\n", 11) + "... (40 bytes in all)"},
		{"not UTF-8", strings.Repeat("\x80", 400), strings.Repeat("\x80", 296) + "... (400 bytes in all)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, excerpt(test.text)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
