package drift

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"conformance/internal/session"
)

// What was cut short could be called the last good session, and then nothing would be missed in it.
func TestUnfinishedRecordingIsNotAccepted(t *testing.T) {
	dir := t.TempDir()
	writer, err := session.Create(filepath.Join(dir, "new"), session.Manifest{Recorded: time.Unix(0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Append("202", traffic(1, reply{status: 202, body: task})[0]); err != nil {
		t.Fatal(err)
	}
	defer writer.Abort()
	if err := Accept(filepath.Join(dir, "new"), filepath.Join(dir, "good")); err == nil || !strings.Contains(err.Error(), "did not come to its end") {
		t.Errorf("got %v", err)
	}
	if names, _ := filepath.Glob(filepath.Join(dir, "*")); len(names) != 1 {
		t.Errorf("left %v", names)
	}
}
