package main

import (
	"regexp"
	"regexp/syntax"
	"slices"
)

// patterns makes regular expressions that differ from the given one in a single place: an
// alternative is missing, an anchor is gone, something optional is not, or a repetition has
// another bound. The first result is the given one, spelled like the others.
func patterns(pattern string) (string, []string) {
	// Parsed without simplification, so that repetitions stay as they are written.
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return pattern, nil
	}
	var all []string
	for _, changed := range variants(parsed) {
		text := changed.String()
		if _, err := regexp.Compile(text); err == nil && text != parsed.String() && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return parsed.String(), all
}

// variants makes copies of an expression that differ in one place each.
func variants(r *syntax.Regexp) []*syntax.Regexp {
	var all []*syntax.Regexp
	for i, part := range r.Sub {
		for _, changed := range variants(part) {
			copied := *r
			copied.Sub = slices.Clone(r.Sub)
			copied.Sub[i] = changed
			all = append(all, &copied)
		}
	}
	other := func(op syntax.Op) *syntax.Regexp { return &syntax.Regexp{Op: op, Sub: r.Sub, Flags: r.Flags} }
	switch r.Op {
	case syntax.OpAlternate:
		for i := range r.Sub {
			copied := *r
			copied.Sub = slices.Delete(slices.Clone(r.Sub), i, i+1)
			all = append(all, &copied)
		}
	case syntax.OpBeginText, syntax.OpEndText, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpWordBoundary:
		all = append(all, &syntax.Regexp{Op: syntax.OpEmptyMatch})
	case syntax.OpQuest:
		all = append(all, r.Sub[0], &syntax.Regexp{Op: syntax.OpEmptyMatch})
	case syntax.OpStar:
		all = append(all, other(syntax.OpPlus), other(syntax.OpQuest))
	case syntax.OpPlus:
		all = append(all, other(syntax.OpStar), r.Sub[0])
	case syntax.OpRepeat:
		less, more := *r, *r
		less.Min, more.Min = max(0, r.Min-1), r.Min+1
		if r.Max >= 0 {
			more.Max = max(r.Max, more.Min)
		}
		all = append(all, &less, &more)
		if r.Max > r.Min {
			shorter, longer := *r, *r
			shorter.Max, longer.Max = r.Max-1, r.Max+1
			all = append(all, &shorter, &longer)
		}
	}
	return all
}
