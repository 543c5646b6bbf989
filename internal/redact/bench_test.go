package redact

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"conformance/internal/exchange"
)

// ordinary is an exchange of the API with what clients and servers usually add.
func ordinary(i int) exchange.Exchange {
	return exchange.Exchange{
		Request: exchange.Request{
			Method: "POST", URL: fmt.Sprintf("https://tenant.example/v2025/accounts/%032x/unlock?count=true&limit=50", i), Body: []byte(`{"unlockIDNAccount":true,"forceProvisioning":false}`),
			Header: http.Header{
				"Accept": {"application/json"}, "Accept-Encoding": {"gzip, deflate"}, "Accept-Language": {"en-US,en;q=0.9"}, "Content-Type": {"application/json"},
				"User-Agent": {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"}, "Authorization": {"Bearer eyJhbGciOiJIUzI1NiJ9." + strings.Repeat("claims", 100) + fmt.Sprint(i%20) + ".signature"},
				"Cookie": {"session=0123456789abcdef0123456789abcdef; theme=dark"}, "X-Request-Id": {fmt.Sprintf("%032x", i)},
			},
		},
		Response: &exchange.Response{
			Proto: "HTTP/1.1", Status: 403, Body: []byte(`{"detailCode":"403 Forbidden","trackingId":"b21b1f7ce4da4d639f2c62a57171b427","messages":[{"locale":"en-US","localeOrigin":"DEFAULT","text":"The server understood the request but refuses to authorize it."}]}`),
			Header: http.Header{
				"Content-Type": {"application/json"}, "Content-Length": {"213"}, "Date": {"Thu, 01 Jan 2026 00:00:00 GMT"}, "Cache-Control": {"no-store"}, "Slpt-Request-Id": {fmt.Sprintf("%032x", i)},
				"Strict-Transport-Security": {"max-age=31536000; includeSubDomains"}, "Vary": {"Origin, Accept-Encoding"},
			},
		},
	}
}

// BenchmarkTraffic cleans ordinary exchanges, those with many new values, and those of a session
// that has many already; the baseline copies what a cleaner must copy.
func BenchmarkTraffic(b *testing.B) {
	var exchanges []exchange.Exchange
	for i := range 1000 {
		exchanges = append(exchanges, ordinary(i))
	}
	run := func(name string, clean func(exchange.Exchange) exchange.Exchange) {
		b.Run(name, func(b *testing.B) {
			i := 0
			for b.Loop() {
				clean(exchanges[i%len(exchanges)])
				i++
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "exchanges/s")
		})
	}
	run("baseline", func(e exchange.Exchange) exchange.Exchange {
		e.Request.Header, e.Request.Body = e.Request.Header.Clone(), []byte(string(e.Request.Body))
		return e
	})
	run("ordinary", traffic(b, TrafficOptions{}).Clean)
	full := traffic(b, TrafficOptions{Members: []string{"pin", "/a/b"}})
	for i := range 2 * generation {
		full.echoes.add(fmt.Sprintf("eyJhbGciOiJIUzI1NiJ9.%s%d.signature-%d", strings.Repeat("claims", 100), i, i), fmt.Sprintf("<credential-%d>", i+100))
	}
	run("full memory", full.Clean)
	cookies, n := traffic(b, TrafficOptions{}), 0
	run("a new cookie each", func(e exchange.Exchange) exchange.Exchange {
		answer := *e.Response
		answer.Header = answer.Header.Clone()
		answer.Header.Set("Set-Cookie", fmt.Sprintf("AWSALB=%016x%048d; Path=/", uint64(n)*0x9e3779b97f4a7c15, n))
		e.Response = &answer
		n++
		return cookies.Clean(e)
	})
	run("suspects", func(e exchange.Exchange) exchange.Exchange { Suspects(e); return e })
}
