package resend

import (
	"context"
	"fmt"
	"time"

	"conformance/internal/outcome"
	"conformance/internal/report"
	"conformance/internal/session"
	"conformance/internal/target"
)

// Report is what a replay found.
type Report struct {
	// Tool is the version of this program.
	Tool string
	// Session is the recording as the user named it, Target the base URL that the requests went to.
	Session, Target string
	// Recorded is when the session was recorded; the zero time when that is not known.
	Recorded time.Time
	Started  time.Time
	Duration time.Duration
	// Shard is the part of the interactions that was looked at, such as 3/16; empty for all.
	Shard string
	// Interactions is how many were read, Sent how many requests were sent.
	Interactions, Sent int
	// Equal counts the answers without any difference, Differing the others by the worst class of
	// their differences.
	Equal     int
	Differing map[Class]int
	// Groups are the differences, the worst first; Beyond counts by class those that were too
	// different from each other to be told.
	Groups []Group
	Beyond map[Class]int
	// NotSent says which requests were not sent, and why.
	NotSent []NotSent
	Latency []Latency
	// Ended is why the replay stopped before its end; empty when it did not.
	Ended string
	// Notes are sentences worth reading that change nothing.
	Notes []string
}

// Formats are the reports of a replay.
var Formats = report.Formats[*Report]{
	{Kind: report.JSON, Write: writeJSON},
	{Kind: report.Markdown, Write: writeMarkdown},
	{Kind: report.JUnit, Write: writeJUnit},
	{Kind: report.HTML, Write: writeHTML},
}

// report puts together what was found.
func (r *run) report(ctx context.Context, source *session.Source) *Report {
	made := &Report{
		Tool: r.options.Version, Session: r.options.Path, Target: r.subject.Name, Recorded: source.Manifest.Recorded,
		Started: r.started, Duration: r.took, Shard: r.options.Shard.String(),
		Interactions: int(r.counts.recorded.Load()), Sent: int(r.counts.sent.Load()),
		Equal: r.tally.equal, Differing: r.tally.differing, Groups: r.tally.sorted(), Beyond: r.tally.beyond,
		NotSent: r.unsent.sorted(), Latency: r.tally.latency.sorted(),
		Ended: string(target.WhyEnded(ctx)), Notes: r.warnings,
	}
	if lacking := r.lacking.Load(); lacking != nil && made.Ended == "" {
		made.Ended = lacking.Message
	}
	if waited := r.counts.waited.Load(); waited > 0 {
		made.Notes = append(made.Notes, fmt.Sprintf("%s with 429 that the recording did not meet: waited for as long as each asked, and sent again", counted(int(waited), "request was refused", "requests were refused")))
	}
	if len(r.learnt) > 0 {
		made.Notes = append(made.Notes, fmt.Sprintf("%s learnt from %s to differ anyway", counted(len(r.learnt), "place was", "places were"), r.options.Noise))
	}
	return made
}

// counted is a number with the word for it.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// ExitCode is 1 when something breaking differs, 3 when the replay did not come to its end or
// nothing was sent, and else 0.
func (r *Report) ExitCode() int {
	switch {
	case r.Differing[Breaking] > 0:
		return outcome.ExitNonconformant
	case r.Ended != "" || r.Sent == 0 || r.compared() == 0:
		return outcome.ExitNoVerdict
	}
	return outcome.ExitConformant
}

// compared is how many answers were not hidden behind a limit, or were equal.
func (r *Report) compared() int {
	hidden := 0
	for _, g := range r.Groups {
		if g.Rule == limited {
			hidden += g.Count
		}
	}
	return r.Sent - hidden
}

// Summary is one line: what the replay came to.
func (r *Report) Summary() string {
	text := fmt.Sprintf("%d of %s sent: %d equal, %d breaking, %d tolerable, %d noise",
		r.Sent, counted(r.Interactions, "request", "requests"), r.Equal, r.Differing[Breaking], r.Differing[Tolerable], r.Differing[Noise])
	switch {
	case r.Ended != "":
		text += "; stopped early: " + r.Ended
	case r.Sent == 0:
		text += "; nothing could be sent"
	case r.compared() == 0:
		text += "; every request met a rate limit"
	}
	return text
}
