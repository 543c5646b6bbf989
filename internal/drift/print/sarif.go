package print

import (
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"conformance/internal/drift"
	"conformance/internal/report"
)

// sarifLog is the part of a SARIF 2.1.0 log that code scanning reads
// (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool    sarifTool     `json:"tool"`
	Results []sarifResult `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version,omitempty"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID               string            `json:"id"`
	ShortDescription sarifMessage      `json:"shortDescription"`
	Default          sarifDefault      `json:"defaultConfiguration"`
	Properties       map[string]string `json:"properties"`
}

type sarifDefault struct {
	Level string `json:"level"`
}

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	RuleIndex    int                `json:"ruleIndex"`
	Level        string             `json:"level"`
	Message      sarifMessage       `json:"message"`
	Locations    []sarifLocation    `json:"locations"`
	Fingerprints map[string]string  `json:"partialFingerprints"`
	Suppressions []sarifSuppression `json:"suppressions,omitempty"`
}

type sarifMessage struct {
	Text string `json:"text"`
}

type sarifLocation struct {
	Physical *sarifPhysical `json:"physicalLocation,omitempty"`
	Logical  []sarifLogical `json:"logicalLocations"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   sarifRegion   `json:"region"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine int `json:"startLine"`
}

type sarifLogical struct {
	Name string `json:"fullyQualifiedName"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Justification string `json:"justification"`
}

// sarifLevels are SARIF's words for the grades (section 3.27.10).
var sarifLevels = map[drift.Grade]string{
	drift.Breaking: "error",
	drift.Notable:  "warning",
	drift.Harmless: "note",
}

// writeSARIF writes the report for code scanning. What is ignored is there too, as suppressed.
func writeSARIF(w io.Writer, r *drift.Report) error {
	index := map[string]int{}
	driver := sarifDriver{Name: toolName, Version: r.Tool, Rules: []sarifRule{}}
	for i, rule := range drift.Rules {
		index[rule.ID] = i
		driver.Rules = append(driver.Rules, sarifRule{
			ID: rule.ID, ShortDescription: sarifMessage{rule.Why}, Default: sarifDefault{sarifLevels[rule.Grade]},
			Properties: map[string]string{"hits": string(rule.Hits)},
		})
	}
	result := func(change drift.Change) sarifResult {
		location := sarifLocation{Logical: []sarifLogical{{r.Operation + " " + change.Where.String()}}}
		if at := located(change); at.Line > 0 {
			location.Physical = &sarifPhysical{sarifArtifact{fileURI(at.File)}, sarifRegion{at.Line}}
		}
		return sarifResult{
			RuleID: change.Rule, RuleIndex: index[change.Rule], Level: sarifLevels[change.Grade],
			Message:      sarifMessage{report.Printable(change.Where.String()+": "+difference(change)) + ". " + change.Why},
			Locations:    []sarifLocation{location},
			Fingerprints: map[string]string{"change/v1": change.Rule + " " + change.Where.String()},
		}
	}
	run := sarifRun{Tool: sarifTool{driver}, Results: []sarifResult{}}
	for _, change := range r.Changes {
		run.Results = append(run.Results, result(change))
	}
	for _, ignored := range r.Ignored {
		suppressed := result(ignored.Change)
		suppressed.Suppressions = []sarifSuppression{{Kind: "external", Justification: ignored.Reason}}
		run.Results = append(run.Results, suppressed)
	}
	return report.WriteJSON(w, sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	})
}

// fileURI is the name of a file as a URI reference: relative as it is, absolute with a scheme.
func fileURI(name string) string {
	name = filepath.ToSlash(name)
	address := url.URL{Path: name}
	if strings.HasPrefix(name, "/") {
		address.Scheme = "file"
	}
	return address.String()
}
