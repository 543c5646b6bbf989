package target

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"conformance/internal/redact"
)

func TestATokenFileIsReadAgainWhenItChanges(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	write := func(token string, age time.Duration) {
		t.Helper()
		if err := os.WriteFile(file, []byte(token), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, epoch, epoch.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	reads := 0
	secrets := &redact.Secrets{}
	credentials := NewTokenFiles(Tokens{"helpdesk": "other-token"}, map[string]TokenFile{"orgAdmin": {Name: file, Read: func() (string, error) {
		reads++
		text, err := os.ReadFile(file)
		return string(text), err
	}}}, secrets)
	for _, step := range []struct {
		name   string
		change func()
		token  string
		reads  int
	}{
		{"first", func() { write("first-token", time.Hour) }, "first-token", 1},
		{"unchanged", func() {}, "first-token", 1},
		{"another time", func() { write("secnd-token", time.Minute) }, "secnd-token", 2},
		{"another length", func() { write("a-third-token", time.Minute) }, "a-third-token", 3},
		{"another file of that name", func() {
			before := file + ".old"
			if err := os.Rename(file, before); err != nil {
				t.Fatal(err)
			}
			write("d-third-token", time.Minute)
		}, "d-third-token", 4},
	} {
		step.change()
		token, err := credentials.Token(t.Context(), "orgAdmin")
		if err != nil || token != step.token || reads != step.reads {
			t.Errorf("%s: token %q, error %v, after %d reads; want %q after %d", step.name, token, err, reads, step.token, step.reads)
		}
		if text := secrets.Text(step.token); text != "<orgAdmin>" {
			t.Errorf("%s: the token shows as %q", step.name, text)
		}
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if _, err := credentials.Token(t.Context(), "orgAdmin"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("of a file that is gone: %v", err)
	}
	if token, err := credentials.Token(t.Context(), "helpdesk"); err != nil || token != "other-token" || !credentials.Has("helpdesk") || !credentials.Has("orgAdmin") || credentials.Has("expired") {
		t.Errorf("of another credential: %q, %v", token, err)
	}
}
