package outcome

import "slices"

// SummarizePath is what became of one status path, while the run goes on. The detail says why
// the path was not exercised; it is empty when it was, or when it is waived.
func SummarizePath(path string, results []Result, waive map[string]string, decides func(requirement string) bool) (summary StatusSummary, detail string) {
	partial := Run{Results: slices.Clone(results)}
	partial.Conclude(waive, decides, nil)
	summary = *partial.Statuses[path]
	if !summary.Exercised && summary.Waived == "" {
		detail = partial.commonestSkip(path)
	}
	return summary, detail
}
