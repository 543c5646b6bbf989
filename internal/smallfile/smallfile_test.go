package smallfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestRead(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(name, []byte("1234"), 0o600); err != nil {
		t.Fatal(err)
	}
	if text, err := Read(name, 4); err != nil || string(text) != "1234" {
		t.Errorf("at the limit: %q, %v", text, err)
	}
	var large *TooLargeError
	if text, err := Read(name, 3); text != nil || !errors.As(err, &large) || large.Limit != 3 {
		t.Errorf("above the limit: %q, %v", text, err)
	}
	if _, err := Read("/dev/zero", 1<<20); !errors.As(err, &large) || err.Error() != "it is larger than 1 MiB, the most that is read" {
		t.Errorf("without an end: %v", err)
	}
	if _, err := Read(name+"x", 4); !errors.Is(err, fs.ErrNotExist) || err.Error() != "no such file or directory" {
		t.Errorf("of no file: %v", err)
	}
	if _, err := Read(filepath.Dir(name), 4); err == nil || err.Error() != "is a directory" {
		t.Errorf("of a folder: %v", err)
	}
}
