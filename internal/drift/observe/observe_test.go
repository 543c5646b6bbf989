package observe

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"conformance/internal/clock"
	"conformance/internal/exchange"
	"conformance/internal/session"
)

var unlock = Operation{Method: http.MethodPost, Path: "/accounts/{id}/unlock"}

// answered is an exchange without a case: a status and a body for an account.
func answered(account string, status int, body string) exchange.Exchange {
	return exchange.Exchange{
		Credential: "orgAdmin", Duration: time.Millisecond,
		Request: exchange.Request{Method: "POST", URL: "http://h/v3/accounts/" + account + "/unlock", Body: []byte("{}"),
			Header: http.Header{"Authorization": {"Bearer <orgAdmin>"}, "Content-Type": {"application/json"}}},
		Response: &exchange.Response{Proto: "HTTP/1.1", Status: status, Body: []byte(body), Header: http.Header{"Content-Type": {"application/json"}}},
	}
}

// various makes traffic in which nothing is always the same.
func various(n int) []exchange.Exchange {
	var all []exchange.Exchange
	for i := range n {
		id := fmt.Sprintf("%032x", i)
		e := answered(id, 202, `{"id":"`+id+`"}`)
		switch {
		case i%7 == 0:
			e = answered(id, 400, `{"detailCode":"400.1","trackingId":"`+id+`","messages":[{"text":"No text is the same."},{"locale":null}]}`)
		case i%11 == 0:
			e = answered(id, 202, `[{"odd`+fmt.Sprint(i)+`":1.5}]`)
		case i%13 == 0:
			e.Response.Header["X-"+fmt.Sprint(i%5)] = []string{id}
		case i%17 == 0:
			e.Response, e.Failure = nil, &exchange.Failure{Kind: exchange.Reset, Message: "reset"}
		case i%19 == 0:
			e.Request.Body = fmt.Appendf(nil, `{"n%d":true}`, i)
		}
		if i == 20_001 {
			e = answered(id, 202, `{"id":"`+id+`"}`)
			e.Response.Header["X-Rare"] = []string{"once"} // which one worker alone sees
		}
		e.Started = time.Duration(i) * time.Millisecond
		all = append(all, e)
	}
	return all
}

