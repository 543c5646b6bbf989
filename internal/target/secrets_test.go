package target

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"conformance/fixtures"
	"conformance/internal/exchange"
	"conformance/internal/redact"
)

// escaped spells every character of a text in one way.
func escaped(format string) func(string) string {
	return func(text string) string {
		var spelled strings.Builder
		for _, c := range []byte(text) {
			fmt.Fprintf(&spelled, format, c)
		}
		return spelled.String()
	}
}

// folded breaks a text into lines of so many characters.
func folded(text string, width int) string {
	var lines []string
	for line := range slices.Chunk([]byte(text), width) {
		lines = append(lines, string(line))
	}
	return strings.Join(lines, "\r\n")
}

func quoted(text string) string {
	spelled, _ := json.Marshal(text) // a string always has a JSON form
	return string(spelled)
}

// spellings are the ways in which a target can repeat a text.
var spellings = map[string]func(string) string{
	"plain":                func(s string) string { return s },
	"in quotes":            quoted,
	"slashes escaped":      func(s string) string { return strings.ReplaceAll(s, "/", `\/`) },
	"for a query":          url.QueryEscape,
	"for a path":           url.PathEscape,
	"percent, lower case":  escaped("%%%02x"),
	"percent, upper case":  escaped("%%%02X"),
	"percent, twice":       func(s string) string { return url.QueryEscape(escaped("%%%02x")(s)) },
	"JSON escapes":         escaped(`\u%04x`),
	"JSON escapes, upper":  escaped(`\u%04X`),
	"JSON in JSON":         func(s string) string { return quoted(escaped(`\u%04x`)(s)) },
	"HTML":                 html.EscapeString,
	"HTML, decimal":        escaped("&#%d;"),
	"HTML, hexadecimal":    escaped("&#x%x;"),
	"base64":               func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64 for URLs":      func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"base64 at 1":          func(s string) string { return base64.StdEncoding.EncodeToString([]byte("?" + s + "?")) },
	"base64 at 2":          func(s string) string { return base64.URLEncoding.EncodeToString([]byte("??" + s + "??")) },
	"base64 for a query":   func(s string) string { return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte("?" + s))) },
	"upper case":           strings.ToUpper,
	"lower case":           strings.ToLower,
	"hexadecimal":          func(s string) string { return hex.EncodeToString([]byte(s)) },
	"hexadecimal, upper":   func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) },
	"bytes of a program":   escaped(`\x%02x`),
	"code points":          escaped(`\u{%x}`),
	"quoted-printable":     escaped("=%02X"),
	"UTF-16":               escaped("%c\x00"),
	"base64, folded":       func(s string) string { return folded(base64.StdEncoding.EncodeToString([]byte("?"+s)), 19) },
	"folded":               func(s string) string { return strings.ReplaceAll(folded(s, 7), "\r\n", "=\r\n") },
	"the last JWT segment": func(s string) string { return s[strings.LastIndex(s, ".")+1:] },
	"the last two": func(s string) string {
		_, rest, _ := strings.Cut(s, ".")
		return rest
	},
	"without the signature": func(s string) string { return s[:max(0, strings.LastIndex(s, "."))] },
}

// codings are the ways in which a target can compress an answer.
var bodyCodings = map[string]func(io.Writer) io.WriteCloser{
	"gzip": func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"zlib": func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
	"flate": func(w io.Writer) io.WriteCloser {
		writer, _ := flate.NewWriter(w, flate.BestSpeed) // the level is a right one
		return writer
	},
}

// echo repeats the Authorization and X-Api-Key headers of a request in one spelling, in the
// body, in headers and in cookies.
func echo(spell func(string) string, coding string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		authorization := r.Header.Get("Authorization")
		_, credential, _ := strings.Cut(authorization, " ")
		for _, text := range []string{authorization, credential, r.Header.Get("X-Api-Key")} {
			spelled := spell(text)
			w.Header().Add("X-Echo", "you sent "+spelled+"; thanks")
			w.Header().Add("Www-Authenticate", `Bearer error="`+spelled+`"`)
			w.Header().Add("Set-Cookie", "echo="+spelled+"; Path=/"+spelled)
			w.Header().Add("Set-Cookie", spelled)
		}
		var body bytes.Buffer
		fmt.Fprintf(&body, `{"error":"the header %s and the token %s, the key %s"}`, spell(authorization), spell(credential), spell(r.Header.Get("X-Api-Key")))
		var out io.Writer = w
		if compress := bodyCodings[coding]; compress != nil {
			w.Header().Set("Content-Encoding", map[string]string{"gzip": "gzip", "zlib": "deflate", "flate": "deflate"}[coding])
			compressor := compress(w)
			defer compressor.Close()
			out = compressor
		}
		out.Write(body.Bytes())
	}
}

