package resend

import (
	"hash/maphash"
	"net/http"
	"sync"

	"conformance/fixtures"
	"conformance/internal/contract"
	"conformance/internal/exchange"
	"conformance/schemas"
)

// pledges hold the contract's rules against the recorded answers and the new ones: what the
// recorded one kept and the new one breaks is a difference, also where it cannot be seen by
// comparing the two alone, such as an id that was given before. It is safe for concurrent use.
type pledges struct {
	reader *contract.Reader
	cases  *fixtures.Set
	seed   maphash.Seed

	mutex     sync.Mutex
	then, now *contract.Judge
	// judged counts how often answers to the same request that differ in the same way were judged.
	judged map[uint64]int
}

// mostAlike is how often answers that differ in the same way to the same request are judged: more
// than once, since an id may not be given twice.
const mostAlike = 3

// mostJudged bounds how many different answers are judged.
const mostJudged = 1 << 18

func newPledges(set *fixtures.Set, schemas *schemas.Set) *pledges {
	return &pledges{
		reader: contract.NewReader(contract.Unlock, schemas), cases: set, seed: maphash.MakeSeed(),
		then: contract.NewJudge(), now: contract.NewJudge(), judged: map[uint64]int{},
	}
}

// broken lists the requirements that the recorded answer kept and the new one breaks. The number is
// that of the recorded exchange.
func (p *pledges) broken(number int, then, now exchange.Exchange, differences []Difference) []Difference {
	if _, is := contract.Unlock.Segment(then.Request.URL); !is {
		return nil
	}
	// The label of the credential tells both times in the same way whether it is repeated.
	now.Case, now.Credential = then.Case, then.Credential
	key := p.likeness(then, differences)
	p.mutex.Lock()
	if p.judged[key] >= mostAlike || len(p.judged) >= mostJudged {
		p.mutex.Unlock()
		return nil
	}
	p.judged[key]++
	p.mutex.Unlock()

	var of *fixtures.Case
	if c, known := p.cases.Case(then.Case); known {
		of = &c
	}
	was, is := p.reader.Read(number, of, then), p.reader.Read(number, of, now)
	p.mutex.Lock()
	defer p.mutex.Unlock()
	kept := map[string]bool{}
	for _, finding := range p.then.Answer(was) {
		kept[finding.Requirement] = finding.State == contract.Broken
	}
	var broken []Difference
	for _, finding := range p.now.Answer(is) {
		if finding.State != contract.Broken || kept[finding.Requirement] {
			continue
		}
		for _, violation := range finding.Violations {
			broken = append(broken, Difference{requirementBroken, violation.Where,
				finding.Requirement + ": " + violation.Expected, violation.Seen})
		}
	}
	return broken
}

// likeness is the same for requests that are alike and answers that differ in the same way.
func (p *pledges) likeness(then exchange.Exchange, differences []Difference) uint64 {
	var hash maphash.Hash
	hash.SetSeed(p.seed)
	write := func(text string) {
		hash.WriteString(text)
		hash.WriteByte(0)
	}
	request := then.Request
	write(then.Case)
	write(request.Method)
	write(request.URL)
	for _, name := range []string{"Authorization", "Accept-Language", "Content-Type"} {
		write(request.Header.Get(name))
	}
	hash.Write(request.Body)
	write(http.StatusText(then.Status()))
	for _, d := range differences {
		write(d.Rule)
		write(d.pattern())
		write(d.Is)
	}
	return hash.Sum64()
}
