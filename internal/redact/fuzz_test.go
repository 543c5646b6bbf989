package redact

import (
	"net/http"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"conformance/internal/exchange"
)

// FuzzTraffic cleans anything: no panic, a JSON body stays one, what was given does not change,
// and a bearer token is nowhere in the result.
func FuzzTraffic(f *testing.F) {
	f.Add("http://u:p@a.example/?token=x#code=y", "Cookie", "a=b; c", `{"password":"a\"b","secret":[1,{"x":"y"}],"t":`+"\"echo\"}")
	f.Add("?%zz&sig=%41", "Authorization", " bAsic dTpwYXNzd29yZDE=", "\ufeff[{\"otp\":12345678901234567890},{\"pin\":true}")
	f.Add("//@#?", "Set-Cookie", "=;", `{"a":"\`)
	f.Add("", "Content-Encoding", "deflate", "x\x9c")
	f.Fuzz(func(t *testing.T, url, name, value, text string) {
		const token = "aaaa1111-token-of-nobody"
		// What stands before the token could be taken for a part of it.
		e := exchange.Exchange{
			Request:  exchange.Request{URL: url + "/" + token, Header: http.Header{name: {value, value + " " + token}, "Authorization": {"Bearer " + token}}, Body: []byte(text)},
			Response: &exchange.Response{Header: http.Header{name: {value}}, Body: []byte(text)},
		}
		before := exchange.Exchange{Request: e.Request, Response: &exchange.Response{Header: e.Response.Header.Clone(), Body: []byte(text)}}
		before.Request.Header, before.Request.Body = e.Request.Header.Clone(), []byte(text)
		cleaner, err := NewTraffic(TrafficOptions{Members: []string{"pin", "/secret/1/x"}})
		if err != nil {
			t.Fatal(err)
		}
		clean := cleaner.Clean(e)
		if diff := cmp.Diff(before, e); diff != "" {
			t.Errorf("the original changed: %s", diff)
		}
		options := []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}
		if jsontext.Value(text).IsValid(options...) && !jsontext.Value(clean.Response.Body).IsValid(options...) {
			t.Errorf("no JSON any more: %s", clean.Response.Body)
		}
		if name != "Authorization" && strings.Contains(clean.Request.URL+strings.Join(clean.Request.Header[name], ""), token) {
			t.Errorf("the token is left: %s %v", clean.Request.URL, clean.Request.Header)
		}
		Suspects(e)
		Suspects(clean)
	})
}
