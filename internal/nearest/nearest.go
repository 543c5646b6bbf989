// Package nearest finds the known name that a mistyped one most likely stands for.
package nearest

import (
	"fmt"
	"strings"
)

// longest bounds the length, in bytes, of a name that is worth comparing.
const longest = 64

// Advice ends the sentence about an unknown name: the known name that was probably meant, or
// all of them.
func Advice(name string, known []string) string {
	if near := Name(name, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "expected one of " + strings.Join(known, ", ")
}

// Name is the known name that differs least from the given one, whatever the case of its
// letters, or empty when none is near: at most one slip in every three letters. The first of
// several that are equally near wins.
func Name(name string, known []string) string {
	if len(name) > longest {
		return ""
	}
	best, least := "", max(1, len(name)/3)+1
	for _, candidate := range known {
		if slips := distance(strings.ToLower(name), strings.ToLower(candidate)); slips < least {
			best, least = candidate, slips
		}
	}
	return best
}

// distance counts the letters to insert, drop, replace or swap with their neighbour to turn a
// into b (the optimal string alignment distance).
func distance(a, b string) int {
	before, last, row := []int(nil), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replaced := last[j-1]
			if a[i-1] != b[j-1] {
				replaced++
			}
			row[j] = min(last[j]+1, row[j-1]+1, replaced)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, make([]int, len(b)+1)
	}
	return last[len(b)]
}
