package verify

import (
	"fmt"
	"strings"
	"time"

	"conformance/internal/contract"
	"conformance/internal/outcome"
	"conformance/internal/report"
)

// Report is what verifying found.
type Report struct {
	// Tool is the version of this program.
	Tool  string
	Paths []string
	// Part is the part of the traffic that was verified, such as 3/16; empty for all.
	Part   string
	Strict bool
	// Started is when the verification began.
	Started  time.Time
	Duration time.Duration

	// Interactions is how many were read. Judged are those of them that the page says something
	// of, Others those of other operations, and Unrecorded those of this one whose answer the
	// recording does not hold.
	Interactions, Judged, Others, Unrecorded int
	// Statuses counts the judged answers by their status; "none" is for those that did not come.
	Statuses map[string]int
	// Requirements are those that the filter selects, in the order of requirements.yaml.
	Requirements []Requirement
	// Suspects are what looks like secrets in traffic that another program recorded.
	Suspects []SuspectGroup
	// Warnings are sentences about what was left out of the traffic.
	Warnings []string

	Verdict  outcome.Verdict
	ExitCode int
	// Reasons says in one sentence each why the verdict is not conformant, beyond what is broken.
	Reasons []string
	// Notes are sentences worth reading that change nothing.
	Notes []string
}

// Requirement is what the traffic shows of one requirement.
type Requirement struct {
	outcome.Requirement
	// Outcome is pass, fail, warn, known, or skip where the traffic does not show it.
	Outcome outcome.Outcome
	// Held, Broken and Doubtful count the answers that it was judged on.
	Held, Broken, Doubtful int
	// Message says why the outcome is not a pass.
	Message string
	// Examples are the first exchanges that break it.
	Examples []Example
}

// Judged is the number of answers that the requirement was judged on.
func (r Requirement) Judged() int { return r.Held + r.Broken + r.Doubtful }

// conclude makes the requirements of the tallies, and the verdict.
func (v *verification) conclude() {
	r := v.report
	r.Suspects = v.suspects.sorted()
	var results []outcome.Result
	for _, requirement := range v.requirements.All() {
		if !v.inFilter[requirement.ID] {
			continue
		}
		found := v.found(requirement)
		r.Requirements = append(r.Requirements, found)
		results = append(results, outcome.Result{
			Requirement: requirement.ID, Level: requirement.Level, Outcome: found.Outcome, Message: found.Message,
		})
	}
	stale := v.baseline.Apply(results, v.options.Now())
	for i, result := range results {
		r.Requirements[i].Outcome, r.Requirements[i].Message = result.Outcome, result.Message
	}
	if !v.options.Part.Whole() {
		// What no longer fails in this part can fail in another.
		r.Notes, stale = append(r.Notes, stale...), nil
	}
	r.decide(stale)
}

// found is what the tally of a requirement comes to.
func (v *verification) found(requirement outcome.Requirement) Requirement {
	found := Requirement{Requirement: requirement, Outcome: outcome.Pass}
	if t := v.tallies[requirement.ID]; t != nil {
		found.Held, found.Broken, found.Doubtful, found.Examples = t.held, t.broken, t.doubtful, t.examples
	}
	switch {
	case found.Judged() == 0:
		found.Outcome, found.Message = outcome.Skip, v.whyUnjudged(requirement)
	case found.Broken > 0:
		found.Outcome = outcome.Warn
		if requirement.Level == outcome.Must {
			found.Outcome = outcome.Fail
		}
		found.Message = fmt.Sprintf("broken by %d of %s", found.Broken, report.Counted(found.Judged(), "answer"))
	case found.Doubtful > 0:
		found.Outcome = outcome.Warn
		found.Message = fmt.Sprintf("doubtful in %d of %s", found.Doubtful, report.Counted(found.Judged(), "answer"))
	}
	return found
}

// The reasons why a requirement is not judged.
const (
	whyStimulus = "decided by what a case sends, which traffic does not tell; \"conformance run\" judges them"
	whyNotShown = "no answer in this traffic shows them"
)

// rules are the requirements that are judged by looking at an answer.
var rules = func() map[string]bool {
	ids := map[string]bool{}
	for _, rule := range contract.Rules {
		ids[rule.Requirement] = true
	}
	return ids
}()

func (v *verification) whyUnjudged(requirement outcome.Requirement) string {
	switch {
	case !rules[requirement.ID]:
		return whyStimulus
	case requirement.Status != "any" && v.report.Statuses[requirement.Status] == 0:
		return "no answer in this traffic has the status " + requirement.Status
	}
	return whyNotShown
}

// Breaks says whether a requirement fails the verification.
func (r *Report) Breaks(found Requirement) bool {
	return found.Outcome == outcome.Fail || r.Strict && found.Outcome == outcome.Warn
}

// decide is the verdict. What is broken outranks what is stale, and that what was not judged.
func (r *Report) decide(stale []string) {
	judged, broken := 0, 0
	for _, found := range r.Requirements {
		if found.Judged() > 0 {
			judged++
		}
		if r.Breaks(found) {
			broken++
		}
	}
	r.Verdict, r.ExitCode = outcome.Conformant, outcome.ExitConformant
	switch {
	case broken > 0 || len(stale) > 0:
		r.Verdict, r.ExitCode = outcome.Nonconformant, outcome.ExitNonconformant
		r.Reasons = stale
	case judged == 0:
		r.Verdict, r.ExitCode = outcome.Incomplete, outcome.ExitNoVerdict
		r.Reasons = []string{r.whyNothing()}
	}
}

func (r *Report) whyNothing() string {
	operation := contract.Unlock.Method + " " + contract.Unlock.Path("{id}")
	switch {
	case r.Judged > 0:
		return "the filter selects nothing that this traffic shows"
	case r.Unrecorded > 0:
		return "the traffic holds requests for " + operation + ", but no whole answer to any of them"
	case r.Part != "":
		return "nothing of " + operation + " is in part " + r.Part + " of the traffic"
	}
	return "nothing of " + operation + " is in the traffic"
}

// Summary counts the requirements by their outcomes.
func (r *Report) Summary() map[outcome.Outcome]int {
	counts := map[outcome.Outcome]int{}
	for _, found := range r.Requirements {
		counts[found.Outcome]++
	}
	return counts
}

// sentence says in one line what the verification came to.
func (r *Report) sentence() string {
	counts := r.Summary()
	var parts []string
	add := func(n int, one, many string) {
		switch {
		case n == 1:
			parts = append(parts, "1 "+one)
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %s", n, many))
		}
	}
	add(counts[outcome.Fail], "requirement is broken", "requirements are broken")
	add(counts[outcome.Warn], "recommendation is broken", "recommendations are broken")
	add(counts[outcome.Known], "is known to be broken", "are known to be broken")
	add(counts[outcome.Pass], "holds", "hold")
	add(counts[outcome.Skip], "was not judged", "were not judged")
	return fmt.Sprintf("%s: %s (%s of the operation, %.2f s)",
		word(r), strings.Join(parts, ", "), report.Counted(r.Judged, "answer"), r.Duration.Seconds())
}

// word is the verdict; in capitals where something is wrong, so that it is seen without colour.
func word(r *Report) string {
	if r.Verdict == outcome.Conformant {
		return "nothing broken"
	}
	return strings.ToUpper(string(r.Verdict))
}
