package print

import (
	"io"

	"conformance/internal/drift"
	"conformance/internal/report"
)

// schemaVersion counts up whenever a script that reads the JSON report could break.
const schemaVersion = 1

// document is the JSON report. The order of its members is part of the format.
type document struct {
	SchemaVersion int               `json:"schemaVersion"`
	Tool          tool              `json:"tool"`
	Operation     string            `json:"operation"`
	Old           side              `json:"old"`
	New           side              `json:"new"`
	FailOn        drift.Threshold   `json:"failOn"`
	ExitCode      int               `json:"exitCode"`
	Summary       map[string]int    `json:"summary"`
	Changes       []documentChange  `json:"changes"`
	Ignored       []documentIgnored `json:"ignored"`
	Stale         []string          `json:"stale"`
	Notes         []string          `json:"notes"`
}

type tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type side struct {
	Kind drift.Kind `json:"kind"`
	Name string     `json:"name"`
}

type documentChange struct {
	Rule  string      `json:"rule"`
	Grade drift.Grade `json:"grade"`
	Hits  drift.Hits  `json:"hits"`
	Why   string      `json:"why"`
	// Section and At are the place: a status such as "202" or a word, and what in it.
	Section string           `json:"section"`
	At      string           `json:"at,omitempty"`
	Old     string           `json:"old,omitempty"`
	New     string           `json:"new,omitempty"`
	Basis   documentEvidence `json:"evidence"`
}

type documentEvidence struct {
	Old documentSupport `json:"old"`
	New documentSupport `json:"new"`
}

type documentSupport struct {
	File     string   `json:"file,omitempty"`
	Line     int      `json:"line,omitempty"`
	Count    int      `json:"count,omitempty"`
	Examples []string `json:"examples,omitempty"`
}

type documentIgnored struct {
	documentChange
	Reason string `json:"reason"`
	Until  string `json:"until,omitempty"`
}

// writeJSON writes the report for programs.
func writeJSON(w io.Writer, r *drift.Report) error {
	d := document{
		SchemaVersion: schemaVersion, Tool: tool{toolName, r.Tool}, Operation: r.Operation,
		Old: side{r.Old.Kind, r.Old.Name}, New: side{r.New.Kind, r.New.Name},
		FailOn: r.FailOn, ExitCode: r.ExitCode(),
		Summary: map[string]int{"ignored": len(r.Ignored)},
		Changes: []documentChange{}, Ignored: []documentIgnored{},
		Stale: append([]string{}, r.Stale...), Notes: append([]string{}, r.Notes...),
	}
	for _, grade := range drift.Grades {
		d.Summary[string(grade)] = len(r.Graded(grade))
	}
	for _, change := range r.Changes {
		d.Changes = append(d.Changes, newDocumentChange(change))
	}
	for _, ignored := range r.Ignored {
		d.Ignored = append(d.Ignored, documentIgnored{newDocumentChange(ignored.Change), ignored.Reason, ignored.Until})
	}
	return report.WriteJSON(w, d)
}

func newDocumentChange(c drift.Change) documentChange {
	return documentChange{
		Rule: c.Rule, Grade: c.Grade, Hits: c.Hits, Why: c.Why, Section: c.Where.Section, At: c.Where.At,
		Old: c.Old, New: c.New,
		Basis: documentEvidence{Old: documentSupport(c.Evidence.Old), New: documentSupport(c.Evidence.New)},
	}
}
