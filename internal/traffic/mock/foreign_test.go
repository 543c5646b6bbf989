package mock

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conformance/internal/session"
)

// The secrets of a recording that another program made.
const (
	adminToken   = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9.c2lnbmF0dXJlLW9uZQ"
	expiredToken = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJvdGhlciJ9.c2lnbmF0dXJlLXR3bw"
	clientSecret = "q8vN3kP1zR7tY5wX"
)

// foreignCassette is one as go-vcr writes it.
func foreignCassette(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("---\nversion: 2\ninteractions:\n")
	for i, one := range []struct {
		path, token, body, answer string
		code                      int
	}{
		{"/oauth/token", "", "grant_type=client_credentials&client_secret=" + clientSecret, `{"access_token":"` + adminToken + `"}`, 200},
		{"/v3/accounts/a/unlock", adminToken, "{}", "admin", 202},
		{"/v3/accounts/a/unlock", expiredToken, "{}", "expired", 401},
	} {
		contentType, authorization := "application/json", ""
		if one.token == "" {
			contentType = "application/x-www-form-urlencoded"
		} else {
			authorization = "            Authorization:\n                - Bearer " + one.token + "\n"
		}
		fmt.Fprintf(&text, "    - id: %d\n      request:\n        body: '%s'\n        headers:\n            Content-Type:\n                - %s\n%s"+
			"        url: https://tenant.example%s\n        method: POST\n      response:\n        body: '%s'\n        status: %[7]d\n        code: %[7]d\n        duration: 1ms\n",
			i, one.body, contentType, authorization, one.path, one.answer, one.code)
	}
	path := filepath.Join(t.TempDir(), "go-vcr.yaml")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// The client that was recorded gets its answers again, and nobody learns its secrets.
func TestRecordingOfAnotherProgram(t *testing.T) {
	recording, err := session.Open(foreignCassette(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { recording.Close() })
	a := serveRecording(t, Options{OnExhausted: session.ExhaustedLast}, recording)
	for token, want := range map[string]string{
		adminToken: "202 admin", expiredToken: "401 expired", "of-nobody": "202 admin",
	} {
		response, body := a.ask("POST", "/v3/accounts/a/unlock", "Bearer "+token, "{}")
		if got := fmt.Sprint(response.StatusCode, " ", body); got != want {
			t.Errorf("%s: got %s, want %s", token, got, want)
		}
	}
	a.form = true
	if response, body := a.ask("POST", "/oauth/token", "", "grant_type=client_credentials&client_secret="+clientSecret); response.StatusCode != 200 {
		t.Errorf("the recorded form: %d %s", response.StatusCode, body)
	}
	_, refused := a.ask("POST", "/oauth/token", "", "grant_type=password&client_secret=another-secret-0123")
	_, unmatched := a.ask("GET", "/__conformance/unmatched", "", "")
	for _, text := range []string{refused, unmatched} {
		if !strings.Contains(text, "interaction 1 of go-vcr.yaml") {
			t.Errorf("no explanation: %s", text)
		}
		for _, secret := range []string{adminToken, expiredToken, clientSecret, "another-secret-0123"} {
			if strings.Contains(text, secret) {
				t.Errorf("the secret %s is in %s", secret, text)
			}
		}
	}
}
