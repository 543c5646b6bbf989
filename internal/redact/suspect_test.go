package redact

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/exchange"
)

// letters and digits make samples at run time: a scanner would complain of whole ones.
func letters(n int) string { return strings.Repeat("aB3dE5gH", n/8+1)[:n] }
func upper(n int) string   { return strings.Repeat("A2B3C4D5", n/8+1)[:n] }

func sampleJWT() string {
	part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	return part(`{"alg":"HS256","typ":"JWT"}`) + "." + part(`{"sub":"1234567890"}`) + "." + letters(43)
}

// samples are secrets by the rule that finds them, wherever they stand.
func samples() map[string][]string {
	return map[string][]string{
		"jwt":                  {sampleJWT()},
		"bearer":               {"Bearer " + letters(24), "bearer  " + letters(30) + "=="},
		"basic":                {"Basic " + base64.StdEncoding.EncodeToString([]byte("someone:something"))},
		"private-key":          {"-----BEGIN " + "RSA PRIVATE KEY-----\nMIIE", "-----BEGIN " + "PRIVATE KEY-----", "-----BEGIN " + "PGP PRIVATE KEY BLOCK-----"},
		"aws-access-key":       {"AK" + "IA" + upper(16), "AS" + "IA" + upper(16)},
		"github-token":         {"gh" + "p_" + letters(36), "gh" + "s_" + letters(36)},
		"github-fine-grained":  {"github" + "_pat_" + letters(82)},
		"gitlab-token":         {"gl" + "pat-" + letters(20)},
		"slack-token":          {"xo" + "xb-" + "123456789012-" + letters(24)},
		"slack-webhook":        {"hooks." + "slack.com/services/" + letters(44)},
		"google-api-key":       {"AI" + "za" + letters(35)},
		"google-token":         {"ya" + "29." + letters(60)},
		"google-client-secret": {"GOC" + "SPX-" + letters(28)},
		"stripe-key":           {"s" + "k_live_" + letters(24), "r" + "k_test_" + letters(24)},
		"sendgrid-key":         {"S" + "G." + letters(22) + "." + letters(43)},
		"npm-token":            {"np" + "m_" + letters(36)},
		"azure-client-secret":  {letters(3) + "8Q" + "~" + letters(34)},
		"vault-token":          {"hv" + "s." + letters(24)},
		"url-password":         {"postgres://user:" + letters(12) + "@db.example/x"},
	}
}

func TestEveryPatternIsFoundEverywhere(t *testing.T) {
	all := samples()
	if len(all) != len(patterns) {
		t.Fatalf("%d rules have samples, of %d", len(all), len(patterns))
	}
	for rule, values := range all {
		for _, value := range values {
			quoted := strings.ReplaceAll(value, "\n", `\n`)
			e := exchange.Exchange{
				Request: exchange.Request{URL: "http://a.example/", Header: http.Header{"X-Other": {"- " + value}}, Body: []byte("text " + value + " text")},
				Response: &exchange.Response{Header: http.Header{"X-Other": {value}, "Content-Encoding": {"gzip"}},
					Body: gzipCoding.redo([]byte(`{"a/b":[1,"say `+quoted+`"]}`), true)},
			}
			var got []string
			for _, suspect := range Suspects(e) {
				if suspect.Rule == rule {
					got = append(got, suspect.Place)
				}
				if rest := value[len(value)/2:]; strings.Contains(suspect.String(), rest) || len(suspect.What) == 0 {
					t.Errorf("%s: the warning tells the value", suspect)
				}
			}
			want := []string{"request header X-Other", "request body", "response header X-Other", "response body /a~1b/1"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %.12s: (-want +got)\n%s", rule, value, diff)
			}
		}
	}
}

