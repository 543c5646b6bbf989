package resend

import (
	"io"
	"time"

	"conformance/internal/report"
)

// schemaVersion counts up whenever a script that reads the JSON report could break.
const schemaVersion = 1

// kind is what the JSON report calls itself.
const kind = "replay"

// document is the JSON report. The order of its members is part of the format.
type document struct {
	SchemaVersion int               `json:"schemaVersion"`
	Kind          string            `json:"kind"`
	Tool          documentTool      `json:"tool"`
	Session       string            `json:"session"`
	Target        string            `json:"target"`
	Recorded      *time.Time        `json:"recorded,omitempty"`
	Started       time.Time         `json:"started"`
	DurationMs    int64             `json:"durationMs"`
	Shard         string            `json:"shard,omitempty"`
	ExitCode      int               `json:"exitCode"`
	Summary       documentSummary   `json:"summary"`
	Differences   []documentGroup   `json:"differences"`
	Beyond        map[Class]int     `json:"beyond,omitempty"`
	NotSent       []documentNotSent `json:"notSent"`
	Latency       []documentLatency `json:"latency"`
	Ended         string            `json:"ended,omitempty"`
	Notes         []string          `json:"notes"`
}

type documentTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type documentSummary struct {
	Interactions int `json:"interactions"`
	Sent         int `json:"sent"`
	Equal        int `json:"equal"`
	Breaking     int `json:"breaking"`
	Tolerable    int `json:"tolerable"`
	Noise        int `json:"noise"`
}

type documentGroup struct {
	Rule     string            `json:"rule"`
	Class    Class             `json:"class"`
	Why      string            `json:"why"`
	Learnt   bool              `json:"learnt,omitempty"`
	Status   string            `json:"status"`
	Where    string            `json:"where"`
	Was      string            `json:"was"`
	Is       string            `json:"is"`
	Count    int               `json:"count"`
	Examples []documentExample `json:"examples"`
}

type documentExample struct {
	Exchange int    `json:"exchange"`
	Place    string `json:"place"`
	Case     string `json:"case,omitempty"`
	Where    string `json:"where"`
	Was      string `json:"was"`
	Is       string `json:"is"`
	Curl     string `json:"curl"`
}

type documentNotSent struct {
	Reason string   `json:"reason"`
	Count  int      `json:"count"`
	About  []string `json:"about,omitempty"`
}

type documentLatency struct {
	Status string              `json:"status"`
	Then   documentPercentiles `json:"then"`
	Now    documentPercentiles `json:"now"`
}

// documentPercentiles are in milliseconds.
type documentPercentiles struct {
	Count int64   `json:"count"`
	P50   float64 `json:"p50Ms"`
	P90   float64 `json:"p90Ms"`
	P99   float64 `json:"p99Ms"`
	Max   float64 `json:"maxMs"`
}

func newDocumentPercentiles(p Percentiles) documentPercentiles {
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return documentPercentiles{p.Count, ms(p.P50), ms(p.P90), ms(p.P99), ms(p.Max)}
}

// writeJSON writes the report for programs.
func writeJSON(w io.Writer, r *Report) error {
	d := document{
		SchemaVersion: schemaVersion, Kind: kind, Tool: documentTool{"conformance", r.Tool},
		Session: r.Session, Target: r.Target, Started: r.Started, DurationMs: r.Duration.Milliseconds(),
		Shard: r.Shard, ExitCode: r.ExitCode(), Beyond: r.Beyond, Ended: r.Ended, Notes: append([]string{}, r.Notes...),
		Summary:     documentSummary{r.Interactions, r.Sent, r.Equal, r.Differing[Breaking], r.Differing[Tolerable], r.Differing[Noise]},
		Differences: []documentGroup{}, NotSent: []documentNotSent{}, Latency: []documentLatency{},
	}
	if !r.Recorded.IsZero() {
		d.Recorded = &r.Recorded
	}
	for _, g := range r.Groups {
		rule, _ := FindRule(g.Rule)
		one := documentGroup{Rule: g.Rule, Class: g.Class(), Why: rule.Why, Learnt: g.Learnt, Status: g.Status,
			Where: g.Where, Was: g.Was, Is: g.Is, Count: g.Count}
		for _, e := range g.Examples {
			one.Examples = append(one.Examples, documentExample{e.Number, e.Place, e.Case, e.Where, e.Was, e.Is, e.Curl})
		}
		d.Differences = append(d.Differences, one)
	}
	for _, n := range r.NotSent {
		d.NotSent = append(d.NotSent, documentNotSent(n))
	}
	for _, l := range r.Latency {
		d.Latency = append(d.Latency, documentLatency{l.Status, newDocumentPercentiles(l.Then), newDocumentPercentiles(l.Now)})
	}
	return report.WriteJSON(w, d)
}
