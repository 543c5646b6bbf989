package contract

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/schemas"
)

func TestSegment(t *testing.T) {
	tests := []struct {
		address, want string
		is            bool
	}{
		{"https://h/accounts/x/unlock", "x", true},
		{"https://h:8443/v3/api/accounts/x/unlock?a=/accounts/y/unlock", "x", true},
		{"/accounts/x/unlock", "x", true},
		{"/accounts/no%2Fsuch%3F/unlock", "no%2Fsuch%3F", true},
		{"https://h/accounts/v1/accounts/x/unlock", "x", true},
		{"https://h/accounts/accounts/unlock", "accounts", true},
		{"https://h/accounts/unlock/unlock", "unlock", true},
		{"https://h/accounts/a:b/unlock", "a:b", true},
		{"/accounts/a:%2F%2Fb/unlock", "a:%2F%2Fb", true},
		{"https://h/accounts/v1/x/unlock", "x", true},
		{"https://h/accounts/v2025/x/unlock", "x", true},
		{"https://h/accounts/v1/unlock", "v1", true},
		{"https://h/accounts/v/x/unlock", "", false},
		{"https://h/accounts/3/x/unlock", "", false},
		{"https://h/accounts/vault/x/unlock", "", false},
		{"https://h/accounts/v3beta/x/unlock", "", false},
		{"https://h/accounts/v1/x/y/unlock", "", false},
		{"https://h/accounts/v1//unlock", "", false},
		{"", "", false},
		{"https://h", "", false},
		{"https://accounts/x/unlock", "", false},
		{"https://h/accounts/x", "", false},
		{"https://h/accounts/x/unlock/", "", false},
		{"https://h/accounts/x/lock", "", false},
		{"https://h/accounts/x/y/unlock", "", false},
		{"https://h/accounts//unlock", "", false},
		{"https://h/accounts/unlock", "", false},
		{"https://h/account/x/unlock", "", false},
		{"https://h/?/accounts/x/unlock", "", false},
	}
	for _, test := range tests {
		segment, is := Unlock.Segment(test.address)
		if is != test.is || segment != test.want {
			t.Errorf("%s: %q, %t; expected %q, %t", test.address, segment, is, test.want, test.is)
		}
	}
	for _, segment := range []string{"x", "no%2Fsuch", "..%2F..%2Fx", "a%20b"} {
		for _, base := range []string{"", "https://h", "http://h/accounts", "https://h/a/unlock"} {
			if got, is := Unlock.Segment(base + Unlock.Path(segment)); got != segment || !is {
				t.Errorf("%s below %q is read as %q, %t", segment, base, got, is)
			}
		}
	}
}

func TestAccountID(t *testing.T) {
	for address, want := range map[string]string{
		"https://h/accounts/a%20b%2Fc/unlock": "a b/c", "https://h/accounts/x/unlock": "x", "https://h/accounts/a+b/unlock": "a+b",
		"https://h/accounts/%zz/unlock": "", "https://h/other": "", "https://h/accounts/x/y/unlock": "",
	} {
		if got := accountID(address); got != want {
			t.Errorf("%s: %q, expected %q", address, got, want)
		}
	}
}

func TestUnlockIsThePagesOperation(t *testing.T) {
	if Unlock.Method != "POST" || Unlock.Path("x") != "/accounts/x/unlock" {
		t.Errorf("%s %s, expected POST /accounts/x/unlock", Unlock.Method, Unlock.Path("x"))
	}
	envelopes := map[int]schemas.Name{
		202: schemas.Task, 400: schemas.Error, 401: schemas.Unauthorized, 403: schemas.Error, 404: schemas.Error,
		429: schemas.RateLimit, 500: schemas.Error,
	}
	if diff := cmp.Diff(envelopes, Unlock.Envelopes); diff != "" {
		t.Errorf("envelopes (-want +got):\n%s", diff)
	}
}
