package failure

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"conformance/internal/exchange"
)

func TestInnermostNamesNoURLAndNoPackage(t *testing.T) {
	err := &url.Error{Op: "Get", URL: "http://secret.test", Err: fmt.Errorf("x: %w", errors.New("net/http: the end"))}
	if got := Innermost(err); got != "the end" {
		t.Error(got)
	}
}

// TestOfAnUnknownPeer: what the caller does not know is not spoken of.
func TestOfAnUnknownPeer(t *testing.T) {
	for want, err := range map[string]error{
		"no answer from h in time; is the server only slow?":                   context.DeadlineExceeded,
		"no answer from h: x; see its address and the server's log":            errors.New("x"),
		"h sent something that is not HTTP; is its address the API's address?": errors.New("malformed HTTP response"),
	} {
		if got := Of(err, Peer{Host: "h"}, false); got.Message != want {
			t.Errorf("got  %s\nwant %s", got.Message, want)
		}
	}
}

// TestOfKeepsRecordedFailures: a transport that replays a recording says itself what failed.
func TestOfKeepsRecordedFailures(t *testing.T) {
	recorded := &exchange.Failure{Kind: exchange.Reset, Message: "as it was recorded"}
	if got := Of(fmt.Errorf("round trip: %w", recorded), Peer{Host: "h", Timeout: time.Second}, true); got != recorded {
		t.Errorf("got %+v", got)
	}
	if got := Of(errors.New("x"), Peer{Host: "h"}, true); got.Kind != exchange.Malformed || !strings.Contains(got.Message, "framed") {
		t.Errorf("an unknown error in a body: %+v", got)
	}
}
