package drift

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Change is one difference between two descriptions of the operation.
type Change struct {
	// Rule is the id of the rule that found it.
	Rule  string
	Grade Grade
	Hits  Hits
	// Why is the rule's reason for the grade.
	Why   string
	Where Place
	// Old and New are what each side says there; empty where it says nothing.
	Old, New string
	// Evidence is what the change rests on.
	Evidence Evidence
}

// Place is where in the operation something is.
type Place struct {
	// Section is a status such as "202", or one of the sections below.
	Section string
	// At is a JSON Pointer in the section's body, "header NAME", "media type NAME", the name of a
	// parameter or of a security scheme, or the name of a stimulus; empty for the section itself.
	// In a pointer a * stands for every element of an array.
	At string
}

// The sections that are not a status.
const (
	OperationSection = "operation"
	SecuritySection  = "security"
	ParameterSection = "parameter"
	RequestSection   = "request"
)

// String is the place in the form in which an ignore file names it, such as
// "202 /messages/*/text" or "429 header Retry-After".
func (p Place) String() string { return strings.TrimSpace(p.Section + " " + p.At) }

// isStimulus says whether it is the place of a stimulus, and not one in a body or header.
func (p Place) isStimulus() bool {
	return strings.HasPrefix(p.At, caseMark) || strings.HasPrefix(p.At, requestMark)
}

// Evidence is what each side of a change rests on.
type Evidence struct {
	Old, New Support
}

// Support is what one side of a comparison has to show for what it says.
type Support struct {
	// File and Line are the place in a document. Where a side does not say a thing, they are the
	// place that would have said it. Line counts from 1; 0 when there is no place.
	File string
	Line int
	// Count is the number of exchanges that it rests on; 0 for a document.
	Count int
	// Examples name some of those exchanges.
	Examples []string
}

// String is the place, or the count and the examples.
func (s Support) String() string {
	if s.Count > 0 {
		text := fmt.Sprintf("%d exchanges", s.Count)
		if s.Count == 1 {
			text = "1 exchange"
		}
		if len(s.Examples) > 0 {
			text += ", such as " + strings.Join(s.Examples, ", ")
		}
		return text
	}
	if s.Line > 0 {
		return fmt.Sprintf("%s:%d", s.File, s.Line)
	}
	return s.File
}

// Sentence says in one sentence what changed.
func (c Change) Sentence() string {
	return fmt.Sprintf("%s: %s", c.Where, c.Difference())
}

// Difference is the sentence without the place.
func (c Change) Difference() string {
	switch {
	case strings.HasPrefix(c.Rule, oasdiffPrefix):
		return c.New
	case c.Old == "":
		return c.New + " is new"
	case c.New == "":
		return c.Old + " is gone"
	}
	return c.Old + ", now " + c.New
}

// sections gives the order of the sections; statuses come behind them.
var sections = []string{OperationSection, SecuritySection, ParameterSection, RequestSection}

// compare orders changes by grade, the worst first, and then by place.
func (c Change) compare(other Change) int {
	return cmp.Or(
		cmp.Compare(slices.Index(Grades, c.Grade), slices.Index(Grades, other.Grade)),
		c.Where.compare(other.Where),
		cmp.Compare(c.Rule, other.Rule),
		cmp.Compare(c.Old, other.Old),
		cmp.Compare(c.New, other.New),
	)
}

func (p Place) compare(other Place) int {
	return cmp.Or(
		cmp.Compare(sectionOrder(p.Section), sectionOrder(other.Section)),
		cmp.Compare(p.Section, other.Section),
		cmp.Compare(p.At, other.At),
	)
}

func sectionOrder(section string) int {
	if at := slices.Index(sections, section); at >= 0 {
		return at
	}
	return len(sections)
}
