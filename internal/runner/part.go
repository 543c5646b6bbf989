package runner

import (
	"slices"

	"conformance/fixtures"
	"conformance/internal/shard"
)

// partOf is the fixtures with the cases of one part of a run alone, and with the controls that
// these are compared with. The burst's cases belong together. Cases that several parts send have
// the same results in each; merging keeps one.
func partOf(set *fixtures.Set, part shard.Part) *fixtures.Set {
	wanted := map[string]bool{}
	index := 0
	for _, path := range set.Paths {
		for i, c := range path.Cases {
			if path.Status != burstPath || i == 0 {
				index++
			}
			if !part.Has(index - 1) {
				continue
			}
			wanted[c.Name] = true
			for c.Control != "" {
				c, _ = set.Case(c.Control)
				wanted[c.Name] = true
			}
		}
	}
	divided := *set
	divided.Paths = nil
	for _, path := range set.Paths {
		path.Cases = slices.DeleteFunc(slices.Clone(path.Cases), func(c fixtures.Case) bool { return !wanted[c.Name] })
		divided.Paths = append(divided.Paths, path)
	}
	return &divided
}

// burstPath is the status path whose cases are sent together.
const burstPath = "429"
