package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// site is a stretch of a file that mutants change: an expression, or a statement.
type site struct {
	from, to int
	// kind is the expression's type as it is written in this file; empty for a statement.
	kind         string
	alternatives []alternative
}

// alternative is what a site says when one mutant is alive. A statement is left out.
type alternative struct {
	mutant int
	text   string
}

// render is a file in which every site asks which mutant is alive. No line is added, so that
// an error of the compiler tells the line of the source.
func render(source []byte, sites []site) []byte {
	slices.SortStableFunc(sites, func(a, b site) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to))
	})
	text, rest := renderSpan(source, 0, len(source), sites)
	if len(rest) > 0 {
		panic(fmt.Sprintf("sites overlap at %d", rest[0].from))
	}
	return []byte(text)
}

// renderSpan renders a stretch with the sites that begin in it, and returns those behind it.
func renderSpan(source []byte, from, to int, sites []site) (string, []site) {
	var out strings.Builder
	for len(sites) > 0 && sites[0].from < to {
		s := sites[0]
		out.Write(source[from:s.from])
		var inner string
		inner, sites = renderSpan(source, s.from, s.to, sites[1:])
		out.WriteString(s.render(inner))
		from = s.to
	}
	out.Write(source[from:to])
	return out.String(), sites
}

// unreachable is the kind of a site at the end of a function.
const unreachable = "unreachable"

func (s site) render(inner string) string {
	var out strings.Builder
	if s.kind == unreachable {
		return `; panic("a statement was left out") `
	}
	if s.kind == "" {
		for _, a := range s.alternatives {
			fmt.Fprintf(&out, "if aliveMutant != %d { ", a.mutant)
		}
		return out.String() + inner + strings.Repeat(" }", len(s.alternatives))
	}
	fmt.Fprintf(&out, "func() %s { switch aliveMutant { ", s.kind)
	for _, a := range s.alternatives {
		// A raw string may hold line feeds, which would move the lines below.
		fmt.Fprintf(&out, "case %d: return %s; ", a.mutant, strings.ReplaceAll(a.text, "\n", " "))
	}
	return out.String() + "}; return " + inner + " }()"
}
