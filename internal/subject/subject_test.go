package subject

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conformance/fixtures"
	"conformance/internal/config"
	"conformance/internal/target"
)

func unset(string) (string, bool) { return "", false }

func parse(t *testing.T, text string) *config.Config {
	t.Helper()
	c, err := config.Parse("conformance.yaml", []byte(text), unset)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPlanOfAConfig(t *testing.T) {
	for name, test := range map[string]struct {
		config string
		want   target.Plan
	}{
		"nothing": {"target: {url: http://h}", target.Plan{Missing: defaultMissing, BurstRequests: 120, BurstConcurrency: 8, MaxWait: 15 * time.Second}},
		"a burst": {"{target: {url: http://h}, provoke: {rateLimit: {}}}", defaultPlan()},
		"everything": {`
target: {url: http://h}
accounts: {unlockable: u, missing: m}
provoke:
  rateLimit: {requests: 9, concurrency: 2, maxWait: 3s, headers: {X-Burst: "1"}}
  internalFault: {account: boom, headers: {X-Fault: "1"}, body: "{}"}`,
			target.Plan{Unlockable: "u", Missing: "m", FaultAccount: "boom", FaultHeaders: map[string]string{"X-Fault": "1"}, FaultBody: "{}",
				BurstHeaders: map[string]string{"X-Burst": "1"}, BurstRequests: 9, BurstConcurrency: 2, MaxWait: 3 * time.Second}},
	} {
		if difference := cmp.Diff(test.want, PlanOf(parse(t, test.config))); difference != "" {
			t.Errorf("%s: -want +got:\n%s", name, difference)
		}
	}
}

// TestManifestMakesTheSamePlan: a session's manifest holds what a replay needs, and no secret.
func TestManifestMakesTheSamePlan(t *testing.T) {
	set, err := fixtures.Load()
	if err != nil {
		t.Fatal(err)
	}
	s := &Subject{
		Name: "http://h", Headers: map[string]string{"x-api-key": "canary", "X-Env": "staging"},
		SecretHeaders: map[string]bool{"X-Api-Key": true},
		Credentials:   target.Tokens{"orgAdmin": "canary", "expired": "canary"},
		Plan:          target.Plan{Missing: "m", Unlockable: "u", FaultHeaders: map[string]string{"X-Api-Key": "canary"}, BurstRequests: 3, MaxWait: time.Second},
		Waive:         map[string]string{"500": "cannot"},
	}
	m := s.Manifest("v", time.Unix(1, 5), set)
	if difference := cmp.Diff([]string{"orgAdmin", "expired"}, m.Credentials); difference != "" {
		t.Errorf("credentials: -want +got:\n%s", difference)
	}
	if difference := cmp.Diff(map[string]string{"x-api-key": "<X-Api-Key>", "X-Env": "staging"}, m.Headers); difference != "" {
		t.Errorf("headers: -want +got:\n%s", difference)
	}
	if m.InternalFault == nil || m.InternalFault.Headers["X-Api-Key"] != "<X-Api-Key>" {
		t.Errorf("the fault's headers: %+v", m.InternalFault)
	}
	if m.Accounts["unlockable"] != "u" || m.Accounts["missing"] != "m" || m.RateLimit.Requests != 3 || m.RateLimit.MaxWait != time.Second || m.Waive["500"] == "" {
		t.Errorf("%+v", m)
	}
	s.Plan = target.Plan{Missing: "m"}
	if m := s.Manifest("v", time.Unix(1, 5), set); len(m.Accounts) != 1 || m.InternalFault != nil {
		t.Errorf("without consent and provocation: %+v", m)
	}
	if !m.Recorded.Equal(time.Unix(1, 0)) {
		t.Errorf("recorded %s; expected whole seconds", m.Recorded)
	}
}
