package redact

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHidingLeavesTheRestAlone(t *testing.T) {
	const token = "0123456789abcdef"
	tests := []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"no secret", `{"id":"1","text":"a % b \\ c & d %zz \u00e9 &nosuch; \u0041"}`, `{"id":"1","text":"a % b \\ c & d %zz \u00e9 &nosuch; \u0041"}`},
		{"one", "<" + token + ">", "<<orgAdmin>>"},
		{"overlapping itself", "aaaaaaaaaaaaaaaaaaa", "<a><a>aaa"},
		{"twice", token + token, "<orgAdmin><orgAdmin>"},
		{"beside escapes", `\u0041` + token + `%41`, `\u0041<orgAdmin>%41`},
		{"a part is none", token[1:], token[1:]},
		{"half escaped", `x%3001234567` + `89abcde\u0066y`, "x%30<orgAdmin>y"},
		{"its own label", "Bearer <orgAdmin>", "Bearer <orgAdmin>"},
		{"a cut escape", token + `%4`, `<orgAdmin>%4`},
		{"another cut escape", token + `\u00`, `<orgAdmin>\u00`},
		{"a lone backslash", token + `\`, `<orgAdmin>\`},
	}
	secrets := &Secrets{}
	secrets.Add(token, "<orgAdmin>")
	secrets.Add("aaaaaaaa", "<a>")
	for _, test := range tests {
		if got := secrets.Text(test.text); got != test.want {
			t.Errorf("%s: %s became %s, want %s", test.name, test.text, got, test.want)
		}
		body := []byte(test.text)
		if got := bodyOf(secrets, nil, body); string(got) != test.want {
			t.Errorf("%s: body %s became %s, want %s", test.name, test.text, got, test.want)
		}
	}
}

func answered(secrets *Secrets, header http.Header) http.Header {
	clean, _ := secrets.Answer(header, nil, "")
	return clean
}

func bodyOf(secrets *Secrets, header http.Header, body []byte) []byte {
	_, clean := secrets.Answer(header, body, "")
	return clean
}

func TestATokenThatIsAWordOfItsLabelStaysReadable(t *testing.T) {
	secrets := &Secrets{}
	secrets.Add("orgAdmin", "<orgAdmin>")
	secrets.Add("orgAdmin-basic", "<orgAdmin:basic>")
	text := secrets.Text("orgAdmin and orgAdmin-basic")
	if want := "<orgAdmin> and <orgAdmin:basic>"; text != want {
		t.Errorf("text %s, want %s", text, want)
	}
	if again := secrets.Text(text); again != text {
		t.Errorf("hidden twice: %s", again)
	}
}

func TestOverlappingSecretsLeaveNoRest(t *testing.T) {
	secrets := &Secrets{}
	secrets.Add("abcdefgh-1", "<one>")
	secrets.Add("h-1-ijklmnop", "<two>")
	secrets.Add("efgh-1-ijk", "<three>")
	if got := secrets.Text("xabcdefgh-1-ijklmnopx"); got != "x<one>x" {
		t.Errorf("text %s", got)
	}
}

func TestShortValuesAreNotSearchedFor(t *testing.T) {
	secrets := &Secrets{}
	secrets.Add("", "<none>")
	secrets.Add("1234567", "<short>")
	secrets.Add("<orgAdmin>", "<orgAdmin>")
	const text = "1234567 of 12345678, for <orgAdmin>"
	if got := secrets.Text(text); got != text {
		t.Errorf("text %s", got)
	}
	secrets.Add("12345678", "<long enough>")
	if got, want := secrets.Text(text), "1234567 of <long enough>, for <orgAdmin>"; got != want {
		t.Errorf("text %s, want %s", got, want)
	}
}

func TestTheLabelDoesNotDependOnTheOrder(t *testing.T) {
	names := []string{"sourceAdmin", "orgAdmin", "helpdesk", "expired"}
	for range 20 {
		first := names[0]
		names = append(names[1:], first)
		secrets := &Secrets{}
		for _, name := range names {
			secrets.Add("the-same-token", Label(name))
		}
		if got := secrets.Text("the-same-token"); got != "<expired>" {
			t.Fatalf("added as %v: label %s", names, got)
		}
	}
}

func TestHeadersAreCopiedWithoutSecretsAndCookies(t *testing.T) {
	secrets := &Secrets{}
	secrets.Add("0123456789abcdef", "<orgAdmin>")
	header := http.Header{
		"X-Plain":     {"a", "b"},
		"X-Echo":      {"0123456789abcdef"},
		"Set-Cookie":  {"a=b; Path=/", "nameless", "; HttpOnly=hunter2", "=hunter2", "0123456789abcdef=x"},
		"Set-Cookie2": {"c=hunter2"},
		"X-Empty":     {""},
	}
	before := header.Clone()
	want := http.Header{
		"X-Plain":     {"a", "b"},
		"X-Echo":      {"<orgAdmin>"},
		"Set-Cookie":  {"a=<cookie>", "<cookie>", "<cookie>", "=<cookie>", "<orgAdmin>=<cookie>"},
		"Set-Cookie2": {"c=<cookie>"},
		"X-Empty":     {""},
	}
	if diff := cmp.Diff(want, answered(secrets, header)); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, header); diff != "" {
		t.Errorf("the answer's own header changed (-before +after):\n%s", diff)
	}
}

func TestABrokenCompressedBodyStaysBrokenWithoutItsSecret(t *testing.T) {
	secrets := &Secrets{}
	secrets.Add("0123456789abcdef", "<orgAdmin>")
	header := http.Header{"Content-Encoding": {"GZIP"}}
	whole := gzipCoding.redo([]byte("say 0123456789abcdef "+strings.Repeat("x", 100)), true)
	clean := bodyOf(secrets, header, whole[:len(whole)-6])
	decoded, intact, ok := gzipCoding.undo(clean)
	if intact || !ok || !strings.HasPrefix(string(decoded), "say <orgAdmin> x") {
		t.Errorf("decoded %q, intact %v, ok %v", decoded, intact, ok)
	}
	untouched := gzipCoding.redo([]byte("nothing to hide"), true)
	if got := bodyOf(secrets, header, untouched); !slices.Equal(got, untouched) {
		t.Errorf("a body without a secret changed: %x", got)
	}
	if got := string(bodyOf(secrets, header, []byte("not gzip: 0123456789abcdef"))); got != "not gzip: <orgAdmin>" {
		t.Errorf("a body that is not coded as it says became %s", got)
	}
}

func TestSecretsMayBeAddedWhileTextsAreRead(t *testing.T) {
	secrets := &Secrets{}
	var work sync.WaitGroup
	for i := range 8 {
		work.Go(func() {
			for n := range 20 {
				secrets.Add("shared-token", fmt.Sprintf("<%d-%d>", i, n))
				if strings.Contains(secrets.Text("a shared-token"), "shared-token") {
					t.Error("found the token")
				}
			}
		})
	}
	work.Wait()
}

// largestBody is as long as a body that is kept can be, in bytes.
const largestBody = 1 << 20

// The largest body there is, with a secret in every line, against one without.
func BenchmarkHide(b *testing.B) {
	secrets := &Secrets{}
	for i := range 20 {
		secrets.Add(fmt.Sprintf("eyJhbGciOiJIUzI1NiJ9.%s%d.%s%d", strings.Repeat("claims", 40), i, strings.Repeat("signature", 5), i), fmt.Sprintf("<%d>", i))
	}
	echo := `"\u0065yJhbGciOiJIUzI1NiJ9.` + strings.Repeat("claims", 40) + "7." + strings.Repeat("signature", 5) + "7\"\n"
	bodies := map[string]string{
		"usual":   `{"detailCode":"403 Forbidden","trackingId":"b21b1f7ce4da4d639f2c62a57171b427","messages":[{"locale":"en-US","text":"no"}]}`,
		"largest": strings.Repeat("x", largestBody),
		"echoes":  strings.Repeat(echo, largestBody/len(echo)),
	}
	for name, body := range bodies {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				secrets.Text(body)
			}
		})
	}
}

// TestNoSecretInTheNameOfAHeader: net/http changes the case of a name's letters.
func TestNoSecretInTheNameOfAHeader(t *testing.T) {
	secrets := &Secrets{}
	secrets.Add("canary-TOKEN-0123456789", "<orgAdmin>")
	got := answered(secrets, http.Header{"X-Canary-Token-0123456789": {"1"}, "X-Other": {"2"}})
	if got.Get("X-Other") != "2" || len(got["<orgAdmin>"]) != 1 || len(got) != 2 {
		t.Errorf("header %v", got)
	}
}