// written is a session of the exchanges.
func written(t testing.TB, all []exchange.Exchange) (folder string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "session")
	writer, err := session.Create(folder, session.Manifest{Recorded: time.Unix(0, 0), Target: "http://h/v3"},
		session.WithSync(session.SyncNone, clock.System{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if err := writer.Append("all", e); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return folder
}

func read(t testing.TB, path string, workers int) *Summary {
	t.Helper()
	source, err := session.OpenSource(path)
	if err != nil {
		t.Fatal(err)
	}
	summary, err := Read(unlock, source, workers)
	if err != nil {
		t.Fatal(err)
	}
	return summary
}

// seen is everything that a summary shows.
type seen struct {
	Exchanges, Others int
	Statuses          map[int]*Status
	Latencies         map[int]time.Duration
	Stimuli           []*Stimulus
	Samples           []Sample
	Whole             [2]bool
}

func all(s *Summary) seen {
	v := seen{Exchanges: s.Exchanges, Others: s.Others, Statuses: s.Statuses, Latencies: map[int]time.Duration{}}
	for code, status := range s.Statuses {
		v.Latencies[code] = status.Latency(90)
	}
	v.Stimuli, v.Whole[0] = s.Stimuli()
	v.Samples, v.Whole[1] = s.Samples()
	return v
}

var comparing = cmp.Options{
	cmp.FilterPath(func(p cmp.Path) bool {
		name := p.Last().String()
		return name == ".last" || name == ".latency"
	}, cmp.Ignore()),
	cmp.AllowUnexported(Status{}, Value{}), cmpopts.EquateEmpty(),
}

// The traffic has more stimuli, more kinds of samples, more members and more values than are kept.
func TestWorkersDoNotMatter(t *testing.T) {
	folder := written(t, various(24_000))
	want := all(read(t, folder, 1))
	if want.Exchanges != 24_000 || want.Whole[1] || len(want.Samples) < mostKinds || !want.Statuses[202].JSON.Elements.Dictionary {
		t.Fatalf("the test does not reach the bounds: %d exchanges, %d samples, %v", want.Exchanges, len(want.Samples), want.Whole)
	}
	for _, workers := range []int{2, 5} {
		if diff := cmp.Diff(want, all(read(t, folder, workers)), comparing); diff != "" {
			t.Errorf("%d workers (-one +more):\n%.3000s", workers, diff)
		}
	}
}

// What is read from a file is what would be read from memory, but for the places.
func TestReadIsExchanges(t *testing.T) {
	traffic := various(500)
	fromFile, inMemory := all(read(t, written(t, traffic), 2)), all(Exchanges(unlock, session.Manifest{}, traffic))
	places := cmp.Transformer("order", func(s Sighting) int { return s.Order })
	fromFile.Samples, inMemory.Samples = nil, nil // a cassette drops empty headers and the like
	if diff := cmp.Diff(inMemory, fromFile, comparing, places); diff != "" {
		t.Errorf("(-memory +file):\n%.3000s", diff)
	}
}

func TestDamagedRecording(t *testing.T) {
	folder := written(t, various(3))
	source, err := session.OpenSource(folder + "/none")
	if err == nil {
		t.Fatalf("opened %v", source)
	}
	path := filepath.Join(folder, "all.yaml")
	rewrite(t, path, func(text string) string { return strings.Replace(text, "code: 202", "code: two", 1) })
	if source, err = session.OpenSource(folder); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(unlock, source, 2); err == nil || !strings.Contains(err.Error(), "all.yaml: line ") {
		t.Errorf("got %v", err)
	}
}

func TestParameter(t *testing.T) {
	for address, want := range map[string]string{
		"http://h/accounts/a%2Fb/unlock":       "a%2Fb",
		"http://h/v2025/accounts/7/unlock?x=1": "7",
		"/base/accounts/v1/7/unlock":           "7",
		"http://h/accounts//unlock":            "",
		"http://h/accounts/7/lock":             "no",
		"http://h/unlock":                      "no",
		"http://accounts/7/unlock":             "no",
	} {
		got, is := unlock.parameter(address)
		if !is {
			got = "no"
		}
		if got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

// BenchmarkRead sums up a session of 100 000 interactions. "peak-MB" is the most that the heap held.
func BenchmarkRead(b *testing.B) {
	folder := written(b, usual(100_000))
	for _, workers := range []int{1, runtime.GOMAXPROCS(0)} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			peak := watch()
			for b.Loop() {
				read(b, folder, workers)
			}
			b.ReportMetric(peak(), "peak-MB")
		})
	}
}

// usual is traffic as a client makes it: mostly accepted.
func usual(n int) []exchange.Exchange {
	all := make([]exchange.Exchange, n)
	for i := range all {
		id := fmt.Sprintf("%032x", i)
		all[i] = answered(id, 202, `{"id":"`+id+`"}`)
		if i%10 == 0 {
			all[i] = answered(id, 404, `{"detailCode":"404 Not found","trackingId":"`+id+`","messages":[{"locale":"en-US","localeOrigin":"DEFAULT","text":"The server did not find a current representation for the target resource."}]}`)
		}
	}
	return all
}

// watch measures the most bytes on the heap, in MB, until the function that it returns is called.
func watch() func() float64 {
	stop, most := make(chan struct{}), make(chan float64)
	go func() {
		var stats runtime.MemStats
		peak := uint64(0)
		for tick := time.NewTicker(10 * time.Millisecond); ; {
			select {
			case <-tick.C:
				runtime.ReadMemStats(&stats)
				peak = max(peak, stats.HeapAlloc)
			case <-stop:
				most <- float64(peak) / (1 << 20)
				return
			}
		}
	}()
	return func() float64 { close(stop); return <-most }
}

func rewrite(t *testing.T, path string, change func(string) string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(change(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
}

// What an archive of a browser lacks is not what was sent or answered.
func TestWhatWasNotRecorded(t *testing.T) {
	bodiless := answered("a", 202, `{"id":"1"}`)
	bodiless.Request.Body = nil
	bodiless.Request.Header.Set("Content-Length", "51")
	empty := answered("a", 400, `{}`)
	empty.Request.Body = nil
	empty.Request.Header.Set("Content-Length", "0")
	unknown := answered("a", 202, "")
	unknown.Failure = &exchange.Failure{Kind: exchange.NotRecorded, Message: "m"}
	s := Exchanges(unlock, session.Manifest{}, []exchange.Exchange{bodiless, empty, unknown})
	if s.Exchanges != 2 || s.Unrecorded != 1 {
		t.Errorf("%d exchanges, %d unrecorded; want 2 and 1", s.Exchanges, s.Unrecorded)
	}
	var names []string
	stimuli, _ := s.Stimuli()
	for _, one := range stimuli {
		names = append(names, one.Name)
	}
	want := []string{"POST account id: word, a body that was not recorded, as orgAdmin", "POST account id: word, no body, as orgAdmin"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
