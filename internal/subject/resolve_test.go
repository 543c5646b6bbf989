package subject

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conformance/fixtures"
	"conformance/internal/exchange"
	"conformance/internal/outcome"
	"conformance/internal/session"
	"conformance/internal/target"
)

// resolve is Resolve with a config of that text, which is written when it is not empty.
func resolve(t *testing.T, options Options, config string) (*Subject, error) {
	t.Helper()
	if config != "" {
		options.ConfigFile = filepath.Join(t.TempDir(), "conformance.yaml")
		if err := os.WriteFile(options.ConfigFile, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if options.Environ == nil {
		options.Environ = unset
	}
	s, err := Resolve(t.Context(), options)
	if err == nil {
		t.Cleanup(s.Close)
	}
	return s, err
}

// recordedOn is when the tests' sessions were recorded, and a day later is now.
var recordedOn = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

func aDayLater() time.Time { return recordedOn.AddDate(0, 0, 1) }

// record makes a session of one exchange and returns its folder.
func record(t *testing.T, manifest session.Manifest) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "session")
	manifest.Recorded = recordedOn
	writer, err := session.Create(dir, manifest)
	if err != nil {
		t.Fatal(err)
	}
	e := exchange.Exchange{Case: "some-case", Attempt: 1,
		Request:  exchange.Request{Method: "POST", URL: "http://target/accounts/1/unlock"},
		Response: &exchange.Response{Proto: "HTTP/1.1", Status: 202}}
	if err := errors.Join(writer.Append("202", e), writer.Close()); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestResolveRefuses(t *testing.T) {
	const https = "target: {url: https://h}\n"
	nameless, relative := record(t, session.Manifest{}), record(t, session.Manifest{Target: "/v3"})
	good := record(t, session.Manifest{Target: "http://target"})
	for name, test := range map[string]struct {
		options Options
		config  string
		says    string
	}{
		"a recording and a target":  {Options{Replay: good, Target: "https://h"}, "", "--replay and --target exclude each other"},
		"a fault of a recording":    {Options{Replay: good, Fault: "f"}, "", "leave out --target, --config and --replay"},
		"a fault of a target":       {Options{Target: "https://h", Fault: "f"}, "", "leave out --target, --config and --replay"},
		"a fault of a config":       {Options{Fault: "f"}, https, "leave out --target, --config and --replay"},
		"an unknown fault":          {Options{Fault: "nonsense"}, "", "nonsense"},
		"no such config":            {Options{ConfigFile: "nowhere.yaml"}, "", "nowhere.yaml: no such file"},
		"no URL":                    {Options{}, "accounts: {missing: m}", "conformance.yaml: target.url is not set; set it, or name the target with --target URL"},
		"a wrong URL":               {Options{Target: "ftp://h"}, https, "--target: expected a URL that begins with"},
		"plain http":                {Options{Target: "http://h"}, "", "--target: plain http to another machine"},
		"an unset variable":         {Options{}, https + "credentials: {orgAdmin: {tokenEnv: NOWHERE}}", "NOWHERE is not set"},
		"no authority":              {Options{}, "target: {url: https://h, tls: {caFile: nowhere.pem}}", "nowhere.pem cannot be read: no such file"},
		"no secret of a client":     {Options{}, https + "credentials: {orgAdmin: {clientCredentials: {tokenURL: https://h/t, clientID: x, clientSecretEnv: NOWHERE}}}", "NOWHERE is not set"},
		"no such session":           {Options{Replay: "nowhere"}, "", "nowhere"},
		"a session of nobody knows": {Options{Replay: nameless}, "", nameless + ": there is no session.yaml that names the target"},
		"a session of no URL":       {Options{Replay: relative}, "", relative + `: the manifest's target "/v3" is no URL`},
		"a session of the future":   {Options{Replay: good, MaxAge: time.Hour, Now: func() time.Time { return aDayLater().Add(-72 * time.Hour) }}, "", good + " was recorded on 2026-03-01, which is yet to come"},
		"a session that is too old": {Options{Replay: good, MaxAge: 24*time.Hour - 1}, "", good + " was recorded on 2026-03-01, which is longer ago than --max-age 23h59m59.999999999s"},
		"a wrong config of waivers": {Options{Replay: good}, "waive: {\"999\": x}", "waive.999: unknown status path"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.options.Now == nil {
				test.options.Now = aDayLater
			}
			_, err := resolve(t, test.options, test.config)
			var wrong *outcome.Error
			if !errors.As(err, &wrong) || wrong.Code != outcome.ExitUsage || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v; want %q", err, test.says)
			}
		})
	}
}

