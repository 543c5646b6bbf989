package redact

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"conformance/internal/exchange"
)

// Secrets of these tests. No two are alike, none is a word, and none is in the form of any issuer.
const (
	orgAdminToken = "org-admin-token-0001"
	tokenA        = "aaaa1111-token-of-nobody"
	tokenB        = "bbbb2222-token-of-nobody"
	passwordA     = "correct-Horse-7-staple"
)

func traffic(t testing.TB, options TrafficOptions) *Traffic {
	t.Helper()
	made, err := NewTraffic(options)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func get(url string, header http.Header) exchange.Exchange {
	return exchange.Exchange{Request: exchange.Request{Method: "GET", URL: url, Header: header}}
}

func TestHeadersOfTraffic(t *testing.T) {
	tests := []struct{ name, header, value, want, credential string }{
		{"bearer", "Authorization", "Bearer " + tokenA, "Bearer <credential-1>", "credential-1"},
		{"a known one", "Authorization", "Bearer " + orgAdminToken, "Bearer <orgAdmin>", "orgAdmin"},
		{"case and spaces of the scheme", "Authorization", " bEARER   " + tokenA + " ", " bEARER   <credential-1>", "credential-1"},
		{"a label", "Authorization", "Bearer <orgAdmin:tampered>", "Bearer <orgAdmin:tampered>", "orgAdmin:tampered"},
		{"a scheme alone", "Authorization", "Bearer", "Bearer", ""},
		{"nothing", "Authorization", "", "", ""},
		{"no scheme", "Authorization", tokenA, "<credential-1>", "credential-1"},
		{"no scheme, known", "Authorization", orgAdminToken, "<orgAdmin>", "orgAdmin"},
		{"short", "Authorization", "Bearer x", "Bearer <credential-1>", "credential-1"},
		{"digest", "Authorization", `Digest username="u", response="0123"`, "Digest <credential-1>", "credential-1"},
		{"a label and more", "Authorization", "Bearer x <orgAdmin>", "Bearer <credential-1>", "credential-1"},
		{"proxy", "Proxy-Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte("u:"+passwordA)), "Basic <credential-1>", ""},
		{"API key", "X-Api-Key", tokenA, "<credential-1>", ""},
		{"another spelling", "x-api-key", tokenA, "<credential-1>", ""},
		{"configured", "X-Tenant-Key", "short", "<credential-1>", ""},
		{"another", "X-Other", "short", "short", ""},
		{"cookies", "Cookie", "a=b; session=" + tokenA + `;c="d"; alone`, "a=<cookie>; session=<cookie>; c=<cookie>; <cookie>", ""},
		{"cookies with labels", "Cookie", "a=<cookie>; b=<cookie>", "a=<cookie>; b=<cookie>", ""},
		{"referer", "Referer", "https://a.example/x?b=1&access_token=" + tokenA + "#c", "https://a.example/x?b=1&access_token=%3Ccredential-1%3E#c", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cleaner := traffic(t, TrafficOptions{Credentials: map[string]string{"orgAdmin": orgAdminToken}, Headers: []string{"x-tenant-key"}})
			clean := cleaner.Clean(get("http://a.example/", http.Header{test.header: {test.value}}))
			if got := clean.Request.Header[test.header][0]; got != test.want || clean.Credential != test.credential {
				t.Errorf("%q of %q, want %q of %q", got, clean.Credential, test.want, test.credential)
			}
			if again := cleaner.Clean(clean); !reflect.DeepEqual(again, clean) {
				t.Errorf("cleaned twice: %s", cmp.Diff(clean, again))
			}
		})
	}
}

func TestURLsOfTraffic(t *testing.T) {
	tests := []struct{ name, url, want string }{
		{"nothing", "http://a.example/accounts/ef38f94347e94562b5bb8424a56397d8/unlock?limit=5&x", ""},
		{"a parameter", "http://a.example/?a=b&Access-Token=" + tokenA + "&c", "http://a.example/?a=b&Access-Token=%3Ccredential-1%3E&c"},
		{"escaped", "http://a.example/?api%5Fkey=a%20b", "http://a.example/?api%5Fkey=%3Ccredential-1%3E"},
		{"broken", "http://a.example/?token=%zz", "http://a.example/?token=%3Ccredential-1%3E"},
		{"empty", "http://a.example/?token=&token", ""},
		{"a label", "http://a.example/?token=%3CorgAdmin%3E&key=<orgAdmin>", ""},
		{"twice the same", "http://a.example/?token=x&api_key=x&sig=y", "http://a.example/?token=%3Ccredential-1%3E&api_key=%3Ccredential-1%3E&sig=%3Ccredential-2%3E"},
		{"userinfo", "http://u:" + passwordA + "@a.example/p@q?r=" + passwordA, "http://%3Ccredential-1%3E@a.example/p@q?r=%3Ccredential-1%3E"},
		{"no userinfo", "http://a.example/u:p@b", ""},
		{"fragment", "http://a.example/#id_token=" + tokenA + "&a=b", "http://a.example/#id_token=%3Ccredential-1%3E&a=b"},
		{"known, in the path", "http://a.example/" + orgAdminToken, "http://a.example/%3CorgAdmin%3E"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cleaner := traffic(t, TrafficOptions{Credentials: map[string]string{"orgAdmin": orgAdminToken}})
			want := test.want
			if want == "" {
				want = test.url
			}
			if got := cleaner.Clean(get(test.url, nil)).Request.URL; got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

func TestBodiesOfTraffic(t *testing.T) {
	form := http.Header{"Content-Type": {"Application/X-WWW-form-urlencoded; charset=utf-8"}}
	tests := []struct {
		name       string
		header     http.Header
		body, want string
	}{
		{"nothing", nil, `{"id":"ef38f94347e94562b5bb8424a56397d8", "x":[1,2.50,null]}`, ""},
		{"a member", nil, " {\"access_token\" :\t\"" + tokenA + "\",\r\n \"expires_in\":3600}", " {\"access_token\" :\t\"<credential-1>\",\r\n \"expires_in\":3600}"},
		{"other spellings", nil, `{"accessToken":"x","Client-Secret":"y","PASSWORD":"x"}`, `{"accessToken":"<credential-1>","Client-Secret":"<credential-2>","PASSWORD":"<credential-1>"}`},
		{"escaped", nil, `{"pass\u0077ord":"a\"b\\","next":"\""}`, `{"pass\u0077ord":"<credential-1>","next":"\""}`},
		{"nested", nil, `[{"a":{"password":"x"},"b":[{"otp":123}]}]`, `[{"a":{"password":"<credential-1>"},"b":[{"otp":"<credential-2>"}]}]`},
		{"all of an object", nil, `{"credentials":{"a":["x",{"b":-1.5}],"c":true,"d":null},"e":"x"}`, `{"credentials":{"a":["<credential-1>",{"b":"<credential-2>"}],"c":true,"d":null},"e":"x"}`},
		{"nothing secret in it", nil, `{"password":"","token":null,"secret":false,"api_key":"<orgAdmin>"}`, ""},
		{"a name as a value", nil, `{"type":"password","types":["token","secret"]}`, ""},
		{"configured", nil, `{"user":{"pin":1234,"Number":"x"},"pin":5,"list":[0,"y"]}`, `{"user":{"pin":"<credential-1>","Number":"<credential-2>"},"pin":5,"list":[0,"<credential-3>"]}`},
		{"cut off", nil, `{"a":1,"password":"` + passwordA, `{"a":1,"password":"<credential-1>"`},
		{"no names", nil, `{"password":"x","y"}`, `{"password":"<credential-1>","y"}`},
		{"broken", nil, `{"a":}}],"password":"x"`, `{"a":}}],"password":"x"`},
		{"several lines", nil, "{\"token\":\"x\"}\n{\"token\":\"y\"}\n", "{\"token\":\"<credential-1>\"}\n{\"token\":\"<credential-2>\"}\n"},
		{"text", nil, "password=x", ""},
		{"a form", form, "grant_type=client_credentials&client_secret=a%2Bb&client_id=i", "grant_type=client_credentials&client_secret=%3Ccredential-1%3E&client_id=i"},
		{"known", nil, "the token " + orgAdminToken, "the token <orgAdmin>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			options := TrafficOptions{Credentials: map[string]string{"orgAdmin": orgAdminToken}, Members: []string{"/user/pin", "num-ber", "/list/1"}}
			want := test.want
			if want == "" {
				want = test.body
			}
			e := exchange.Exchange{
				Request:  exchange.Request{Header: test.header, Body: []byte(test.body)},
				Response: &exchange.Response{Header: test.header, Body: []byte(test.body)},
			}
			clean := traffic(t, options).Clean(e)
			if string(clean.Request.Body) != want || string(clean.Response.Body) != want {
				t.Errorf("request %s\nanswer  %s\nwant    %s", clean.Request.Body, clean.Response.Body, want)
			}
			if string(e.Request.Body) != test.body {
				t.Error("the original changed")
			}
		})
	}
}

func TestCompressedBodiesOfTraffic(t *testing.T) {
	header := http.Header{"Content-Encoding": {"gzip"}, "Content-Length": {"77"}}
	e := exchange.Exchange{Response: &exchange.Response{Header: header, Body: gzipCoding.redo([]byte(`{"refresh_token":"`+tokenA+`"}`), true)}}
	clean := traffic(t, TrafficOptions{}).Clean(e)
	decoded, whole, ok := gzipCoding.undo(clean.Response.Body)
	if string(decoded) != `{"refresh_token":"<credential-1>"}` || !whole || !ok {
		t.Errorf("%s, whole %v, ok %v", decoded, whole, ok)
	}
	if diff := cmp.Diff(header, clean.Response.Header); diff != "" {
		t.Errorf("the header changed (-was +is):\n%s", diff)
	}
}

func TestEchoesInTraffic(t *testing.T) {
	cleaner := traffic(t, TrafficOptions{})
	e := get("http://a.example/"+tokenB, http.Header{"X-Echo": {"of " + tokenA}, "X-" + strings.ToUpper(tokenA): {"1"}, "Authorization": {"Bearer " + tokenA}})
	e.Response = &exchange.Response{
		Header: http.Header{"Set-Cookie": {"s=" + tokenB + "; Path=/"}, "X-Base64": {base64.StdEncoding.EncodeToString([]byte("- " + tokenA + " -"))}},
		Body:   []byte("no " + tokenA + `, {"password":"` + passwordA + `"}`),
	}
	e.Failure = &exchange.Failure{Kind: exchange.Reset, Message: "sent " + tokenA}
	want := exchange.Exchange{
		Credential: "credential-1",
		Request: exchange.Request{Method: "GET", URL: "http://a.example/%3Ccookie%3E",
			Header: http.Header{"X-Echo": {"of <credential-1>"}, "<credential-1>": {"1"}, "Authorization": {"Bearer <credential-1>"}}},
		Response: &exchange.Response{Header: http.Header{"Set-Cookie": {"s=<cookie>"}}, Body: []byte("no <credential-1>" + `, {"password":"` + passwordA + `"}`)},
		Failure:  &exchange.Failure{Kind: exchange.Reset, Message: "sent <credential-1>"},
	}
	got := cleaner.Clean(e)
	if in := got.Response.Header.Get("X-Base64"); !strings.Contains(in, "<credential-1>") {
		t.Errorf("in base64: %s", in)
	}
	got.Response.Header.Del("X-Base64")
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	later := exchange.Exchange{Response: &exchange.Response{Body: []byte("again " + tokenA + " and " + tokenB)}}
	if got := string(cleaner.Clean(later).Response.Body); got != "again <credential-1> and <cookie>" {
		t.Errorf("later: %s", got)
	}
}

// TestATokenWithinAnother: no rest of the longer one is left, whichever came first.
func TestATokenWithinAnother(t *testing.T) {
	for _, tokens := range [][]string{{tokenA, tokenA + "9"}, {tokenA + "9", tokenA}} {
		cleaner := traffic(t, TrafficOptions{Credentials: map[string]string{"known": tokenA[:12]}})
		for i, token := range tokens {
			cleaner.Clean(get("http://a.example/", http.Header{"X-Api-Key": {token}}))
			for n := range (1 - i) * generation {
				cleaner.Clean(get("http://a.example/", http.Header{"X-Api-Key": {fmt.Sprintf("one-of-many-tokens-%d", n)}}))
			}
		}
		clean := cleaner.Clean(exchange.Exchange{Response: &exchange.Response{Body: []byte("- " + tokenA + "9 -")}})
		if got := string(clean.Response.Body); !strings.HasPrefix(got, "- <credential-") || !strings.HasSuffix(got, "> -") {
			t.Error(got)
		}
	}
}

func TestPasswordOfBasicIsFoundElsewhere(t *testing.T) {
	e := get("http://a.example/", http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte("user:"+passwordA))}})
	e.Response = &exchange.Response{Body: []byte("wrong password " + passwordA)}
	if got := string(traffic(t, TrafficOptions{}).Clean(e).Response.Body); got != "wrong password <credential-1>" {
		t.Error(got)
	}
}

