package drift

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"conformance/internal/drift/openapi"
)

// enough is how many exchanges it takes to say that something always, or never, is so.
const enough = 3

// Recordings says what changed between two recordings, which need not have the same requests. What
// the page allows is harmless at most. What rests on too few exchanges is a note of the report
// and no change.
func Recordings(old, new Side) (*Report, error) {
	page, err := pageOf(old.Operation)
	if err != nil {
		return nil, err
	}
	c := &comparison{measure: Observation, contract: page}
	explained := c.stimuli(old.observed.Summary, new.observed.Summary)
	c.seen(old.Description, new.Description, explained)
	c.waits(old.observed.Summary, new.observed.Summary)
	if page != nil {
		if err := c.kept(old, new); err != nil {
			return nil, err
		}
	}
	c.settle()
	c.partial(old)
	c.partial(new)
	report := newReport(old.Operation.String(), old.Name, new.Name, c.changes)
	report.Notes = c.notes
	return report, nil
}

// AgainstTraffic says where recorded traffic contradicts a document or the contract. What the
// traffic does not show is no contradiction. A document without the operation is a
// *openapi.NotFoundError.
func AgainstTraffic(document, traffic Side) (*Report, error) {
	if document.Description == nil {
		return nil, document.Missing
	}
	page, err := pageOf(document.Operation)
	if err != nil {
		return nil, err
	}
	c := &comparison{measure: Observation, contract: page}
	explained := map[string]bool{}
	if document.Kind == Contract {
		explained = c.expected(traffic.observed.Summary)
		if err := c.broken(traffic); err != nil {
			return nil, err
		}
	}
	c.seen(document.Description, traffic.Description, explained)
	c.settle()
	c.partial(traffic)
	report := newReport(document.Operation.String(), document.Name, traffic.Name, c.changes)
	report.Notes = c.notes
	return report, nil
}

// pageOf is the contract, if it speaks of the operation; else nil.
func pageOf(operation openapi.Operation) (*Description, error) {
	if operation.String() == DefaultOperation() {
		return theContract()
	}
	side, err := loadContract(operation)
	if err != nil {
		return nil, err
	}
	return side.Description, nil
}

// partial tells what of a recording was not looked at.
func (c *comparison) partial(side Side) {
	for _, warning := range side.observed.Warnings {
		c.note("%s", warning)
	}
	if _, whole := side.observed.Stimuli(); !whole {
		c.note("%s: there are so many different requests that only some of them were compared one by one", side.Name.Name)
	}
	if _, whole := side.observed.Samples(); !whole {
		c.note("%s: some answers are too large, or of too many kinds, to be held to the page one by one", side.Name.Name)
	}
}

func (c *comparison) note(format string, arguments ...any) {
	c.notes = append(c.notes, fmt.Sprintf(format, arguments...))
}

// seen compares the answers of a side, which may be a document, to those of traffic. The statuses
// that are explained came because stimuli are answered otherwise, which is told.
func (c *comparison) seen(old, new *Description, explained map[string]bool) {
	for _, status := range slices.Sorted(maps.Keys(new.Answers)) {
		now := new.Answers[status]
		before := old.Answers[status]
		if before == nil {
			_, before = old.standIn(status)
		}
		if before == nil {
			documented := c.contract != nil && c.contract.Answers[status] != nil
			if !explained[status] && !(documented && old.Count > 0) {
				c.add("status-added", Place{status, ""}, "", "the status", old.Support, now.Support)
			}
			continue
		}
		c.seenHeaders(status, before, now)
		c.seenMedia(status, before, now)
		c.seenBodies(status, before, now)
		if shape := now.jsonShape(); len(shape) > 0 {
			c.seenShape(status, before.jsonShape(), shape)
		}
	}
	for _, status := range slices.Sorted(maps.Keys(old.Answers)) {
		if before := old.Answers[status]; new.Answers[status] == nil && before.Count > 0 && !explained[status] {
			c.note("%s: %s with this status before, and none now: of its answers nothing is known any more", status, counted(before.Count))
		}
	}
}

// counted is a number of exchanges in words.
func counted(n int) string {
	if n == 1 {
		return "1 exchange"
	}
	return fmt.Sprintf("%d exchanges", n)
}

// always says whether so many of something are enough to say that it is always so; a document,
// which has none, need not show any.
func always(count int) bool { return count == 0 || count >= enough }

