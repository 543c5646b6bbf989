// Package reference is a real implementation of the operation that the suite holds
// servers to, POST /accounts/{id}/unlock. It shows that the requirements can all be met at
// once, and with a fault or a legal variant switched on it shows that the suite notices
// the one and puts up with the other.
//
// A request goes through stages (stages.go) that decide on it, the decision becomes an
// answer (render.go), and the answer is sent (answer.go). A fault changes one step of that.
package reference

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"

	"conformance/fixtures"
	"conformance/internal/clock"
)

// The accounts that the reference speaks of.
const (
	// UnlockableAccount exists and can be unlocked.
	UnlockableAccount = "ef38f94347e94562b5bb8424a56397d8"
	// FaultAccount provokes an internal fault.
	FaultAccount = "boom"
	// MissingAccount does not exist, like every id but the two above.
	MissingAccount = "00000000000000000000000000000000"
)

// Options are what a reference can be told. The zero value is a faultless server with
// random keys at the root of its host.
type Options struct {
	// Clock tells the time of tokens, rate limits and Date headers; nil means the machine's.
	Clock clock.Clock
	// Seed makes all tokens and ids a function of itself, of the clock and of the requests,
	// so that two runs are the same to the byte, however concurrent. Empty means random.
	// Everybody who knows the seed can mint tokens.
	Seed string
	// Fault is the name of a fault or of a legal variant; empty means none.
	Fault string
	// BasePath stands before /accounts in every path, such as "/v2025".
	BasePath string
}

// Reference is one running implementation. It is an http.Handler, safe for concurrent use.
type Reference struct {
	clock    clock.Clock
	basePath string
	users    []fixtures.Credential
	policy   policy
	fault    Fault
	tokens   tokens
	gate     gate
	ids      *minter
	texts    catalogue
	// answered counts the answers of each status; nothing but faults asks.
	answered [600]atomic.Int64
}

// New makes a reference. The error is an UnknownFault when no fault or legal variant has
// the name in the options; any other error comes from broken data inside this program or
// from a machine without randomness.
func New(options Options) (*Reference, error) {
	fault, err := findFault(options.Fault)
	if err != nil {
		return nil, err
	}
	set, err := fixtures.Load()
	if err != nil {
		return nil, fmt.Errorf("reference: %w", err)
	}
	texts, err := loadTexts()
	if err != nil {
		return nil, fmt.Errorf("reference: %w", err)
	}
	key, err := signingKey(options.Seed)
	if err != nil {
		return nil, fmt.Errorf("reference: make a signing key: %w", err)
	}
	if options.Clock == nil {
		options.Clock = clock.System{}
	}
	r := &Reference{
		clock:    options.Clock,
		basePath: strings.TrimRight(options.BasePath, "/"),
		users:    set.Credentials,
		policy:   pagePolicy(),
		fault:    fault,
		ids:      newMinter(options.Seed),
		texts:    texts,
	}
	if fault.configure != nil {
		fault.configure(&r.policy)
	}
	r.tokens = r.policy.newTokens(key, options.Clock)
	r.gate = r.policy.newGate()
	// Opaque tokens mean something only to the server that knows them.
	r.Credentials()
	return r, nil
}

// ServeHTTP answers one request. With a fault of the network kind it breaks off the
// connection by panicking with http.ErrAbortHandler, as net/http wants it.
func (r *Reference) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	v := newVisit(request)
	decided := r.decide(v)
	if r.fault.redecide != nil {
		decided = r.fault.redecide(v, decided)
	}
	answer := r.render(v, decided)
	answer.send(writer)
}

// decide runs the stages in their order; the first that has an answer ends it. A stage
// that panics is the unexpected error that the page speaks of.
func (r *Reference) decide(v *visit) (decided decision) {
	defer func() {
		if recover() != nil {
			decided = decision{status: http.StatusInternalServerError}
		}
	}()
	for _, name := range r.policy.order {
		if refused := stages[name](r, v); refused != nil {
			return *refused
		}
	}
	return decision{status: http.StatusAccepted}
}

// signingKey is the key that tokens are signed with: the hash of the seed, or random.
func signingKey(seed string) ([]byte, error) {
	if seed != "" {
		key := sha256.Sum256([]byte("signing key\x00" + seed))
		return key[:], nil
	}
	key := make([]byte, sha256.Size)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	return key, nil
}

// errInternalFault is what the fault account runs into.
var errInternalFault = errors.New("the fault account was reached")
