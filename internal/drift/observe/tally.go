package observe

import (
	"cmp"
	"maps"
	"slices"
)

// Tally is how often something was seen, and where first.
type Tally struct {
	Count    int
	Examples Examples
}

// Examples are the first places at which something was seen, in the order of the recording.
type Examples []Sighting

// mostExamples bounds them.
const mostExamples = 3

// add notes one more place. It keeps the first ones, whatever the order in which they come.
func (e *Examples) add(at Sighting) {
	list := *e
	if len(list) == mostExamples && at.Order >= list[mostExamples-1].Order {
		return
	}
	i, known := slices.BinarySearchFunc(list, at, func(a, b Sighting) int { return cmp.Compare(a.Order, b.Order) })
	if known {
		return
	}
	list = slices.Insert(list, i, at)
	*e = list[:min(len(list), mostExamples)]
}

func (e *Examples) merge(other Examples) {
	for _, at := range other {
		e.add(at)
	}
}

// Add notes one more place.
func (t *Tally) Add(at Sighting) {
	t.Count++
	t.Examples.add(at)
}

func (t *Tally) merge(other Tally) {
	t.Count += other.Count
	t.Examples.merge(other.Examples)
}

// Tallies count several things by their names.
type Tallies map[string]*Tally

func (t Tallies) add(name string, at Sighting) {
	one := t[name]
	if one == nil {
		one = &Tally{}
		t[name] = one
	}
	one.Add(at)
}

func (t Tallies) merge(other Tallies) {
	for name, tally := range other {
		if t[name] == nil {
			t[name] = &Tally{}
		}
		t[name].merge(*tally)
	}
}

// Names are those of all that was counted, sorted.
func (t Tallies) Names() []string { return slices.Sorted(maps.Keys(t)) }

// Distinct counts the different values of something, as long as they are few.
type Distinct struct {
	Values Tallies
	// Many says that there are more than mostValues, and that they are no longer counted.
	Many bool
}

// mostValues is how many different values are few.
const mostValues = 12

func (d *Distinct) add(value string, at Sighting) {
	if d.Many {
		return
	}
	if d.Values == nil {
		d.Values = Tallies{}
	}
	d.Values.add(value, at)
	d.settle()
}

func (d *Distinct) merge(other Distinct) {
	d.Many = d.Many || other.Many
	if d.Values == nil {
		d.Values = Tallies{}
	}
	d.Values.merge(other.Values)
	d.settle()
}

func (d *Distinct) settle() {
	if d.Many = d.Many || len(d.Values) > mostValues; d.Many {
		d.Values = nil
	}
}

// bottom keeps the things with the smallest hashes of all that were put into it. Which ones these
// are does not depend on the order, and of those that are kept nothing was ever left out: once
// something is too large to be kept it stays so.
type bottom[T any] struct {
	most int
	kept map[uint64]T
	// limit is the greatest hash that can still be kept; 0 when all can.
	limit uint64
	// left says that something was left out.
	left bool
}

func newBottom[T any](most int) bottom[T] { return bottom[T]{most: most, kept: map[uint64]T{}} }

// open says whether something with this hash is kept.
func (b *bottom[T]) open(hash uint64) bool {
	if b.limit > 0 && hash > b.limit {
		b.left = true
		return false
	}
	return true
}

// put keeps something, in the place of what had the same hash.
func (b *bottom[T]) put(hash uint64, value T) {
	b.kept[hash] = value
	if len(b.kept) > 2*b.most {
		b.prune()
	}
}

// prune lets go of all but the smallest.
func (b *bottom[T]) prune() {
	if len(b.kept) <= b.most {
		return
	}
	hashes := slices.Sorted(maps.Keys(b.kept))
	b.limit, b.left = hashes[b.most-1], true
	for _, hash := range hashes[b.most:] {
		delete(b.kept, hash)
	}
}

// prime is that of the 64-bit FNV hash.
const prime = 1099511628211

// hashOf is the FNV-1a hash of a text with an avalanche behind it: the same in every process, so
// that what is kept of many is too.
func hashOf(text string) uint64 {
	hash := uint64(14695981039346656037)
	for i := range len(text) {
		hash = (hash ^ uint64(text[i])) * prime
	}
	return mix(hash)
}

// mix spreads a hash over all its bits (the finaliser of MurmurHash3).
func mix(hash uint64) uint64 {
	hash ^= hash >> 33
	hash *= 0xff51afd7ed558ccd
	hash ^= hash >> 33
	hash *= 0xc4ceb9fe1a85ec53
	return hash ^ hash>>33
}

// joined is the hash of two things in their order.
func joined(first, second uint64) uint64 { return mix(first*31 + second) }
