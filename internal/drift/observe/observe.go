// Package observe finds out from recorded traffic what an operation does: which statuses a request
// gets, what is in the answers, in which form, and how long they take.
//
// Each exchange is folded into a Summary and forgotten, so that memory does not grow with the
// traffic. Summaries are made on all cores and merged, and the result does not depend on how
// many there were: counts add up, and what is kept of many is chosen by a hash or by what came
// first in the recording, never by what came first to a worker.
package observe

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"conformance/internal/exchange"
	"conformance/internal/redact"
	"conformance/internal/session"
)

// Summary is what recorded traffic shows of an operation.
type Summary struct {
	// Exchanges is how many there were with the operation's address, Others how many with others.
	Exchanges, Others int
	// Unrecorded is how many with the operation's address tell nothing of the server: their answer
	// was not recorded, or not waited for.
	Unrecorded int
	// Statuses is what came with each status, for requests with the operation's method.
	Statuses map[int]*Status
	// Manifest is that of the session; the zero value where there is none.
	Manifest session.Manifest
	// Warnings are sentences about what could not be read.
	Warnings []string

	stimuli bottom[*Stimulus]
	samples bottom[[]Sample]
	// large counts the exchanges that are too large to be kept as samples.
	large int
}

// Operation tells which exchanges are looked at.
type Operation struct {
	Method string
	// Path is a template such as "/accounts/{id}/unlock". It may stand behind any other segments,
	// and segments that are a version, such as "v3", say nothing.
	Path string
}

// Sighting is where in the recording something was seen.
type Sighting struct {
	// Order is the place among all exchanges of the recording, from 0.
	Order int
	// File is the name of the file without its folder; empty for traffic in memory.
	File string
	// Number is the place in the file, from 1; Line is where it begins there, or 0.
	Number, Line int
}

// String is the place for people, such as "interaction 3 of 401.yaml (line 57)".
func (s Sighting) String() string {
	switch {
	case s.File == "":
		return fmt.Sprintf("exchange %d", s.Number)
	case s.Line == 0:
		return fmt.Sprintf("interaction %d of %s", s.Number, s.File)
	}
	return fmt.Sprintf("interaction %d of %s (line %d)", s.Number, s.File, s.Line)
}

// Exchanges sums up traffic that is in memory.
func Exchanges(operation Operation, manifest session.Manifest, all []exchange.Exchange) *Summary {
	f := newFolder(operation, manifest)
	for i, e := range all {
		f.add(e, Sighting{Order: i, Number: i + 1})
	}
	return f.summary.finish()
}

// chunk is some items that follow one another. One worker takes all of it.
type chunk struct {
	first int
	items []session.Item
}

// chunkSize is how many items are handed to a worker at a time.
const chunkSize = 128

// Read sums up recorded traffic with so many workers, at least one. In traffic that another
// program recorded, labels take the place of secrets; that takes one worker, since the labels
// are numbered. The error is a *session.Error: the first thing in the recording that is damaged.
func Read(operation Operation, source *session.Source, workers int) (*Summary, error) {
	var (
		chunks  = make(chan chunk, 1)
		folders []*folder
		running sync.WaitGroup
		stopped atomic.Bool
	)
	start := func(item session.Item) error {
		clean := func(e exchange.Exchange) exchange.Exchange { return e }
		if item.Foreign {
			redactor, err := redact.NewTraffic(redact.TrafficOptions{})
			if err != nil {
				return err
			}
			clean, workers = redactor.Clean, 1
		}
		for range max(1, workers) {
			f := newFolder(operation, source.Manifest)
			f.clean = clean
			folders = append(folders, f)
			running.Go(func() { f.take(chunks, &stopped) })
		}
		return nil
	}
	err := deal(source, chunks, &stopped, start)
	close(chunks)
	running.Wait()
	total := newFolder(operation, source.Manifest)
	for _, f := range folders {
		if f.err != nil && (err == nil || f.failedAt < total.failedAt || total.err == nil) {
			err, total.err, total.failedAt = f.err, f.err, f.failedAt
		}
		total.summary.merge(f.summary)
	}
	if err != nil {
		return nil, err
	}
	total.summary.Warnings = source.Warnings()
	return total.summary.finish(), nil
}

// deal hands out the items of a source in chunks until one of the workers has had enough.
func deal(source *session.Source, chunks chan<- chunk, stopped *atomic.Bool, start func(session.Item) error) error {
	next := chunk{}
	order := 0
	for item, err := range source.Items() {
		if err != nil {
			return err
		}
		if order == 0 {
			if err := start(item); err != nil {
				return err
			}
		}
		if order++; len(next.items) == chunkSize {
			if stopped.Load() {
				return nil
			}
			chunks <- next
			next = chunk{first: order - 1}
		}
		next.items = append(next.items, item)
	}
	if len(next.items) > 0 {
		chunks <- next
	}
	return nil
}

// take folds chunks until there are no more. After an error it only lets the others go on.
func (f *folder) take(chunks <-chan chunk, stopped *atomic.Bool) {
	for c := range chunks {
		for i, item := range c.items {
			if f.err != nil {
				break
			}
			e, err := item.Exchange()
			if err != nil {
				f.err, f.failedAt = err, c.first+i
				stopped.Store(true)
				break
			}
			f.add(f.clean(e), Sighting{
				Order: c.first + i, File: filepath.Base(item.File), Number: item.Number, Line: item.Line,
			})
		}
	}
}

// parameter is the first parameter in a request's address, as it is escaped there; false when
// the address is not the operation's.
func (o Operation) parameter(address string) (string, bool) {
	path, _, _ := strings.Cut(address, "?")
	if _, after, absolute := strings.Cut(path, "://"); absolute {
		_, path, _ = strings.Cut(after, "/") // what is before it is the host
	}
	wanted, found := segments(o.Path), segments(path)
	if len(found) < len(wanted) {
		return "", false
	}
	found = found[len(found)-len(wanted):]
	parameter := ""
	for i, segment := range wanted {
		switch {
		case strings.HasPrefix(segment, "{"):
			if parameter == "" {
				parameter = found[i]
			}
		case segment != found[i]:
			return "", false
		}
	}
	return parameter, true
}

// segments are those of a path that are not a version.
func segments(path string) []string {
	var all []string
	for segment := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		digits, is := strings.CutPrefix(segment, "v")
		if !is || digits == "" || strings.Trim(digits, "0123456789") != "" {
			all = append(all, segment)
		}
	}
	return all
}
