package reference

import (
	"slices"
	"testing"
)

// TestCases holds the reference to the statuses that the fixtures expect.
func TestCases(t *testing.T) {
	set, cases := fixtureCases(t)
	replies := runCases(t, set, cases, "")
	for _, c := range cases {
		for i, got := range replies[c.Name] {
			if !slices.Contains(c.Expect, got.Status) {
				t.Errorf("%s, request %d: status %d, want one of %v\n%s", c.Name, i+1, got.Status, c.Expect, got.Body)
			}
		}
	}
}
