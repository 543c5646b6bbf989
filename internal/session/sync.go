package session

import (
	"context"
	"fmt"
	"sync"
	"time"

	"conformance/internal/clock"
)

// SyncPolicy says when a Writer has the operating system bring what was written to the
// disk (fsync). A kill of the process loses nothing under any policy; it is the crash of
// the machine that does. The zero value is SyncInterval. It is a flag.Value.
type SyncPolicy string

// The policies.
const (
	// SyncAlways syncs each interaction before Append returns.
	SyncAlways SyncPolicy = "always"
	// SyncInterval syncs in the background, at most once a second, and at Close.
	SyncInterval SyncPolicy = "interval"
	// SyncNone leaves it to the operating system, also at Close.
	SyncNone SyncPolicy = "none"
)

// syncInterval is the shortest time from one sync in the background to the next.
const syncInterval = time.Second

// String is the policy's name.
func (p SyncPolicy) String() string {
	if p == "" {
		return string(SyncInterval)
	}
	return string(p)
}

// Set reads the policy's name. It returns an error for any other.
func (p *SyncPolicy) Set(name string) error {
	switch policy := SyncPolicy(name); policy {
	case SyncAlways, SyncInterval, SyncNone:
		*p = policy
		return nil
	}
	return fmt.Errorf("%q is no sync policy; expected always, interval or none", name)
}

// Type is how a flag's help calls the value.
func (*SyncPolicy) Type() string { return "always|interval|none" }

// syncer is when a Writer syncs. But for its policy it is guarded by the Writer's mutex.
type syncer struct {
	policy SyncPolicy
	clock  clock.Clock
	// context ends the wait for the next sync when the Writer ends.
	context context.Context
	stop    context.CancelFunc
	group   sync.WaitGroup
	pending bool // a sync in the background is on its way
	last    time.Time
}

func newSyncer(policy SyncPolicy, by clock.Clock) *syncer {
	s := &syncer{policy: policy, clock: by}
	s.context, s.stop = context.WithCancel(context.Background())
	return s
}

// written syncs a cassette that has just been added to, or has it synced later.
func (w *Writer) written(cassette *openCassetteFile) error {
	switch s := w.sync; {
	case s.policy == SyncNone:
	case s.policy == SyncAlways:
		return cassette.file.Sync()
	default:
		cassette.unsynced = true
		if !s.pending {
			s.pending = true
			s.group.Go(w.syncLater)
		}
	}
	return nil
}

// syncLater waits until the interval is over and syncs what was written by then. When the
// Writer ends meanwhile, Close syncs.
func (w *Writer) syncLater() {
	w.mutex.Lock()
	wait := syncInterval - w.sync.clock.Now().Sub(w.sync.last)
	w.mutex.Unlock()
	if w.sync.clock.Sleep(w.sync.context, wait) != nil {
		return
	}
	w.mutex.Lock()
	w.sync.pending = false
	w.sync.last = w.sync.clock.Now()
	var unsynced []*openCassetteFile
	for _, cassette := range w.cassettes {
		if cassette.unsynced {
			cassette.unsynced = false
			unsynced = append(unsynced, cassette)
		}
	}
	w.mutex.Unlock()
	// Whoever appends meanwhile does not wait for the disk.
	for _, cassette := range unsynced {
		if err := cassette.file.Sync(); err != nil {
			w.mutex.Lock()
			w.fail(cassette.name, err)
			w.mutex.Unlock()
		}
	}
}

// atClose tells whether Close must sync.
func (s *syncer) atClose() bool { return s.policy != SyncNone }
