package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"conformance/fixtures"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// secret is the value of every variable whose name begins with SECRET; no error and no
// list of names may repeat it.
const secret = "hunter2-in-the-environment"

func environ(name string) (string, bool) {
	if strings.HasPrefix(name, "SECRET") {
		return secret, true
	}
	value, set := map[string]string{
		"ORG_ADMIN": "org-admin-token", "SOURCE_SUBADMIN": "source-subadmin-token", "EMPTY": "", "SPACED": "two words",
		"HOST": "tenant.example", "lowercase_token": "lower-token", "URL": "https://env.example/api/",
	}[name]
	return value, set
}

func nothingSet(string) (string, bool) { return "", false }

func parse(text string) (*Config, error) {
	return Parse("conformance.yaml", []byte(text), environ)
}

func mustParse(t *testing.T, text string) *Config {
	t.Helper()
	c, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLoadReadsEveryKey(t *testing.T) {
	got, err := Load("testdata/every-key.yaml", environ)
	if err != nil {
		t.Fatal(err)
	}
	want := &Config{
		File: "testdata/every-key.yaml",
		Target: Target{
			URL: "https://tenant.example/v2025", Timeout: 20 * time.Second, Headers: map[string]string{"X-Env": "staging"},
			TLS:       TLS{CAFile: "testdata/ca.pem", CertFile: "testdata/c.pem", KeyFile: "/etc/c-key.pem"},
			RateLimit: &Rate{Requests: 95, Per: 10 * time.Second},
		},
		Accounts: Accounts{Unlockable: "ef38f94347e94562b5bb8424a56397d8", Missing: "00000000000000000000000000000000"},
		Credentials: map[string]Credential{
			"orgAdmin":       {TokenEnv: "ORG_ADMIN"},
			"sourceAdmin":    {TokenFile: "testdata/source-admin.jwt"},
			"sourceSubadmin": {Token: "source-subadmin-token"},
			"helpdesk":       {ClientCredentials: &ClientCredentials{TokenURL: "https://.../oauth/token", ClientID: "x", ClientSecretEnv: "S"}},
			"provisioner": {ClientCredentials: &ClientCredentials{TokenURL: "http://localhost:1/token?tenant=a", ClientID: "y",
				ClientSecretFile: "testdata/s.txt", Scopes: []string{"a", "b:c"}}},
			"noProvisioning": {TokenEnv: "N"},
			"unprivileged":   {TokenEnv: "U"},
			"expired":        {TokenEnv: "E"},
			"throttled":      {TokenEnv: "T"},
		},
		Provoke: Provoke{
			RateLimit:     &RateLimit{Requests: 130, Concurrency: 4, MaxWait: 5 * time.Second, Headers: map[string]string{"Prefer": "code=429"}},
			InternalFault: &InternalFault{Account: "boom", Headers: map[string]string{"Prefer": "code=500"}},
		},
		Waive: map[string]string{"500": "the tenant cannot inject faults", "429": "the tenant has no limit"},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Config{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if grants := got.ClientCredentials(); len(grants) != 2 || grants["helpdesk"].ClientID != "x" || grants["provisioner"].ClientID != "y" {
		t.Errorf("client credentials: %+v", grants)
	}
}

func TestParseFillsInDefaults(t *testing.T) {
	got := mustParse(t, "provoke: {rateLimit: {}}\n")
	if got.Target.URL != "" || got.Target.Timeout != 10*time.Second || got.Target.RateLimit != nil {
		t.Errorf("target: %+v", got.Target)
	}
	want := &RateLimit{Requests: 120, Concurrency: 8, MaxWait: 15 * time.Second}
	if diff := cmp.Diff(want, got.Provoke.RateLimit); diff != "" {
		t.Errorf("provoke.rateLimit (-want +got):\n%s", diff)
	}
	if quiet := mustParse(t, "target: {timeout: 1s}\n"); quiet.Provoke.RateLimit != nil || quiet.Provoke.InternalFault != nil {
		t.Errorf("nothing may be provoked that the file does not name: %+v", quiet.Provoke)
	}
}

func TestParseReadsTheEnvironment(t *testing.T) {
	got := mustParse(t, `
target:
  url: https://${HOST}/v2025/
  headers: {X-Tenant: "${SECRET}", X-Literal: "$${SECRET}", X-Env: staging, x-api-key: k, Cookie: c, My-Secretary: s}
provoke: {rateLimit: {headers: {X-Burst: "a${SECRET}b", Prefer: code=429}}, internalFault: {headers: {x-fault: "${SECRET}"}}}
`)
	if got.Target.URL != "https://tenant.example/v2025" {
		t.Errorf("target.url: %q", got.Target.URL)
	}
	if got.Target.Headers["X-Tenant"] != secret || got.Target.Headers["X-Literal"] != "${SECRET}" {
		t.Errorf("target.headers: %q", got.Target.Headers)
	}
	want := map[string]bool{"X-Tenant": true, "X-Api-Key": true, "Cookie": true, "My-Secretary": true, "X-Burst": true, "X-Fault": true}
	if diff := cmp.Diff(want, got.SecretHeaders()); diff != "" {
		t.Errorf("secret headers (-want +got):\n%s", diff)
	}
}

func TestSensitiveHeaderNames(t *testing.T) {
	for name, want := range map[string]bool{
		"Authorization": true, "Proxy-Authorization": true, "cookie": true, "X-Auth-Token": true, "X-SECRET": true,
		"Ocp-Apim-Subscription-Key": true, "X-Password": true, "Prefer": false, "X-Env": false, "Accept-Language": false,
	} {
		c := &Config{Target: Target{Headers: map[string]string{name: "x"}}}
		if got := len(c.SecretHeaders()) == 1; got != want {
			t.Errorf("%s: secret %t, want %t", name, got, want)
		}
	}
}

func TestOverride(t *testing.T) {
	c := &Config{Target: Target{URL: "https://old.example"}}
	if err := c.Override("http://127.0.0.1:8080/api/"); err != nil || c.Target.URL != "http://127.0.0.1:8080/api" {
		t.Errorf("got %q, %v", c.Target.URL, err)
	}
	err := c.Override("127.0.0.1:8080")
	var problem *Error
	if !errors.As(err, &problem) || !strings.HasPrefix(err.Error(), "--target: ") {
		t.Errorf("got %v", err)
	}
	if c.Target.URL != "http://127.0.0.1:8080/api" {
		t.Errorf("a wrong URL changed the target to %q", c.Target.URL)
	}
}

func TestLoadNamesAFileThatCannotBeRead(t *testing.T) {
	folder := t.TempDir()
	missing := filepath.Join(folder, "none.yaml")
	if _, err := Load(missing, environ); !errors.Is(err, fs.ErrNotExist) || err.Error() != missing+`: no such file; "conformance init" prints one to start from` {
		t.Errorf("got %v", err)
	}
	if _, err := Load(folder, environ); err == nil || err.Error() != folder+": cannot be read: is a directory" {
		t.Errorf("got %v", err)
	}
	large := filepath.Join(folder, "large.yaml")
	if err := os.WriteFile(large, []byte("accounts: {missing: x}\n"+strings.Repeat("#", 1<<20)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(large, environ); err == nil || err.Error() != large+": larger than 1048576 bytes, the most that is read" {
		t.Errorf("got %v", err)
	}
}

func TestStarterIsRightAndComplete(t *testing.T) {
	c, err := Parse("conformance.yaml", Starter(), func(string) (string, bool) { return "x", true })
	if err != nil {
		t.Fatal(err)
	}
	set, err := fixtures.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, credential := range set.Credentials {
		if _, given := c.Credentials[credential.Name]; !given {
			t.Errorf("the starter has no credential %s", credential.Name)
		}
	}
	tokens, err := c.ResolveCredentials(func(name string) (string, bool) { return "token-of-" + name, true })
	if err != nil || tokens["orgAdmin"] != "token-of-ORG_ADMIN" {
		t.Errorf("got %v, %v", tokens, err)
	}
	uncommented := strings.NewReplacer(
		"  # headers:", "  headers:", "  # tls:", "  tls:", "  # internalFault: {account", "  internalFault: {account",
	).Replace(string(Starter()))
	if strings.Count(uncommented, "#") != strings.Count(string(Starter()), "#")-3 {
		t.Fatal("the starter has lost one of its commented keys")
	}
	if _, err := Parse("conformance.yaml", []byte(uncommented), environ); err != nil {
		t.Errorf("with its comments taken away: %v", err)
	}
}

func TestStarterIsACopy(t *testing.T) {
	first := Starter()
	first[0] = 'X'
	if slices.Equal(first, Starter()) {
		t.Error("changing the starter changed it for everybody")
	}
}
