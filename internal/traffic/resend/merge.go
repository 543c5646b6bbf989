package resend

import (
	"fmt"
	"slices"
	"time"

	"conformance/internal/report"
	"conformance/internal/shard"
)

// ReadReport reads a JSON report of this package, but for the latencies. The error is one sentence
// that names the file.
func ReadReport(file string) (*Report, error) {
	var d document
	if err := report.ReadDocument(file, kind, schemaVersion, &d); err != nil {
		return nil, err
	}
	for i, g := range d.Differences {
		if _, known := FindRule(g.Rule); !known {
			return nil, fmt.Errorf("%s: differences[%d].rule is %q, which this program does not know; read the report with the version that wrote it", file, i, g.Rule)
		}
		if len(g.Examples) == 0 {
			return nil, fmt.Errorf("%s: differences[%d] has no examples; give a file that \"conformance replay --report json=FILE\" wrote", file, i)
		}
	}
	return d.report(), nil
}

func (d document) report() *Report {
	r := &Report{
		Tool: d.Tool.Version, Session: d.Session, Target: d.Target, Started: d.Started,
		Duration: time.Duration(d.DurationMs) * time.Millisecond, Shard: d.Shard,
		Interactions: d.Summary.Interactions, Sent: d.Summary.Sent, Equal: d.Summary.Equal,
		Differing: map[Class]int{Breaking: d.Summary.Breaking, Tolerable: d.Summary.Tolerable, Noise: d.Summary.Noise},
		Beyond:    d.Beyond, Ended: d.Ended, Notes: d.Notes,
	}
	if d.Recorded != nil {
		r.Recorded = *d.Recorded
	}
	for _, g := range d.Differences {
		group := Group{
			Difference: Difference{Rule: g.Rule, Where: g.Where, Was: g.Was, Is: g.Is},
			Status:     g.Status, Count: g.Count, Learnt: g.Learnt,
		}
		for _, e := range g.Examples {
			group.Examples = append(group.Examples, Example{e.Exchange, e.Place, e.Case, e.Where, e.Was, e.Is, e.Curl})
		}
		r.Groups = append(r.Groups, group)
	}
	for _, n := range d.NotSent {
		r.NotSent = append(r.NotSent, NotSent(n))
	}
	return r
}

// Merge puts the reports of all parts of one replay together. Latencies are left out, for
// percentiles of parts do not add up. A part that is missing counts as an early end. It returns an
// error, one sentence, for what are no parts of one whole.
func Merge(parts []*Report) (*Report, error) {
	var given []string
	for _, part := range parts {
		given = append(given, part.Shard)
	}
	missing, err := shard.Missing(given)
	if err != nil {
		return nil, err
	}
	first := parts[0]
	whole := &Report{
		Tool: first.Tool, Session: first.Session, Target: first.Target, Recorded: first.Recorded, Started: first.Started,
		Differing: map[Class]int{}, Beyond: map[Class]int{},
		Notes: []string{"latencies are in the reports of the parts"},
	}
	groups := newTally()
	for i, part := range parts {
		if part.Session != whole.Session || part.Target != whole.Target {
			return nil, fmt.Errorf("report %d of %d is of another replay: of %s at %s; the first is of %s at %s",
				i+1, len(parts), part.Session, part.Target, whole.Session, whole.Target)
		}
		whole.take(part, groups)
	}
	if text := shard.MissingText(missing); text != "" {
		whole.Ended = text
	}
	whole.Groups = groups.sorted()
	return whole, nil
}

// take adds what a part found.
func (r *Report) take(part *Report, groups *tally) {
	if part.Started.Before(r.Started) {
		r.Started = part.Started
	}
	r.Duration = max(r.Duration, part.Duration)
	r.Interactions += part.Interactions
	r.Sent += part.Sent
	r.Equal += part.Equal
	if part.Ended != "" {
		r.Ended = fmt.Sprintf("part %s: %s", part.Shard, part.Ended)
	}
	for class, count := range part.Differing {
		r.Differing[class] += count
	}
	for class, count := range part.Beyond {
		r.Beyond[class] += count
	}
	for _, note := range part.Notes {
		if !slices.Contains(r.Notes, note) {
			r.Notes = append(r.Notes, note)
		}
	}
	for _, n := range part.NotSent {
		i := slices.IndexFunc(r.NotSent, func(known NotSent) bool { return known.Reason == n.Reason })
		if i < 0 {
			r.NotSent = append(r.NotSent, n)
			continue
		}
		r.NotSent[i].Count += n.Count
	}
	same := &tally{groups: map[likeness]*Group{}}
	for _, g := range part.Groups {
		same.groups[likenessOf(g.Status, g.Difference)] = &g
	}
	groups.merge(same)
}
