package runner

import (
	"fmt"
	"strings"

	"conformance/internal/outcome"
)

// namedUnused is how many unused interactions are named.
const namedUnused = 5

// recordingNotes say what is worth knowing of a replayed session: what is wrong with it, and
// what of it the run had no use for. A run that leaves out cases leaves out their interactions,
// too.
func (p *Prepared) recordingNotes() []string {
	notes := p.subject.Warnings
	if p.subject.Unused == nil || p.options.Filter != "" || !p.options.Shard.Whole() || p.ctx.Err() != nil {
		return notes
	}
	unused := p.subject.Unused()
	if len(unused) == 0 {
		return notes
	}
	var names []string
	for _, item := range unused[:min(namedUnused, len(unused))] {
		names = append(names, item.String())
	}
	if more := len(unused) - namedUnused; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return append(notes, "recorded and not used: "+strings.Join(names, ", ")+"; another version of the suite recorded them")
}

// goOn is what to do next after a run that lacked something only a config can give.
func goOn(options Options, run *outcome.Run) string {
	if options.ConfigFile != "" || options.Target == "" || run.Verdict != outcome.Incomplete {
		return ""
	}
	return "to go on, write a config with \"conformance init > conformance.yaml\", fill in what the lines above name, " +
		"and run \"conformance run --config conformance.yaml\"; a status path that cannot be provoked is waived there, with a reason"
}
