package redact_test

import (
	"path/filepath"
	"testing"

	"conformance/internal/redact"
	"conformance/internal/session"
)

func TestNoSuspectsInWhatIsShipped(t *testing.T) {
	recording, err := session.Open(filepath.Join("..", "..", "cassettes", "reference"))
	if err != nil {
		t.Fatal(err)
	}
	exchanges, err := recording.Exchanges()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range exchanges {
		for _, suspect := range redact.Suspects(e) {
			t.Errorf("%s: %s", e.Case, suspect)
		}
	}
}
