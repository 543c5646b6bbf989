package suites

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/fixtures"
	"conformance/internal/contract"
	"conformance/internal/exchange"
	"conformance/internal/outcome"
	"conformance/internal/target"
	"conformance/schemas"
)

const (
	aMust   = "401-error"
	aShould = "401-www-authenticate"
)

// pathFor is a path of a suite that never sends.
func pathFor(t *testing.T, options Options) *path {
	t.Helper()
	requirements, err := LoadRequirements()
	if err != nil {
		t.Fatal(err)
	}
	options.Requirements = requirements
	options.Reader = contract.NewReader(contract.Unlock, schemas.MustLoad())
	return &path{suite: New(options), fixture: fixtures.Path{Status: "401"}, findings: map[string][]judgement{}}
}

// requirement is that of the id.
func (p *path) requirement(id string) outcome.Requirement {
	requirement, _ := p.suite.options.Requirements.Find(id)
	return requirement
}

func TestOutcomeOfAFinding(t *testing.T) {
	for _, test := range []struct {
		id             string
		state          contract.State
		lenient, tight outcome.Outcome
	}{
		{aMust, contract.Holds, outcome.Pass, outcome.Pass},
		{aMust, contract.Unjudged, outcome.Skip, outcome.Skip},
		{aMust, contract.Doubtful, outcome.Warn, outcome.Fail},
		{aMust, contract.Broken, outcome.Fail, outcome.Fail},
		{aShould, contract.Holds, outcome.Pass, outcome.Pass},
		{aShould, contract.Broken, outcome.Warn, outcome.Fail},
	} {
		for strict, want := range map[bool]outcome.Outcome{false: test.lenient, true: test.tight} {
			p := pathFor(t, Options{Strict: strict})
			got := p.result(p.requirement(test.id), judgement{caseName: "c", exchange: 7, finding: contract.Finding{State: test.state}})
			if got.Outcome != want || got.Requirement != test.id || got.Status != "401" || got.Case != "c" || got.Exchange != 7 || got.Level == "" {
				t.Errorf("%s, state %d, strict %v: %+v, want %s", test.id, test.state, strict, got, want)
			}
		}
	}
}

// TestResultSaysWhere: a result has the first place that is wrong, and how many more there are.
func TestResultSaysWhere(t *testing.T) {
	first := contract.Violation{Where: "/id", Expected: "a string", Seen: "7"}
	for _, test := range []struct {
		why        string
		violations []contract.Violation
		message    string
	}{
		{"", []contract.Violation{first}, "/id: expected a string, seen 7"},
		{"", []contract.Violation{first, {}}, "/id: expected a string, seen 7 (and 1 more such places)"},
		{"as it is", []contract.Violation{first, {}, {}}, "as it is (and 2 more such places)"},
	} {
		p := pathFor(t, Options{})
		got := p.result(p.requirement(aMust), judgement{finding: contract.Finding{State: contract.Broken, Why: test.why, Violations: test.violations}})
		if got.Message != test.message || got.Pointer != "/id" || got.Expected != "a string" || got.Actual != "7" {
			t.Errorf("%+v; want %q", got, test.message)
		}
	}
}

// TestWorstOfACase: of a case's several exchanges the one that tells most counts, and the first
// of equals.
func TestWorstOfACase(t *testing.T) {
	p := pathFor(t, Options{})
	for i, finding := range []struct {
		name  string
		state contract.State
	}{
		{"a", contract.Unjudged}, {"a", contract.Holds}, {"b", contract.Broken}, {"b", contract.Doubtful},
		{"c", contract.Holds}, {"c", contract.Doubtful}, {"c", contract.Broken}, {"c", contract.Broken}, {"a", contract.Unjudged},
	} {
		p.findings[aMust] = append(p.findings[aMust], judgement{caseName: finding.name, exchange: i + 1, finding: contract.Finding{State: finding.state}})
	}
	type short struct {
		Case     string
		Outcome  outcome.Outcome
		Exchange int
	}
	var got []short
	for _, result := range p.conclude(p.requirement(aMust)) {
		got = append(got, short{result.Case, result.Outcome, result.Exchange})
	}
	want := []short{{"a", outcome.Pass, 2}, {"b", outcome.Fail, 3}, {"c", outcome.Fail, 7}}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("-want +got:\n%s", difference)
	}
	if len(p.results) != len(want) || len(p.suite.Results()) != len(want) {
		t.Errorf("%d results of the path, %d of the suite", len(p.results), len(p.suite.Results()))
	}
}

