package drift

import (
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"conformance/fixtures"
	"conformance/internal/contract"
	"conformance/internal/drift/observe"
)

// stimulusAt is the place of a stimulus.
func stimulusAt(section string, s *observe.Stimulus) Place {
	if s.Case != "" {
		return Place{section, s.Name}
	}
	return Place{section, requestMark + s.Name}
}

// The beginnings of the names of stimuli.
const (
	caseMark    = "case "
	requestMark = "request "
)

// stimuli compares what the same requests are answered with, and returns the statuses that this
// explains: those that came and those that went.
func (c *comparison) stimuli(old, new *observe.Summary) map[string]bool {
	explained := map[string]bool{}
	before := map[string]*observe.Stimulus{}
	stimuli, _ := old.Stimuli()
	for _, s := range stimuli {
		before[s.Name] = s
	}
	few, added := 0, 0
	current, _ := new.Stimuli()
	for _, now := range current {
		was := before[now.Name]
		delete(before, now.Name)
		switch {
		case was == nil:
			added++
			for outcome := range now.Answers {
				explained[outcome] = true
			}
		case now.Case == "" && (was.Count() < enough || now.Count() < enough):
			few++
		default:
			c.stimulus(was, now, new, explained)
		}
	}
	for _, gone := range before {
		for outcome := range gone.Answers {
			explained[outcome] = true
		}
	}
	if few > 0 {
		have := "kinds of request have"
		if few == 1 {
			have = "kind of request has"
		}
		c.note("%d %s fewer than %d exchanges on one side: whether they are answered otherwise is not said", few, have, enough)
	}
	if added > 0 || len(before) > 0 {
		c.note("kinds of request that were not compared: %d only in the old recording, %d only in the new one", len(before), added)
	}
	return explained
}

// passingOutcomes are statuses that say more of the moment than of the request.
var passingOutcomes = []string{"429", "502", "503", "504"}

// stimulus compares the answers to one kind of request; new is the recording with those of now.
func (c *comparison) stimulus(before, now *observe.Stimulus, new *observe.Summary, explained map[string]bool) {
	sent, known := caseNamed(now.Case)
	was, is := outcomes(before, sent), outcomes(now, sent)
	gained, lost := missing(is, was), missing(was, is)
	for _, outcome := range slices.Concat(gained, lost) {
		explained[outcome] = true
	}
	usual := mostly(before, was)
	at := stimulusAt(usual, now)
	for _, outcome := range gained {
		also := len(lost) == 0 || now.AnyAccount && dependsOnAccount(usual, outcome)
		rule := c.move(sent, known, usual, outcome, also)
		if outcome == "429" && early(new, now) {
			rule = "status-early"
		}
		c.add(rule, at, usual, outcome, tallied(*before.Answers[usual]), tallied(*now.Answers[outcome]))
	}
	if len(gained) == 0 && slices.Contains(lost, "429") {
		c.add("limit-lifted", stimulusAt("429", now), "429", list(is), tallied(*before.Answers["429"]), Support{Count: now.Count()})
	}
}

// move is the rule for a request that is answered with an outcome that it was not answered with
// before. Also says that it may still get the answers that it got.
func (c *comparison) move(sent fixtures.Case, known bool, usual, outcome string, also bool) string {
	status, err := strconv.Atoi(outcome)
	from, _ := strconv.Atoi(usual)
	switch {
	case err != nil:
		return "answer-lost"
	case !known && (also || slices.Contains(passingOutcomes, outcome)):
		return "status-mixed"
	case !known || c.contract == nil:
		return "status-moved"
	case slices.Contains(sent.Expect, status) && slices.Contains(sent.Expect, from):
		return "status-allowed"
	case slices.Contains(sent.Expect, status):
		return "status-mended"
	case slices.Contains(sent.Warn, status):
		return "status-doubtful"
	}
	return "status-moved"
}

// dependsOnAccount says whether it may be the account that decides between two outcomes.
func dependsOnAccount(one, other string) bool {
	return one != other && slices.Contains([]string{"202", "404"}, one) && slices.Contains([]string{"202", "404"}, other)
}

// early says whether a stimulus was sent, and answered with 429, before the wait was over that
// another 429 to the same credential had asked for.
func early(new *observe.Summary, s *observe.Stimulus) bool {
	samples, _ := new.Samples()
	until := map[string]time.Duration{}
	for _, sample := range samples {
		e := sample.Exchange
		if e.Status() != http.StatusTooManyRequests {
			continue
		}
		if e.Case == s.Case && e.Case != "" && e.Started < until[e.Credential] {
			return true
		}
		if wait, says := contract.RetryDelay(e, time.Time{}); says {
			until[e.Credential] = max(until[e.Credential], e.Started+wait)
		}
	}
	return false
}

// outcomes are what a stimulus was answered with, without the 429s that were only in the way.
func outcomes(s *observe.Stimulus, sent fixtures.Case) []string {
	names := s.Answers.Names()
	if len(names) > 1 && !slices.Contains(sent.Expect, 429) {
		names = slices.DeleteFunc(names, func(name string) bool { return name == "429" })
	}
	return names
}

// mostly is the one that came most often.
func mostly(s *observe.Stimulus, names []string) string {
	return slices.MaxFunc(names, func(a, b string) int { return s.Answers[a].Count - s.Answers[b].Count })
}

// expected holds the answers to named cases to what the page lets them be, and returns the
// statuses that came to cases.
func (c *comparison) expected(observed *observe.Summary) map[string]bool {
	explained := map[string]bool{}
	stimuli, _ := observed.Stimuli()
	for _, s := range stimuli {
		sent, known := caseNamed(s.Case)
		if !known {
			continue
		}
		for _, outcome := range outcomes(s, sent) {
			status, err := strconv.Atoi(outcome)
			rule := "status-moved"
			switch {
			case err != nil:
				rule = "answer-lost"
			case slices.Contains(sent.Expect, status):
				explained[outcome] = true
				continue
			case slices.Contains(sent.Warn, status):
				rule = "status-doubtful"
			}
			explained[outcome] = true
			usual := strconv.Itoa(sent.Expect[0])
			c.add(rule, stimulusAt(usual, s), usual, outcome, c.contract.Support, tallied(*s.Answers[outcome]))
		}
	}
	return explained
}

// loadCases reads the cases, which are part of the program, once.
var loadCases = sync.OnceValue(func() map[string]fixtures.Case {
	cases := map[string]fixtures.Case{}
	set, err := fixtures.Load()
	if err != nil {
		panic("the embedded cases are broken: " + err.Error())
	}
	for _, path := range set.Paths {
		for _, one := range path.Cases {
			cases[one.Name] = one
		}
	}
	return cases
})

// caseNamed is the case of a name, if this version of the program has it.
func caseNamed(name string) (fixtures.Case, bool) {
	one, known := loadCases()[name]
	return one, known
}
