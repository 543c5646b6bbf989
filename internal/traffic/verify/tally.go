package verify

import (
	"fmt"
	"strconv"

	"conformance/internal/contract"
	"conformance/internal/exchange"
	"conformance/internal/redact"
	"conformance/internal/report"
)

// mostExamples is how many exchanges are shown of what breaks one requirement.
const mostExamples = 3

// tally counts what was found of one requirement.
type tally struct {
	held, broken, doubtful int
	examples               []Example
}

// judgeChunk judges the answers of a chunk. It is called for one chunk after the other.
func (v *verification) judgeChunk(c *chunk) {
	for i, a := range c.answers {
		v.report.Interactions++
		v.suspects.add(c.items[i].Item, c.suspects[i])
		if a == nil {
			v.report.Others++
			continue
		}
		v.judgeAnswer(c.items[i], a)
	}
}

func (v *verification) judgeAnswer(item numbered, a *contract.Answer) {
	status := statusOf(a.Exchange)
	findings := v.judge.Answer(a)
	if findings == nil {
		v.report.Unrecorded++
		return
	}
	v.report.Judged++
	v.report.Statuses[status]++
	for _, finding := range findings {
		requirement, _ := v.requirements.Find(finding.Requirement)
		if !v.selects(status, requirement) {
			continue
		}
		t := v.tallies[requirement.ID]
		if t == nil {
			t = &tally{}
			v.tallies[requirement.ID] = t
		}
		t.add(finding, func() Example { return newExample(item, a.Exchange, finding) })
	}
}

// noStatus stands for the status of a request that was not answered.
const noStatus = "none"

func statusOf(e exchange.Exchange) string {
	if e.Response == nil {
		return noStatus
	}
	return strconv.Itoa(e.Response.Status)
}

func (t *tally) add(finding contract.Finding, example func() Example) {
	switch finding.State {
	case contract.Holds:
		t.held++
		return
	case contract.Doubtful:
		t.doubtful++
	default:
		t.broken++
	}
	if len(t.examples) < mostExamples {
		t.examples = append(t.examples, example())
	}
}

// remember notes that a source had more than the judge remembers.
func (v *verification) remember() {
	if v.judge.Full() {
		v.report.Warnings = append(v.report.Warnings, fmt.Sprintf(
			"more than %d different ids or texts: later answers were compared with the first of them alone", contract.MaxRemembered))
	}
}

// Example is one exchange that breaks a requirement.
type Example struct {
	Place Place
	// Violation is the first way in which it breaks the requirement, Violations how many there are.
	Violation  contract.Violation
	Violations int
	// Why is set where it is only doubtful that the requirement is broken.
	Why string
	// Answered is the status of the answer; 0 when there was none.
	Answered int
	// Hidden says that the exchange still holds what looks like a secret when all that is known to
	// be one has been replaced: then nothing of it is here.
	Hidden bool
	// Exchange is without secrets; of large bodies it has the beginning. It is empty in a report
	// that was read from a file.
	Exchange exchange.Exchange
	// Case is the case that the exchange was recorded for, and Curl the command that repeats it;
	// each may be empty.
	Case, Curl string
}

// Place is where an interaction stands.
type Place struct {
	File     string
	Cassette string
	// Number counts the interactions of the file, from 1.
	Number int
	// Line is 0 in a file that is not read by lines.
	Line int
	// Exchange counts the interactions of the whole recording, from 1, as the texts of violations do.
	Exchange int
}

// String is the place as in "run/401.yaml: line 80 (interaction 3, exchange 43)".
func (p Place) String() string {
	line := ""
	if p.Line > 0 {
		line = fmt.Sprintf("line %d ", p.Line)
	}
	if p.Exchange == p.Number {
		return fmt.Sprintf("%s: %s(interaction %d)", p.File, line, p.Number)
	}
	return fmt.Sprintf("%s: %s(interaction %d, exchange %d)", p.File, line, p.Number, p.Exchange)
}

func newExample(item numbered, e exchange.Exchange, finding contract.Finding) Example {
	example := Example{
		Place:      Place{item.File, item.Cassette, item.Number, item.Line, item.number},
		Violations: len(finding.Violations), Why: finding.Why, Answered: e.Status(),
	}
	if len(finding.Violations) > 0 {
		example.Violation = finding.Violations[0]
	}
	if item.Foreign && len(redact.Suspects(e)) > 0 {
		example.Hidden = true
		example.Violation = contract.Violation{Seen: hidden}
		return example
	}
	example.Exchange = kept(e)
	example.Case, example.Curl = example.Exchange.Case, report.Curl(e)
	return example
}

// hidden stands where the exchange holds something that no label has taken the place of.
const hidden = "not shown, since the exchange still holds what looks like a secret"

// keptBody is how many bytes of a body an example keeps.
const keptBody = 64 << 10

// kept is a copy of an exchange without the end of large bodies, which does not keep the text of its
// cassette in memory.
func kept(e exchange.Exchange) exchange.Exchange {
	e.Request.Body = e.Request.Body[:min(len(e.Request.Body), keptBody)]
	if e.Response != nil {
		response := *e.Response
		response.Body = response.Body[:min(len(response.Body), keptBody)]
		e.Response = &response
	}
	return e.Clone()
}
