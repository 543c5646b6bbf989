package reference

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// window is the time that rate limits are counted in, as the vendor documents them.
const window = 10 * time.Second

// usualLimit is the limit of a token that names none, in requests per window. It is some times
// what a run of the suite sends, which need not wait then. (The vendor documents 100.)
const usualLimit = 500

// limitOf is the limit that a token names, or else the usual one.
func limitOf(user claims) int {
	if user.RateLimit > 0 {
		return user.RateLimit
	}
	return usualLimit
}

// maxSubjects bounds how many subjects a gate remembers. Those beyond share one budget.
const maxSubjects = 4096

// gate limits how fast each subject may send. It is safe for concurrent use.
type gate interface {
	// pass is zero when the subject may send now, and counts that; otherwise it is how long
	// the subject has to wait. The limit is in requests per window.
	pass(subject string, limit int, now func() time.Time) time.Duration
}

// buckets is a token bucket for each subject: a full burst at first, refilled evenly.
type buckets struct {
	// refill is the time in which an empty bucket fills up.
	refill   time.Duration
	mutex    sync.Mutex
	subjects map[string]*rate.Limiter
}

func newBuckets(refill time.Duration) *buckets {
	return &buckets{refill: refill, subjects: map[string]*rate.Limiter{}}
}

// pass reads the clock under the lock, so that time never runs backwards for a bucket.
func (b *buckets) pass(subject string, limit int, now func() time.Time) time.Duration {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	bucket := b.bucket(subject, limit)
	at := now()
	if bucket.AllowN(at, 1) {
		return 0
	}
	lacking := 1 - bucket.TokensAt(at)
	return time.Duration(math.Ceil(lacking / float64(bucket.Limit()) * float64(time.Second)))
}

func (b *buckets) bucket(subject string, limit int) *rate.Limiter {
	if len(b.subjects) >= maxSubjects && b.subjects[subject] == nil {
		subject = ""
	}
	bucket := b.subjects[subject]
	if bucket == nil {
		bucket = rate.NewLimiter(rate.Limit(float64(limit)/b.refill.Seconds()), limit)
		b.subjects[subject] = bucket
	}
	return bucket
}

// windows counts the requests of each subject in windows of a fixed length, another usual
// way. A subject's window opens with its first request.
type windows struct {
	length   time.Duration
	mutex    sync.Mutex
	subjects map[string]*openWindow
}

type openWindow struct {
	opened time.Time
	count  int
}

func newWindows(length time.Duration) *windows {
	return &windows{length: length, subjects: map[string]*openWindow{}}
}

// pass reads the clock under the lock, as that of buckets does.
func (w *windows) pass(subject string, limit int, now func() time.Time) time.Duration {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if len(w.subjects) >= maxSubjects && w.subjects[subject] == nil {
		subject = ""
	}
	at := now()
	current := w.subjects[subject]
	if current == nil || at.Sub(current.opened) >= w.length {
		current = &openWindow{opened: at}
		w.subjects[subject] = current
	}
	if current.count >= limit {
		return current.opened.Add(w.length).Sub(at)
	}
	current.count++
	return 0
}

// wholeSeconds is the delay of a Retry-After header: whole seconds, rounded up so that it
// is never too short, and at least 1 (RFC 9110 section 10.2.3).
func wholeSeconds(_ time.Time, wait time.Duration) string {
	return strconv.FormatInt(max(1, int64((wait+time.Second-1)/time.Second)), 10)
}

// httpDate is a Retry-After header as a date, rounded up to the next second for the same reason.
func httpDate(now time.Time, wait time.Duration) string {
	at := now.Add(wait)
	if whole := at.Truncate(time.Second); whole.Before(at) {
		at = whole.Add(time.Second)
	}
	return at.UTC().Format(http.TimeFormat)
}
