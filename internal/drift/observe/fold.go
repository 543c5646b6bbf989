package observe

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"conformance/internal/exchange"
	"conformance/internal/session"
)

// folder folds exchanges into a summary, one after the other.
type folder struct {
	summary   *Summary
	operation Operation
	namer     namer
	walker    *walker
	clean     func(exchange.Exchange) exchange.Exchange

	err      error
	failedAt int
}

func newFolder(operation Operation, manifest session.Manifest) *folder {
	roles := map[string]string{}
	for _, role := range slices.Sorted(maps.Keys(manifest.Accounts)) {
		roles[manifest.Accounts[role]] = role
	}
	if fault := manifest.InternalFault; fault != nil && fault.Account != "" {
		roles[fault.Account] = "fault"
	}
	return &folder{
		operation: operation,
		summary: &Summary{
			Statuses: map[int]*Status{}, Manifest: manifest,
			stimuli: newBottom[*Stimulus](mostStimuli), samples: newBottom[[]Sample](mostKinds),
		},
		namer:  namer{roles: roles, bodies: map[string]string{}},
		walker: newWalker(),
	}
}

// add folds one exchange in.
func (f *folder) add(e exchange.Exchange, at Sighting) {
	s := f.summary
	segment, is := f.operation.parameter(e.Request.URL)
	if !is {
		s.Others++
		return
	}
	outcome := outcomeOf(e)
	if outcome == "" {
		s.Unrecorded++
		return
	}
	s.Exchanges++
	name := f.namer.name(e, segment)
	key := hashOf(name)
	if s.stimuli.open(key) {
		stimulus := s.stimuli.kept[key]
		if stimulus == nil {
			stimulus = &Stimulus{
				Name: strings.Clone(name), Case: strings.Clone(e.Case), Answers: Tallies{},
				AnyAccount: e.Case == "" && f.namer.roleOf(segment) == "",
			}
			s.stimuli.put(key, stimulus)
		}
		stimulus.Answers.add(outcome, at)
	}
	signature := hashOf(outcome)
	if e.Failure == nil && e.Request.Method == f.operation.Method {
		status := s.Statuses[e.Status()]
		if status == nil {
			status = newStatus()
			s.Statuses[e.Status()] = status
		}
		signature = joined(signature, status.add(e, f.walker, at))
	}
	s.sample(joined(key, signature), e, at)
}

// Sample is an exchange that stands for others that look the same.
type Sample struct {
	Sighting
	Exchange exchange.Exchange
}

// The bounds of samples: how many kinds of exchange there are, how many of each, how many bytes
// an answer may have, and up to which length the body of its request is kept. Together they are
// most of the memory that a summary can take.
const (
	mostKinds      = 2048
	samplesEach    = 3
	largestAnswer  = 16 << 10
	largestRequest = 4 << 10
)

// Samples are the first exchanges of each kind, in the order of the recording; whole is false
// when there were more kinds than are kept, or exchanges that are too large to be kept.
func (s *Summary) Samples() (list []Sample, whole bool) {
	for _, samples := range s.samples.kept {
		list = append(list, samples...)
	}
	slices.SortFunc(list, Sample.compare)
	return list, !s.samples.left && s.large == 0
}

func (s Sample) compare(other Sample) int { return cmp.Compare(s.Order, other.Order) }

func (s *Summary) sample(kind uint64, e exchange.Exchange, at Sighting) {
	if e.Response != nil && len(e.Response.Body)+exchange.HeaderSize(e.Response.Header)+exchange.HeaderSize(e.Request.Header) > largestAnswer {
		s.large++
		return
	}
	if !s.samples.open(kind) {
		return
	}
	known := s.samples.kept[kind]
	if len(known) == samplesEach && at.Order > known[samplesEach-1].Order {
		return
	}
	if len(e.Request.Body) > largestRequest {
		e.Request.Body = nil
	}
	s.samples.put(kind, firstSamples(known, []Sample{{at, e.Clone()}}))
}

// firstSamples are the first of both lists together.
func firstSamples(a, b []Sample) []Sample {
	all := slices.Concat(a, b)
	slices.SortFunc(all, Sample.compare)
	return all[:min(len(all), samplesEach)]
}

// merge adds what another worker saw.
func (s *Summary) merge(other *Summary) {
	s.Exchanges += other.Exchanges
	s.Others += other.Others
	s.Unrecorded += other.Unrecorded
	s.large += other.large
	for code, status := range other.Statuses {
		if s.Statuses[code] == nil {
			s.Statuses[code] = newStatus()
		}
		s.Statuses[code].merge(status)
	}
	s.stimuli.left = s.stimuli.left || other.stimuli.left
	for key, stimulus := range other.stimuli.kept {
		mine := s.stimuli.kept[key]
		if mine == nil {
			copied := *stimulus
			mine, copied.Answers = &copied, Tallies{}
		}
		mine.Answers.merge(stimulus.Answers)
		if s.stimuli.open(key) {
			s.stimuli.put(key, mine)
		}
	}
	s.samples.left = s.samples.left || other.samples.left
	for key, samples := range other.samples.kept {
		if s.samples.open(key) {
			s.samples.put(key, firstSamples(s.samples.kept[key], samples))
		}
	}
}

// finish leaves as many stimuli and samples as are to be kept.
func (s *Summary) finish() *Summary {
	s.stimuli.prune()
	s.samples.prune()
	return s
}
