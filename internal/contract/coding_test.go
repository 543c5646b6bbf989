package contract

import (
	"strings"
	"testing"
)

func TestInflatesLooksBehindEveryCoding(t *testing.T) {
	const limit = 1000
	fits, exceeds := strings.Repeat(" ", limit), strings.Repeat(" ", limit+1)
	for _, test := range []struct {
		name, coding, body string
		want               bool
	}{
		{"plain", "", exceeds, false},
		{"identity", "identity", exceeds, false},
		{"gzip that fits", "gzip", zipped(fits), false},
		{"gzip that does not", "gzip", zipped(exceeds), true},
		{"in capitals", "GZIP", zipped(exceeds), true},
		{"the outer coding", "gzip, gzip", zipped(exceeds), true},
		{"the inner coding", "gzip, gzip", zipped(zipped(exceeds)), true},
		{"a body that is not coded", "gzip", exceeds, false},
		{"a coding that is not undone here", "br", exceeds, false},
	} {
		r := right(202, says(test.body))
		if test.coding != "" {
			header("Content-Encoding", test.coding)(&r)
		}
		if got := Inflates(r.e, limit); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestPlainUndoesEveryCoding(t *testing.T) {
	const text, limit = "what it says", 200
	for _, test := range []struct {
		name, coding, body string
		uncompressed       bool
		want               string
		readable           bool
	}{
		{"plain", "", text, false, text, true},
		{"gzip", "gzip", zipped(text), false, text, true},
		{"twice", "gzip, gzip", zipped(zipped(text)), false, text, true},
		{"one that the transport undid", "gzip", text, true, text, true},
		{"one that is none", "gzip", text, false, "", false},
		{"one that is not undone here", "br", text, false, "", false},
		{"one that leaves too much", "gzip", zipped(strings.Repeat(" ", limit+1)), false, "", false},
	} {
		r := right(202, says(test.body))
		r.e.Response.Uncompressed = test.uncompressed
		if test.coding != "" {
			header("Content-Encoding", test.coding)(&r)
		}
		if got, readable := Plain(r.e, limit); string(got) != test.want || readable != test.readable {
			t.Errorf("%s: %q, %v; want %q, %v", test.name, got, readable, test.want, test.readable)
		}
	}
}

// A run keeps its answers as controls, but not the values of their bodies.
func TestAJudgedAnswerIsLight(t *testing.T) {
	answer := read(right(400))[0]
	if answer.document.value == nil {
		t.Fatal("an answer that was not judged has no value")
	}
	NewJudge().Answer(answer)
	if answer.document.value != nil || answer.body != nil || answer.Exchange.Status() != 400 || !answer.complete() {
		t.Errorf("a judged answer is %+v", answer)
	}
}
