package resend

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadReportRefuses: what is no report of a replay is told in a sentence that names the file.
func TestReadReportRefuses(t *testing.T) {
	for text, says := range map[string]string{
		``:                                    "it is empty",
		`{"`:                                  "breaks off",
		`[]`:                                  "array where a report is an object",
		`{"schemaVersion":1,"kind":"verify"}`: `kind "verify"`,
		`{"schemaVersion":2,"kind":"replay"}`: "schemaVersion 2",
		`{"schemaVersion":1,"kind":"replay","notes":5}`:                                                   "notes is a number",
		`{"schemaVersion":1,"kind":"replay","differences":[{"rule":"nonsense"}]}`:                         `differences[0].rule is "nonsense"`,
		`{"schemaVersion":1,"kind":"replay","differences":[{"rule":"no-answer","count":1}],"notSent":[]}`: "differences[0] has no examples",
	} {
		file := filepath.Join(t.TempDir(), "r.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadReport(file); err == nil || !strings.Contains(err.Error(), says) || !strings.HasPrefix(err.Error(), file+": ") {
			t.Errorf("%s\ngot  %v\nwant %s", text, err, says)
		}
	}
	if _, err := ReadReport("nosuch.json"); err == nil || !strings.HasPrefix(err.Error(), "nosuch.json: ") {
		t.Errorf("of a file that is not there: %v", err)
	}
}
