package report

import (
	"bytes"
	"encoding/xml"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/outcome"
)

// readSuites is a JUnit report as a reader of it sees it, apart from the types that write it.
type readSuites struct {
	Tests    int       `xml:"tests,attr"`
	Failures int       `xml:"failures,attr"`
	Errors   int       `xml:"errors,attr"`
	Time     string    `xml:"time,attr"`
	Suites   []readSet `xml:"testsuite"`
}

type readSet struct {
	Name       string `xml:"name,attr"`
	Tests      int    `xml:"tests,attr"`
	Failures   int    `xml:"failures,attr"`
	Errors     int    `xml:"errors,attr"`
	Skipped    int    `xml:"skipped,attr"`
	Time       string `xml:"time,attr"`
	Properties []struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	} `xml:"properties>property"`
	Cases []readCase `xml:"testcase"`
}

type readCase struct {
	Class   string       `xml:"classname,attr"`
	Name    string       `xml:"name,attr"`
	Time    string       `xml:"time,attr"`
	Failure *readProblem `xml:"failure"`
	Skipped *readProblem `xml:"skipped"`
	Out     string       `xml:"system-out"`
}

type readProblem struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func junit(t *testing.T, run *outcome.Run) (string, readSuites) {
	t.Helper()
	var out bytes.Buffer
	if err := writeJUnit(&out, run); err != nil {
		t.Fatal(err)
	}
	var read readSuites
	decoder := xml.NewDecoder(bytes.NewReader(out.Bytes()))
	if err := decoder.Decode(&read); err != nil {
		t.Fatalf("the report is not XML: %v\n%s", err, out.String())
	}
	if _, err := decoder.Token(); err != nil && err != io.EOF {
		t.Fatalf("behind the report: %v", err)
	}
	return out.String(), read
}

// millis reads a time, which must be whole milliseconds.
func millis(t *testing.T, text string) int {
	t.Helper()
	whole, fraction, _ := strings.Cut(text, ".")
	n, err := strconv.Atoi(whole + fraction)
	if err != nil || len(fraction) != 3 {
		t.Errorf("time %q is not seconds with three digits behind the point", text)
	}
	return n
}

// checkCounts holds all counts of a report against the run and against each other.
func checkCounts(t *testing.T, run *outcome.Run, read readSuites) {
	t.Helper()
	failures, skipped := 0, 0
	for _, result := range run.Results {
		switch result.Outcome {
		case outcome.Fail:
			failures++
		case outcome.Warn:
			if run.Strict {
				failures++
			}
		case outcome.Skip, outcome.Waived, outcome.Known:
			skipped++
		}
	}
	type counts struct{ tests, failures, skipped, time int }
	var elements, suites counts
	names := map[string]bool{}
	for _, suite := range read.Suites {
		var inside counts
		for _, test := range suite.Cases {
			inside.tests++
			inside.time += millis(t, test.Time)
			if test.Failure != nil {
				inside.failures++
			}
			if test.Skipped != nil {
				inside.skipped++
			}
			if names[test.Class+" "+test.Name] {
				t.Errorf("two test cases are called %s %s", test.Class, test.Name)
			}
			names[test.Class+" "+test.Name] = true
		}
		if said := (counts{suite.Tests, suite.Failures, suite.Skipped, millis(t, suite.Time)}); said != inside {
			t.Errorf("suite %s says %+v and holds %+v", suite.Name, said, inside)
		}
		elements.tests += inside.tests
		elements.failures += inside.failures
		elements.skipped += inside.skipped
		suites.time += inside.time
	}
	if want := (counts{tests: len(run.Results), failures: failures, skipped: skipped}); elements != want {
		t.Errorf("the report holds %+v, the run %+v", elements, want)
	}
	if read.Tests != elements.tests || read.Failures != elements.failures || read.Errors != 0 || millis(t, read.Time) != suites.time {
		t.Errorf("the root says %d tests, %d failures, %d errors, %s s", read.Tests, read.Failures, read.Errors, read.Time)
	}
}

func TestJUnitCounts(t *testing.T) {
	runs := sampleRuns(t)
	outcomes := []outcome.Outcome{outcome.Pass, outcome.Warn, outcome.Known, outcome.Fail, outcome.Waived, outcome.Skip}
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 0))
		run := conformantRun(t)
		run.Strict = random.IntN(2) == 0
		for range random.IntN(40) {
			result := run.Results[random.IntN(len(run.Results))]
			result.Outcome = outcomes[random.IntN(len(outcomes))]
			run.Results = append(run.Results, result)
		}
		runs["random "+strconv.FormatUint(seed, 10)] = run
	}
	for name, run := range runs {
		t.Run(name, func(t *testing.T) {
			_, read := junit(t, run)
			checkCounts(t, run, read)
		})
	}
}

