package proxy

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/report"
)

// TestNotes: what is said while a recording goes on, on a terminal and elsewhere, over four seconds in which
// the folder vanishes.
func TestNotes(t *testing.T) {
	const eraseLine = "\r\x1b[K"
	const vanished = "conformance: FOLDER: the folder has vanished; the traffic goes on, but what is recorded may be lost\n"
	const end = "conformance: 2 of 3 exchanges went to the recording in FOLDER: 202 x 2, no answer x 1\n"
	for live, want := range map[bool]string{
		false: vanished + end,
		true: eraseLine + "2 requests, 2/s, 0 under way: 202 x 2" +
			eraseLine + vanished + eraseLine + "3 requests, 1/s, 0 under way: 202 x 2, no answer x 1" +
			eraseLine + "3 requests, 0/s, 0 under way: 202 x 2, no answer x 1" +
			eraseLine + end,
	} {
		folder := filepath.Join(t.TempDir(), "session")
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		synctest.Test(t, func(t *testing.T) {
			counts := &Counts{}
			n := &notes{line: report.NewStatusLine(&out, report.NarrowColumns), live: live}
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() { defer close(done); n.watch(ctx, counts, folder) }()
			counts.answered(202)
			counts.answered(202)
			counts.recorded.Add(2)
			time.Sleep(tick) // of the bubble's own time
			synctest.Wait()
			counts.failed.Add(1)
			if err := os.Remove(folder); err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * tick)
			synctest.Wait()
			cancel()
			<-done
			n.end(counts, folder)
		})
		if diff := cmp.Diff(want, string(bytes.ReplaceAll(out.Bytes(), []byte(folder), []byte("FOLDER")))); diff != "" {
			t.Errorf("live %v: %s", live, diff)
		}
	}
}

func TestNothingWentBy(t *testing.T) {
	var out bytes.Buffer
	(&notes{line: report.NewStatusLine(&out, report.NarrowColumns)}).end(&Counts{}, "session")
	if want := "conformance: nothing went by, so that session is an empty session\n"; out.String() != want {
		t.Error(out.String())
	}
}
