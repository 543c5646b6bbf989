package exchange

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCanonical(t *testing.T) {
	spelled := http.Header{"Content-Type": {"a"}, "X-Trace": {"1"}}
	if got := Canonical(spelled); cmp.Diff(spelled, got) != "" {
		t.Errorf("%v became %v", spelled, got)
	}
	mixed := http.Header{"content-type": {"b"}, "Content-Type": {"a"}, "x-trace": {"1", "2"}}
	want := http.Header{"Content-Type": {"a", "b"}, "X-Trace": {"1", "2"}}
	if diff := cmp.Diff(want, Canonical(mixed)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(mixed) != 3 {
		t.Errorf("the given header was changed: %v", mixed)
	}
}

func TestMediaType(t *testing.T) {
	for contentType, want := range map[string]string{
		"": "", "application/json": "application/json", "Application/JSON ; charset=utf-8": "application/json",
		" text/plain;": "text/plain", ";charset=utf-8": "",
	} {
		if got := MediaType(contentType); got != want {
			t.Errorf("%q: got %q, want %q", contentType, got, want)
		}
	}
}

func TestCloneSharesNothing(t *testing.T) {
	original := Exchange{
		Case: "a", Request: Request{Method: "POST", URL: "http://h/", Header: http.Header{"A": {"1"}}, Body: []byte("sent")},
		Response: &Response{Status: 202, Header: http.Header{"B": {"2"}}, Body: []byte("got")},
		Failure:  &Failure{Kind: Truncated, Message: "broke off"},
	}
	copied := original.Clone()
	if diff := cmp.Diff(original, copied); diff != "" {
		t.Fatalf("(-original +copy):\n%s", diff)
	}
	copied.Request.Header["A"][0], copied.Response.Header["B"][0] = "x", "x"
	copied.Request.Body[0], copied.Response.Body[0], copied.Failure.Message = 'x', 'x', "x"
	if original.Request.Header.Get("A") != "1" || original.Response.Header.Get("B") != "2" ||
		string(original.Request.Body) != "sent" || string(original.Response.Body) != "got" || original.Failure.Message != "broke off" {
		t.Errorf("the copy shares memory: %+v", original)
	}
}
