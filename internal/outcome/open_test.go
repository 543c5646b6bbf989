package outcome

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestConcludeOpenRequirement: a MUST that the target answered and that was never decided
// leaves no verdict; one for which nothing could be sent does not, nor does a SHOULD.
func TestConcludeOpenRequirement(t *testing.T) {
	decides := func(requirement string) bool { return requirement != "any-json" }
	for name, test := range map[string]struct {
		open []Result
		want Verdict
	}{
		"nothing open":            {nil, Conformant},
		"limited for ever":        {[]Result{{Requirement: "202-helpdesk", Status: "202", Level: Must, Outcome: Skip, Exchange: 7, Message: "refused with 429"}}, Incomplete},
		"decided by another case": {[]Result{{Requirement: "202-helpdesk", Status: "202", Level: Must, Outcome: Skip, Exchange: 7}, {Requirement: "202-helpdesk", Status: "202", Level: Must, Outcome: Pass, Exchange: 8}}, Conformant},
		"decided before":          {[]Result{{Requirement: "202-helpdesk", Status: "202", Level: Must, Outcome: Pass, Exchange: 8}, {Requirement: "202-helpdesk", Status: "202", Level: Must, Outcome: Skip, Exchange: 9}}, Conformant},
		"of the body alone":       {[]Result{{Requirement: "any-json", Status: "202", Level: Must, Outcome: Skip, Exchange: 7}}, Conformant},
		"not sent":                {[]Result{{Requirement: "202-helpdesk", Status: "202", Level: Must, Outcome: Skip}}, Conformant},
		"a SHOULD":                {[]Result{{Requirement: "202-unknown-field", Status: "202", Level: Should, Outcome: Skip, Exchange: 7}}, Conformant},
		"of the burst":            {[]Result{{Requirement: "429-retry-after-true", Status: "429", Level: Must, Outcome: Skip, Exchange: 1}}, Conformant},
		"and a failure": {[]Result{{Requirement: "202-helpdesk", Status: "202", Level: Must, Outcome: Skip, Exchange: 7},
			{Requirement: "401-error", Status: "401", Level: Must, Outcome: Fail, Exchange: 8}}, Nonconformant},
	} {
		run := &Run{}
		for _, path := range Statuses {
			run.Results = append(run.Results, Result{Requirement: path + "-x", Status: path, Level: Must, Outcome: Pass, Exchange: 1})
		}
		run.Results = append(run.Results, test.open...)
		run.Conclude(nil, decides, nil)
		if run.Verdict != test.want {
			t.Errorf("%s: %s, expected %s", name, run.Verdict, test.want)
		}
		if named := strings.Contains(strings.Join(run.Reasons, "\n"), "202-helpdesk"); named != (name == "limited for ever" || name == "and a failure") {
			t.Errorf("%s: reasons %q", name, run.Reasons)
		}
	}
}

// TestConcludeSaysWhyARequirementIsOpen: in the words of its own first skip that has any.
func TestConcludeSaysWhyARequirementIsOpen(t *testing.T) {
	skip := func(requirement, message string) Result {
		return Result{Requirement: requirement, Status: "202", Level: Must, Outcome: Skip, Exchange: 1, Message: message}
	}
	run := &Run{Results: append(judgedOnce(),
		Result{Requirement: "202-decision", Status: "202", Outcome: Pass, Message: "not of a skip"},
		skip("202-a-decision", ""), skip("202-b-decision", ""), skip("202-b-decision", "refused with 429"), skip("202-b-decision", "later"))}
	run.Conclude(nil, func(string) bool { return true }, nil)
	want := []string{
		"202-a-decision could not be decided, although the target answered: no reason is known",
		"202-b-decision could not be decided, although the target answered: refused with 429",
	}
	if diff := cmp.Diff(want, run.Reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}