// everything is all the texts of an exchange, and what they hold when they are decoded.
func everything(t *testing.T, e exchange.Exchange) string {
	t.Helper()
	marshalled, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	texts := fmt.Sprintf("%+v\n%+v\n%s\n%s\n", e, e.Response, marshalled, e.Response.Body)
	for _, coding := range []func(io.Reader) (io.Reader, error){
		func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) },
		func(r io.Reader) (io.Reader, error) { return flate.NewReader(r), nil },
	} {
		if reader, err := coding(bytes.NewReader(e.Response.Body)); err == nil {
			decoded, _ := io.ReadAll(reader) // most bodies are not so coded
			texts += string(decoded)
		}
	}
	return texts
}

// canaries are tokens of the kinds that targets issue.
func canaries(t *testing.T) map[string]string {
	return map[string]string{
		"jwt":    signed(t, []byte("canary"), jwt.SigningMethodHS256, "canary"),
		"opaque": "cAnAry+/0123456789~abc/def==",
		"hex":    "c0ffee00c0ffee11c0ffee22c0ffee33",
		"short":  "canary42",
	}
}

// secretParts are what must not be found: the token, and of a JWT its claims and signature.
func secretParts(token string) []string {
	parts := []string{token}
	if strings.HasPrefix(token, "eyJ") {
		parts = append(parts, strings.Split(token, ".")[1:]...)
	}
	return slices.DeleteFunc(parts, func(part string) bool { return part == "" })
}

func TestNoSecretLeavesTheSender(t *testing.T) {
	const key = "api-key/hunter2+hunter2"
	forms := []fixtures.Authorization{fixtures.Bearer, fixtures.LowerCase, fixtures.Basic, fixtures.Empty, fixtures.Malformed, fixtures.Tampered, fixtures.Unsigned}
	for spelling, spell := range spellings {
		for _, coding := range []string{"", "gzip", "zlib", "flate"} {
			if coding != "" && spelling != "plain" {
				continue
			}
			for kind, token := range canaries(t) {
				sender := newSender(t, "http://a.test", served(echo(spell, coding)), func(o *SenderOptions) {
					o.Headers = map[string]string{"x-api-key": key}
					o.SecretHeaders = map[string]bool{"X-Api-Key": true}
				})
				for _, form := range forms {
					stimulus := plainStimulus()
					stimulus.authorization = present(form, "orgAdmin", token)
					e := sender.Send(t.Context(), stimulus)
					if e.Failure != nil {
						t.Fatalf("%s, %s, %s, %s: %v", spelling, coding, kind, form, e.Failure)
					}
					all := everything(t, e)
					secrets := append(secretParts(token), key)
					if sent := stimulus.authorization.secret; sent != "" {
						secrets = append(secrets, secretParts(sent)...)
					}
					for _, secret := range secrets {
						for _, spelled := range []string{secret, spell(secret)} {
							if len(spelled) >= redact.ShortestSecret && strings.Contains(all, spelled) {
								t.Fatalf("spelled %s, coding %q, token %s, %s: found %q in\n%s", spelling, coding, kind, form, spelled, all)
							}
						}
					}
					if header := e.Request.Header.Get("X-Api-Key"); header != "<X-Api-Key>" {
						t.Errorf("kept the key as %q", header)
					}
				}
			}
		}
	}
}

func TestAnEchoIsToldByTheLabelOfWhatWasSent(t *testing.T) {
	token := canaries(t)["jwt"]
	// The same token under two names: an echo is that of the credential that was sent.
	sender := newSender(t, "http://a.test", served(echo(spellings["JSON escapes"], "")), func(o *SenderOptions) {
		for _, name := range []string{"sourceAdmin", "orgAdmin", "helpdesk"} {
			o.Secrets.Add(token, redact.Label(name))
		}
	})
	tests := map[fixtures.Authorization]string{
		fixtures.Bearer: "<orgAdmin>", fixtures.LowerCase: "<orgAdmin>", fixtures.Basic: "<orgAdmin:basic>",
		fixtures.Tampered: "<orgAdmin:tampered>", fixtures.Unsigned: "<orgAdmin:unsigned>",
	}
	for form, want := range tests {
		stimulus := plainStimulus()
		stimulus.authorization = present(form, "orgAdmin", token)
		e := sender.Send(t.Context(), stimulus)
		if body := string(e.Response.Body); !strings.Contains(body, "and the token "+want+", the key") {
			t.Errorf("%s: body %s, want %s", form, body, want)
		}
		if echoed := e.Response.Header.Values("X-Echo"); !slices.Contains(echoed, "you sent "+want+"; thanks") {
			t.Errorf("%s: echoed %q, want %s", form, echoed, want)
		}
	}
}
