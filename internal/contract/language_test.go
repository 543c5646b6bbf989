package contract

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// legalTags are those of RFC 5646 appendix A that are registered or private, and some more.
var legalTags = []string{
	"de", "fr", "ja", "i-enochian", "zh-Hant", "zh-Hans", "sr-Cyrl", "sr-Latn", "zh-cmn-Hans-CN", "cmn-Hans-CN",
	"zh-yue-HK", "yue-HK", "zh-Hans-CN", "sr-Latn-RS", "sl-rozaj", "sl-rozaj-biske", "sl-nedis", "de-CH-1901",
	"sl-IT-nedis", "hy-Latn-IT-arevela", "de-DE", "en-US", "es-419", "de-CH-x-phonebk", "az-Arab-x-AZE-derbend",
	"x-whatever", "qaa-Qaaa-QM-x-southern", "de-Qaaa", "sr-Latn-QM", "sr-Qaaa-RS", "en-US-u-islamcal",
	"zh-CN-a-myext-x-private", "en-a-myext-b-another", "i-default", "i-klingon", "tlh", "EN-us", "en-GB-oed",
	"en-ZZ", "en-XX", "de-abcde", "en-x-abcdefgh", "und", "mul", "zxx", "art-lojban",
}

// illegalTags are texts that are no tags, and how a violation repeats them.
var illegalTags = map[string]string{
	"": `""`, " ": `" "`, "en_US": `"en_US"`, "en-": `"en-"`, "-en": `"-en"`, "en--US": `"en--US"`, "e": `"e"`,
	"english": `"english"`, "DEFAULT": `"DEFAULT"`, "English (United States)": `"English (United States)"`,
	"en-US,fr": `"en-US,fr"`, "en-US;q=0.5": `"en-US;q=0.5"`, "*": `"*"`, "1033": `"1033"`, "a-DE": `"a-DE"`,
	"de-419-DE": `"de-419-DE"`, "en-averylongsubtag": `"en-averylongsubtag"`,
	"xx": `"xx", whose language no registry knows`, "XX-US": `"XX-US", whose language no registry knows`,
	"en us": `"en us"`, "frañ": `"frañ"`, "null": `"null"`, "i-nosuch": `"i-nosuch"`,
}

func TestTagProblem(t *testing.T) {
	for _, tag := range legalTags {
		if problem := tagProblem(tag); problem != "" {
			t.Errorf("%s: %s", tag, problem)
		}
	}
	for tag, want := range illegalTags {
		if got := tagProblem(tag); got != want {
			t.Errorf("%s: %q, expected %q", tag, got, want)
		}
	}
	long := "en-x" + strings.Repeat("-abcdefg", 31) + "-ab"
	if len(long) != maxTag || tagProblem(long) != "" || tagProblem(long+"c") == "" {
		t.Errorf("a tag of %d bytes is one, one of %d is none", len(long), len(long)+1)
	}
}

func TestSameLanguage(t *testing.T) {
	for _, pair := range []string{"en en-US", "EN-gb en", "no nb", "nb-NO no", "zh-Hans zh-TW", "cmn zh", "tl fil", "iw he", "i-klingon tlh", "x-a X-A", "und UND"} {
		one, other, _ := strings.Cut(pair, " ")
		if !sameLanguage(one, other) || !sameLanguage(other, one) {
			t.Errorf("%s and %s are told apart", one, other)
		}
	}
	for _, pair := range []string{"en fr", "nb nn", "da nb", "de gsw", "ms id", "hr sr", "tlh en", "pt gl", "x-a x-b", "und en", "en und", "xx-Latn en"} {
		one, other, _ := strings.Cut(pair, " ")
		if sameLanguage(one, other) || sameLanguage(other, one) {
			t.Errorf("%s and %s are taken for one language", one, other)
		}
	}
}

func TestParseAcceptLanguage(t *testing.T) {
	tests := []struct {
		header string
		want   languageRanges
	}{
		{"", nil},
		{"fr", languageRanges{{text: "fr"}}},
		{" fr-CA \t,\tde;q=0.5", languageRanges{{text: "fr-CA"}, {text: "de"}}},
		{"fr; q=0.123 ,de ; Q=1.000,*;q=0.", languageRanges{{text: "fr"}, {text: "de"}, {text: "*", refused: true}}},
		{"fr;q=0,de;q=0.0,es;q=0.000", languageRanges{{text: "fr", refused: true}, {text: "de", refused: true}, {text: "es", refused: true}}},
		{"en-XX, xx-Latn", languageRanges{{text: "en-XX"}, {text: "xx-Latn"}}},
		{",, ,fr,", languageRanges{{text: "fr"}}},
		{"fr;q=2,de;q=1.001,es;q=-0.1,pt;x=1,ja;q,it;q=a,;q=1,nl;q=0.5;x=1", nil},
		{";;q=,--", languageRanges{{text: "--"}}},
	}
	for _, test := range tests {
		got := parseAcceptLanguage(test.header)
		if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(languageRange{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.header, diff)
		}
	}
	if n := len(parseAcceptLanguage(strings.Repeat("fr,", 101))); n != 100 {
		t.Errorf("%d ranges are read of 101, expected 100", n)
	}
	longest := "fr-x" + strings.Repeat("-abcdefg", 31) + "-ab"
	if n := len(parseAcceptLanguage(longest + "," + longest + "c")); n != 1 {
		t.Errorf("%d ranges are read, expected the one that is not too long", n)
	}
}

func TestRangesAsk(t *testing.T) {
	tests := []struct {
		header, locale string
		want           bool
	}{
		{"fr", "fr", true},
		{"fr-CA", "fr", true},
		{"fr", "fr-CA", true},
		{"fr-CA", "fr-FR", true},
		{"de, fr;q=0.1", "fr", true},
		{"en-XX, fr", "fr", true},
		{"nonsense_, fr", "fr", true},
		{"no", "nb-NO", true},
		{"br", "fr", true},
		{"da", "nb", true},
		{"*", "fr", true},
		{"de, *;q=0.1", "fr", true},
		{"fr-CA;q=0, *", "fr-FR", true},
		{"fr-CA;q=0, *", "fr", true},
		{"fr-CA;q=0, fr", "fr-CA", true},
		{"f;q=0, *", "fr", true},
		{"", "fr", false},
		{"de", "fr", false},
		{"tlh", "en-US", true},
		{"la", "en-US", false},
		{"tlh", "fr", false},
		{"fr;q=0", "fr", false},
		{"fr;q=0, *", "fr-FR", false},
		{"fr-CA;q=0, *", "fr-ca", false},
		{"*;q=0", "fr", false},
		{"fr;q=0, de;q=0", "en", false},
		{"br, fr;q=0", "fr", false},
		{";;q=,--", "en", false},
		{"xx-Latn", "en", false},
		{"und", "en", false},
		{"abcdefgh, 1", "en", false},
		{"und", "UND", true},
		{"x-whatever", "x-whatever", true},
		{"*, de;q=0", "fr", true},
		{"de;q=0, fr;q=0, *", "de", false},
	}
	for _, test := range tests {
		if got := parseAcceptLanguage(test.header).ask(test.locale); got != test.want {
			t.Errorf("%q asks for %s: %t, expected %t", test.header, test.locale, got, test.want)
		}
	}
}
