// Package target sends cases to a deployment, live or recorded, and makes exchanges of what
// happens: with the right credential, at the right pace, within its limits, and with no secret
// in anything that leaves it.
package target

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"conformance/fixtures"
	"conformance/internal/redact"
)

// ErrNoCredential says that a run has no credential of the name asked for.
var ErrNoCredential = errors.New("no such credential")

// Credentials give the token for the name of a credential.
type Credentials interface {
	// Token returns the token, or an error that wraps ErrNoCredential when there is none of
	// that name.
	Token(ctx context.Context, name string) (string, error)
	// Has says whether there is a credential of that name, without getting it.
	Has(name string) bool
}

// Tokens are credentials that are known from the start: tokens by name.
type Tokens map[string]string

// Token is the token of that name.
func (t Tokens) Token(_ context.Context, name string) (string, error) {
	token, has := t[name]
	if !has {
		return "", fmt.Errorf("credential %s: %w", name, ErrNoCredential)
	}
	return token, nil
}

// Has says whether there is a token of that name.
func (t Tokens) Has(name string) bool { _, has := t[name]; return has }

// Labels are the credentials of a recording: each token is its own label, as it was recorded.
type Labels []string

// Token is the label of that name.
func (l Labels) Token(_ context.Context, name string) (string, error) {
	if !l.Has(name) {
		return "", fmt.Errorf("credential %s: %w", name, ErrNoCredential)
	}
	return redact.Label(name), nil
}

// Has says whether the recording used a credential of that name.
func (l Labels) Has(name string) bool { return slices.Contains(l, name) }

// presented is an Authorization header: as it is sent, and what stands for it everywhere else.
type presented struct {
	// value is the header's value; empty for none.
	value string
	// blank says that the header goes out without a value.
	blank bool
	// secret is the part of the value that must never be seen; label stands for it.
	secret string
	label  string
	// credential is the name in reports, such as orgAdmin or orgAdmin:tampered.
	credential string
}

// present makes the Authorization header for a token in one of the ways of the cases. A token
// that already is a label stays one.
func present(form fixtures.Authorization, name, token string) presented {
	replayed := token == redact.Label(name)
	derived := func(scheme, secret string) presented {
		p := presented{secret: secret, credential: name + ":" + string(form)}
		p.label = redact.Label(p.credential)
		if replayed {
			p.secret = p.label
		}
		p.value = scheme + p.secret
		return p
	}
	asIs := func(scheme string) presented {
		return presented{value: scheme + token, secret: token, label: redact.Label(name), credential: name}
	}
	switch form {
	case fixtures.Empty:
		return presented{value: "Bearer"}
	case fixtures.EmptyHeader:
		return presented{blank: true}
	case fixtures.Malformed:
		return presented{value: "Bearer not-a-token"}
	case fixtures.Short:
		return presented{value: "Bearer x"}
	case fixtures.Tampered:
		return derived("Bearer ", tamper(token))
	case fixtures.Shortened:
		return derived("Bearer ", token[:len(token)-(len(token)+3)/4])
	case fixtures.Lengthened:
		return derived("Bearer ", token+"xyz")
	case fixtures.SwappedCase:
		return derived("Bearer ", strings.Map(swapCase, token))
	case fixtures.Quoted:
		return derived("Bearer ", `"`+token+`"`)
	case fixtures.Second:
		return derived("Bearer not-a-token ", token)
	case fixtures.Unsigned:
		return derived("Bearer ", unsign(token))
	case fixtures.Basic:
		return derived("Basic ", base64.StdEncoding.EncodeToString([]byte("token:"+token)))
	case fixtures.BasicToken:
		return derived("Basic ", token)
	case fixtures.OtherScheme:
		return derived("Token ", token)
	case fixtures.Bare:
		return derived("", token)
	case fixtures.LowerCase:
		return asIs("bearer ")
	case fixtures.UpperCase:
		return asIs("BEARER ")
	default:
		return asIs("Bearer ")
	}
}

func swapCase(r rune) rune {
	if unicode.IsUpper(r) {
		return unicode.ToLower(r)
	}
	return unicode.ToUpper(r)
}

// tamper alters one character in the middle of the token's signature, or of the token where it
// has no parts. The last characters are left alone: some of their bits may mean nothing.
func tamper(token string) string {
	if token == "" {
		return "x"
	}
	at := strings.LastIndexByte(token, '.') + 1
	if at == len(token) {
		at = 0
	}
	at += (len(token) - at - 1) / 2
	other := "A"
	if strings.EqualFold(token[at:at+1], other) {
		// A token in hexadecimal may be read in either case.
		other = "B"
	}
	return token[:at] + other + token[at+1:]
}

// unsign makes a token with the claims of the given one, the algorithm "none" and no
// signature (RFC 7519 section 6). For a token that is no JWT the claims are made up.
func unsign(token string) string {
	encode := base64.RawURLEncoding.EncodeToString
	claims := encode([]byte(`{"sub":"conformance","authorities":["ORG_ADMIN"],"scope":"idn:accounts-state:manage","exp":4102444800}`))
	if parts := strings.Split(token, "."); len(parts) == 3 {
		if payload, err := base64.RawURLEncoding.DecodeString(parts[1]); err == nil && json.Valid(payload) {
			claims = parts[1]
		}
	}
	return encode([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + claims + "."
}
