package session

import (
	"errors"
	"flag"
	"io"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"conformance/internal/clock"
)

// countedFile counts how often it is synced.
type countedFile struct {
	file
	syncs *atomic.Int64
	fails error
}

func (f countedFile) Sync() error {
	f.syncs.Add(1)
	return f.fails
}

// counting makes files that count their syncs.
func counting(syncs *atomic.Int64, fails error) Option {
	return withOpener(func(name string) (file, error) {
		opened, err := openNew(name)
		return countedFile{opened, syncs, fails}, err
	})
}

func TestSyncPolicies(t *testing.T) {
	for _, test := range []struct {
		policy SyncPolicy
		// How many syncs there are after three exchanges at once; one more, and 900 ms later;
		// 200 ms after that; after two seconds without any; after one more; after Close.
		want []int64
	}{
		{SyncAlways, []int64{3, 4, 4, 4, 5, 6}},
		{SyncInterval, []int64{1, 1, 2, 2, 3, 4}},
		{"", []int64{1, 1, 2, 2, 3, 4}},
		{SyncNone, []int64{0, 0, 0, 0, 0, 0}},
	} {
		t.Run(test.policy.String(), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "s")
			synctest.Test(t, func(t *testing.T) {
				var syncs atomic.Int64
				writer, err := Create(dir, manifest(), WithSync(test.policy, clock.System{}), counting(&syncs, nil))
				if err != nil {
					t.Fatal(err)
				}
				var got []int64
				see := func(exchanges int, wait time.Duration) {
					for range exchanges {
						if err := writer.Append("202", answered("a", 1, 202)); err != nil {
							t.Fatal(err)
						}
					}
					time.Sleep(wait)
					synctest.Wait()
					got = append(got, syncs.Load())
				}
				see(3, 0)
				see(1, 900*time.Millisecond)
				see(0, 200*time.Millisecond)
				see(0, 2*time.Second)
				see(1, 0)
				if err := writer.Close(); err != nil {
					t.Fatal(err)
				}
				see(0, 0)
				same(t, test.want, got)
			})
		})
	}
}

func TestManyExchangesASecondAreSyncedOnceASecond(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	synctest.Test(t, func(t *testing.T) {
		var syncs atomic.Int64
		writer, err := Create(dir, manifest(), counting(&syncs, nil))
		if err != nil {
			t.Fatal(err)
		}
		for range 100 {
			if err := writer.Append("202", answered("a", 1, 202)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(50 * time.Millisecond)
		}
		synctest.Wait()
		// One at the start and one at the end of each of the first four seconds.
		if got := syncs.Load(); got < 5 || got > 6 {
			t.Errorf("%d syncs in five seconds", got)
		}
		if err := writer.Abort(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAFailedSyncEndsTheRecording(t *testing.T) {
	broken := errors.New("input/output error")
	for _, policy := range []SyncPolicy{SyncAlways, SyncInterval} {
		t.Run(policy.String(), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "s")
			synctest.Test(t, func(t *testing.T) {
				var syncs atomic.Int64
				writer, err := Create(dir, manifest(), WithSync(policy, clock.System{}), counting(&syncs, broken))
				if err != nil {
					t.Fatal(err)
				}
				_ = writer.Append("202", answered("a", 1, 202))
				synctest.Wait()
				err = writer.Append("202", answered("a", 2, 202))
				if !errors.Is(err, broken) {
					t.Fatalf("Append returns %v", err)
				}
				mustContain(t, err.Error(), "record 202.yaml")
				if err := writer.Close(); !errors.Is(err, broken) {
					t.Errorf("Close returns %v", err)
				}
			})
		})
	}
}

func TestSyncPolicyIsAFlag(t *testing.T) {
	for _, test := range []struct {
		arguments []string
		want      SyncPolicy
		fails     bool
	}{
		{nil, "", false},
		{[]string{"-sync", "always"}, SyncAlways, false},
		{[]string{"-sync", "interval"}, SyncInterval, false},
		{[]string{"-sync=none"}, SyncNone, false},
		{[]string{"-sync", "Always"}, "", true},
		{[]string{"-sync", ""}, "", true},
	} {
		flags := flag.NewFlagSet("record", flag.ContinueOnError)
		flags.SetOutput(io.Discard)
		var policy SyncPolicy
		flags.Var(&policy, "sync", "when")
		err := flags.Parse(test.arguments)
		if (err != nil) != test.fails || policy != test.want {
			t.Errorf("%v: got %q and %v", test.arguments, policy, err)
		}
		if err != nil && !strings.Contains(err.Error(), "expected always, interval or none") {
			t.Errorf("%v: %v", test.arguments, err)
		}
	}
}
