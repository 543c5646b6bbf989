package target

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"conformance/fixtures"
	"conformance/internal/redact"
)

// signed is a JWT as a server would issue it.
func signed(t testing.TB, key []byte, method jwt.SigningMethod, subject string) string {
	t.Helper()
	token, err := jwt.NewWithClaims(method, jwt.MapClaims{
		"sub": subject, "authorities": []string{"ORG_ADMIN"}, "scope": "idn:accounts-state:manage", "exp": 4102444800,
	}).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

var hmacs = []jwt.SigningMethod{jwt.SigningMethodHS256, jwt.SigningMethodHS384, jwt.SigningMethodHS512}

func TestATamperedJWTFailsByItsSignatureAlone(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 300 {
		key := fmt.Appendf(nil, "key %d", random.Uint64())
		token := signed(t, key, hmacs[i%len(hmacs)], fmt.Sprint("user ", i))
		tampered := tamper(token)
		if len(tampered) != len(token) {
			t.Fatalf("%s became %s", token, tampered)
		}
		parts, changed := strings.Split(token, "."), strings.Split(tampered, ".")
		if diff := cmp.Diff(parts[:2], changed[:2]); diff != "" {
			t.Fatalf("more than the signature changed: %s", diff)
		}
		before, _ := base64.RawURLEncoding.DecodeString(parts[2])
		after, err := base64.RawURLEncoding.DecodeString(changed[2])
		if err != nil || string(before) == string(after) {
			t.Fatalf("signature %x became %x (%v)", before, after, err)
		}
		verify := func(token string) error {
			_, err := jwt.Parse(token, func(*jwt.Token) (any, error) { return key, nil })
			return err
		}
		if err := verify(token); err != nil {
			t.Fatal(err)
		}
		if err := verify(tampered); !errors.Is(err, jwt.ErrTokenSignatureInvalid) {
			t.Fatalf("the tampered token is refused with %v", err)
		}
	}
}

func TestAnyTokenCanBeTampered(t *testing.T) {
	tokens := []string{"x", "a", "A", "b", "xy", "xyz", "a.b", "a.b.", "...", "deadbeef", "DEADBEEF",
		"3fa85f64-5717-4562-b3fc-2c963f66afa6", "abc+/def==", "eyJhbGciOiJub25lIn0.e30."}
	random := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		token := make([]byte, 1+random.IntN(80))
		for i := range token {
			token[i] = byte('!' + random.IntN('~'-'!'+1))
		}
		tokens = append(tokens, string(token))
	}
	for _, token := range tokens {
		tampered := tamper(token)
		// A server may read hexadecimal letters in either case.
		if len(tampered) != len(token) || strings.EqualFold(tampered, token) {
			t.Errorf("%q became %q", token, tampered)
		}
	}
	if tamper("") == "" {
		t.Error("no token became no token")
	}
}

// The last letter of an unpadded base64 text holds bits that mean nothing.
func TestATamperedSignatureOfAnyLengthDecodesToOtherBytes(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for length := 1; length <= 512; length++ {
		signature := make([]byte, length)
		for i := range signature {
			signature[i] = byte(random.Uint32())
		}
		tampered := tamper("e30.e30." + base64.RawURLEncoding.EncodeToString(signature))
		decoded, err := base64.RawURLEncoding.DecodeString(tampered[len("e30.e30."):])
		if err != nil || string(decoded) == string(signature) {
			t.Errorf("a signature of %d bytes: %x became %x (%v)", length, signature, decoded, err)
		}
	}
}

func TestAnUnsignedTokenSaysTheSameWithoutProof(t *testing.T) {
	token := signed(t, []byte("key"), jwt.SigningMethodHS256, "orgAdmin")
	for _, given := range []string{token, "opaque", "", "a.b.c", "not.base64!.x", "..."} {
		unsigned := unsign(given)
		parsed, err := jwt.Parse(unsigned, func(*jwt.Token) (any, error) { return jwt.UnsafeAllowNoneSignatureType, nil })
		if err != nil || parsed.Header["alg"] != "none" {
			t.Errorf("%q became %q: %v", given, unsigned, err)
			continue
		}
		if !strings.HasSuffix(unsigned, ".") || strings.Count(unsigned, ".") != 2 {
			t.Errorf("%q is signed", unsigned)
		}
		if _, err := jwt.Parse(unsigned, func(*jwt.Token) (any, error) { return []byte("key"), nil }); err == nil {
			t.Errorf("%q verifies with a key", unsigned)
		}
	}
	if want, got := strings.Split(token, ".")[1], strings.Split(unsign(token), ".")[1]; got != want {
		t.Errorf("the claims %s became %s", want, got)
	}
}

