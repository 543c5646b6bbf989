package runner

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conformance/fixtures"
	"conformance/internal/config"
	"conformance/internal/outcome"
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
		"everything": {`
target: {url: http://h}
accounts: {unlockable: u, missing: m}
provoke:
  rateLimit: {requests: 9, concurrency: 2, maxWait: 3s, headers: {X-Burst: "1"}}
  internalFault: {account: boom, headers: {X-Fault: "1"}}`,
			target.Plan{Unlockable: "u", Missing: "m", FaultAccount: "boom", FaultHeaders: map[string]string{"X-Fault": "1"},
				BurstHeaders: map[string]string{"X-Burst": "1"}, BurstRequests: 9, BurstConcurrency: 2, MaxWait: 3 * time.Second}},
	} {
		if difference := cmp.Diff(test.want, planOf(parse(t, test.config))); difference != "" {
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
	s := &subject{
		name: "http://h", headers: map[string]string{"x-api-key": "canary", "X-Env": "staging"},
		secretHeaders: map[string]bool{"X-Api-Key": true},
		credentials:   target.Tokens{"orgAdmin": "canary", "expired": "canary"},
		plan:          target.Plan{Missing: "m", Unlockable: "u", FaultHeaders: map[string]string{"X-Api-Key": "canary"}, BurstRequests: 3, MaxWait: time.Second},
		waive:         map[string]string{"500": "cannot"},
	}
	m := s.manifest(Options{Version: "v", Now: func() time.Time { return time.Unix(1, 5) }}, set)
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
	if !m.Recorded.Equal(time.Unix(1, 0)) {
		t.Errorf("recorded %s; expected whole seconds", m.Recorded)
	}
}

func TestTLSFiles(t *testing.T) {
	dir := t.TempDir()
	noCertificate := filepath.Join(dir, "empty.pem")
	if err := os.WriteFile(noCertificate, []byte("nothing here"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		files config.TLS
		says  string
	}{
		"missing authority":   {config.TLS{CAFile: filepath.Join(dir, "none.pem")}, "target.tls.caFile"},
		"authority that none": {config.TLS{CAFile: noCertificate}, "no certificate"},
		"missing certificate": {config.TLS{CertFile: noCertificate, KeyFile: noCertificate}, "target.tls.certFile"},
	} {
		if _, err := test.files.ClientConfig(); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v; expected an error that names %q", name, err, test.says)
		}
	}
	if made, err := (config.TLS{}).ClientConfig(); made != nil || err != nil {
		t.Errorf("without files: %v, %v", made, err)
	}
}

func TestSelect(t *testing.T) {
	for filter, want := range map[string]int{
		"401-expired-token":        1, // on one path only
		"any-json":                 7, // on each path
		"any-json && 401":          1,
		"401-error || 429-message": 9, // a 429 may come on any path, a 401 also for another method
	} {
		specs, err := Select(filter)
		if err != nil || len(specs) != want {
			t.Errorf("%s selects %d specs, %v; expected %d", filter, len(specs), err, want)
		}
	}
	for _, filter := range []string{"402", "((", "MUST && !MUST"} {
		_, err := Select(filter)
		var wrong *Error
		if !errors.As(err, &wrong) || wrong.Code != outcome.ExitUsage || !strings.Contains(err.Error(), filter) {
			t.Errorf("%s: %v", filter, err)
		}
	}
}

func TestExplainUnknown(t *testing.T) {
	for id, says := range map[string]string{"401-expired-tokn": "401-expired-token", "nonsense": "--list"} {
		_, err := Explain(id)
		var wrong *Error
		if !errors.As(err, &wrong) || wrong.Code != outcome.ExitUsage || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", id, err)
		}
	}
	e, err := Explain("403-provisioning-scope")
	if err != nil || len(e.Cases) < 2 || len(e.Faults) == 0 || !cmp.Equal(e.Paths, []string{"403"}) {
		t.Errorf("%+v, %v", e, err)
	}
}