func TestWordsAreNotFoundElsewhere(t *testing.T) {
	for _, value := range []string{"conformance", "password", "client-credentials", "12345678", "2026-01-31", "short1"} {
		e := exchange.Exchange{Request: exchange.Request{Body: []byte(`{"password":"` + value + `"}`)}, Response: &exchange.Response{Body: []byte("say " + value)}}
		clean := traffic(t, TrafficOptions{}).Clean(e)
		if string(clean.Request.Body) != `{"password":"<credential-1>"}` || string(clean.Response.Body) != "say "+value {
			t.Errorf("%s: %s, %s", value, clean.Request.Body, clean.Response.Body)
		}
	}
}

func TestLabelsAreNumberedByAppearance(t *testing.T) {
	cleaner := traffic(t, TrafficOptions{})
	for _, test := range []struct{ token, want string }{{tokenB, "1"}, {tokenA, "2"}, {tokenB, "1"}, {"x", "3"}, {tokenA, "2"}} {
		got := cleaner.Clean(get("http://a.example/", http.Header{"Authorization": {"Bearer " + test.token}})).Credential
		if got != "credential-"+test.want {
			t.Errorf("%s: %s, want %s", test.token, got, test.want)
		}
	}
}

// TestMemoryIsBounded: old values are forgotten, what is seen all the time is not, and labels
// outlive both.
func TestMemoryIsBounded(t *testing.T) {
	cleaner := traffic(t, TrafficOptions{})
	say := func(token string) string {
		return string(cleaner.Clean(exchange.Exchange{Response: &exchange.Response{Body: []byte(token)}}).Response.Body)
	}
	send := func(token string) {
		cleaner.Clean(get("http://a.example/", http.Header{"Authorization": {"Bearer " + token}}))
	}
	send(tokenA)
	for i := range 3 * generation {
		send(fmt.Sprintf("one-of-many-tokens-%d", i))
		send(tokenB)
	}
	if got := say(tokenA); got != tokenA {
		t.Errorf("the oldest is still found: %s", got)
	}
	if got := say(tokenB); got != "<credential-3>" {
		t.Errorf("the newest is not found: %s", got)
	}
	if got := say(fmt.Sprintf("one-of-many-tokens-%d", 2*generation+9)); !strings.HasPrefix(got, "<credential-") {
		t.Errorf("one of the last 256 is not found: %s", got)
	}
	send(tokenA)
	if got := say(tokenA); got != "<credential-1>" {
		t.Errorf("the label changed: %s", got)
	}
	// A hash is no token, whatever holds it.
	for key := range cleaner.names.numbers {
		if bytes.Contains(key[:], []byte(tokenA[:8])) {
			t.Error("the table of labels holds a token")
		}
	}
}

