package reference

import (
	"fmt"
	"slices"

	"conformance/internal/nearest"
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
		authenticationFaults, authorizationFaults, accountFaults, narrowFaults,
		limitFaults,
		envelopeFaults, causeFaults, languageFaults,
		jsonFaults, headerFaults, statusFaults, disclosureFaults,
		decisionVariants, bodyVariants, headerVariants,
	)
}

// UnknownFault is the error for a name that no fault and no legal variant has.
type UnknownFault struct {
	Name string
	// Near is the name that was probably meant; empty when none is near.
	Near string
}

// Error names the fault that was asked for and the one that was probably meant.
func (e UnknownFault) Error() string {
	text := fmt.Sprintf("no fault or legal variant is called %q", e.Name)
	if e.Near != "" {
		text += fmt.Sprintf("; did you mean %q?", e.Near)
	}
	return text
}

// findFault finds a fault by its name; the empty name is that of no fault.
func findFault(name string) (Fault, error) {
	if name == "" {
		return Fault{}, nil
	}
	var names []string
	for _, fault := range Faults() {
		if fault.Name == name {
			return fault, nil
		}
		names = append(names, fault.Name)
	}
	return Fault{}, UnknownFault{Name: name, Near: nearest.Name(name, names)}
}