// TestFailedIsTold: of each failure, and of nothing else.
func TestFailedIsTold(t *testing.T) {
	for _, test := range []struct {
		id     string
		state  contract.State
		strict bool
		told   string
	}{
		{aMust, contract.Broken, false, "401 " + aMust},
		{aMust, contract.Doubtful, false, ""},
		{aMust, contract.Holds, false, ""},
		{aShould, contract.Broken, false, ""},
		{aShould, contract.Broken, true, "401 " + aShould},
	} {
		told := ""
		p := pathFor(t, Options{Strict: test.strict, Failed: func(path, requirement string) { told += path + " " + requirement }})
		p.found(&contract.Answer{Case: &fixtures.Case{}}, contract.Finding{Requirement: test.id, State: test.state})
		if told != test.told {
			t.Errorf("%s, state %d, strict %v: told of %q, want %q", test.id, test.state, test.strict, told, test.told)
		}
	}
}

func TestUnjudged(t *testing.T) {
	skip := func(why string) outcome.Result { return outcome.Result{Outcome: outcome.Skip, Message: why} }
	for _, test := range []struct {
		results []outcome.Result
		why     string
		none    bool
	}{
		{nil, "no answer that this could be judged on", true},
		{[]outcome.Result{skip("one"), skip("two")}, "two", true},
		{[]outcome.Result{skip("one"), {Outcome: outcome.Pass}}, "", false},
		{[]outcome.Result{{Outcome: outcome.Fail}, skip("one")}, "", false},
	} {
		if why, none := unjudged(test.results); why != test.why || none != test.none {
			t.Errorf("%v: %q, %v", test.results, why, none)
		}
	}
}

// TestRecordingStopsAtItsFirstError: everything is shown all the same.
func TestRecordingStopsAtItsFirstError(t *testing.T) {
	recorded, shown, full := 0, 0, errors.New("the disk is full")
	p := pathFor(t, Options{
		Record:  func(string, exchange.Exchange) error { recorded++; return full },
		Observe: func(number int, path string, _ exchange.Exchange) { shown += number },
	})
	answers := p.read(target.Trial{Exchanges: make([]exchange.Exchange, 3), Notes: []string{"a note"}})
	if recorded != 1 || shown != 1+2+3 || len(answers) != 3 || answers[2].Number != 3 {
		t.Errorf("recorded %d, shown up to %d, %d answers", recorded, shown, len(answers))
	}
	if !errors.Is(p.suite.RecordingError(), full) || len(p.suite.Exchanges()) != 3 || len(p.suite.Notes()) != 1 {
		t.Errorf("%v, %d exchanges, notes %q", p.suite.RecordingError(), len(p.suite.Exchanges()), p.suite.Notes())
	}
}

// TestFailureMessage: what `go test` prints needs no debugger.
func TestFailureMessage(t *testing.T) {
	exchanges := []exchange.Exchange{
		{Credential: "expired", Request: exchange.Request{Method: "POST", URL: "http://h/a", Body: []byte(`{"a": 1}`)}},
		{Request: exchange.Request{Method: "GET", URL: "http://h/b"}},
	}
	failing := func(name string, number int) outcome.Result {
		return outcome.Result{Case: name, Outcome: outcome.Fail, Exchange: number, Pointer: "status", Expected: "401", Actual: "202"}
	}
	meet := Meet(outcome.Requirement{ID: "401-x", Level: outcome.Must, Checks: "it checks", Sentence: "A \"sentence\".", Source: "the page"}, exchanges)
	results := []outcome.Result{failing("first", 1), {Case: "good", Outcome: outcome.Pass}, failing("second", 2), failing("third", 0), failing("fourth", 3)}
	if met, err := meet.Match(results); met || err != nil {
		t.Errorf("met %v, %v", met, err)
	}
	if met, err := meet.Match(results[1:2]); !met || err != nil {
		t.Errorf("met %v, %v", met, err)
	}
	if _, err := meet.Match(7); err == nil || !strings.Contains(err.Error(), "[]outcome.Result") {
		t.Errorf("%v", err)
	}
	const seen = "    where:    status\n    expected: 401\n    seen:     202"
	want := `401-x (MUST) is broken
  checks:   it checks
  sentence: "A \"sentence\"." (the page)
  case first
    sent:     POST http://h/a as expired with "{\"a\": 1}"
` + seen + `
  case second
    sent:     GET http://h/b
` + seen + `
  case third
` + seen + `
  case fourth
` + seen
	if difference := cmp.Diff(want, meet.FailureMessage(results)); difference != "" {
		t.Errorf("-want +got:\n%s", difference)
	}
	if says := meet.NegatedFailureMessage(results); !strings.HasPrefix(says, "401-x ") {
		t.Error(says)
	}
}