func TestLabelsAreBounded(t *testing.T) {
	names := newNumbered(nil)
	for i := range mostNumbers {
		names.numbers[digest{byte(i), byte(i >> 8), byte(i >> 16), 1}] = "<x>"
	}
	if label, _ := names.label(tokenA); label != sharedLabel || len(names.numbers) != mostNumbers {
		t.Errorf("%s, %d labels", label, len(names.numbers))
	}
}

func TestTrafficIsSafeForConcurrentUse(t *testing.T) {
	cleaner := traffic(t, TrafficOptions{})
	var work sync.WaitGroup
	labels := make([]map[string]string, 4)
	for i := range labels {
		labels[i] = map[string]string{}
		work.Go(func() {
			for n := range 600 {
				token := fmt.Sprintf("shared-token-%d", (n*7+i)%400)
				e := get("http://a.example/?q="+token, http.Header{"Authorization": {"Bearer " + token}})
				clean := cleaner.Clean(e)
				if clean.Request.URL != "http://a.example/?q=%3C"+clean.Credential+"%3E" {
					t.Errorf("%s: %s", clean.Credential, clean.Request.URL)
				}
				labels[i][token] = clean.Credential
			}
		})
	}
	work.Wait()
	for token, label := range labels[0] {
		if other, there := labels[1][token]; there && other != label {
			t.Errorf("%s is %s and %s", token, label, other)
		}
	}
}

func TestTrafficOptions(t *testing.T) {
	for _, options := range []TrafficOptions{
		{Headers: []string{" "}}, {Members: []string{""}}, {Members: []string{"_"}}, {Members: []string{strings.Repeat("x", 50)}},
		{Credentials: map[string]string{"a": ""}}, {Credentials: map[string]string{"": "b"}},
	} {
		if _, err := NewTraffic(options); err == nil {
			t.Errorf("took %v", options)
		}
	}
}
