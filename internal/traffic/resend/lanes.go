package resend

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"

	"conformance/internal/exchange"
	"conformance/internal/target"
)

// job is one request that is to be sent, and what came of it then.
type job struct {
	// number is that of the exchange in the recording, from 1; place is where it stands there.
	number   int
	place    string
	then     exchange.Exchange
	stimulus target.Stimulus
}

// The bounds of what is read ahead, in bytes. A lane that is slow holds up the others only when it
// has filled all of it.
const (
	readAhead = 32 << 20
	jobWeight = 4 << 10
)

// lanes keep the jobs of each account in order and let those of different accounts overtake one
// another. Few goroutines work on however many lanes there are.
type lanes struct {
	room *semaphore.Weighted

	mutex   sync.Mutex
	waiting map[string][]*job
	// ready are the names of lanes with a job that nobody works on.
	ready chan string
	open  sync.WaitGroup
}

func newLanes() *lanes {
	return &lanes{
		room:    semaphore.NewWeighted(readAhead),
		waiting: map[string][]*job{},
		ready:   make(chan string, readAhead/jobWeight),
	}
}

// weight is how much of the room a job takes.
func (j *job) weight() int64 {
	size := jobWeight + len(j.then.Request.Body)
	if j.then.Response != nil {
		size += len(j.then.Response.Body)
	}
	return int64(min(size, readAhead))
}

// add puts a job at the end of a lane. It waits while there is no room, and fails when the context
// ends first.
func (l *lanes) add(ctx context.Context, lane string, j *job) error {
	if err := l.room.Acquire(ctx, j.weight()); err != nil {
		return err
	}
	l.open.Add(1)
	l.mutex.Lock()
	defer l.mutex.Unlock()
	jobs, busy := l.waiting[lane]
	l.waiting[lane] = append(jobs, j)
	if !busy {
		l.ready <- lane // there is room for as many as there can be jobs
	}
	return nil
}

// close says that no more jobs will be added. It returns when all are done.
func (l *lanes) close() {
	l.open.Wait()
	close(l.ready)
}

// work does jobs until there are no more.
func (l *lanes) work(do func(*job)) {
	for lane := range l.ready {
		l.mutex.Lock()
		next := l.waiting[lane][0]
		l.mutex.Unlock()
		do(next)
		l.mutex.Lock()
		if left := l.waiting[lane][1:]; len(left) > 0 {
			l.waiting[lane] = left
			l.ready <- lane
		} else {
			delete(l.waiting, lane)
		}
		l.mutex.Unlock()
		l.room.Release(next.weight())
		l.open.Done()
	}
}
