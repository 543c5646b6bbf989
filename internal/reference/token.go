package reference

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/golang-jwt/jwt/v5"

	"conformance/internal/clock"
)

// errExpired is the one way for a token to be refused that an answer tells apart.
var errExpired = errors.New("the token has expired")

// errUnknownToken is a token that was never issued.
var errUnknownToken = errors.New("the token is not known")

// tokens mints tokens and verifies them. It is safe for concurrent use.
type tokens interface {
	// mint makes a token that says the claims.
	mint(claims) string
	// verify is the claims of a token. The error is errExpired, or says what else is wrong.
	verify(token string) (claims, error)
}

// claims are what a token says of its user.
type claims struct {
	jwt.RegisteredClaims
	Authorities []string `json:"authorities"`
	// Scope lists scopes, separated by spaces (RFC 8693 section 4.2).
	Scope string `json:"scope"`
	// RateLimit is how many requests the token may send in ten seconds; 0 for the usual.
	RateLimit int `json:"rate_limit,omitempty"`
}

func (c claims) hasScope(scope string) bool {
	return slices.Contains(strings.Fields(c.Scope), scope)
}

// jwtTokens are JSON Web Tokens, signed with HS256 (RFC 7519).
type jwtTokens struct {
	key []byte
	// options say what a token must meet.
	options []jwt.ParserOption
	// keyFor finds the key that a token must be signed with.
	keyFor jwt.Keyfunc
	// signatureIgnored takes tokens at their word. Only a fault does.
	signatureIgnored bool
}

// newJWT refuses every algorithm but HS256, and tokens that never expire. Strict decoding
// makes sure that no two spellings stand for one signature.
func newJWT(key []byte, clock clock.Clock) tokens { return pageJWT(key, clock) }

func pageJWT(key []byte, clock clock.Clock) *jwtTokens {
	return &jwtTokens{
		key:    key,
		keyFor: func(*jwt.Token) (any, error) { return key, nil },
		options: []jwt.ParserOption{
			jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
			jwt.WithExpirationRequired(),
			jwt.WithStrictDecoding(),
			jwt.WithTimeFunc(clock.Now),
		},
	}
}

func (t *jwtTokens) mint(c claims) string {
	signed, err := jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString(t.key)
	if err != nil {
		// HMAC signs with any key, and claims always have a JSON form.
		panic(fmt.Sprintf("reference: sign a token: %v", err))
	}
	return signed
}

func (t *jwtTokens) verify(token string) (claims, error) {
	var c claims
	var err error
	if t.signatureIgnored {
		err = t.readClaims(token, &c)
	} else {
		_, err = jwt.ParseWithClaims(token, &c, t.keyFor, t.options...)
	}
	if errors.Is(err, jwt.ErrTokenExpired) {
		return claims{}, errExpired
	}
	if err != nil {
		return claims{}, fmt.Errorf("the token is invalid: %w", err)
	}
	return c, nil
}

// readClaims checks everything about a token but its signature.
func (t *jwtTokens) readClaims(token string, into *claims) error {
	parsed, _, err := jwt.NewParser(t.options...).ParseUnverified(token, into)
	if err != nil {
		return err
	}
	if parsed.Method.Alg() != jwt.SigningMethodHS256.Alg() {
		return jwt.ErrTokenSignatureInvalid
	}
	return jwt.NewValidator(t.options...).Validate(into)
}

// opaqueTokens are random-looking names that mean something to this server alone. Servers
// may issue such (RFC 6749 section 1.4): the page's JWTs are the server's own business.
type opaqueTokens struct {
	key   []byte
	clock clock.Clock
	mutex sync.Mutex
	known map[string]claims
}

func newOpaque(key []byte, clock clock.Clock) tokens {
	return &opaqueTokens{key: key, clock: clock, known: map[string]claims{}}
}

func (t *opaqueTokens) mint(c claims) string {
	mac := hmac.New(sha256.New, t.key)
	mac.Write([]byte(c.Subject))
	token := hex.EncodeToString(mac.Sum(nil))
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.known[token] = c
	return token
}

func (t *opaqueTokens) verify(token string) (claims, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	c, known := t.known[token]
	if !known {
		return claims{}, errUnknownToken
	}
	if !t.clock.Now().Before(c.ExpiresAt.Time) {
		return claims{}, errExpired
	}
	return c, nil
}
