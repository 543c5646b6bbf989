package config

import (
	"errors"
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
		if refused != errors.As(err, &problem) || refused != (err != nil) {
			t.Errorf("%s: %v", url, err)
		}
		if err := c.CheckEncrypted(true); err != nil {
			t.Errorf("%s, allowed: %v", url, err)
		}
	}
}
