package session

import (
	"errors"
	"path/filepath"
	"testing"
	"time"
)

func TestManifestText(t *testing.T) {
	m := Manifest{
		FormatVersion: 1,
		Tool:          "1.2.3",
		Recorded:      time.Date(2026, 3, 4, 7, 6, 7, 8, time.FixedZone("east", 7200)),
		Target:        "https://tenant.example/v2025",
		Accounts:      map[string]string{"unlockable": "1234", "missing": "0"},
		Credentials:   []string{"orgAdmin", "expired"},
		RateLimit:     &RateLimit{Requests: 120, Concurrency: 8, MaxWait: 15 * time.Second, Headers: map[string]string{"Prefer": "code=429"}},
		InternalFault: &InternalFault{Account: "boom"},
		Headers:       map[string]string{"X-Env": "${NOT_READ}"},
		Waive:         map[string]string{"500": "the tenant cannot inject faults"},
		Cassettes:     []string{"202.yaml"},
	}
	const want = `formatVersion: 1
tool: 1.2.3
recorded: 2026-03-04T05:06:07.000000008Z
target: https://tenant.example/v2025
accounts:
    missing: "0"
    unlockable: "1234"
credentials:
    - orgAdmin
    - expired
rateLimit:
    requests: 120
    concurrency: 8
    maxWait: 15s
    headers:
        Prefer: code=429
internalFault:
    account: boom
headers:
    X-Env: ${NOT_READ}
waive:
    "500": the tenant cannot inject faults
cassettes:
    - 202.yaml
`
	text, err := m.encode()
	if err != nil {
		t.Fatal(err)
	}
	same(t, want, string(text))
	got, err := decodeManifest("session.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	m.Recorded = m.Recorded.UTC()
	same(t, m, got)
}

func TestManifestIsReadStrictly(t *testing.T) {
	for _, test := range []struct {
		text string
		line int
		want []string
	}{
		{"formatVersion: 1\ncassetes: []\n", 2, []string{"cassetes", "unknown key"}},
		{"formatVersion: 1\ncassettes: []\nrateLimit:\n  maxwait: 15s\n", 4, []string{"rateLimit.maxwait", "unknown key"}},
		{"formatVersion: 1\ncassettes: []\nrateLimit:\n  maxWait: 15\n", 4, []string{"rateLimit.maxWait", "duration"}},
		{"formatVersion: 2\ncassettes: []\n", 1, []string{"formatVersion", "found version 2, expected 1"}},
		{"tool: x\ncassettes: []\n", 1, []string{"formatVersion", "found version 0"}},
		{"formatVersion: 1\n", 1, []string{"cassettes", "missing"}},
		{"formatVersion: 1\ncassettes: [../202.yaml]\n", 2, []string{"cassettes", "../202.yaml", "not the name of a cassette"}},
		{"formatVersion: 1\ncassettes: [session.yaml]\n", 2, []string{"not the name of a cassette"}},
		{"formatVersion: 1\ncassettes: [a.yaml, a.yaml]\n", 2, []string{"twice"}},
		{"formatVersion: [\n", 1, []string{"broken YAML"}},
		{"", 0, []string{"empty"}},
	} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, ManifestName), test.text)
		_, err := Open(dir)
		var problem *Error
		if !errors.As(err, &problem) {
			t.Errorf("%q: got %v, want an *Error", test.text, err)
			continue
		}
		same(t, test.line, problem.Line)
		mustContain(t, problem.Error(), append(test.want, filepath.Join(dir, ManifestName))...)
	}
}

func TestCreateRefusesAManifestThatCannotBeRead(t *testing.T) {
	m := manifest()
	m.Headers = map[string]string{"X-Env": "\xff"}
	if _, err := Create(t.TempDir(), m); err == nil {
		t.Error("a header that is not UTF-8 is accepted")
	}
}
