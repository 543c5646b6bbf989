package drift

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"conformance/internal/drift/observe"
)

// waits compares what takes time: the answers, and the waits that they ask for.
func (c *comparison) waits(old, new *observe.Summary) {
	for _, status := range slices.Sorted(maps.Keys(new.Statuses)) {
		before, now := old.Statuses[status], new.Statuses[status]
		if before == nil {
			continue
		}
		section := fmt.Sprint(status)
		a, b := before.Latency(median), now.Latency(median)
		if before.Timed() >= enoughTimes && now.Timed() >= enoughTimes && b-a >= slower && b >= slowerBy*a {
			c.add("latency-grown", Place{section, "latency"}, fmt.Sprintf("a median of %s", a), b.String(),
				tallied(before.Tally), tallied(now.Tally))
		}
		if before.Delay.Count > 0 && now.Delay.Count > 0 && now.Delay.Max >= max(longWait, longerBy*before.Delay.Max) {
			c.add("retry-after-grown", Place{section, "header " + retryAfterHeader}, fmt.Sprintf("waits of up to %s", before.Delay.Max),
				now.Delay.Max.String(), tallied(before.Tally), tallied(now.Tally))
		}
	}
	for _, status := range slices.Sorted(maps.Keys(new.Statuses)) {
		if before := old.Statuses[status]; before != nil {
			c.headerForms(fmt.Sprint(status), before, new.Statuses[status])
		}
	}
}

// headerForms compares the forms in which headers are written.
func (c *comparison) headerForms(section string, old, new *observe.Status) {
	for _, name := range slices.Sorted(maps.Keys(new.Headers)) {
		before, now := old.Headers[name], new.Headers[name]
		if before == nil || before.Count < enough || !specific(before.Forms.Names()) {
			continue
		}
		if gained := missing(now.Forms.Names(), before.Forms.Names()); len(gained) > 0 {
			rule := "header-form-changed"
			if name == retryAfterHeader && len(missing(gained, []string{observe.Digits, observe.HTTPDate})) == 0 {
				rule = "page-allows" // RFC 9110 section 10.2.3 has both forms
			}
			c.add(rule, Place{section, "header " + headerName(name)}, list(before.Forms.Names()), list(gained),
				tallied(before.Tally), tallied(*now.Forms[gained[0]]))
		}
	}
}

// The bounds of what counts as slower: the median of so many answers at least, by so much and by
// this factor. And from where on, and by which factor, the waits that a 429 asks for are long.
const (
	median      = 50.0
	enoughTimes = 20
	slower      = 200 * time.Millisecond
	slowerBy    = 3
	longWait    = time.Minute
	longerBy    = 10
)

// specific says whether strings are in forms that say what they are.
func specific(forms []string) bool {
	return len(forms) > 0 && !slices.ContainsFunc(forms, func(form string) bool {
		return form == observe.Text || form == observe.Word || form == observe.Empty || form == observe.Blank
	})
}
