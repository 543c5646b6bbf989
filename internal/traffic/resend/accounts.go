package resend

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"conformance/fixtures"
	"conformance/internal/session"
	"conformance/internal/target"
)

// accounts lead from the account ids of a recording to those of the target, as they are escaped in
// a path. An id that leads nowhere is one that nobody consented to have asked for.
type accounts struct {
	known map[string]string
	// others is where every other id leads; empty for nowhere.
	others string
}

// newAccounts takes the ids that a run would ask the target for, which lead to themselves; those that
// the recorded run had for the same roles and names of the fixtures; and what the user maps: RECORDED=TARGET, in
// which RECORDED may be * for every id that is not known otherwise. TARGET must be the account that
// the config consents to, or the missing one. The error names the flag.
func newAccounts(set *fixtures.Set, m session.Manifest, plan target.Plan, mapped []string) (accounts, error) {
	a := accounts{known: map[string]string{}}
	now := plan.Segments(set)
	for _, segment := range now {
		a.known[segment] = segment
	}
	recorded := recordedPlan(m).Segments(set)
	for _, name := range slices.Sorted(maps.Keys(recorded)) {
		segment := recorded[name]
		if to, allowed := now[name]; allowed {
			a.known[segment] = to
		} else {
			delete(a.known, segment)
		}
	}
	for _, one := range mapped {
		from, to, is := strings.Cut(one, "=")
		if !is || from == "" || to == "" {
			return a, fmt.Errorf("--map-account %q: expected RECORDED=TARGET", one)
		}
		segment := url.PathEscape(to)
		if to != plan.Unlockable && to != plan.Missing {
			return a, fmt.Errorf("--map-account %s: %q is neither accounts.unlockable nor accounts.missing of the config, and requests are sent for no other account", one, to)
		}
		if from == "*" {
			a.others = segment
		} else {
			a.known[url.PathEscape(from)] = segment
		}
	}
	return a, nil
}

// recordedPlan is what the manifest says of the accounts of the recorded run.
func recordedPlan(m session.Manifest) target.Plan {
	plan := target.Plan{Unlockable: m.Accounts[fixtures.Unlockable], Missing: m.Accounts[fixtures.Missing]}
	if m.InternalFault != nil {
		plan.FaultAccount = m.InternalFault.Account
	}
	return plan
}

// lead is where a recorded id leads; false for nowhere.
func (a accounts) lead(segment string) (string, bool) {
	if to, known := a.known[segment]; known {
		return to, true
	}
	return a.others, a.others != ""
}