func TestSuspiciousPlaces(t *testing.T) {
	basic := base64.StdEncoding.EncodeToString([]byte("a:b"))
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	tests := []struct {
		name string
		e    exchange.Exchange
		want string
	}{
		{"a credential", get("", http.Header{"Authorization": {"Bearer " + letters(20)}}), `request header Authorization: a credential ("aB3d" and 16 more characters), rule authorization`},
		{"a credential without a scheme", get("", http.Header{"authorization": {letters(20)}}), `request header authorization: a credential ("aB3d" and 16 more characters), rule authorization`},
		{"a user", get("", http.Header{"Proxy-Authorization": {"basic " + basic}}), `request header Proxy-Authorization: the name and password of a user ("Y" and 3 more characters), rule authorization`},
		{"a key", get("", http.Header{"X-Api-Key": {letters(9)}}), `request header X-Api-Key: a header that carries a secret ("aB" and 7 more characters), rule secret-header`},
		{"a cookie", get("", http.Header{"Cookie": {"a=b; s=" + letters(16)}}), `request header Cookie: a cookie with a long value ("aB3d" and 12 more characters), rule cookie`},
		{"a set cookie", exchange.Exchange{Response: &exchange.Response{Header: http.Header{"Set-Cookie": {"a=b; Path=/", "s=" + letters(16) + "; Secure"}}}}, `response header Set-Cookie: a cookie with a long value ("aB3d" and 12 more characters), rule cookie`},
		{"a parameter", get("http://a.example/?a=b&access%5Ftoken="+letters(10), nil), `request query access_token: the value of access_token ("aB" and 8 more characters), rule parameter`},
		{"a fragment", get("http://a.example/?x#id_token="+letters(10), nil), `request query id_token: the value of id_token ("aB" and 8 more characters), rule parameter`},
		{"a user in a URL", get("http://u:xyz@a.example/", nil), "request URL: a password in a URL (3 characters), rule userinfo"},
		{"a location", exchange.Exchange{Response: &exchange.Response{Header: http.Header{"Location": {"/x?token=" + letters(10)}}}}, `response header Location query token: the value of token ("aB" and 8 more characters), rule parameter`},
		{"a member", exchange.Exchange{Response: &exchange.Response{Body: []byte(`{"a":[{"client_secret":"xyz"}]}`)}}, "response body /a/0/client_secret: the value of client_secret (3 characters), rule member"},
		{"a form", exchange.Exchange{Request: exchange.Request{Header: form, Body: []byte("a=b&password=" + letters(8))}}, `request body password: the value of password ("aB" and 6 more characters), rule parameter`},
		{"a body that cannot be read", exchange.Exchange{Response: &exchange.Response{Header: http.Header{"Content-Encoding": {"br"}}, Body: []byte("x")}}, "response body: a body that cannot be searched, coded as br (0 characters), rule opaque-body"},
		{"a failure", exchange.Exchange{Failure: &exchange.Failure{Message: "sent Bearer " + letters(20)}}, `failure message: a bearer token ("Bear" and 23 more characters), rule bearer`},
	}
	for _, test := range tests {
		var got []string
		for _, suspect := range Suspects(test.e) {
			got = append(got, suspect.String())
		}
		// An expression may find the same.
		if len(got) == 0 || got[0] != test.want {
			t.Errorf("%s:\ngot  %q\nwant %s", test.name, got, test.want)
		}
	}
}

func TestEscapesHideNothing(t *testing.T) {
	hidden := strings.Replace(sampleJWT(), ".ey", `.\u0065y`, 1)
	found := Suspects(exchange.Exchange{Response: &exchange.Response{Body: []byte(`{"a":"` + hidden + `"}`)}})
	if len(found) != 1 || found[0].Rule != "jwt" || found[0].Place != "response body /a" {
		t.Errorf("%v", found)
	}
}

// TestHarmless is what exchanges of this API are full of.
func TestHarmless(t *testing.T) {
	values := []string{
		"e7eab60924f64aa284175b9fa3309599", "2c91808474683da6017468693c260195", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "2026-01-31T12:00:00.123Z",
		`"33a64df551425fcc55e4d42a148795d9f25f89d4"`, `W/"0815"`, "Thu, 01 Jan 2026 00:00:00 GMT", "Bearer <orgAdmin>", "Bearer realm=\"api\", error=\"invalid_token\"",
		"<orgAdmin>", "Bearer not-a-token", "Basic <orgAdmin:basic>", "they, high light, ghost_writer, A B, sk_", "https://a.example/b@c:d", "http://a.example:8080/x@y",
		"JWT validation failed: JWT is expired", "the token of the bearer was refused and the password expired", "eyJ is how a JWT begins", "application/json; charset=utf-8",
		"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "sha256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "npm_config_registry", "AKIAN", "8Q~",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "-----BEGIN CERTIFICATE-----", "Basic authentication is not supported here",
	}
	for _, value := range values {
		quoted := strings.ReplaceAll(value, `"`, `\"`)
		e := get("http://a.example/accounts/"+strings.ReplaceAll(value, "?", ""), http.Header{"X-Other": {value}, "Etag": {value}, "Cookie": {"a=<cookie>; lang=en-US"}, "Authorization": {"Bearer <orgAdmin>"}})
		e.Request.Body = []byte(value)
		e.Response = &exchange.Response{Header: http.Header{"Www-Authenticate": {value}}, Body: []byte(`{"id":"` + quoted + `","password":null,"token":"<orgAdmin>"}`)}
		for _, suspect := range Suspects(e) {
			t.Errorf("%q: %s", value, suspect)
		}
	}
}

// TestTrafficLeavesNoSuspect: what stands in a place for secrets is gone afterwards.
func TestTrafficLeavesNoSuspect(t *testing.T) {
	basic := base64.StdEncoding.EncodeToString([]byte("a:b"))
	e := get("http://u:"+letters(9)+"@a.example/?access_token="+letters(10)+"#id_token="+letters(11), http.Header{
		"Authorization": {"Bearer " + sampleJWT()}, "Proxy-Authorization": {"Basic " + basic}, "X-Api-Key": {letters(12)}, "Cookie": {"s=" + letters(40)},
		"Referer": {"http://a.example/?code=" + letters(13)},
	})
	e.Request.Body = []byte(`{"password":"` + letters(14) + `","text":"` + sampleJWT() + `"}`)
	e.Response = &exchange.Response{Header: http.Header{"Set-Cookie": {"t=" + letters(41)}, "Location": {"/?token=" + letters(15)}}, Body: []byte(`{"access_token":"` + letters(50) + `"}`)}
	if len(Suspects(e)) < 10 {
		t.Fatalf("only %d suspects before", len(Suspects(e)))
	}
	for _, suspect := range Suspects(traffic(t, TrafficOptions{}).Clean(e)) {
		t.Error(suspect)
	}
}