func TestPresentedForms(t *testing.T) {
	const token = "aaaa.bbbb.cccc"
	basic := base64.StdEncoding.EncodeToString([]byte("token:" + token))
	tests := []struct {
		form fixtures.Authorization
		// value is what is sent, kept what stands for it, and credential its name in reports.
		value, kept, credential string
	}{
		{fixtures.Bearer, "Bearer " + token, "Bearer <orgAdmin>", "orgAdmin"},
		{fixtures.LowerCase, "bearer " + token, "bearer <orgAdmin>", "orgAdmin"},
		{fixtures.Basic, "Basic " + basic, "Basic <orgAdmin:basic>", "orgAdmin:basic"},
		{fixtures.Tampered, "Bearer aaaa.bbbb.cAcc", "Bearer <orgAdmin:tampered>", "orgAdmin:tampered"},
		{fixtures.Unsigned, "Bearer " + unsign(token), "Bearer <orgAdmin:unsigned>", "orgAdmin:unsigned"},
		{fixtures.Empty, "Bearer", "Bearer", ""},
		{fixtures.Malformed, "Bearer not-a-token", "Bearer not-a-token", ""},
	}
	for _, test := range tests {
		t.Run(string(test.form), func(t *testing.T) {
			address, requests := capture(t)
			sender := newSender(t, "http://"+address, newTransport(t), nil)
			stimulus := plainStimulus()
			stimulus.authorization = present(test.form, "orgAdmin", token)
			e := sender.Send(t.Context(), stimulus)
			if got := authorizationLine(<-requests); got != test.value {
				t.Errorf("sent %q, want %q", got, test.value)
			}
			if got := e.Request.Header.Get("Authorization"); got != test.kept || e.Credential != test.credential {
				t.Errorf("kept %q as %q, want %q as %q", got, e.Credential, test.kept, test.credential)
			}
			// A replay presents labels, and they stay what they are.
			label, err := Labels{"orgAdmin"}.Token(t.Context(), "orgAdmin")
			if err != nil {
				t.Fatal(err)
			}
			stimulus.authorization = present(test.form, "orgAdmin", label)
			e = sender.Send(t.Context(), stimulus)
			if got := authorizationLine(<-requests); got != test.kept {
				t.Errorf("replayed %q, want %q", got, test.kept)
			}
			if got := e.Request.Header.Get("Authorization"); got != test.kept || e.Credential != test.credential {
				t.Errorf("kept %q as %q of a replay, want %q as %q", got, e.Credential, test.kept, test.credential)
			}
		})
	}
}

func authorizationLine(c captured) string {
	for _, line := range headerLines(c) {
		if value, is := strings.CutPrefix(line, "Authorization: "); is {
			return value
		}
	}
	return ""
}

func TestKnownCredentials(t *testing.T) {
	tests := []struct {
		name        string
		credentials Credentials
		want        string
	}{
		{"tokens", Tokens{"orgAdmin": "secret"}, "secret"},
		{"labels", Labels{"orgAdmin"}, "<orgAdmin>"},
		{"grants", NewGrants(Tokens{"orgAdmin": "secret"}, nil, nil, &redact.Secrets{}), "secret"},
	}
	for _, test := range tests {
		token, err := test.credentials.Token(t.Context(), "orgAdmin")
		if token != test.want || err != nil || !test.credentials.Has("orgAdmin") {
			t.Errorf("%s: token %q, error %v, has %v", test.name, token, err, test.credentials.Has("orgAdmin"))
		}
		if token, err := test.credentials.Token(t.Context(), "nobody"); token != "" || !errors.Is(err, ErrNoCredential) || test.credentials.Has("nobody") {
			t.Errorf("%s: nobody has token %q, error %v", test.name, token, err)
		}
	}
}