func TestJUnitContent(t *testing.T) {
	_, read := junit(t, nonconformantRun(t))
	var suites []string
	cases := map[string]readCase{}
	for _, suite := range read.Suites {
		suites = append(suites, suite.Name)
		properties := map[string]string{}
		for _, property := range suite.Properties {
			properties[property.Name] = property.Value
		}
		want := map[string]string{
			"target": "http://127.0.0.1:8080/v2025", "verdict": "nonconformant", "version": "1.2.3", "mode": "live",
			"reason": "the baseline excuses 404-allow-header, which no longer fails: remove it",
		}
		if diff := cmp.Diff(want, properties); diff != "" {
			t.Errorf("properties of %s (-want +got):\n%s", suite.Name, diff)
		}
		for _, test := range suite.Cases {
			cases[test.Name] = test
		}
	}
	if diff := cmp.Diff([]string{"202", "400", "401", "403", "404", "429", "500"}, suites); diff != "" {
		t.Errorf("suites (-want +got):\n%s", diff)
	}

	failed := cases["401-expired-token [expired-token]"]
	if failed.Class != "conformance.401" || failed.Failure == nil || failed.Failure.Type != "401-expired-token" ||
		failed.Failure.Message != "the answer is 202 where it must be 401" {
		t.Fatalf("the failure is %+v", failed)
	}
	for _, part := range []string{
		"Unauthorized - Returned if there is no authorization header", "POST /v2025/accounts/", " as expired",
		"HTTP/1.1 202 Accepted", `\x1b]0;owned`, "Bearer $EXPIRED",
	} {
		if !strings.Contains(failed.Failure.Text, part) {
			t.Errorf("the text of the failure lacks %q:\n%s", part, failed.Failure.Text)
		}
	}
	if warned := cases["401-www-authenticate [expired-token]"]; warned.Failure != nil || !strings.HasPrefix(warned.Out, "warning: ") {
		t.Errorf("the warning is %+v", warned)
	}
	if known := cases["403-provisioning-scope [force-without-scope]"]; known.Skipped == nil || !strings.Contains(known.Skipped.Message, "fixed in 2.4") {
		t.Errorf("the known failure is %+v", known)
	}

	_, read = junit(t, incompleteRun(t))
	if waived := read.Suites[6].Cases[0]; waived.Skipped == nil || waived.Skipped.Message != "waived: the tenant cannot inject faults" {
		t.Errorf("the waived case is %+v", waived)
	}
}

// TestJUnitCountsEachExchangeOnce has two results on each of seven exchanges of 1.5 ms.
func TestJUnitCountsEachExchangeOnce(t *testing.T) {
	if _, read := junit(t, conformantRun(t)); read.Time != "0.014" {
		t.Errorf("the time is %s, want 7 x 0.002", read.Time)
	}
}

// TestJUnitIsXMLWhateverTheText looks for what XML 1.0 forbids (section 2.2), which not
// every reader forgives.
func TestJUnitIsXMLWhateverTheText(t *testing.T) {
	text, _ := junit(t, hostileRun(t))
	for _, r := range text {
		if r < ' ' && r != '\n' || r >= 0xfffe && r <= 0xffff || r == '\ufffd' {
			t.Fatalf("the report holds the character %U", r)
		}
	}
	for _, reference := range []string{"&#x1b;", "&#27;", "&#x0;", "&#xD;"} {
		if strings.Contains(text, reference) {
			t.Errorf("the report holds %s", reference)
		}
	}
}

// TestNamesOfTests: equal ones of a status path are numbered.
func TestNamesOfTests(t *testing.T) {
	run := &outcome.Run{}
	for _, status := range []string{"202", "202", "400", "202"} {
		run.Results = append(run.Results, outcome.Result{Requirement: "any-json", Case: "c", Status: status})
	}
	want := []string{"any-json [c]", "any-json [c] #2", "any-json [c]", "any-json [c] #3"}
	if difference := cmp.Diff(want, testNames(run)); difference != "" {
		t.Errorf("-want +got:\n%s", difference)
	}
}
