package outcome

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Conclude fills in Summary, Statuses, Reasons, Verdict and ExitCode from Results, and
// adds to Notes. waive holds the reasons of the waived status paths; decides tells
// whether a requirement says if its path gives the right status, so that judging it
// exercises the path; stale is what Baseline.Apply returned.
//
// A failure, with Strict a warning, and a stale entry make the run nonconformant. Else a run that
// did not come to its end, one part of a run alone, one that a filter left something out of, and a
// path that was neither exercised nor waived leave it incomplete, as does a run in which nothing was
// judged.
func (r *Run) Conclude(waive map[string]string, decides func(requirement string) bool, stale []string) {
	r.Statuses = map[string]*StatusSummary{}
	r.Reasons = slices.Clone(stale)
	incomplete := r.Ended != "" || r.Shard != "" || r.Filtered != ""
	if r.Ended != "" {
		r.Reasons = append(r.Reasons, r.Ended)
	}
	if r.Filtered != "" {
		r.Reasons = append(r.Reasons, r.Filtered)
	}
	if r.Shard != "" {
		r.Reasons = append(r.Reasons, fmt.Sprintf("this is part %s of a run; \"conformance merge\" gives the verdict of all parts", r.Shard))
	}
	var idle idlePaths
	for _, path := range Statuses {
		summary := &StatusSummary{Exercised: r.exercised(path, decides)}
		r.Statuses[path] = summary
		reason, waived := waive[path]
		switch {
		case summary.Exercised && waived:
			r.Notes = append(r.Notes, fmt.Sprintf("status path %s was exercised; its waiver is not needed", path))
		case waived:
			summary.Waived = reason
			r.waiveSkips(path, reason)
		case !summary.Exercised:
			incomplete = true
			idle.add(path, r.commonestSkip(path))
		}
	}
	r.Reasons = append(r.Reasons, idle.sentences()...)
	for _, id := range r.open(decides) {
		incomplete = true
		r.Reasons = append(r.Reasons, fmt.Sprintf("%s could not be decided, although the target answered: %s", id, r.whySkipped(id)))
	}
	r.count()
	if r.Summary[Pass]+r.Summary[Fail]+r.Summary[Warn]+r.Summary[Known] == 0 {
		incomplete = true
		r.Reasons = append(r.Reasons, "nothing was checked")
	}
	if r.Strict && r.Summary[Warn] > 0 {
		r.Reasons = append(r.Reasons, fmt.Sprintf("with --strict, warnings count as failures; there are %d", r.Summary[Warn]))
	}
	failed := r.Summary[Fail] > 0 || r.Strict && r.Summary[Warn] > 0 || len(stale) > 0
	switch {
	case failed:
		r.Verdict, r.ExitCode = Nonconformant, ExitNonconformant
	case incomplete:
		r.Verdict, r.ExitCode = Incomplete, ExitNoVerdict
	default:
		r.Verdict, r.ExitCode = Conformant, ExitConformant
	}
}

// idlePaths are the status paths that were not exercised, by why, in the order of the first of each.
type idlePaths struct {
	whys  []string
	paths map[string][]string
}

func (i *idlePaths) add(path, why string) {
	if i.paths == nil {
		i.paths = map[string][]string{}
	}
	if i.paths[why] == nil {
		i.whys = append(i.whys, why)
	}
	i.paths[why] = append(i.paths[why], path)
}

// sentences says it once for all paths with the same reason.
func (i *idlePaths) sentences() []string {
	var sentences []string
	for _, why := range i.whys {
		subject := "status path %s was"
		if len(i.paths[why]) > 1 {
			subject = "status paths %s were"
		}
		sentences = append(sentences, fmt.Sprintf(subject+" not exercised: %s", strings.Join(i.paths[why], ", "), why))
	}
	return sentences
}

// exercised tells whether a requirement that decides the path was judged.
func (r *Run) exercised(path string, decides func(string) bool) bool {
	return slices.ContainsFunc(r.Results, func(result Result) bool {
		return result.Status == path && result.Outcome.judged() && decides(result.Requirement)
	})
}

// open lists the MUST requirements that should have been decided by the status of an answer and
// were not, though answers came: a target that answers a case with nothing but 429, say. Those of
// the burst are left out, for what a burst brings about is not only the target's doing.
func (r *Run) open(decides func(string) bool) []string {
	decided, answered := map[string]bool{}, map[string]bool{}
	var ids []string
	for _, result := range r.Results {
		id := result.Requirement
		if result.Level != Must || result.Status == "429" || !decides(id) {
			continue
		}
		decided[id] = decided[id] || result.Outcome != Skip
		if result.Exchange > 0 && !answered[id] {
			answered[id] = true
			ids = append(ids, id)
		}
	}
	return slices.DeleteFunc(ids, func(id string) bool { return decided[id] })
}

// whySkipped is why the requirement was first skipped.
func (r *Run) whySkipped(id string) string {
	for _, result := range r.Results {
		if result.Requirement == id && result.Outcome == Skip && result.Message != "" {
			return result.Message
		}
	}
	return "no reason is known"
}

// judged tells whether the requirement was held against an answer.
func (o Outcome) judged() bool { return o == Pass || o == Fail || o == Warn || o == Known }

func (r *Run) waiveSkips(path, reason string) {
	for i := range r.Results {
		if result := &r.Results[i]; result.Status == path && result.Outcome == Skip {
			result.Outcome = Waived
			result.Message = "waived: " + reason
		}
	}
}

// commonestSkip is the message that most skips of the path have, the first of several.
func (r *Run) commonestSkip(path string) string {
	commonest, times := cmp.Or(r.Ended, "no case was run"), map[string]int{}
	var messages []string
	for _, result := range r.Results {
		if result.Status == path && result.Outcome == Skip && result.Message != "" {
			times[result.Message]++
			messages = append(messages, result.Message)
		}
	}
	for _, message := range messages {
		if times[message] > times[commonest] {
			commonest = message
		}
	}
	return commonest
}

// count fills in Summary, and the counts of each path.
func (r *Run) count() {
	r.Summary = map[Outcome]int{Pass: 0, Fail: 0, Warn: 0, Skip: 0, Waived: 0, Known: 0}
	for _, result := range r.Results {
		r.Summary[result.Outcome]++
		path := r.Statuses[result.Status]
		if path == nil {
			continue
		}
		switch result.Outcome {
		case Pass:
			path.Pass++
		case Fail:
			path.Fail++
		case Warn:
			path.Warn++
		case Skip:
			path.Skip++
		case Known:
			path.Known++
		}
	}
}
