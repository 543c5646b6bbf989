package verify

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Secrets of other people's traffic: one that is known by its place, and one by its form alone.
// They are in pieces, since a scanner of this file would complain of the whole.
const (
	token = "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiJjYW5hcnkifQ" + ".c2lnbmF0dXJlLWNhbmFyeQ"
	key   = "AK" + "IAIOSFODNN7CANARYA"
)

// secretive is a cassette of another program in which one answer repeats the token of its request,
// and many hold a key.
func secretive(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("---\nversion: 2\ninteractions:\n")
	item := func(id int, answer string) {
		fmt.Fprintf(&text, `- id: %d
  request:
    method: POST
    url: https://tenant.example/v3/accounts/a/unlock
    headers: {Authorization: ["Bearer %s"]}
    body: "{}"
  response:
    code: 404
    headers: {Content-Type: [application/json]}
    body: '%s'
    duration: 1ms
`, id, token, answer)
	}
	item(0, `{"detailCode":"404","trackingId":"t","messages":[{"locale":"en","localeOrigin":"DEFAULT","text":"not found for `+token+`"}]}`)
	for i := range 9 {
		item(i+1, `{"`+key+`":"`+key+`","messages":"`+key+`"}`)
	}
	file := filepath.Join(t.TempDir(), "secretive.yaml")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestSecretsOfOthersAreNotRepeated(t *testing.T) {
	r := verified(t, Options{Paths: []string{secretive(t)}})
	var junit strings.Builder
	if err := writeJUnit(&junit, r); err != nil {
		t.Fatal(err)
	}
	for where, text := range map[string]string{"console": printed(t, r), "JSON": string(asJSON(t, r)), "JUnit": junit.String()} {
		for _, secret := range []string{token, "c2lnbmF0dXJl", key, key[:8]} {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds a secret: %s\n%s", where, secret, text)
			}
		}
	}
	found := find(t, r, "any-no-credentials")
	if found.Broken != 1 || !strings.Contains(found.Examples[0].Violation.Seen, "<credential-1>") {
		t.Errorf("the token in an answer is not found: %+v", found)
	}
	if messages := find(t, r, "any-messages"); messages.Broken != 9 || !messages.Examples[0].Hidden {
		t.Errorf("%+v", messages)
	}
}

// What looks like secrets is warned of, by rule, with three places at most.
func TestSuspects(t *testing.T) {
	r := verified(t, Options{Paths: []string{secretive(t)}})
	groups := map[string]SuspectGroup{}
	for _, group := range r.Suspects {
		groups[group.Rule] = group
	}
	if got := groups["authorization"]; got.Count != 10 || len(got.Places) != 3 || got.Places[0] != "interaction 1 of secretive.yaml, request header Authorization" {
		t.Errorf("%+v", got)
	}
	if got := groups["aws-access-key"]; got.Count < 9 || len(got.Places) != 3 {
		t.Errorf("%+v", got)
	}
	if text := printed(t, r); !strings.Contains(text, "authorization: a credential, 10 times") || !strings.Contains(text, "and 7 more") {
		t.Errorf("the report does not warn:\n%s", text)
	}
	if ours := verified(t, Options{Paths: []string{shipped}}); len(ours.Suspects) != 0 {
		t.Errorf("our own session is suspected: %+v", ours.Suspects)
	}
}

// The traffic of browsers, proxies and every version of go-vcr is read.
func TestForeignFormats(t *testing.T) {
	for path, judged := range map[string]int{
		"../../har/testdata/chromium.har":       1,
		"../../har/testdata/firefox.har":        1,
		"../../har/testdata/mitmproxy.har":      1,
		"../../har/testdata/playwright.har":     1,
		"../../session/testdata/go-vcr-v1.yaml": 2,
		"../../session/testdata/go-vcr-v2.yaml": 0,
		"../../session/testdata/go-vcr-v4.yaml": 2,
	} {
		r := verified(t, Options{Paths: []string{path}})
		if r.Judged != judged || r.ExitCode == 2 {
			t.Errorf("%s: %d judged of %d, exit %d", path, r.Judged, r.Interactions, r.ExitCode)
		}
	}
}

// A recording that was cut off is verified up to there, and that is said.
func TestCutOffIsWarnedOf(t *testing.T) {
	whole, err := os.ReadFile(filepath.Join(shipped, "401.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "401.yaml")
	if err := os.WriteFile(file, whole[:len(whole)-40], 0o600); err != nil {
		t.Fatal(err)
	}
	r := verified(t, Options{Paths: []string{file}})
	if len(r.Warnings) != 1 || !strings.Contains(printed(t, r), "the last interaction is cut off") || r.ExitCode != 0 {
		t.Errorf("exit %d, warnings %v", r.ExitCode, r.Warnings)
	}
}
