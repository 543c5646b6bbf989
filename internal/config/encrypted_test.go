package config

import (
	"errors"
	"fmt"
	"testing"
)

func TestPlainHTTPIsForThisMachine(t *testing.T) {
	for url, refused := range map[string]bool{
		"https://tenant.example/v3":     false,
		"http://tenant.example/v3":      true,
		"http://127.0.0.1:8080":         false,
		"http://127.8.9.1":              false,
		"http://[::1]:8080":             false,
		"http://[::ffff:127.0.0.1]:80":  false,
		"http://localhost:8080":         false,
		"http://LocalHost.":             false,
		"http://api.localhost":          false,
		"http://localhost.example":      true,
		"http://notlocalhost":           true,
		"http://127.0.0.1.example":      true,
		"http://10.0.0.1":               true,
		"http://0.0.0.0":                true,
		"http://[fe80::1]":              true,
		"http://[::ffff:10.0.0.1]:8080": true,
	} {
		c := &Config{}
		if err := c.Override(url); err != nil {
			t.Fatalf("%s: %v", url, err)
		}
		err := c.CheckEncrypted(false)
		var problem *Error
		if refused != errors.As(err, &problem) || refused != (err != nil) || refused && problem.Key != "--target" {
			t.Errorf("%s: %v", url, err)
		}
		if err := c.CheckEncrypted(true); err != nil {
			t.Errorf("%s, allowed: %v", url, err)
		}
	}
}

// TestPlainHTTPIsRefusedByItsLine: what stands in the file is told with its place, also that of a
// token endpoint.
func TestPlainHTTPIsRefusedByItsLine(t *testing.T) {
	const grant = "target: {url: \"https://h\"}\ncredentials:\n  %s: {clientCredentials: {tokenURL: \"%s\", clientID: x, clientSecretEnv: S}}\n"
	const message = "plain http to another machine would send the credentials in clear; use https, or allow it with --insecure-http"
	for text, want := range map[string]string{
		"accounts: {missing: m}\ntarget: {url: \"http://h\"}\n": "conformance.yaml: line 2: target.url: " + message,
		fmt.Sprintf(grant, "helpdesk", "http://h/token"):        "conformance.yaml: line 3: credentials.helpdesk.clientCredentials.tokenURL: " + message,
		fmt.Sprintf(grant, "helpdesk", "https://h/token"):       "",
		fmt.Sprintf(grant, "helpdesk", "http://[::1]:1/token"):  "",
	} {
		said := ""
		c := mustParse(t, text)
		if err := c.CheckEncrypted(false); err != nil {
			said = err.Error()
		}
		if err := c.CheckEncrypted(true); said != want || err != nil {
			t.Errorf("%s%q, and %v where it is allowed; want %q", text, said, err, want)
		}
	}
}
