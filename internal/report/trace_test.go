package report

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/exchange"
)

func TestTrace(t *testing.T) {
	e := exchange.Exchange{
		Case: "expired-token", Credential: "expired", Duration: 1234567 * time.Nanosecond,
		Request: exchange.Request{Method: "POST", URL: "https://a.test/v3/accounts/a%2Fb/unlock",
			Header: http.Header{"X-B": {"1", "2"}, "Authorization": {"Bearer <expired>"}}, Body: []byte("{}")},
		Response: &exchange.Response{Proto: "HTTP/1.1", Status: 401, Header: http.Header{"X-Evil": {"\x1b[2J"}}, Body: []byte("{\n\"error\":\"\x1b[31m\"}\n")},
		Failure:  &exchange.Failure{Kind: exchange.Truncated, Message: "it ends early"},
	}
	const line = "#7 401 expired-token: POST /v3/accounts/a%2Fb/unlock as expired -> 401 Unauthorized, truncated body: it ends early in 1.23ms\n"
	for _, test := range []struct {
		whole bool
		want  string
	}{
		{false, line},
		{true, line + `> POST https://a.test/v3/accounts/a%2Fb/unlock
> Authorization: Bearer <expired>
> X-B: 1
> X-B: 2
>
> {}
< HTTP/1.1 401
< X-Evil: \x1b[2J
<
< {
< "error":"\x1b[31m"}
< 

`},
	} {
		var out bytes.Buffer
		NewTrace(&out, test.whole).Exchange(7, "401", e)
		if diff := cmp.Diff(test.want, out.String()); diff != "" {
			t.Errorf("whole %v (-want +got):\n%s", test.whole, diff)
		}
	}
}

func TestTraceOfALongBody(t *testing.T) {
	var out bytes.Buffer
	NewTrace(&out, true).Exchange(1, "202", exchange.Exchange{
		Request: exchange.Request{Method: "POST", URL: "/", Body: bytes.Repeat([]byte("x"), traceBodyBytes+1)},
	})
	if out.Len() > traceBodyBytes+200 || !strings.HasSuffix(out.String(), "> ... and 1 byte more\n\n") {
		t.Errorf("%d bytes that end in %q", out.Len(), out.String()[out.Len()-40:])
	}
}
