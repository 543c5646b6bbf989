package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"conformance/internal/outcome"
)

// TestPages: what verify, diff and replay find is in their pages, which load nothing.
func TestPages(t *testing.T) {
	const fault = faultForReplay
	dir := t.TempDir()
	conformance(t, dir, nil, "run", "--fault", fault, "--record", "faulty")
	conformance(t, dir, nil, "run", "--fault", "retry-after-missing", "--record", "unlimited")
	reference := startReference(t, "--fault", fault)
	defer reference.stop()
	writeFile(t, dir, "conformance.yaml", reference.config)
	for name, test := range map[string]struct {
		arguments []string
		holds     []string
	}{
		"verify": {[]string{"verify", "unlimited"}, []string{"429-retry-after", "nonconformant", "interaction "}},
		"diff":   {[]string{"diff", shippedPath(t), "faulty"}, []string{"changed", "breaking", "conformance explain "}},
		"replay": {[]string{"replay", shippedPath(t), "--config", "conformance.yaml"}, []string{"breaking differences", "status-changed", "$EXPIRED"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := conformance(t, dir, nil, append(test.arguments, "--report", "html="+name+".html")...)
			if r.code != outcome.ExitNonconformant {
				t.Fatalf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
			}
			text, err := os.ReadFile(filepath.Join(dir, name+".html"))
			if err != nil {
				t.Fatal(err)
			}
			for _, expected := range test.holds {
				if !strings.Contains(string(text), expected) {
					t.Errorf("the page does not hold %q", expected)
				}
			}
			assertLoadsNothing(t, text)
			for _, token := range reference.tokens {
				if strings.Contains(string(text), token) {
					t.Error("the page holds a token")
				}
			}
		})
	}
}

// assertLoadsNothing: no element of the page names a file or an address to be loaded.
func assertLoadsNothing(t *testing.T, text []byte) {
	t.Helper()
	for tokens := html.NewTokenizer(bytes.NewReader(text)); tokens.Next() != html.ErrorToken; {
		token := tokens.Token()
		for _, attribute := range token.Attr {
			// The empty icon keeps a browser from asking for one.
			inside := strings.HasPrefix(attribute.Val, "#") || attribute.Val == "data:,"
			if attribute.Key == "src" || attribute.Key == "href" && !inside {
				t.Errorf("<%s> loads %s", token.Data, attribute.Val)
			}
		}
	}
}
