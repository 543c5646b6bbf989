package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"conformance/fixtures"
	"conformance/internal/outcome"
)

// Explanation is all there is to know of one requirement, or of one rule of drift.
type Explanation struct {
	// Rule is the rule of drift; nil when a requirement is explained.
	Rule        *RuleExplained
	Requirement outcome.Requirement
	// Cases are those whose status decides the requirement; empty for one that every answer
	// is held to.
	Cases []fixtures.Case
	// Paths are the status paths on which it is judged.
	Paths []string
	// Faults are the faults of the reference implementation that it catches.
	Faults []FaultCaught
}

// RuleExplained is a rule of drift.
type RuleExplained struct {
	ID, Grade, Why string
	// Hits is "client", "server" or "both".
	Hits string
	// Compares says what is compared where the rule is asked.
	Compares []string
	// Covers are the checks of oasdiff that find the same.
	Covers []string
}

// FaultCaught is a fault and what is wrong with it.
type FaultCaught struct{ Name, About string }

// Explain writes an explanation for people.
func Explain(w io.Writer, e Explanation) error {
	var text strings.Builder
	paragraph := func(name, body string) {
		for i, line := range wrap(body, DefaultWidth-12) {
			if i > 0 {
				name = ""
			}
			fmt.Fprintf(&text, "  %-9s %s\n", name, line)
		}
	}
	if e.Rule != nil {
		fmt.Fprintf(&text, "%s  %s\n\n", e.Rule.ID, e.Rule.Grade)
		paragraph("why", e.Rule.Why)
		paragraph("hits", strings.Replace(e.Rule.Hits, "both", "client and server", 1))
		paragraph("compares", strings.Join(e.Rule.Compares, "; "))
		if len(e.Rule.Covers) > 0 {
			paragraph("covers", strings.Join(e.Rule.Covers, ", ")+" of oasdiff")
		}
		_, err := io.WriteString(w, text.String())
		return err
	}
	fmt.Fprintf(&text, "%s  %s\n\n", e.Requirement.ID, e.Requirement.Level)
	paragraph("checks", e.Requirement.Checks)
	paragraph("sentence", strconv.Quote(e.Requirement.Sentence))
	paragraph("source", e.Requirement.Source)
	if len(e.Cases) == 0 {
		paragraph("judged", "on every answer that it applies to, on the status paths "+strings.Join(e.Paths, ", "))
	}
	for i, c := range e.Cases {
		name := ""
		if i == 0 {
			name = "cases"
		}
		paragraph(name, caseSentence(c))
	}
	for i, fault := range e.Faults {
		name := ""
		if i == 0 {
			name = "catches"
		}
		paragraph(name, fault.Name+": "+fault.About)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// caseSentence says what a case sends and what it expects.
func caseSentence(c fixtures.Case) string {
	credential := c.Credential
	if c.Authorization != fixtures.Bearer {
		credential += ", " + string(c.Authorization)
	}
	statuses := make([]string, len(c.Expect))
	for i, status := range c.Expect {
		statuses[i] = strconv.Itoa(status)
	}
	sentence := fmt.Sprintf("%s: %s for the account %s with the body %s and the credential %s; expects %s",
		c.Name, c.Method, c.Account, c.Body, credential, strings.Join(statuses, " or "))
	for _, name := range slices.Sorted(maps.Keys(c.Headers)) {
		sentence += fmt.Sprintf("; %s: %s", name, c.Headers[name])
	}
	return sentence
}
