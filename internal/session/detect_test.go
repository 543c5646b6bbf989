package session

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

// inUTF16 is a text as PowerShell writes it.
func inUTF16(text string) string {
	var out strings.Builder
	out.WriteString("\xff\xfe")
	for _, unit := range utf16.Encode([]rune(text)) {
		out.WriteByte(byte(unit))
		out.WriteByte(byte(unit >> 8))
	}
	return out.String()
}

func TestTrafficIsToldFromDocuments(t *testing.T) {
	const cassette = "---\nversion: 2\ninteractions:\n- id: 0\n"
	for name, test := range map[string]struct {
		text string
		want bool
	}{
		"a cassette":                      {cassette, true},
		"a cassette of Windows":           {"\ufeff" + strings.ReplaceAll(cassette, "\n", "\r\n"), true},
		"a cassette with old line ends":   {strings.ReplaceAll(cassette, "\n", "\r"), true},
		"a cassette in UTF-16":            {inUTF16(cassette), true},
		"a cassette behind a long head":   {"# " + strings.Repeat("x", 5000) + "\n" + cassette, true},
		"a cassette in JSON":              {`{"version": 1, "interactions": []}`, true},
		"a cassette in flow style":        {"{version: 1,\n interactions: []}", true},
		"an archive":                      {"\ufeff" + `{"_comment": 1, "log": {}}`, true},
		"a packed file":                   {"\x1f\x8b\x08", true},
		"a document":                      {"openapi: 3.0.0\npaths: {}\n", false},
		"a document in JSON":              {`{"openapi":"3.1.0","components":{"schemas":{"A":{"properties":{"interactions":{}}}}}}`, false},
		"a document with such a member":   {"openapi: 3.0.0\ncomponents:\n  schemas:\n    interactions:\n      type: object\n", false},
		"anything else":                   {"hello", false},
		"nothing":                         {"", false},
		"a member of something else":      {"a:\n  interactions: 1\n", false},
		"a collection of another program": {`{"info": {"name": "interactions"}, "item": []}`, false},
	} {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := IsTraffic(path); err != nil || got != test.want {
			t.Errorf("%s: %v, %v; want %v", name, got, err, test.want)
		}
	}
	if got, err := IsTraffic(t.TempDir()); err != nil || !got {
		t.Errorf("a folder: %v, %v", got, err)
	}
	if _, err := IsTraffic(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("nothing there, and no error")
	}
}
