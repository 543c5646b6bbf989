package suites

import (
	"fmt"
	"strconv"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"conformance/fixtures"
	"conformance/internal/contract"
	"conformance/internal/outcome"
	"conformance/internal/target"
)

// path is one status path while it runs: what its cases got, and what that means.
type path struct {
	suite   *Suite
	fixture fixtures.Path
	// findings are what the rules found, by requirement, in the order of the cases.
	findings map[string][]judgement
	results  []outcome.Result
}

// judgement is a finding and where it was made.
type judgement struct {
	caseName string
	exchange int
	finding  contract.Finding
}

// drive awaits the path's cases and judges each as soon as those before it are judged.
func (p *path) drive() {
	options := p.suite.options
	trials := p.suite.trials(p.fixture)
	for range p.fixture.Cases {
		trial := <-trials
		answers := p.read(trial)
		if len(answers) == 0 {
			p.unexercised(trial)
			continue
		}
		last := answers[len(answers)-1]
		control := p.suite.answers[trial.Case.Control]
		p.found(last, contract.Decide(trial.Case, last, control, options.Driver.Plan().Consented()))
	}
}

// read numbers a trial's exchanges, records them, and holds each to the rules.
func (p *path) read(trial target.Trial) []*contract.Answer {
	s := p.suite
	var answers []*contract.Answer
	for i, e := range trial.Exchanges {
		s.exchanges = append(s.exchanges, e)
		if s.options.Record != nil && s.recording == nil {
			s.recording = s.options.Record(p.fixture.Status, e)
		}
		if s.options.Observe != nil {
			s.options.Observe(len(s.exchanges), p.fixture.Status, e)
		}
		if trial.Retried(i) {
			continue
		}
		answer := s.options.Reader.Read(len(s.exchanges), &trial.Case, e)
		answers = append(answers, answer)
		for _, finding := range s.judge.Answer(answer) {
			p.found(answer, finding)
		}
		s.answers[trial.Case.Name] = answer
	}
	s.notes = append(s.notes, trial.Notes...)
	return answers
}

func (p *path) found(answer *contract.Answer, finding contract.Finding) {
	j := judgement{caseName: answer.Case.Name, exchange: answer.Number, finding: finding}
	p.findings[finding.Requirement] = append(p.findings[finding.Requirement], j)
	if p.suite.options.Failed == nil || finding.State != contract.Broken {
		return
	}
	requirement, _ := p.suite.options.Requirements.Find(finding.Requirement)
	if p.result(requirement, j).Outcome == outcome.Fail {
		p.suite.options.Failed(p.fixture.Status, requirement.ID)
	}
}

// unexercised notes that a case was not sent, and why.
func (p *path) unexercised(trial target.Trial) {
	p.skip(trial.Case.Proves, trial)
}

func (p *path) skip(requirement string, trial target.Trial) {
	p.findings[requirement] = append(p.findings[requirement], judgement{
		caseName: trial.Case.Name,
		finding:  contract.Finding{Requirement: requirement, State: contract.Unjudged, Why: trial.Unexercised},
	})
}

// meets is the body of a spec: the target meets the requirement in every case of the path.
// It goes with It, which takes the labels along.
func (p *path) meets(id string) []any {
	requirement, known := p.suite.options.Requirements.Find(id)
	if !known {
		panic("suites: no requirement is called " + id)
	}
	return []any{Label(id, string(requirement.Level)), func() {
		results := p.conclude(requirement)
		if why, none := unjudged(results); none {
			Skip(why)
		}
		Expect(results).To(Meet(requirement, p.suite.exchanges))
	}}
}

// conclude judges the requirement and keeps the results.
func (p *path) conclude(requirement outcome.Requirement) []outcome.Result {
	results := p.judge(requirement)
	p.results = append(p.results, results...)
	p.suite.results = append(p.suite.results, results...)
	return results
}

// judge makes one result for each case in which the requirement could, or should, be judged.
func (p *path) judge(requirement outcome.Requirement) []outcome.Result {
	var results []outcome.Result
	at := map[string]int{}
	for _, j := range p.findings[requirement.ID] {
		result := p.result(requirement, j)
		i, seen := at[j.caseName]
		if !seen {
			at[j.caseName] = len(results)
			results = append(results, result)
			continue
		}
		if worse(result.Outcome, results[i].Outcome) {
			results[i] = result
		}
	}
	return results
}

// worse orders the outcomes of several exchanges of one case: a failure tells most, and a
// pass more than a skip.
func worse(one, other outcome.Outcome) bool {
	order := map[outcome.Outcome]int{outcome.Skip: 0, outcome.Pass: 1, outcome.Warn: 2, outcome.Fail: 3}
	return order[one] > order[other]
}

func (p *path) result(requirement outcome.Requirement, j judgement) outcome.Result {
	result := outcome.Result{
		Requirement: requirement.ID, Case: j.caseName, Status: p.fixture.Status,
		Level: requirement.Level, Exchange: j.exchange, Message: j.finding.Why,
	}
	switch j.finding.State {
	case contract.Holds:
		result.Outcome = outcome.Pass
	case contract.Unjudged:
		result.Outcome = outcome.Skip
	case contract.Doubtful:
		result.Outcome = outcome.Warn
	case contract.Broken:
		result.Outcome = outcome.Fail
		if requirement.Level == outcome.Should {
			result.Outcome = outcome.Warn
		}
	}
	if result.Outcome == outcome.Warn && p.suite.options.Strict {
		result.Outcome = outcome.Fail
	}
	if violations := j.finding.Violations; len(violations) > 0 {
		first := violations[0]
		result.Pointer, result.Expected, result.Actual = first.Where, first.Expected, first.Seen
		if result.Message == "" {
			result.Message = fmt.Sprintf("%s: expected %s, seen %s", first.Where, first.Expected, first.Seen)
		}
		if more := len(violations) - 1; more > 0 {
			result.Message += fmt.Sprintf(" (and %d more such places)", more)
		}
	}
	return result
}

// unjudged says whether nothing could be judged, and why.
func unjudged(results []outcome.Result) (string, bool) {
	why := "no answer that this could be judged on"
	for _, result := range results {
		if result.Outcome != outcome.Skip {
			return "", false
		}
		why = result.Message
	}
	return why, true
}

func statusName(status int) string { return strconv.Itoa(status) }