func (c *comparison) seenMedia(status string, old, new *Answer) {
	for _, name := range slices.Sorted(maps.Keys(new.Media)) {
		if _, had := old.Media[name]; had || len(old.Media) == 0 || c.pageHasMedia(status, name) {
			continue
		}
		if !always(old.Count) {
			c.tooFew(status, "media type "+name, old.Count)
			continue
		}
		c.add("media-type-added", Place{status, "media type " + cmp.Or(name, "none")}, "", "the media type", old.Support, new.Media[name].Support)
	}
	for _, name := range slices.Sorted(maps.Keys(old.Media)) {
		before := old.Media[name]
		if _, has := new.Media[name]; !has && before.Count >= enough && new.Count >= enough && before.Count == old.Count {
			c.add("media-type-removed", Place{status, "media type " + cmp.Or(name, "none")}, "the media type", "", before.Support, new.Support)
		}
	}
}

// seenBodies tells of bodies that are no JSON where all were, or are to be.
func (c *comparison) seenBodies(status string, old, new *Answer) {
	whole := len(old.Unread) == 0 && len(old.jsonShape()) > 0
	for _, how := range slices.Sorted(maps.Keys(new.Unread)) {
		if whole && always(old.Count) {
			c.add("body-unreadable", Place{status, wholeBody}, "JSON", how, old.Support, new.Unread[how])
		}
	}
}

func (c *comparison) pageHasMedia(status, name string) bool {
	if c.contract == nil || c.contract.Answers[status] == nil {
		return false
	}
	_, has := c.contract.Answers[status].Media[name]
	return has
}

// tooFew notes that something new was found that cannot be called a change.
func (c *comparison) tooFew(section, at string, count int) {
	c.note("%s: is not as before, but before there were only %s: too few to say what is usual", Place{section, at}, counted(count))
}

// plainHeaders are those that help to transfer or to show an answer; nobody needs them to understand it.
var plainHeaders = []string{"Content-Language", "Content-Encoding", "Vary", "Accept-Ranges", "Cache-Control", "Etag", "Last-Modified"}

func (c *comparison) seenHeaders(status string, old, new *Answer) {
	for _, name := range slices.Sorted(maps.Keys(old.Headers)) {
		before := old.Headers[name]
		now, has := new.Headers[name]
		where := Place{status, "header " + headerName(name)}
		promised := c.contract != nil && c.contract.Answers[status] != nil && c.contract.Answers[status].Headers[name].Required
		switch {
		case !before.Required || has && now.Required:
		case !always(old.Count):
			c.tooFew(where.Section, where.At, old.Count)
		case promised && !has && new.Count >= enough:
			c.add("required-header-removed", where, "the header", "", before.Support, new.Support)
		case promised || before.Count == 0:
			c.add("header-optional", where, "in every answer", fmt.Sprintf("missing in %d of %d", new.Count-now.Count, new.Count), before.Support, new.Support)
		case slices.Contains(plainHeaders, name):
			c.add("page-allows", where, "the header", "", before.Support, new.Support)
		default:
			c.add("header-removed", where, "the header", "", before.Support, new.Support)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(new.Headers)) {
		// A document need not name all that there is.
		if _, had := old.Headers[name]; !had && old.Count >= enough {
			c.add("header-added", Place{status, "header " + headerName(name)}, "", "the header", old.Support, new.Headers[name].Support)
		}
	}
}

// settle leaves of the changes in one place those that say most: a broken promise of the page
// says more than a harmless change, and what changed says more than which promise that breaks.
func (c *comparison) settle() {
	worst := map[Place]int{}
	for _, change := range c.changes {
		if grade := slices.Index(Grades, change.Grade); !isPromise(change.Rule) {
			if known, seen := worst[change.Where]; !seen || grade < known {
				worst[change.Where] = grade
			}
		}
	}
	broken := map[Place]int{}
	for _, change := range c.changes {
		if isPromise(change.Rule) {
			grade := slices.Index(Grades, change.Grade)
			if known, seen := broken[change.Where]; !seen || grade < known {
				broken[change.Where] = grade
			}
		}
	}
	c.changes = slices.DeleteFunc(c.changes, func(change Change) bool {
		grade := slices.Index(Grades, change.Grade)
		if isPromise(change.Rule) {
			told, is := worst[change.Where]
			return is && told <= grade && told < slices.Index(Grades, Harmless)
		}
		promise, is := broken[change.Where]
		return is && promise < grade
	})
}

// isPromise says whether a rule is about promises of the page as a whole.
func isPromise(rule string) bool { return strings.HasPrefix(rule, "requirement-") }
