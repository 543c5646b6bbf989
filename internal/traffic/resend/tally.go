package resend

import (
	"cmp"
	"maps"
	"slices"
	"sync"

	"conformance/internal/exchange"
	"conformance/internal/report"
)

// Group is one difference in all the exchanges that it was found in.
type Group struct {
	Difference
	// Status is the recorded status, or "no answer".
	Status string
	// Count is the number of exchanges.
	Count int
	// Learnt says that two recordings of the same server differ so too: the group is noise.
	Learnt bool
	// Examples are the first exchanges, at most mostExamples.
	Examples []Example
}

// Class is that of the rule, or Noise where that was learnt.
func (g Group) Class() Class {
	if g.Learnt {
		return Noise
	}
	return g.Difference.Class()
}

// Example is an exchange in which a difference was found.
type Example struct {
	// Number is that of the recorded exchange, from 1; Place is where it stands.
	Number int
	Place  string
	// Case is the name of the case that it was sent for; empty for foreign traffic.
	Case string
	// Where, Was and Is are those of the difference there.
	Where, Was, Is string
	// Curl is a line for a shell that sends the request again.
	Curl string
}

// mostExamples bounds the examples of a group, mostGroups the groups that are told apart.
const (
	mostExamples = 3
	mostGroups   = 2000
)

// tally is what was found so far, by one worker. It is not safe for concurrent use.
type tally struct {
	// equal, differing count exchanges; differing by the worst class of their differences.
	equal     int
	differing map[Class]int
	groups    map[likeness]*Group
	// beyond counts the differences that found no room, by class.
	beyond  map[Class]int
	latency latencies
}

// likeness is what the differences of a group have in common.
type likeness struct{ status, rule, where, was, is string }

// likenessOf leaves out what the texts were: each group would be one difference otherwise.
func likenessOf(status string, d Difference) likeness {
	key := likeness{status, d.Rule, d.pattern(), d.Was, d.Is}
	switch d.Rule {
	case textChanged, valueChanged, bodyChanged, headerChanged, memberAdded, headerAdded, otherHeaderGone, bodyNotJSON, textEmptied:
		key.was, key.is = "", ""
	case memberRemoved, optionalRemoved, headerRemoved, elementAdded, elementRemoved:
		key.was = ""
	case requirementBroken:
		key.is = ""
	}
	return key
}

func newTally() *tally {
	return &tally{differing: map[Class]int{}, groups: map[likeness]*Group{}, beyond: map[Class]int{}, latency: latencies{}}
}

// found is a difference, and whether it was learnt to be noise.
type found struct {
	Difference
	learnt bool
}

func (f found) class() Class {
	if f.learnt {
		return Noise
	}
	return f.Difference.Class()
}

// add takes in one exchange. It returns the worst class of its differences; empty when it has none.
func (t *tally) add(j *job, now exchange.Exchange, differences []found) (worst Class) {
	t.latency.add(j.then, now)
	seen := map[likeness]bool{}
	for _, d := range differences {
		if class := d.class(); worst == "" || slices.Index(Classes, class) < slices.Index(Classes, worst) {
			worst = class
		}
		t.difference(j, now, d, seen)
	}
	if worst == "" {
		t.equal++
	} else {
		t.differing[worst]++
	}
	return worst
}

func (t *tally) difference(j *job, now exchange.Exchange, d found, seen map[likeness]bool) {
	status := statusPath(j.then)
	key := likenessOf(status, d.Difference)
	if seen[key] {
		return // another element of the same list
	}
	seen[key] = true
	g := t.groups[key]
	if g == nil {
		if len(t.groups) >= mostGroups {
			t.beyond[d.class()]++
			return
		}
		g = &Group{Difference: d.Difference, Status: status, Learnt: d.learnt}
		g.Where = d.pattern()
		t.groups[key] = g
	}
	g.Count++
	if len(g.Examples) < mostExamples || j.number < g.Examples[len(g.Examples)-1].Number {
		g.example(Example{
			Number: j.number, Place: j.place, Case: j.then.Case,
			Where: d.Where, Was: d.Was, Is: d.Is, Curl: report.Curl(now),
		})
	}
}

// example puts an example among the first ones.
func (g *Group) example(one Example) {
	g.Examples = append(g.Examples, one)
	slices.SortFunc(g.Examples, func(a, b Example) int { return cmp.Compare(a.Number, b.Number) })
	g.Examples = g.Examples[:min(len(g.Examples), mostExamples)]
	g.Was, g.Is = g.Examples[0].Was, g.Examples[0].Is
}

// merge takes in another tally.
func (t *tally) merge(other *tally) {
	t.equal += other.equal
	for class, count := range other.differing {
		t.differing[class] += count
	}
	for class, count := range other.beyond {
		t.beyond[class] += count
	}
	for key, g := range other.groups {
		mine := t.groups[key]
		if mine == nil {
			t.groups[key] = g
			continue
		}
		mine.Count += g.Count
		for _, one := range g.Examples {
			mine.example(one)
		}
	}
	t.latency.merge(other.latency)
}

// sorted are the groups: the worst class first, then by the order of the rules, by status and place.
func (t *tally) sorted() []Group {
	var groups []Group
	for _, g := range t.groups {
		groups = append(groups, *g)
	}
	slices.SortFunc(groups, func(a, b Group) int {
		return cmp.Or(
			cmp.Compare(slices.Index(Classes, a.Class()), slices.Index(Classes, b.Class())),
			cmp.Compare(ruleIndex(a.Rule), ruleIndex(b.Rule)), cmp.Compare(a.Status, b.Status),
			cmp.Compare(a.Where, b.Where), cmp.Compare(a.Was, b.Was), cmp.Compare(a.Is, b.Is))
	})
	return groups
}

func ruleIndex(id string) int {
	return slices.IndexFunc(Rules, func(r Rule) bool { return r.ID == id })
}

// NotSent is why some recorded requests were not sent.
type NotSent struct {
	Reason string
	Count  int
	// About names some of what the reason is about, such as accounts.
	About []string
}

// unsent counts what was not sent. It is safe for concurrent use.
type unsent struct {
	mutex   sync.Mutex
	reasons map[string]*NotSent
}

func newUnsent() *unsent { return &unsent{reasons: map[string]*NotSent{}} }

// mostAbout bounds how many accounts and such are named for one reason.
const mostAbout = 5

func (u *unsent) add(r refusal) {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	one := u.reasons[r.reason]
	if one == nil {
		one = &NotSent{Reason: r.reason}
		u.reasons[r.reason] = one
	}
	one.Count++
	if r.about != "" && len(one.About) < mostAbout && !slices.Contains(one.About, r.about) {
		one.About = append(one.About, r.about)
	}
}

func (u *unsent) sorted() []NotSent {
	var all []NotSent
	for _, reason := range slices.Sorted(maps.Keys(u.reasons)) {
		all = append(all, *u.reasons[reason])
	}
	return all
}
