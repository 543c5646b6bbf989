// Package shard divides work among several runs, each of which knows only its own number: so
// that a CI matrix or a Kubernetes Indexed Job can do the distributing.
package shard

import (
	"fmt"
	"strconv"
	"strings"
)

// Part is one of so many parts. The zero value is the whole.
type Part struct {
	// Number counts from 1; 0 in the zero value.
	Number int
	Of     int
}

// Whole says that there is nothing to divide.
func (p Part) Whole() bool { return p.Of <= 1 }

// Has says whether the item with that index belongs to the part. The parts are disjoint, and
// together they are everything. Neighbours go to different parts, so that these are alike.
func (p Part) Has(index int) bool { return p.Whole() || index%p.Of == p.Number-1 }

// String is how Parse reads it, such as 3/16; empty for the whole.
func (p Part) String() string {
	if p == (Part{}) {
		return ""
	}
	return fmt.Sprintf("%d/%d", p.Number, p.Of)
}

// most bounds the number of parts.
const most = 100_000

// auto asks for the number that the environment gives.
const auto = "auto"

// Parse reads NUMBER/PARTS, such as 3/16; auto, which takes both from the environment; or
// auto/PARTS, which takes the number from there. Empty is the whole. environ has the signature of
// os.LookupEnv. The error is one sentence.
func Parse(value string, environ func(name string) (string, bool)) (Part, error) {
	if value == "" {
		return Part{}, nil
	}
	number, parts, divided := strings.Cut(value, "/")
	if number == auto && environ != nil {
		return fromEnvironment(parts, environ)
	}
	if !divided {
		return Part{}, fmt.Errorf("--shard %q: expected NUMBER/PARTS such as 3/16, or auto", value)
	}
	return numbered(value, number, parts, 1)
}

// variables are where CI systems and Kubernetes tell a job its number and how many there are.
var variables = []struct {
	index, total string
	// first is the number of the first job.
	first int
}{
	{"CI_NODE_INDEX", "CI_NODE_TOTAL", 1},         // GitLab
	{"CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0}, // CircleCI
	{"BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0},
	{"JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", 0}, // Kubernetes sets the first, the manifest the second
}

func fromEnvironment(parts string, environ func(string) (string, bool)) (Part, error) {
	for _, v := range variables {
		index, set := environ(v.index)
		if !set {
			continue
		}
		total := parts
		if total == "" {
			if total, set = environ(v.total); !set {
				return Part{}, fmt.Errorf("--shard auto: %s is set, but not %s; set it, or write auto/PARTS", v.index, v.total)
			}
		}
		return numbered(fmt.Sprintf("auto (%s=%s, %s parts)", v.index, index, total), index, total, v.first)
	}
	var names []string
	for _, v := range variables {
		names = append(names, v.index)
	}
	return Part{}, fmt.Errorf("--shard auto: none of %s is set; write NUMBER/PARTS such as 3/16", strings.Join(names, ", "))
}

// numbered reads a part of which the first has the number first.
func numbered(value, number, parts string, first int) (Part, error) {
	n, err := strconv.Atoi(number)
	of, err2 := strconv.Atoi(parts)
	n += 1 - first
	if err != nil || err2 != nil || n < 1 || of < n || of > most {
		return Part{}, fmt.Errorf("--shard %s: expected a number from %d on and not beyond the number of parts, of which there are at most %d", value, first, most)
	}
	return Part{Number: n, Of: of}, nil
}

// Missing lists the parts that are not among those given, each as String has it. It returns an
// error, one sentence, when they are not parts of one whole, or one is given twice.
func Missing(given []string) ([]Part, error) {
	have := map[int]bool{}
	of := 0
	for i, text := range given {
		part, err := Parse(text, nil)
		switch {
		case err != nil || text == "":
			return nil, fmt.Errorf("report %d of %d is not of a part; give the reports of --shard", i+1, len(given))
		case i > 0 && part.Of != of:
			return nil, fmt.Errorf("report %d of %d is part %s, but the first is one of %d parts", i+1, len(given), text, of)
		case have[part.Number]:
			return nil, fmt.Errorf("part %s is given twice", text)
		}
		of, have[part.Number] = part.Of, true
	}
	var missing []Part
	for number := 1; number <= of; number++ {
		if !have[number] {
			missing = append(missing, Part{Number: number, Of: of})
		}
	}
	return missing, nil
}

// MissingText is a sentence about parts whose reports are missing; empty when none is.
func MissingText(missing []Part) string {
	if len(missing) == 0 {
		return ""
	}
	var names []string
	for _, part := range missing {
		names = append(names, part.String())
	}
	return fmt.Sprintf("the report of part %s is missing", strings.Join(names, ", "))
}