func TestResolveTheReference(t *testing.T) {
	s, err := resolve(t, Options{Concurrency: 1}, "")
	if err != nil {
		t.Fatal(err)
	}
	if s.Mode != outcome.Live || s.Name != "http://reference.test" || !s.Credentials.Has("orgAdmin") || !s.Plan.Consented() || !s.Plan.ProvokesFault() {
		t.Errorf("%+v", s)
	}
	if err := s.Reachable(t.Context(), s.Sender()); err != nil {
		t.Error(err)
	}
	e := s.Sender().Send(t.Context(), target.Stimulus{Case: "c", Attempt: 1, Method: "POST", Segment: s.Plan.Missing})
	if e.Status() != 401 {
		t.Errorf("without a credential it answers %d, %v", e.Status(), e.Failure)
	}
}

func TestResolveATarget(t *testing.T) {
	environ := func(name string) (string, bool) { return "canary-of-" + name, true }
	s, err := resolve(t, Options{Target: "http://other/v3/", Retries: 2, InsecureHTTP: true, Environ: environ}, `
target:
  url: https://tenant.example
  timeout: 3s
  headers: {X-Env: staging, X-Api-Key: "${KEY}"}
  rateLimit: {requests: 1, per: 1s}
credentials: {orgAdmin: {tokenEnv: TOKEN}, helpdesk: {clientCredentials: {tokenURL: "https://h/t", clientID: x, clientSecretEnv: S}}}
provoke:
  rateLimit: {headers: {X-Burst-Key: canary-of-burst}}
  internalFault: {headers: {X-Fault-Key: canary-of-fault, X-Fault: canary-of-nothing}}
waive: {"500": cannot}
`)
	if err != nil {
		t.Fatal(err)
	}
	if s.Mode != outcome.Live || s.Name != "http://other/v3" || s.URL.Host != "other" || s.Timeout != 3*time.Second || s.Retries != 2 || s.Pace == nil || s.Waive["500"] == "" {
		t.Errorf("%+v", s)
	}
	if !s.Credentials.Has("orgAdmin") || !s.Credentials.Has("helpdesk") || s.Credentials.Has("expired") || s.Unused != nil || !s.remote {
		t.Errorf("%+v", s)
	}
	hidden := s.Secrets.Text("canary-of-TOKEN canary-of-burst canary-of-fault canary-of-nothing")
	if hidden != "<orgAdmin> <X-Burst-Key> <X-Fault-Key> canary-of-nothing" {
		t.Errorf("secrets are shown as %s", hidden)
	}
	if !s.SecretHeaders["X-Api-Key"] || s.Headers["X-Env"] != "staging" {
		t.Errorf("headers %v, secret ones %v", s.Headers, s.SecretHeaders)
	}
}

func TestResolveATargetByDefault(t *testing.T) {
	s, err := resolve(t, Options{Target: "https://tenant.example"}, "")
	if err != nil {
		t.Fatal(err)
	}
	if s.Timeout != 10*time.Second || s.Pace != nil || s.Retries != 0 || len(s.Waive) != 0 || s.Plan.Consented() {
		t.Errorf("%+v", s)
	}
}

