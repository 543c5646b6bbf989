package reference

import (
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// tokenLifetime is how long a token is valid.
const tokenLifetime = 24 * time.Hour

// throttledLimit is how many requests the token "throttled" may send in ten seconds: few,
// so that a small burst meets the limit.
const throttledLimit = 20

// Credentials mints one token for each credential that the fixtures speak of, by its name.
// A token is valid for 24 hours from the clock's time; "expired" has been past that for an hour.
func (r *Reference) Credentials() map[string]string {
	now := r.clock.Now()
	minted := make(map[string]string, len(r.users))
	for _, credential := range r.users {
		issued := now
		if credential.Expired {
			issued = now.Add(-tokenLifetime - time.Hour)
		}
		c := claims{
			RegisteredClaims: jwt.RegisteredClaims{
				Subject:   credential.Name,
				IssuedAt:  jwt.NewNumericDate(issued),
				ExpiresAt: jwt.NewNumericDate(issued.Add(tokenLifetime)),
			},
			Authorities: credential.Authorities,
			Scope:       strings.Join(append([]string{baseScope}, credential.Scopes...), " "),
		}
		if credential.Name == "throttled" {
			c.RateLimit = throttledLimit
		}
		minted[credential.Name] = r.tokens.mint(c)
	}
	return minted
}
