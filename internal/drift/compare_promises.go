package drift

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"conformance/fixtures"
	"conformance/internal/contract"
	"conformance/internal/drift/observe"
	"conformance/internal/exchange"
	"conformance/internal/outcome"
	"conformance/schemas"
	"conformance/suites"
)

// promise is one requirement of the page in one place.
type promise struct {
	requirement string
	where       Place
}

// breach is how often a promise was broken, and what was found first.
type breach struct {
	observe.Tally
	found string
}

// breaches are what the answers of a recording break of the page.
type breaches struct {
	broken map[promise]*breach
	// judged counts the answers on which a requirement could be judged, by their section alone.
	judged map[promise]*observe.Tally
}

// judge holds the samples of a recording to the page, one after the other. The order matters:
// some requirements compare an answer with those before it.
func judge(summary *observe.Summary) breaches {
	b := breaches{map[promise]*breach{}, map[promise]*observe.Tally{}}
	reader, rules := contract.NewReader(contract.Unlock, schemas.MustLoad()), contract.NewJudge()
	samples, _ := summary.Samples()
	for _, sample := range samples {
		var sent *fixtures.Case
		if one, known := caseNamed(sample.Exchange.Case); known {
			sent = &one
		}
		section := sectionOfAnswer(sample.Exchange)
		for _, finding := range rules.Answer(reader.Read(sample.Order+1, sent, sample.Exchange)) {
			whole := promise{finding.Requirement, Place{Section: section}}
			if b.judged[whole] == nil {
				b.judged[whole] = &observe.Tally{}
			}
			b.judged[whole].Add(sample.Sighting)
			if finding.State == contract.Broken {
				b.add(whole, finding.Violations, sample.Sighting)
			}
		}
	}
	return b
}

func (b breaches) add(of promise, violations []contract.Violation, at observe.Sighting) {
	for _, violation := range violations {
		key := promise{of.requirement, Place{of.where.Section, contract.AnyElement(violation.Where)}}
		if b.broken[key] == nil {
			b.broken[key] = &breach{found: fmt.Sprintf("expected %s, seen %s", violation.Expected, violation.Seen)}
		}
		b.broken[key].Add(at)
	}
}

// sorted are the promises that are broken, in the order of their places.
func (b breaches) sorted() []promise {
	return slices.SortedFunc(maps.Keys(b.broken), func(x, y promise) int {
		if order := x.where.compare(y.where); order != 0 {
			return order
		}
		if x.requirement < y.requirement {
			return -1
		}
		return 1
	})
}

func sectionOfAnswer(e exchange.Exchange) string {
	if e.Response == nil {
		return OperationSection
	}
	return strconv.Itoa(e.Status())
}

// kept compares which promises of the page two recordings keep.
func (c *comparison) kept(old, new Side) error {
	requirements, err := suites.LoadRequirements()
	if err != nil {
		return err
	}
	was, is := old.observed.breaches(), new.observed.breaches()
	for _, one := range is.sorted() {
		now := is.broken[one]
		before := was.judged[promise{one.requirement, Place{Section: one.where.Section}}]
		answers := old.Description.Answers[one.where.Section]
		switch {
		case was.broken[one] != nil || c.told(one.where):
		case before != nil:
			c.add(brokenRule(requirements, one.requirement), one.where, one.requirement+" kept", "broken: "+now.found, tallied(*before), tallied(now.Tally))
		case answers == nil || answers.Count < enough:
			c.note("%s: %s is broken, %s; the old recording does not show whether it was kept", one.where, one.requirement, now.found)
		default:
			// There was nothing that could break it.
			c.add(brokenRule(requirements, one.requirement), one.where, "", one.requirement+" broken: "+now.found+", which", answers.Support, tallied(now.Tally))
		}
	}
	for _, one := range was.sorted() {
		now := is.judged[promise{one.requirement, Place{Section: one.where.Section}}]
		if is.broken[one] == nil && now != nil && now.Count >= enough && !c.told(one.where) {
			c.add("requirement-mended", one.where, one.requirement+" broken", "kept", tallied(was.broken[one].Tally), tallied(*now))
		}
	}
	return nil
}

// broken holds a recording to the page alone.
func (c *comparison) broken(traffic Side) error {
	requirements, err := suites.LoadRequirements()
	if err != nil {
		return err
	}
	is := traffic.observed.breaches()
	for _, one := range is.sorted() {
		if !c.told(one.where) {
			c.add(brokenRule(requirements, one.requirement), one.where, one.requirement, "broken: "+is.broken[one].found,
				c.contract.Support, tallied(is.broken[one].Tally))
		}
	}
	return nil
}

// told says whether it was told of a stimulus that it gets this status, or no whole answer.
func (c *comparison) told(where Place) bool {
	return slices.ContainsFunc(c.changes, func(change Change) bool {
		switch {
		case !change.Where.isStimulus():
			return false
		case where.At == "status":
			return change.New == where.Section
		}
		return where.At == "connection" && change.Rule == "answer-lost"
	})
}

// brokenRule is the rule for a requirement that is broken, by its level.
func brokenRule(requirements *suites.Requirements, id string) string {
	if requirement, known := requirements.Find(id); known && requirement.Level == outcome.Should {
		return "requirement-weakened"
	}
	return "requirement-broken"
}