// TestResolveATokenFile: a token that somebody renews while the run goes on is read again.
func TestResolveATokenFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	write := func(token string) {
		if err := os.WriteFile(file, []byte(token), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("first")
	s, err := resolve(t, Options{}, "{target: {url: https://h}, credentials: {orgAdmin: {tokenFile: "+file+"}}}")
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{"first", "renewed"} {
		write(token)
		if got, err := s.Credentials.Token(t.Context(), "orgAdmin"); err != nil || got != token {
			t.Errorf("the token is %q, %v; want %q", got, err, token)
		}
	}
}

// TestResolveARecording: a replay asks what was asked, with the labels of what was shown then, and
// says what is wrong with the recording and which of it was not used.
func TestResolveARecording(t *testing.T) {
	dir := record(t, session.Manifest{
		Target: "http://target/v3", Retries: 4, Credentials: []string{"orgAdmin"}, Headers: map[string]string{"X-Env": "staging"},
		Accounts:      map[string]string{fixtures.Missing: "m", fixtures.Unlockable: "u"},
		RateLimit:     &session.RateLimit{Requests: 9, Concurrency: 2, MaxWait: time.Second, Headers: map[string]string{"X-Burst": "1"}},
		InternalFault: &session.InternalFault{Account: "boom", Headers: map[string]string{"X-Fault": "1"}, Body: "{}"},
		Waive:         map[string]string{"500": "recorded"},
	})
	for _, test := range []struct{ config, waived string }{{"", "recorded"}, {"waive: {\"500\": of the config}", "of the config"}} {
		s, err := resolve(t, Options{Replay: dir, MaxAge: 24 * time.Hour, Now: aDayLater}, test.config)
		if err != nil {
			t.Fatal(err)
		}
		want := target.Plan{Unlockable: "u", Missing: "m", FaultAccount: "boom", FaultHeaders: map[string]string{"X-Fault": "1"}, FaultBody: "{}",
			BurstHeaders: map[string]string{"X-Burst": "1"}, BurstRequests: 9, BurstConcurrency: 2, MaxWait: time.Second}
		if difference := cmp.Diff(want, s.Plan); difference != "" {
			t.Errorf("plan: -want +got:\n%s", difference)
		}
		if s.Mode != outcome.Replay || s.Name != "http://target/v3" || s.URL.Host != "target" || s.Retries != 4 || s.Headers["X-Env"] != "staging" || s.Waive["500"] != test.waived {
			t.Errorf("%+v", s)
		}
		if !s.Credentials.Has("orgAdmin") || s.Credentials.Has("helpdesk") || !s.Clock.Now().Equal(recordedOn) || len(s.Warnings) != 0 {
			t.Errorf("%+v", s)
		}
		if unused := s.Unused(); len(unused) != 1 || unused[0].String() != "interaction 1 of 202.yaml" {
			t.Errorf("unused: %v", unused)
		}
		if err := s.Reachable(t.Context(), s.Sender()); err != nil {
			t.Errorf("a recording is out of reach: %v", err)
		}
	}
}

// TestResolveARecordingByDefault: what the manifest does not say is as in any run, however old
// the session is.
func TestResolveARecordingByDefault(t *testing.T) {
	s, err := resolve(t, Options{Replay: record(t, session.Manifest{Target: "http://target"}), Now: aDayLater}, "")
	if err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(defaultPlan(), s.Plan); difference != "" {
		t.Errorf("-want +got:\n%s", difference)
	}
}

// TestResolvePassesWarnings: of a recording that broke off, the rest is used.
func TestResolvePassesWarnings(t *testing.T) {
	dir := record(t, session.Manifest{Target: "http://target"})
	file, err := os.OpenFile(filepath.Join(dir, "202.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteString("  - id: 1\n    request:\n")
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
	s, err := resolve(t, Options{Replay: dir}, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], "202.yaml") {
		t.Errorf("warnings %q", s.Warnings)
	}
}
