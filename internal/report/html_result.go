package report

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"conformance/internal/exchange"
	"conformance/internal/outcome"
	"conformance/internal/page"
)

// resultEntries are the results of a run, those first that need a reader.
func resultEntries(run *outcome.Run) []page.Entry {
	results := slices.Clone(run.Results)
	slices.SortStableFunc(results, func(a, b outcome.Result) int {
		return cmp.Compare(slices.Index(outcomes, a.Outcome), slices.Index(outcomes, b.Outcome))
	})
	blocks := resultBlocks{
		run: run, requirements: map[string][]*page.Block{}, exchanges: map[int]exchangeBlocks{}, marked: map[markedAnswer]*page.Block{},
	}
	entries := make([]page.Entry, len(results))
	for i, result := range results {
		text := "case " + printable(result.Case)
		if result.Message != "" {
			text += ": " + printable(excerpt(result.Message))
		}
		entries[i] = page.Entry{
			Title:  printable(result.Requirement),
			Text:   text,
			Tone:   outcomeTone(run, result.Outcome),
			Values: []string{printable(string(result.Outcome)), printable(result.Status), printable(string(result.Level))},
			Blocks: blocks.of(result),
		}
	}
	return entries
}

// resultBlocks makes what results open to. Results of one requirement and of one exchange
// share their blocks.
type resultBlocks struct {
	run          *outcome.Run
	requirements map[string][]*page.Block
	exchanges    map[int]exchangeBlocks
	marked       map[markedAnswer]*page.Block
	// markedBytes is the size of the bodies of the marked answers.
	markedBytes int
}

// markedAnswer is the answer of an exchange with a place marked.
type markedAnswer struct {
	exchange int
	place    string
}

// markedBytesLimit bounds the answers that are shown once more for the sake of a mark. A target
// that sends large bodies, wrong in a thousand places, must not make a page that no browser opens.
const markedBytesLimit = 8 << 20

// exchangeBlocks are what was sent, what came back, and how to repeat it.
type exchangeBlocks struct{ sent, received, repeat *page.Block }

func (b *resultBlocks) of(result outcome.Result) []*page.Block {
	var blocks []*page.Block
	if found := foundFields(result); len(found) > 0 {
		blocks = append(blocks, &page.Block{Title: "Found", Body: found})
	}
	requirement := b.requirement(result.Requirement)
	blocks = append(blocks, requirement[0])
	if e := b.run.Exchange(result.Exchange); e != nil {
		shared := b.exchange(result.Exchange, *e)
		blocks = append(blocks, shared.sent, b.received(result, *e, shared.received), shared.repeat)
	}
	return append(blocks, requirement[1:]...)
}

// received is the answer of an exchange with the place of the result marked, if it has one.
func (b *resultBlocks) received(result outcome.Result, e exchange.Exchange, unmarked *page.Block) *page.Block {
	key := markedAnswer{result.Exchange, result.Pointer}
	switch block := b.marked[key]; {
	case block != nil:
		return block
	case result.Pointer == noPlace || b.markedBytes > markedBytesLimit:
		return unmarked
	}
	if e.Response != nil {
		b.markedBytes += min(len(e.Response.Body), bodyBytes)
	}
	b.marked[key] = receivedBlock(e, result.Pointer)
	return b.marked[key]
}

// foundFields are where a result broke its requirement and how.
func foundFields(result outcome.Result) page.Fields {
	var fields page.Fields
	for _, f := range []page.Field{
		{Name: "message", Value: result.Message},
		{Name: "at", Value: result.Pointer},
		{Name: "expected", Value: result.Expected},
		{Name: "seen", Value: result.Actual},
	} {
		if f.Value != "" {
			fields = append(fields, page.Field{Name: f.Name, Value: visible(shortened([]byte(f.Value)))})
		}
	}
	return fields
}

func (b *resultBlocks) requirement(id string) []*page.Block {
	if blocks, found := b.requirements[id]; found {
		return blocks
	}
	var fields page.Fields
	if r, found := b.run.Requirements[id]; found {
		fields = page.Fields{
			{Name: "checks", Value: printable(r.Checks)},
			{Name: "sentence", Value: printable(r.Sentence)},
			{Name: "source", Value: printable(r.Source)},
		}
	}
	blocks := []*page.Block{
		{Title: "Requirement " + printable(id), Body: fields},
		{Title: "More on this requirement", Body: page.Command("conformance explain " + shellWord(id))},
	}
	b.requirements[id] = blocks
	return blocks
}

func (b *resultBlocks) exchange(number int, e exchange.Exchange) exchangeBlocks {
	if blocks, found := b.exchanges[number]; found {
		return blocks
	}
	as := "without a credential"
	if e.Credential != "" {
		as = "as " + printable(e.Credential)
	}
	attempt := ""
	if e.Attempt > 1 {
		attempt = fmt.Sprintf(", attempt %d", e.Attempt)
	}
	request := visible(e.Request.Method+" "+e.Request.URL) + "\n" + headerText(e.Request.Header)
	blocks := exchangeBlocks{
		sent: &page.Block{
			Title: fmt.Sprintf("Sent %s (exchange %d%s)", as, number, attempt),
			Body:  append(page.Code{{Text: request}}, bodyPieces(e.Request.Body, noPlace)...),
		},
		received: receivedBlock(e, noPlace),
		repeat:   &page.Block{Title: "Repeat", Body: page.Command(Curl(e))},
	}
	b.exchanges[number] = blocks
	return blocks
}

// receivedBlock is the answer of an exchange, with the place of a violation marked.
func receivedBlock(e exchange.Exchange, place string) *page.Block {
	block := &page.Block{Title: "Received after " + e.Duration.String()}
	var code page.Code
	if r := e.Response; r != nil {
		line := strings.TrimSpace(fmt.Sprintf("%s %d %s", r.Proto, r.Status, http.StatusText(r.Status)))
		code = append(code, page.Piece{Text: visible(line), Marked: place == placeStatus}, page.Piece{Text: "\n"})
		code = append(code, headerPieces(r.Header, place)...)
		code = append(code, bodyPieces(r.Body, place)...)
	}
	if f := e.Failure; f != nil {
		if e.Response != nil {
			code = append(code, page.Piece{Text: "\n"})
		}
		code = append(code, page.Piece{Text: visible(fmt.Sprintf("%s: %s", f.Kind, f.Message)), Marked: place == placeConnection})
	}
	block.Body = code
	return block
}

// headerText are the fields of a header, by name.
func headerText(header http.Header) string {
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			out.WriteString(printable(name+": "+value) + "\n")
		}
	}
	return out.String()
}

// headerPieces are the fields of a header, with the one marked that is at "header NAME"; where
// there is no such field, a line that says so is marked.
func headerPieces(header http.Header, place string) []page.Piece {
	name, isHeader := strings.CutPrefix(place, placeHeader)
	if !isHeader {
		return []page.Piece{{Text: headerText(header)}}
	}
	before, at, after := http.Header{}, http.Header{}, http.Header{}
	for key, values := range header {
		switch {
		case strings.EqualFold(key, name):
			at[key] = values
		case key < name:
			before[key] = values
		default:
			after[key] = values
		}
	}
	marked := strings.TrimSuffix(headerText(at), "\n")
	if marked == "" {
		marked = "(no " + printable(name) + " header)"
	}
	return []page.Piece{{Text: headerText(before)}, {Text: marked, Marked: true}, {Text: "\n" + headerText(after)}}
}
