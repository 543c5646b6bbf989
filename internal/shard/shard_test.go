package shard

import (
	"strings"
	"testing"
)

func environment(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

func TestParse(t *testing.T) {
	for _, test := range []struct {
		value   string
		environ func(string) (string, bool)
		want    Part
		says    string
	}{
		{"", environment(), Part{}, ""},
		{"1/1", environment(), Part{1, 1}, ""},
		{"3/16", environment(), Part{3, 16}, ""},
		{"16/16", environment(), Part{16, 16}, ""},
		{"auto", environment("CI_NODE_INDEX", "2", "CI_NODE_TOTAL", "4"), Part{2, 4}, ""},
		{"auto", environment("CIRCLE_NODE_INDEX", "0", "CIRCLE_NODE_TOTAL", "4"), Part{1, 4}, ""},
		{"auto", environment("JOB_COMPLETION_INDEX", "3", "JOB_COMPLETIONS", "4"), Part{4, 4}, ""},
		{"auto", environment("BUILDKITE_PARALLEL_JOB", "0", "BUILDKITE_PARALLEL_JOB_COUNT", "3"), Part{1, 3}, ""},
		{"1/100000", environment(), Part{1, 100_000}, ""},
		{"auto/8", environment("JOB_COMPLETION_INDEX", "3"), Part{4, 8}, ""},
		{"0/16", environment(), Part{}, "from 1 on"},
		{"17/16", environment(), Part{}, "--shard 17/16"},
		{"-1/16", environment(), Part{}, "--shard -1/16"},
		{"3", environment(), Part{}, "NUMBER/PARTS"},
		{"three/16", environment(), Part{}, "three/16"},
		{"3/0", environment(), Part{}, "3/0"},
		{"1/all", environment(), Part{}, "--shard 1/all: expected a number from 1 on and not beyond the number of parts"},
		{"auto", environment("JOB_COMPLETION_INDEX", "x", "JOB_COMPLETIONS", "4"), Part{}, "expected a number from 0 on"},
		{"auto", environment("JOB_COMPLETION_INDEX", "4", "JOB_COMPLETIONS", "4"), Part{}, "auto (JOB_COMPLETION_INDEX=4, 4 parts)"},
		{"1/100001", environment(), Part{}, "at most 100000"},
		{"auto", environment(), Part{}, "none of CI_NODE_INDEX"},
		{"auto", environment("JOB_COMPLETION_INDEX", "3"), Part{}, "JOB_COMPLETION_INDEX is set, but not JOB_COMPLETIONS; set it, or write auto/PARTS"},
		{"auto/3", environment("JOB_COMPLETION_INDEX", "3"), Part{}, "JOB_COMPLETION_INDEX=3"},
	} {
		got, err := Parse(test.value, test.environ)
		if got != test.want || (err != nil) != (test.says != "") || err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v, %v; want %v, %q", test.value, got, err, test.want, test.says)
		}
		if err == nil && !strings.HasPrefix(test.value, auto) && got.String() != test.value {
			t.Errorf("%s reads as %s", test.value, got)
		}
	}
}

// TestPartsAreDisjointAndComplete: every item belongs to exactly one part, and no part has many
// more than another.
func TestPartsAreDisjointAndComplete(t *testing.T) {
	const items = 217
	for of := 1; of <= 20; of++ {
		sizes := map[int]int{}
		for index := range items {
			owners := 0
			for number := 1; number <= of; number++ {
				if (Part{number, of}).Has(index) {
					owners++
					sizes[number]++
				}
			}
			if owners != 1 {
				t.Fatalf("item %d of %d parts has %d owners", index, of, owners)
			}
		}
		for number := 1; number <= of; number++ {
			if size := sizes[number]; size < items/of || size > items/of+1 {
				t.Errorf("part %d of %d has %d items", number, of, size)
			}
		}
	}
	if !(Part{}).Has(7) || !(Part{}).Whole() || (Part{1, 2}).Whole() {
		t.Error("the zero value is not the whole")
	}
}

func TestMissing(t *testing.T) {
	for _, test := range []struct {
		given []string
		want  string
		says  string
	}{
		{[]string{"1/1"}, "", ""},
		{[]string{"2/3", "1/3", "3/3"}, "", ""},
		{[]string{"2/3"}, "the report of part 1/3, 3/3 is missing", ""},
		{[]string{"1/2", "1/2"}, "", "part 1/2 is given twice"},
		{[]string{"1/2", "2/3"}, "", "report 2 of 2 is part 2/3, but the first is one of 2 parts"},
		{[]string{"1/2", ""}, "", "report 2 of 2 is not of a part"},
		{[]string{"auto"}, "", "report 1 of 1 is not of a part"},
	} {
		missing, err := Missing(test.given)
		if got := MissingText(missing); got != test.want || (err != nil) != (test.says != "") || err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%v: %q, %v; want %q, %q", test.given, got, err, test.want, test.says)
		}
	}
}
