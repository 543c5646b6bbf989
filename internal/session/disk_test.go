package session

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"gopkg.in/dnaeon/go-vcr.v3/cassette"

	"conformance/internal/exchange"
)

// shortFile takes only so many bytes, as a full disk does.
type shortFile struct {
	file
	room int
}

func (f *shortFile) Write(text []byte) (int, error) {
	if len(text) <= f.room {
		f.room -= len(text)
		return f.file.Write(text)
	}
	n, err := f.file.Write(text[:f.room])
	f.room = 0
	return n, errors.Join(err, errors.New("no space left"))
}

func TestAFullDiskKeepsWhatWasWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	writer, err := Create(dir, manifest(), withOpener(func(name string) (file, error) {
		opened, err := openNew(name)
		return &shortFile{file: opened, room: 2000}, err
	}))
	if err != nil {
		t.Fatal(err)
	}
	var written []exchange.Exchange
	for attempt := range 10 {
		e := answered("burst", attempt, 202)
		if err = writer.Append("202", e); err != nil {
			break
		}
		written = append(written, e)
	}
	if err == nil || len(written) == 0 {
		t.Fatalf("got %v after %d exchanges", err, len(written))
	}
	mustContain(t, err.Error(), "record 202", "no space left")
	if again := writer.Append("404", answered("b", 1, 404)); again == nil || again.Error() != err.Error() {
		t.Errorf("the next Append returns %v, want the first error", again)
	}
	if err := writer.Close(); err == nil {
		t.Error("an incomplete session is closed without an error")
	}
	same(t, written, open(t, filepath.Join(dir, "202.yaml")).Exchanges())
	checkUnfinished(t, dir, true)
	same(t, written, open(t, dir).Exchanges())
	loaded, err := cassette.Load(filepath.Join(dir, "202"))
	if err != nil {
		t.Fatalf("go-vcr does not load what was written: %v", err)
	}
	same(t, len(written), len(loaded.Interactions))
}

func TestAVanishedFolderIsAnError(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	writer, err := Create(dir, manifest())
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Append("202", answered("a", 1, 202)); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := writer.Append("404", answered("a", 1, 404)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Append returns %v", err)
	}
	if err := writer.Close(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Close returns %v", err)
	}
}

// The cassette is open already, so that only Close can notice.
func TestAFolderThatVanishesLastIsAnError(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	writer, err := Create(dir, manifest())
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Append("202", answered("a", 1, 202)); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Close returns %v", err)
	}
}

// brokenFile fails where a disk fails late.
type brokenFile struct {
	file
	sync, close error
}

func (f brokenFile) Sync() error  { return f.sync }
func (f brokenFile) Close() error { return errors.Join(f.file.Close(), f.close) }

func TestLateFailuresAreSeen(t *testing.T) {
	late := errors.New("input/output error")
	for _, broken := range []brokenFile{{sync: late}, {close: late}} {
		dir := filepath.Join(t.TempDir(), "s")
		writer, err := Create(dir, manifest(), withOpener(func(name string) (file, error) {
			opened, err := openNew(name)
			broken.file = opened
			return broken, err
		}))
		if err != nil {
			t.Fatal(err)
		}
		if err := writer.Append("202", answered("a", 1, 202)); err != nil {
			t.Fatal(err)
		}
		if err := writer.Close(); !errors.Is(err, late) {
			t.Errorf("Close returns %v", err)
		}
		checkUnfinished(t, dir, true)
	}
}

// An old session is not lost, and neither is what was recorded to replace it.
func TestAFullDiskKeepsOldAndNew(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "s")
	record(t, dir, run(20))
	before := files(t, dir)
	writer, err := Create(dir, manifest(), withOpener(func(name string) (file, error) {
		opened, err := openNew(name)
		return &shortFile{file: opened, room: 2000}, err
	}))
	if err != nil {
		t.Fatal(err)
	}
	first := answered("new", 1, 202)
	if err := writer.Append("202", first); err != nil {
		t.Fatal(err)
	}
	for err == nil {
		err = writer.Append("202", answered("new", 2, 202))
	}
	err = writer.Close()
	if err == nil {
		t.Fatal("a recording that failed replaces the old session")
	}
	mustContain(t, err.Error(), "no space left", "what was recorded is left in "+writer.work)
	same(t, before, files(t, dir))
	same(t, first, open(t, writer.work).Exchanges()[0])
}

// stuckFile takes one write whole and half of the next, and cannot give it back.
type stuckFile struct {
	file
	writes int
}

func (f *stuckFile) Write(text []byte) (int, error) {
	f.writes++
	if f.writes == 1 {
		return f.file.Write(text)
	}
	n, err := f.file.Write(text[:len(text)/2])
	return n, errors.Join(err, errors.New("no space left"))
}

func (f *stuckFile) Truncate(int64) error { return errors.New("input/output error") }

func TestHalfAnInteractionIsLeftOut(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	writer, err := Create(dir, manifest(), withOpener(func(name string) (file, error) {
		opened, err := openNew(name)
		return &stuckFile{file: opened}, err
	}))
	if err != nil {
		t.Fatal(err)
	}
	kept := answered("kept", 1, 202)
	if err := writer.Append("202", kept); err != nil {
		t.Fatal(err)
	}
	err = writer.Append("202", answered("lost", 1, 202))
	if err == nil {
		t.Fatal("half a write is no error")
	}
	mustContain(t, err.Error(), "record 202.yaml", "no space left", "input/output error")
	if err := writer.Close(); err == nil {
		t.Error("a broken recording is closed without an error")
	}
	same(t, []exchange.Exchange{kept}, open(t, dir).Exchanges())
}

// /dev/full refuses every byte, as a disk without any room does.
func TestAFullDevice(t *testing.T) {
	if !exists("/dev/full") {
		t.Skip("this system has no /dev/full")
	}
	dir := filepath.Join(t.TempDir(), "s")
	writer, err := Create(dir, manifest(), withOpener(func(string) (file, error) {
		return os.OpenFile("/dev/full", os.O_WRONLY, 0)
	}))
	if err != nil {
		t.Fatal(err)
	}
	var reported []error
	sink := writer.Sink(func(err error) { reported = append(reported, err) })
	for attempt := range 3 {
		sink(answered("a", attempt, 202))
	}
	if len(reported) != 1 {
		t.Fatalf("the error is reported %d times: %v", len(reported), reported)
	}
	mustContain(t, reported[0].Error(), "record 202.yaml", "no space left on device")
	_ = writer.Abort()
}
