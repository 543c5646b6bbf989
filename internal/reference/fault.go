package reference

import (
	"fmt"
	"slices"
	"strings"
)

// Fault is one deliberate defect of the reference, or one deviation that the page allows.
type Fault struct {
	Name string
	// Legal says that the page allows this: the suite must not blame it.
	Legal bool
	// About says in one sentence what the server does.
	About string
	// Requirement is the id of the requirement that must catch the fault; empty for a
	// legal variant.
	Requirement string

	// Each of the following changes one step of the way of a request; most faults have one.

	// configure changes what the stages go by.
	configure func(*policy)
	// redecide changes what the stages decided.
	redecide func(*visit, decision) decision
	// choose changes the language of an error with the given status.
	choose func(v *visit, status int, chosen choice) choice
	// document changes an answer before its body is encoded.
	document edit
	// wire changes an answer as it is about to be sent.
	wire edit
}

// edit is a change of an answer.
type edit func(*visit, *answer)

// Faults lists all faults and legal variants, in an order that stays the same.
func Faults() []Fault {
	return slices.Concat(
		acceptFaults, taskFaults,
		requestFaults, fieldFaults,
		authenticationFaults, authorizationFaults, accountFaults,
		limitFaults,
		envelopeFaults, causeFaults, languageFaults,
		jsonFaults, headerFaults, statusFaults, disclosureFaults,
		decisionVariants, bodyVariants, headerVariants,
	)
}

// UnknownFault is the error for a name that no fault and no legal variant has.
type UnknownFault struct {
	Name string
	// Near are the names that look most like it, the nearest first; at most three.
	Near []string
}

// Error names the fault that was asked for and those that may have been meant.
func (e UnknownFault) Error() string {
	if len(e.Near) == 0 {
		return fmt.Sprintf("no fault or legal variant is called %q", e.Name)
	}
	return fmt.Sprintf("no fault or legal variant is called %q; did you mean %s?", e.Name, strings.Join(e.Near, ", "))
}

// findFault finds a fault by its name; the empty name is that of no fault.
func findFault(name string) (Fault, error) {
	if name == "" {
		return Fault{}, nil
	}
	faults := Faults()
	if i := slices.IndexFunc(faults, func(f Fault) bool { return f.Name == name }); i >= 0 {
		return faults[i], nil
	}
	return Fault{}, UnknownFault{Name: name, Near: nearest(name, faults)}
}

// maxSuggestions is how many names an UnknownFault suggests.
const maxSuggestions = 3

// nearest finds the names that take the fewest changes of a letter to become the given one.
func nearest(name string, faults []Fault) []string {
	// A longer name is a mistake of another kind, and would take long to compare.
	if len(name) > 100 {
		return nil
	}
	names := make([]string, len(faults))
	for i, fault := range faults {
		names[i] = fault.Name
	}
	slices.SortStableFunc(names, func(a, b string) int { return editDistance(a, name) - editDistance(b, name) })
	return names[:min(maxSuggestions, len(names))]
}

// editDistance is the Levenshtein distance of two texts, in bytes.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
