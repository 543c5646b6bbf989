package strictyaml

import (
	"fmt"
	"iter"
	"strings"
)

// Advice ends the sentence about an unknown word: the known word that was probably meant,
// or all of them.
func Advice(word string, known []string) string {
	if nearest := Nearest(word, known); nearest != "" {
		return fmt.Sprintf("did you mean %q?", nearest)
	}
	return "expected one of " + strings.Join(known, ", ")
}

// Nearest is the known word that differs least from word, whatever the case of its
// letters, or empty when none is near: at most one slip in every three letters. The first
// of several that are equally near wins.
func Nearest(word string, known []string) string {
	const longest = 64
	if len(word) > longest {
		return ""
	}
	best, least := "", max(1, len(word)/3)+1
	for _, candidate := range known {
		if slips := distance(strings.ToLower(word), strings.ToLower(candidate)); slips < least {
			best, least = candidate, slips
		}
	}
	return best
}

// distance counts the letters to insert, drop, replace or swap with their neighbour to
// turn a into b (the optimal string alignment distance).
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

// OneSlip yields the words that one slip turns into word: a letter dropped, added,
// replaced or swapped with its neighbour. It is for asking a predicate that knows no list.
func OneSlip(word, alphabet string) iter.Seq[string] {
	return func(yield func(string) bool) {
		const longest = 64
		if len(word) > longest {
			return
		}
		for i := range len(word) + 1 {
			before, after := word[:i], word[i:]
			if len(after) > 0 && !yield(before+after[1:]) {
				return
			}
			if len(after) > 1 && !yield(before+after[1:2]+after[:1]+after[2:]) {
				return
			}
			for _, letter := range alphabet {
				if !yield(before + string(letter) + after) {
					return
				}
				if len(after) > 0 && !yield(before+string(letter)+after[1:]) {
					return
				}
			}
		}
	}
}
