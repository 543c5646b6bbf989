//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package session

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"conformance/internal/exchange"
)

// mustBeRefused tries to record into a folder that another recording has.
func mustBeRefused(t *testing.T, dir string) {
	t.Helper()
	writer, err := Create(dir, manifest())
	var problem *Error
	if !errors.As(err, &problem) {
		t.Errorf("a second recording gets %v, want an *Error", err)
		if err == nil {
			_ = writer.Abort()
		}
		return
	}
	mustContain(t, err.Error(), dir, "another recording", "under way", "name another folder")
}

func TestTwoRecordingsOfOneSession(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "s")
	for _, test := range []struct {
		name   string
		finish func(*Writer) error
	}{
		{"into a new folder", (*Writer).Abort},
		{"into a new folder after an abort", (*Writer).Close},
		{"over an old session", (*Writer).Abort},
		{"over an old session after an abort", (*Writer).Close},
	} {
		t.Run(test.name, func(t *testing.T) {
			first, err := Create(dir, manifest())
			if err != nil {
				t.Fatal(err)
			}
			mustBeRefused(t, dir)
			link := filepath.Join(parent, "link")
			if err := os.Symlink(dir, link); err != nil {
				t.Fatal(err)
			}
			mustBeRefused(t, dir)
			if _, err := Create(link, manifest()); err == nil {
				t.Error("a link leads round the lock")
			}
			if err := os.Remove(link); err != nil {
				t.Fatal(err)
			}
			if err := first.Append("202", answered("a", 1, 202)); err != nil {
				t.Fatal(err)
			}
			mustBeRefused(t, dir)
			if err := test.finish(first); err != nil {
				t.Fatal(err)
			}
			if dirs := names(t, parent); len(dirs) != 1 {
				t.Errorf("beside the session stand %v", dirs)
			}
		})
	}
	same(t, []exchange.Exchange{answered("a", 1, 202)}, open(t, dir).Exchanges())
}

// Between the two renames of a replacement the folder is gone for a moment, which must not
// look like a kill.
func TestAReplacementIsNotDisturbed(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "s")
	record(t, dir, run(20))
	writer, err := Create(dir, manifest())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(dir, replacedName(dir)); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(dir, manifest()); !errors.Is(err, errHeld) {
		t.Errorf("a second recording gets %v", err)
	}
	if exists(dir) {
		t.Error("the old session is brought back behind the first recording's back")
	}
	if err := writer.Abort(); err != nil {
		t.Fatal(err)
	}
}

// A folder can be replaced after it was opened and before it is locked.
func TestALockOnAReplacedFolderIsNone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	if lock, err := lockOnce(dir); lock != nil || err != nil {
		t.Errorf("a folder that is not there gives %v, %v", lock, err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	folder, err := os.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	for _, step := range []struct {
		change func() error
		want   bool
	}{
		{func() error { return nil }, true},
		{func() error { return os.Rename(dir, dir+"-old") }, false},
		{func() error { return os.Mkdir(dir, 0o700) }, false},
	} {
		if err := step.change(); err != nil {
			t.Fatal(err)
		}
		same(t, step.want, isNamed(folder, dir))
	}
	if err := lockFile(folder); err != nil {
		t.Fatal(err)
	}
	lock, err := lockFolder(dir)
	if err != nil {
		t.Fatalf("the lock of the old folder keeps the new one locked: %v", err)
	}
	defer lock.Close()
}
