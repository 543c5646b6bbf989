package outcome

import (
	"strings"
	"time"

	"conformance/internal/strictyaml"
)

// Excuse is why something that is known does not count for now: an entry of a file that people
// write, such as a baseline.
type Excuse struct {
	Reason string `yaml:"reason"`
	// Until is the last day on which it excuses, in UTC, such as 2027-01-31; empty for ever.
	Until string `yaml:"until"`
	// ends is the moment from which it no longer excuses; zero for never.
	ends time.Time
}

// Check reports what is wrong with the excuse at a place of the document that it was read from:
// no reason, or no proper date. Past can be asked from then on. The sentence about a reason that is
// missing ends in what it should say.
func (e *Excuse) Check(document *strictyaml.Document, at strictyaml.Path, say string) {
	if strings.TrimSpace(e.Reason) == "" {
		document.Report(at.With("reason"), "missing or empty; %s", say)
	}
	if !document.Has(at.With("until")) {
		return
	}
	lastDay, err := time.Parse(time.DateOnly, e.Until)
	if err != nil {
		document.Report(at.With("until"), "expected a date such as 2027-01-31")
	}
	e.ends = lastDay.AddDate(0, 0, 1)
}

// Past says whether the excuse has had its last day at the time now.
func (e Excuse) Past(now time.Time) bool { return !e.ends.IsZero() && !now.Before(e.ends) }
