package target

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"testing"

	"conformance/internal/exchange"
)

// answering makes a sender that is always given this answer; the header is names and values in
// turn.
func answering(t *testing.T, body string, header ...string) *Sender {
	return newSender(t, "http://a.test", carrier(func(*http.Request) (*http.Response, error) {
		return answer(202, body, header...), nil
	}), nil)
}

func zipped(t *testing.T, text string) string {
	var out bytes.Buffer
	writer := gzip.NewWriter(&out)
	if _, err := writer.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func kindOf(e exchange.Exchange) exchange.FailureKind {
	if e.Failure == nil {
		return ""
	}
	return e.Failure.Kind
}

func TestBodiesAreBounded(t *testing.T) {
	for _, test := range []struct {
		size, kept int
		kind       exchange.FailureKind
	}{
		{bodyLimit - 1, bodyLimit - 1, ""},
		{bodyLimit, bodyLimit, ""},
		{bodyLimit + 1, scrapLimit, exchange.TooLarge},
		{9 * bodyLimit, scrapLimit, exchange.TooLarge},
	} {
		e := answering(t, strings.Repeat("x", test.size)).Send(t.Context(), plainStimulus())
		if len(e.Response.Body) != test.kept || cap(e.Response.Body) > 2*bodyLimit || kindOf(e) != test.kind {
			t.Errorf("of %d bytes %d were kept, failure %v; want %d, %q", test.size, len(e.Response.Body), e.Failure, test.kept, test.kind)
		}
	}
}

// A coding counts for what is in it, and what is too large in it is not kept at all.
func TestCodedBodiesAreBounded(t *testing.T) {
	fits, exceeds := zipped(t, strings.Repeat(" ", bodyLimit)), zipped(t, strings.Repeat(" ", bodyLimit+1))
	for _, test := range []struct {
		name, coding, body string
		kept               int
		kind               exchange.FailureKind
	}{
		{"that fits", "gzip", fits, len(fits), ""},
		{"that does not", "gzip", exceeds, 0, exchange.TooLarge},
		{"twice coded", "gzip, gzip", zipped(t, exceeds), 0, exchange.TooLarge},
		{"without the coding that it names", "gzip", "{}", 2, ""},
		{"cut off", "gzip", fits[:len(fits)/2], len(fits) / 2, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := answering(t, test.body, "Content-Encoding", test.coding).Send(t.Context(), plainStimulus())
			if len(e.Response.Body) != test.kept || kindOf(e) != test.kind {
				t.Errorf("of %d bytes %d were kept, failure %v; want %d, %q", len(test.body), len(e.Response.Body), e.Failure, test.kept, test.kind)
			}
			if test.kind != "" && !strings.Contains(e.Failure.Message, "once its content coding is undone") {
				t.Errorf("message %q", e.Failure.Message)
			}
		})
	}
}

// A run keeps all its answers, so that they are bounded together too; and whatever came before,
// a usual answer is judged.
func TestAllAnswersTogetherAreBounded(t *testing.T) {
	body := strings.Repeat("x", bodyLimit)
	filler := strings.Repeat("x", bodyLimit/2)
	sender := newSender(t, "http://a.test", carrier(func(r *http.Request) (*http.Response, error) {
		if r.Header.Get("Prefer") == "little" {
			return answer(202, "{}"), nil
		}
		return answer(202, body, "X-Filler", filler), nil
	}), nil)
	kept, refused := 0, 0
	for range 2 * keptLimit / bodyLimit {
		e := sender.Send(t.Context(), plainStimulus())
		kept += len(e.Response.Body) + exchange.HeaderSize(e.Response.Header)
		if e.Failure != nil {
			refused++
			if e.Failure.Kind != exchange.TooLarge || !strings.Contains(e.Failure.Message, "more than 24 MiB") {
				t.Fatalf("failure %+v", e.Failure)
			}
		}
	}
	if kept > keptLimit || kept < keptLimit-2*bodyLimit || refused == 0 {
		t.Errorf("%d bytes were kept, %d answers were not; the limit is %d", kept, refused, keptLimit)
	}
	little := plainStimulus()
	little.Header.Set("Prefer", "little")
	if e := sender.Send(t.Context(), little); e.Failure != nil || string(e.Response.Body) != "{}" {
		t.Errorf("a usual answer after that: %v, body %q", e.Failure, e.Response.Body)
	}
}
