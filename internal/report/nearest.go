package report

import (
	"fmt"
	"strings"
)

// unknownKind is the error for a kind of report that there is none of.
func unknownKind(name string) error {
	var known []string
	for _, kind := range Kinds() {
		known = append(known, string(kind))
	}
	hint := ""
	if near := nearest(strings.ToLower(name), known); near != "" {
		hint = fmt.Sprintf("; did you mean %s?", near)
	}
	return fmt.Errorf("unknown kind of report %q: there are %s, written KIND=FILE%s", name, strings.Join(known, ", "), hint)
}

// nearest is the name that takes the fewest edits to get to, if half of it is right;
// otherwise "".
func nearest(name string, known []string) string {
	best, fewest := "", 0
	for _, candidate := range known {
		n := edits(name, candidate)
		if n*2 <= len(candidate) && (best == "" || n < fewest) {
			best, fewest = candidate, n
		}
	}
	return best
}

// edits is how many bytes must be added, dropped or changed to get from a to b
// (the Levenshtein distance).
func edits(a, b string) int {
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
			row[j+1] = min(change, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
