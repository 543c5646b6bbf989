package resend

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"conformance/internal/exchange"
)

// comparer tells in what an answer differs from the recorded one. It is safe for concurrent use.
type comparer struct {
	masks   masks
	open    openStatuses
	pledges *pledges
}

// compare lists the differences, at most mostDifferences of them. Answers that are equal have none.
func (c *comparer) compare(number int, then, now exchange.Exchange) []Difference {
	if d, done := compareFailures(then, now); done {
		return d
	}
	was, is := then.Response, now.Response
	var found differences
	switch {
	case was.Status != is.Status:
		found.add(c.status(then, now))
	case then.Failure != nil: // the body was not recorded
		c.headers(&found, was.Header, is.Header)
	default:
		c.headers(&found, was.Header, is.Header)
		waits(&found, then, now)
		c.body(&found, then, now)
	}
	found.sort()
	found.list = append(found.list, c.pledges.broken(number, then, now, found.list)...)
	return c.masks.without(found.list)
}

// compareFailures compares what the network did. It is done unless both answers are whole.
func compareFailures(then, now exchange.Exchange) ([]Difference, bool) {
	d := Difference{Where: whereConnection, Was: ending(then), Is: ending(now)}
	switch failed, fails := incomplete(then), incomplete(now); {
	case !failed && !fails:
		return nil, false
	case fails && !failed:
		d.Rule = noAnswer
	case failed && !fails:
		d.Rule = answeredNow
	case then.Failure != nil && now.Failure != nil && then.Failure.Kind == now.Failure.Kind:
		return nil, true
	default:
		d.Rule = otherFailure
	}
	return []Difference{d}, true
}

// incomplete says whether the network failed. An answer whose body alone was not recorded came.
func incomplete(e exchange.Exchange) bool {
	return e.Response == nil || e.Failure != nil && e.Failure.Kind != exchange.NotRecorded
}

// ending is how an exchange ended, in short.
func ending(e exchange.Exchange) string {
	switch {
	case e.Failure != nil && e.Response != nil:
		return fmt.Sprintf("%d, then: %s", e.Response.Status, e.Failure.Kind)
	case e.Failure != nil:
		return string(e.Failure.Kind)
	case e.Response == nil:
		return "no answer"
	}
	return strconv.Itoa(e.Response.Status)
}

// status classifies another status.
func (c *comparer) status(then, now exchange.Exchange) Difference {
	was, is := then.Status(), now.Status()
	d := Difference{Rule: statusChanged, Where: whereStatus, Was: strconv.Itoa(was), Is: strconv.Itoa(is)}
	switch {
	case is == http.StatusTooManyRequests:
		d.Rule = limited
	case was == http.StatusTooManyRequests && c.open.usual(then) == is:
		d.Rule = limitNotMet
	case c.open.has(then, was, is):
		d.Rule = statusLeftOpen
	}
	return d
}

// differences are those of one pair of answers as they are found.
type differences struct {
	list []Difference
}

// mostDifferences bounds how many differences of one pair of answers are told.
const mostDifferences = 100

func (d *differences) add(one Difference) {
	if len(d.list) < mostDifferences {
		one.Was, one.Is = shown(one.Was), shown(one.Is)
		d.list = append(d.list, one)
	}
}

// sort puts the differences into the order of their places.
func (d *differences) sort() {
	slices.SortStableFunc(d.list, func(a, b Difference) int {
		return cmp.Or(strings.Compare(a.Where, b.Where), strings.Compare(a.Rule, b.Rule))
	})
}
