package report

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"conformance/internal/exchange"
)

// Trace shows exchanges while a run goes on, without secrets: they are gone from an exchange.
// It is not safe for concurrent use.
type Trace struct {
	w     io.Writer
	whole bool
}

// NewTrace makes a trace that shows a line for each exchange, or with whole all that was sent and
// received. What cannot be written is lost.
func NewTrace(w io.Writer, whole bool) *Trace { return &Trace{w: w, whole: whole} }

// Exchange shows one exchange of a status path.
func (t *Trace) Exchange(number int, path string, e exchange.Exchange) {
	fmt.Fprintf(t.w, "#%d %s %s: %s -> %s in %s\n", number, path, printable(e.Case), printable(requestLine(e)),
		printable(resultLine(e)), e.Duration.Round(10*time.Microsecond))
	if !t.whole {
		return
	}
	t.message(">", e.Request.Method+" "+e.Request.URL, e.Request.Header, e.Request.Body)
	if r := e.Response; r != nil {
		t.message("<", fmt.Sprintf("%s %d", r.Proto, r.Status), r.Header, r.Body)
	}
	fmt.Fprintln(t.w)
}

// resultLine is what came of an exchange, in a few words.
func resultLine(e exchange.Exchange) string {
	var parts []string
	if e.Response != nil {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%d %s", e.Response.Status, http.StatusText(e.Response.Status))))
	}
	if e.Failure != nil {
		parts = append(parts, fmt.Sprintf("%s: %s", e.Failure.Kind, e.Failure.Message))
	}
	return strings.Join(parts, ", ")
}

// traceBodyBytes is how much of a body a trace shows.
const traceBodyBytes = 16 << 10

func (t *Trace) message(mark, first string, header http.Header, body []byte) {
	fmt.Fprintf(t.w, "%s %s\n", mark, printable(first))
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			fmt.Fprintf(t.w, "%s %s: %s\n", mark, printable(name), printable(value))
		}
	}
	if len(body) == 0 {
		return
	}
	fmt.Fprintln(t.w, mark)
	for line := range strings.SplitSeq(string(body[:min(len(body), traceBodyBytes)]), "\n") {
		fmt.Fprintf(t.w, "%s %s\n", mark, printable(line))
	}
	if more := len(body) - traceBodyBytes; more > 0 {
		fmt.Fprintf(t.w, "%s ... and %s more\n", mark, Counted(more, "byte"))
	}
}
