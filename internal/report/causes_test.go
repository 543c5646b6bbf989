package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/exchange"
	"conformance/internal/outcome"
)

// finding is a result of a test's run: a check of a case on an exchange.
type finding struct {
	requirement, caseName, path, place string
	outcome                            outcome.Outcome
	credential                         string
	// status is what came back; 0 stands for a timeout.
	status int
	// exchange is the number of the exchange to share; 0 for one of its own.
	exchange int
}

func runOf(findings []finding) *outcome.Run {
	run := &outcome.Run{}
	for _, f := range findings {
		number := f.exchange
		if number == 0 {
			e := exchange.Exchange{Case: f.caseName, Credential: f.credential}
			if f.status == 0 {
				e.Failure = &exchange.Failure{Kind: exchange.Timeout}
			} else {
				e.Response = &exchange.Response{Status: f.status}
			}
			run.Exchanges = append(run.Exchanges, e)
			number = len(run.Exchanges)
		}
		run.Results = append(run.Results, outcome.Result{
			Requirement: f.requirement, Case: f.caseName, Status: f.path, Pointer: f.place, Outcome: f.outcome, Exchange: number,
		})
	}
	return run
}

func TestCauses(t *testing.T) {
	const fail, warn, pass = outcome.Fail, outcome.Warn, outcome.Pass
	tests := []struct {
		name     string
		findings []finding
		// want is for each cause the requirements and cases of its results.
		want [][]string
	}{
		{"nothing", []finding{{"a", "1", "202", "", pass, "", 202, 0}}, nil},
		{"one requirement at one place in three cases, on two paths", []finding{
			{"any-locale", "1", "400", "/messages/0/locale", fail, "", 400, 0},
			{"any-locale", "2", "400", "/messages/1/locale", fail, "", 400, 0},
			{"any-locale", "3", "403", "/messages/0/locale", fail, "", 403, 0},
		}, [][]string{{"any-locale 1", "any-locale 2", "any-locale 3"}}},
		{"one requirement at indexes of any length, also the last", []finding{
			{"any-locale", "1", "400", "/messages/0/locale", fail, "", 400, 0},
			{"any-locale", "2", "400", "/messages/10/locale", fail, "", 400, 0},
			{"any-text", "3", "400", "/messages/9", fail, "", 400, 0},
			{"any-text", "4", "400", "/messages/123", fail, "", 400, 0},
		}, [][]string{{"any-locale 1", "any-locale 2"}, {"any-text 3", "any-text 4"}}},
		{"a name with a digit is no index", []finding{
			{"any-json", "1", "400", "/1a", fail, "", 400, 0},
			{"any-json", "2", "400", "/2a", fail, "", 400, 0},
		}, [][]string{{"any-json 1"}, {"any-json 2"}}},
		{"no place in one exchange", []finding{
			{"any-json", "1", "400", "", fail, "", 400, 0},
			{"any-text", "1", "400", "", fail, "", 400, 1},
		}, [][]string{{"any-json 1"}, {"any-text 1"}}},
		{"without any exchange", []finding{
			{"any-json", "1", "400", "status", fail, "", 400, 99},
			{"any-text", "1", "400", "connection", fail, "", 400, 99},
			{"any-more", "1", "400", "/id", fail, "", 400, 99},
		}, [][]string{{"any-json 1"}, {"any-text 1"}, {"any-more 1"}}},
		{"a place called connection in an answer", []finding{
			{"any-json", "1", "400", "connection", fail, "", 400, 0},
			{"any-text", "2", "400", "connection", fail, "", 400, 0},
		}, [][]string{{"any-json 1"}, {"any-text 2"}}},
		{"one requirement at two places", []finding{
			{"any-json", "1", "400", "/a", fail, "", 400, 0},
			{"any-json", "2", "400", "/b", fail, "", 400, 0},
		}, [][]string{{"any-json 1"}, {"any-json 2"}}},
		{"two requirements at one place of one exchange", []finding{
			{"any-internals", "1", "500", "/text", fail, "", 500, 0},
			{"any-language", "1", "500", "/text", fail, "", 500, 1},
			{"any-language", "2", "500", "/text", fail, "", 500, 0},
		}, [][]string{{"any-internals 1", "any-language 1", "any-language 2"}}},
		{"two requirements at one place of two exchanges", []finding{
			{"any-internals", "1", "500", "/text", fail, "", 500, 0},
			{"any-language", "2", "500", "/text", fail, "", 500, 0},
		}, [][]string{{"any-internals 1"}, {"any-language 2"}}},
		{"one wrong status on one path", []finding{
			{"400-null", "1", "400", "status", fail, "one", 202, 0},
			{"400-type", "2", "400", "status", fail, "other", 202, 0},
		}, [][]string{{"400-null 1", "400-type 2"}}},
		{"one wrong status on two paths, among right ones", []finding{
			{"400-null", "1", "400", "status", fail, "orgAdmin", 500, 0},
			{"400-null", "2", "400", "", pass, "orgAdmin", 400, 0},
			{"404-id", "3", "404", "status", fail, "orgAdmin", 500, 0},
			{"404-id", "4", "404", "", pass, "orgAdmin", 404, 0},
		}, [][]string{{"400-null 1"}, {"404-id 3"}}},
		{"a credential that is refused everywhere", []finding{
			{"202-admin", "1", "202", "status", fail, "orgAdmin", 403, 0},
			{"202-helpdesk", "2", "202", "", pass, "helpdesk", 202, 0},
			{"404-id", "3", "404", "status", fail, "orgAdmin", 403, 0},
		}, [][]string{{"202-admin 1", "404-id 3"}}},
		{"a credential that is let in everywhere", []finding{
			{"401-expired", "1", "401", "status", fail, "expired", 202, 0},
			{"401-account", "2", "401", "status", fail, "expired", 404, 0},
		}, [][]string{{"401-expired 1", "401-account 2"}}},
		{"no answer", []finding{
			{"any-answered", "1", "500", "connection", fail, "", 0, 0},
			{"any-answered", "2", "500", "connection", fail, "", 0, 0},
			{"any-answered", "3", "202", "connection", fail, "", 0, 0},
		}, [][]string{{"any-answered 1", "any-answered 2"}, {"any-answered 3"}}},
		{"a warning of the same cause stands behind, one of its own at the end", []finding{
			{"any-other", "9", "202", "/x", warn, "helpdesk", 202, 0},
			{"202-should", "1", "202", "status", warn, "orgAdmin", 403, 0},
			{"202-must", "2", "202", "status", fail, "orgAdmin", 403, 0},
		}, [][]string{{"202-must 2", "202-should 1"}, {"any-other 9"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got [][]string
			for _, c := range causes(runOf(test.findings)) {
				var names []string
				for _, result := range c.results {
					names = append(names, result.Requirement+" "+result.Case)
				}
				got = append(got, names)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestCausesBroken(t *testing.T) {
	findings := []finding{{"any-other", "9", "202", "/x", outcome.Warn, "", 202, 0}}
	run := runOf(findings)
	if list := causes(run); list[0].broken {
		t.Error("a warning counts against the target")
	}
	run.Strict = true
	if list := causes(run); !list[0].broken {
		t.Error("a warning does not count against the target in a strict run")
	}
}
