package target

import (
	"context"
	"fmt"
	"strings"

	"conformance/fixtures"
	"conformance/internal/redact"
)

// Authorize gives the stimulus the credential that a recorded Authorization field speaks of,
// presented as it was then: "Bearer <orgAdmin>" becomes the token of that name, and
// "Basic <orgAdmin:basic>" what was derived from it. A value without a label is no credential,
// and left to the stimulus's own header. The error wraps ErrNoCredential when there is none of
// that name, or tells why there is no token.
func (s *Stimulus) Authorize(ctx context.Context, credentials Credentials, recorded string) error {
	scheme, label, labelled := redact.CutLabel(recorded)
	if !labelled {
		return nil
	}
	name, form, derived := strings.Cut(label, ":")
	token, err := credentials.Token(ctx, name)
	if err != nil {
		return err
	}
	s.authorization = presented{value: scheme + token, secret: token, label: redact.Label(name), credential: name}
	if derived {
		s.authorization = present(fixtures.Authorization(form), name, token)
	}
	if s.authorization.shown() != recorded {
		return fmt.Errorf("credential %s: nothing is known of the form %q: %w", name, form, ErrNoCredential)
	}
	return nil
}

// shown is the header's value with the label in the place of the secret.
func (p presented) shown() string { return strings.TrimSuffix(p.value, p.secret) + p.label }

// Segments are the account ids that a run with this plan asks for, by the names of the fixtures'
// accounts, escaped as they stand in the path. Those that the plan does not allow are left out.
func (p Plan) Segments(set *fixtures.Set) map[string]string {
	segments := map[string]string{}
	for _, account := range set.Accounts {
		switch {
		case account.Role:
		case account.Near == "":
			segments[account.Name] = account.Segment
		default:
			if near, why := nearTo(p.Unlockable, account); why == "" {
				segments[account.Name] = near
			}
		}
	}
	for role, id := range map[string]string{
		fixtures.Unlockable: p.Unlockable, fixtures.Missing: p.Missing, fixtures.Fault: p.FaultAccount,
	} {
		if id != "" {
			segments[role] = segment(id)
		}
	}
	return segments
}
