package runner

import (
	"testing"

	"conformance/fixtures"
	"conformance/internal/shard"
)

// TestPartsOfARun: together the parts send every case, none of them many more than its share, and
// each has the controls of its cases.
func TestPartsOfARun(t *testing.T) {
	set, err := fixtures.Load()
	if err != nil {
		t.Fatal(err)
	}
	all := 0
	for _, path := range set.Paths {
		all += len(path.Cases)
	}
	for _, of := range []int{1, 2, 7, 16, 300} {
		sent := map[string]int{}
		for number := 1; number <= of; number++ {
			part := partOf(set, shard.Part{Number: number, Of: of})
			size := 0
			for _, path := range part.Paths {
				size += len(path.Cases)
				if path.Status == burstPath && len(path.Cases) != 0 && len(path.Cases) != 3 {
					t.Errorf("part %d of %d has %d of the burst's cases", number, of, len(path.Cases))
				}
				for _, c := range path.Cases {
					sent[c.Name]++
					if _, has := part.Case(c.Control); c.Control != "" && !has {
						t.Errorf("part %d of %d lacks %s, the control of %s", number, of, c.Control, c.Name)
					}
				}
			}
			const controls = 12
			if size > all/of+controls {
				t.Errorf("part %d of %d has %d cases", number, of, size)
			}
		}
		if len(sent) != all {
			t.Errorf("%d parts send %d cases of %d", of, len(sent), all)
		}
	}
}
