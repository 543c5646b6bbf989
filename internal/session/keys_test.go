package session

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTooManyKeys: a header of a million fields is refused, and not compared field by field.
func TestTooManyKeys(t *testing.T) {
	var fields strings.Builder
	for i := range mostKeys + 1 {
		fmt.Fprintf(&fields, "            X-%d: [a]\n", i)
	}
	cassette := "---\nversion: 2\ninteractions:\n    - id: 0\n      request:\n        method: GET\n        url: http://a.test/\n        headers:\n" +
		fields.String() + "      response:\n        code: 200\n"
	file := filepath.Join(t.TempDir(), "200.yaml")
	if err := os.WriteFile(file, []byte(cassette), 0o600); err != nil {
		t.Fatal(err)
	}
	source, err := OpenSource(file)
	if err != nil {
		t.Fatal(err)
	}
	for item, failed := range source.Items() {
		if err = failed; err == nil {
			_, err = item.Exchange()
		}
	}
	if want := "200.yaml: line 9: 10001 keys in one place; expected 10000 at most"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("error %v, want %s", err, want)
	}
}
