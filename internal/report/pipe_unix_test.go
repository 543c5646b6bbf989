//go:build unix

package report

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestWriteFilesKeepsAPipe holds that a pipe is written to, not replaced by a file.
func TestWriteFilesKeepsAPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	// Opened for both, the pipe blocks nobody and holds the few bytes of a small report.
	end, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer end.Close()
	run := conformantRun(t)
	run.Results, run.Exchanges = nil, nil
	if err := Run.WriteFiles(run, []Destination{{JSON, pipe}}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(pipe); err != nil || info.Mode().Type() != fs.ModeNamedPipe {
		t.Fatalf("the pipe became %v, %v", info, err)
	}
	buffer := make([]byte, 1<<16)
	n, err := end.Read(buffer)
	if err != nil || !strings.HasPrefix(string(buffer[:n]), `{`) {
		t.Errorf("the pipe holds %.20q, %v", buffer[:n], err)
	}
}
