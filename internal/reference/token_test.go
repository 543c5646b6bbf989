package reference

import (
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// signed makes a token as someone would who can choose everything about it.
func signed(t *testing.T, method jwt.SigningMethod, key any, c claims) string {
	t.Helper()
	token, err := jwt.NewWithClaims(method, c).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestAuthentication(t *testing.T) {
	r, _ := newReference(t, "")
	key, err := signingKey("test")
	if err != nil {
		t.Fatal(err)
	}
	good := func() claims {
		return claims{
			RegisteredClaims: jwt.RegisteredClaims{Subject: "somebody", ExpiresAt: jwt.NewNumericDate(noon.Add(time.Second))},
			Authorities:      []string{"HELPDESK"}, Scope: baseScope,
		}
	}
	expired, eternal, noScope, otherAuthority := good(), good(), good(), good()
	expired.ExpiresAt = jwt.NewNumericDate(noon)
	eternal.ExpiresAt = nil
	noScope.Scope = "idn:accounts-state:read"
	otherAuthority.Authorities = []string{"helpdesk", "AUDITOR"}
	token := signed(t, jwt.SigningMethodHS256, key, good())
	tests := []struct {
		name          string
		authorization []string
		status        int
		problem       string
	}{
		{"valid", []string{"Bearer " + token}, 202, ""},
		{"scheme in capitals", []string{"BEARER " + token}, 202, ""},
		{"absent", nil, 401, "JWT is required"},
		{"twice", []string{"Bearer " + token, "Bearer " + token}, 401, "more than one"},
		{"no scheme", []string{token}, 401, "JWT is required"},
		{"empty", []string{"Bearer "}, 401, "JWT is required"},
		{"another scheme", []string{"Basic " + token}, 401, "JWT is required"},
		{"two tokens", []string{"Bearer " + token + " " + token}, 401, "JWT is invalid"},
		{"expired this moment", []string{"Bearer " + signed(t, jwt.SigningMethodHS256, key, expired)}, 401, "JWT is expired"},
		{"never expires", []string{"Bearer " + signed(t, jwt.SigningMethodHS256, key, eternal)}, 401, "JWT is invalid"},
		{"another key", []string{"Bearer " + signed(t, jwt.SigningMethodHS256, []byte("guess"), good())}, 401, "JWT is invalid"},
		{"another algorithm", []string{"Bearer " + signed(t, jwt.SigningMethodHS512, key, good())}, 401, "JWT is invalid"},
		{"unsigned", []string{"Bearer " + signed(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, good())}, 401, "JWT is invalid"},
		{"signature cut off", []string{"Bearer " + token[:strings.LastIndex(token, ".")+1]}, 401, "JWT is invalid"},
		{"not a token", []string{"Bearer abc"}, 401, "JWT is invalid"},
		{"no base scope", []string{"Bearer " + signed(t, jwt.SigningMethodHS256, key, noScope)}, 403, ""},
		{"other authorities", []string{"Bearer " + signed(t, jwt.SigningMethodHS256, key, otherAuthority)}, 403, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			made := request("POST", UnlockableAccount, "{}")
			made.Header["Authorization"] = test.authorization
			got := ask(r, made)
			if got.Status != test.status || !strings.Contains(got.Body, test.problem) {
				t.Errorf("status %d, body %s; want %d, %q", got.Status, got.Body, test.status, test.problem)
			}
			if challenge := got.Header.Get("WWW-Authenticate"); got.Status == 401 && !strings.HasPrefix(challenge, "Bearer realm=") {
				t.Errorf("WWW-Authenticate is %q, want a Bearer challenge", challenge)
			}
		})
	}
}

// TestEveryCharacterOfATokenCounts changes a token at each place in turn, to the character
// that differs in the last of its six bits: at the end of a signature that bit says nothing.
func TestEveryCharacterOfATokenCounts(t *testing.T) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	r, _ := newReference(t, "")
	token := r.Credentials()["orgAdmin"]
	for i := range token {
		replacement := "A"
		if at := strings.IndexByte(alphabet, token[i]); at >= 0 {
			replacement = string(alphabet[at^1])
		}
		forged := token[:i] + replacement + token[i+1:]
		if got := ask(r, request("POST", UnlockableAccount, "{}", "Authorization", "Bearer "+forged)); got.Status != 401 {
			t.Errorf("character %d changed: status %d, want 401", i, got.Status)
		}
	}
}

// TestStrangersLearnNothing compares 401 answers across accounts, bodies and languages.
func TestStrangersLearnNothing(t *testing.T) {
	r, _ := newReference(t, "")
	expired := "Bearer " + r.Credentials()["expired"]
	want := ask(r, request("POST", UnlockableAccount, "{}", "Authorization", expired)).Body
	for _, segment := range []string{UnlockableAccount, MissingAccount, FaultAccount} {
		for _, body := range []string{"{}", "", "not JSON", `{"forceProvisioning":true}`} {
			got := ask(r, request("POST", segment, body, "Authorization", expired, "Accept-Language", "fr", "Content-Type", "text/plain"))
			if got.Status != 401 || got.Body != want {
				t.Errorf("%s with %q: status %d, body %s; want 401, %s", segment, body, got.Status, got.Body, want)
			}
		}
	}
}
