package reference

import (
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"conformance/fixtures"
	"conformance/internal/outcome"
)

// requirementIDs reads the ids of all requirements.
func requirementIDs(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile("../../suites/requirements.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var requirements []outcome.Requirement
	if err := yaml.Unmarshal(data, &requirements); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, requirement := range requirements {
		ids = append(ids, requirement.ID)
	}
	return ids
}

func TestFaultTable(t *testing.T) {
	ids := requirementIDs(t)
	seen := map[string]bool{}
	faults, variants := 0, 0
	for _, fault := range Faults() {
		if seen[fault.Name] {
			t.Errorf("%s is there twice", fault.Name)
		}
		seen[fault.Name] = true
		if !strings.HasSuffix(fault.About, ".") {
			t.Errorf("%s: %q is no sentence", fault.Name, fault.About)
		}
		switch {
		case fault.Legal && fault.Requirement != "":
			t.Errorf("%s is legal and yet breaks %s", fault.Name, fault.Requirement)
		case fault.Legal:
			variants++
		case !slices.Contains(ids, fault.Requirement):
			t.Errorf("%s breaks %q, which is no requirement", fault.Name, fault.Requirement)
		default:
			faults++
		}
	}
	if faults < 110 || variants < 40 {
		t.Errorf("%d faults and %d legal variants; want at least 110 and 40", faults, variants)
	}
}

func TestEveryRequirementHasAFault(t *testing.T) {
	for _, id := range requirementIDs(t) {
		if !slices.ContainsFunc(Faults(), func(f Fault) bool { return f.Requirement == id }) {
			t.Errorf("no fault breaks %s", id)
		}
	}
}

// TestFaultsChangeAnswers runs every fault and every variant against all cases: each must
// make a difference, a fault of a status decision must break the cases that prove its
// requirement, and a variant must leave every status within what its case expects.
func TestFaultsChangeAnswers(t *testing.T) {
	set, cases := fixtureCases(t)
	right := runCases(t, set, cases, "")
	breaking := map[string]int{}
	for _, fault := range Faults() {
		t.Run(fault.Name, func(t *testing.T) {
			got := runCases(t, set, cases, fault.Name)
			changed := changedPaths(cases, right, got)
			if len(changed) == 0 {
				t.Error("makes no difference to any case")
			}
			for path := range changed {
				if !fault.Legal {
					breaking[path]++
				}
			}
			wrong, proving := unexpected(cases, got, fault.Requirement)
			switch {
			case fault.Legal && len(wrong) > 0:
				t.Errorf("a legal variant breaks %v", wrong)
			case !fault.Legal && proving && len(wrong) == 0 && !strings.HasPrefix(fault.Requirement, "202-task"):
				t.Errorf("no case that proves %s is answered with a wrong status", fault.Requirement)
			}
		})
	}
	for _, status := range outcome.Statuses {
		if breaking[status] < 5 {
			t.Errorf("only %d faults change an answer of the path %s", breaking[status], status)
		}
	}
}

// changedPaths are the status paths with an answer that is not the right one.
func changedPaths(cases []fixtures.Case, right, got map[string][]reply) map[string]bool {
	changed := map[string]bool{}
	for _, c := range cases {
		if !reflect.DeepEqual(right[c.Name], got[c.Name]) {
			changed[c.Path] = true
		}
	}
	return changed
}

// unexpected lists the cases with a status that they do not expect: those that prove a
// requirement, or all for the empty requirement. It also says whether there are such cases.
func unexpected(cases []fixtures.Case, got map[string][]reply, requirement string) (wrong []string, proving bool) {
	for _, c := range cases {
		if requirement != "" && c.Proves != requirement {
			continue
		}
		proving = true
		for _, reply := range got[c.Name] {
			if !slices.Contains(c.Expect, reply.Status) {
				wrong = append(wrong, c.Name)
				break
			}
		}
	}
	return wrong, proving
}

func TestUnknownFault(t *testing.T) {
	tests := []struct {
		name    string
		near    string
		message string
	}{
		{"helpdesk-refuse", "helpdesk-refused", `did you mean "helpdesk-refused"?`},
		{"retry-after-negativ", "retry-after-negative", `did you mean "retry-after-negative"?`},
		{strings.Repeat("x", 1000), "", "no fault or legal variant is called"},
	}
	for _, test := range tests {
		_, err := New(Options{Fault: test.name})
		var unknown UnknownFault
		if !errors.As(err, &unknown) {
			t.Fatalf("%s: error %v, want an UnknownFault", test.name, err)
		}
		if !strings.Contains(err.Error(), test.message) {
			t.Errorf("%s: error %q, want it to say %q", test.name, err, test.message)
		}
		if unknown.Near != test.near {
			t.Errorf("%s: near is %q, want %q", test.name, unknown.Near, test.near)
		}
	}
}
