package session

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/exchange"
)

// bundled is the manifest of a session that a single file holds.
func bundled() Bundle {
	return Bundle{
		Manifest: Manifest{FormatVersion: 1, Recorded: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), Target: "https://t.example",
			Waive: map[string]string{"500": "two\nlines"}, Cassettes: []string{"202.yaml", "empty.yaml", "401.yaml"}},
		Counts: []int{2, 0, 1},
	}
}

func writeBundle(t *testing.T, b Bundle, exchanges ...exchange.Exchange) string {
	t.Helper()
	var text strings.Builder
	writer, err := NewCassetteWriter(&text, b)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range exchanges {
		if err := writer.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	return writeText(t, "all.yaml", text.String())
}

func writeText(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestBundleInOneCassette(t *testing.T) {
	e := exchange.Exchange{Request: exchange.Request{Method: "POST", URL: "https://t.example/accounts/a/unlock"}, Response: &exchange.Response{Status: 202}}
	source, err := OpenSource(writeBundle(t, bundled(), e, e, e, e))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(bundled().Manifest, source.Manifest); diff != "" {
		t.Errorf("-written +read\n%s", diff)
	}
	var cassettes []string
	for item, err := range source.Items() {
		if err != nil || item.Foreign {
			t.Fatalf("foreign %t, %v", item.Foreign, err)
		}
		cassettes = append(cassettes, item.Cassette)
	}
	// The fourth is more than the counts tell of.
	if diff := cmp.Diff([]string{"202", "202", "401", "all"}, cassettes); diff != "" {
		t.Errorf("-written +read\n%s", diff)
	}
}

func TestBundleInJSONIsTheSame(t *testing.T) {
	text, err := bundled().JSON()
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeBundle("a.har", text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(bundled(), got); diff != "" {
		t.Errorf("-written +read\n%s", diff)
	}
}

func TestDamagedBundles(t *testing.T) {
	head := strings.Replace(cassetteHead, "interactions:\n", "session:\n", 1)
	for name, text := range map[string]string{
		"counts":   head + "  manifest: {formatVersion: 1, recorded: 2026-01-01T00:00:00Z, cassettes: [a.yaml]}\n  counts: [1, 2]\ninteractions:\n",
		"negative": head + "  manifest: {formatVersion: 1, recorded: 2026-01-01T00:00:00Z, cassettes: [a.yaml]}\n  counts: [-1]\ninteractions:\n",
		"version":  head + "  manifest: {formatVersion: 9, recorded: 2026-01-01T00:00:00Z, cassettes: []}\n  counts: []\ninteractions:\n",
		"no YAML":  head + "  manifest: [\ninteractions:\n",
		"path":     head + "  manifest: {formatVersion: 1, recorded: 2026-01-01T00:00:00Z, cassettes: [../a.yaml]}\n  counts: [1]\ninteractions:\n",
	} {
		var problem *Error
		if _, err := OpenSource(writeText(t, "all.yaml", text)); !errors.As(err, &problem) || !strings.HasSuffix(problem.File, "all.yaml") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A foreign archive that is opened to be replayed has labels in the place of secrets; whoever reads
// it as a source is told that it is foreign.
func TestForeignArchive(t *testing.T) {
	file := writeText(t, "traffic.json", `{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"entries":[
		{"startedDateTime":"2026-01-01T00:00:00Z","time":1,"request":{"method":"POST","url":"https://t.example/","headers":[{"name":"Authorization","value":"Bearer canary-0123456789abcdef"}]},
		 "response":{"status":401,"headers":[],"content":{"text":"no canary-0123456789abcdef"}}}]}}`)
	recording, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	exchanges, err := recording.Exchanges()
	if err != nil {
		t.Fatal(err)
	}
	e := exchanges[0]
	if e.Request.Header.Get("Authorization") != "Bearer <credential-1>" || string(e.Response.Body) != "no <credential-1>" {
		t.Errorf("%v, %s", e.Request.Header, e.Response.Body)
	}
	source, err := OpenSource(file)
	if err != nil {
		t.Fatal(err)
	}
	if !source.Manifest.Recorded.Equal(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("recorded %s", source.Manifest.Recorded)
	}
	for item, err := range source.Items() {
		if err != nil || !item.Foreign {
			t.Errorf("foreign %t, %v", item.Foreign, err)
		}
	}
}
