package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"conformance/internal/exchange"
)

const base = "http://replayed.example:8080/other"

// recordingOf is a recording of one cassette.
func recordingOf(exchanges ...exchange.Exchange) *Recording {
	m := manifest()
	m.Cassettes = []string{"202.yaml"}
	return NewRecording(m, Cassette{Name: "202", Exchanges: exchanges})
}

// ask sends a recorded request again, as changed, below another base.
func ask(t testing.TB, player *Player, ctx context.Context, e exchange.Exchange, change func(*http.Request)) (*http.Response, error) {
	t.Helper()
	url := strings.Replace(e.Request.URL, target, base, 1)
	request, err := http.NewRequestWithContext(ctx, e.Request.Method, url, strings.NewReader(string(e.Request.Body)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = e.Request.Header.Clone()
	if change != nil {
		change(request)
	}
	return player.RoundTrip(request)
}

// mustAnswer checks that a request gets the answer of a recorded exchange.
func mustAnswer(t *testing.T, player *Player, ctx context.Context, e exchange.Exchange, want exchange.Exchange) {
	t.Helper()
	response, err := ask(t, player, ctx, e, nil)
	if err != nil {
		t.Error(err)
		return
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	same(t, *want.Response, exchange.Response{
		Proto: response.Proto, Status: response.StatusCode, Header: response.Header, Body: body,
	})
}

// decoded are the exchanges of items.
func decoded(t testing.TB, items []Item) []exchange.Exchange {
	t.Helper()
	all := make([]exchange.Exchange, len(items))
	for i, item := range items {
		var err error
		if all[i], err = item.Exchange(); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func notRecorded(t *testing.T, err error) string {
	t.Helper()
	var failure *exchange.Failure
	if !errors.As(err, &failure) || failure.Kind != exchange.NotRecorded {
		t.Fatalf("got %v, want a failure of kind %q", err, exchange.NotRecorded)
	}
	return failure.Message
}

func TestEachCaseGetsItsOwnAnswer(t *testing.T) {
	var all []exchange.Exchange
	for i := range 10 {
		e := answered(fmt.Sprintf("case-%d", i%5), 1+i/5, 200+i)
		all = append(all, e)
	}
	player := NewPlayer(recordingOf(all...), base, PlayerOptions{})
	for _, i := range rand.New(rand.NewPCG(1, 2)).Perm(len(all)) {
		mustAnswer(t, player, WithCase(t.Context(), all[i].Case, all[i].Attempt), all[i], all[i])
	}
	same(t, 0, len(player.Unused()))
	// A case and attempt name one interaction, so that asking again gives it again.
	mustAnswer(t, player, WithCase(t.Context(), "case-3", 2), all[8], all[8])
}

func TestTheSameRequestAdvances(t *testing.T) {
	limited, accepted := answered("a", 1, 429), answered("b", 1, 202)
	player := NewPlayer(recordingOf(limited, accepted), base, PlayerOptions{})
	same(t, []exchange.Exchange{limited, accepted}, decoded(t, player.Unused()))
	mustAnswer(t, player, t.Context(), limited, limited)
	same(t, []exchange.Exchange{accepted}, decoded(t, player.Unused()))
	mustAnswer(t, player, t.Context(), limited, accepted)
	_, err := ask(t, player, t.Context(), limited, nil)
	mustContain(t, notRecorded(t, err), "POST /accounts/a1/unlock was sent more often than it was recorded")
}

func TestACaseThatChangedFallsBackToItsRequest(t *testing.T) {
	changed, other := answered("changed", 1, 400), answered("other", 1, 202)
	other.Request.Body = []byte(`{ "forceProvisioning" : true }`)
	player := NewPlayer(recordingOf(changed, other), base, PlayerOptions{})
	mustAnswer(t, player, WithCase(t.Context(), "changed", 1), other, other)
	mustAnswer(t, player, WithCase(t.Context(), "unheard-of", 1), changed, changed)
}

func TestJSONBodiesMatchByMeaning(t *testing.T) {
	e := answered("a", 1, 202)
	e.Request.Body = []byte(`{"externalVerificationId":"3","unlockIDNAccount":true,"n":12345678901234567890}`)
	for _, test := range []struct {
		body string
		same bool
	}{
		{" {\"n\":12345678901234567890,\r\n\"unlock\\u0049DNAccount\":true,\t\"externalVerificationId\":\"\\u0033\"}", true},
		{`{"externalVerificationId":"3","unlockIDNAccount":true,"n":12345678901234567891}`, false},
		{`{"externalVerificationId":"3","unlockIDNAccount":true}`, false},
		{`{"externalVerificationId":"3","unlockIDNAccount":true,"n":12345678901234567890,"n":12345678901234567890}`, false},
		{``, false},
	} {
		sent := e
		sent.Request.Body = []byte(test.body)
		_, err := ask(t, NewPlayer(recordingOf(e), base, PlayerOptions{}), t.Context(), sent, nil)
		if (err == nil) != test.same {
			t.Errorf("%s: got %v", test.body, err)
		}
	}
}

func TestHeadersDistinguishWhereRecordedRequestsDiffer(t *testing.T) {
	english, french, neither := answered("a", 1, 400), answered("b", 1, 401), answered("c", 1, 403)
	english.Request.Header["Accept-Language"] = []string{"en"}
	french.Request.Header["Accept-Language"] = []string{"fr"}
	for _, e := range []exchange.Exchange{english, french, neither} {
		e.Request.Header["User-Agent"] = []string{"recorder/" + e.Case}
	}
	player := NewPlayer(recordingOf(english, french, neither), base, PlayerOptions{})
	agent := func(r *http.Request) { r.Header.Set("User-Agent", "another"); r.Header.Set("X-New", "1") }
	for _, e := range []exchange.Exchange{neither, french, english} {
		response, err := ask(t, player, t.Context(), e, agent)
		if err != nil {
			t.Fatal(err)
		}
		same(t, e.Response.Status, response.StatusCode)
	}
	_, err := ask(t, NewPlayer(recordingOf(english, french), base, PlayerOptions{}), t.Context(), neither, nil)
	mustContain(t, notRecorded(t, err), "interaction 1 of 202.yaml (case a, attempt 1)", `header Accept-Language: recorded "en", sent none`)
}

func TestAuthorizationDistinguishes(t *testing.T) {
	e := answered("a", 1, 202)
	for _, values := range [][]string{nil, {""}, {"Bearer <helpdesk>"}, {"bearer <orgAdmin>"}} {
		_, err := ask(t, NewPlayer(recordingOf(e), base, PlayerOptions{}), t.Context(), e, func(r *http.Request) {
			delete(r.Header, "Authorization")
			if values != nil {
				r.Header["Authorization"] = values
			}
		})
		mustContain(t, notRecorded(t, err), `Authorization: recorded "Bearer <orgAdmin>", sent `)
	}
}

func TestRecordedUnderAnotherBase(t *testing.T) {
	e := answered("a", 1, 202)
	e.Request.URL = "https://vendor.example/some/base/accounts/no%2Fsuch/unlock?x=1"
	for _, sent := range []struct {
		url  string
		base string
	}{
		{"http://here/accounts/no%2Fsuch/unlock?x=1", "http://here"},
		{"http://here/v1/accounts/no%2Fsuch/unlock?x=1", "http://here/v1/"},
		{"http://here/some/base/accounts/no%2Fsuch/unlock?x=1", ""},
	} {
		recording := NewRecording(Manifest{}, Cassette{Name: "202", Exchanges: []exchange.Exchange{e}})
		again := e
		again.Request.URL = sent.url
		mustAnswer(t, NewPlayer(recording, sent.base, PlayerOptions{}), t.Context(), again, e)
		again.Request.URL = strings.Replace(sent.url, "%2F", "/", 1)
		_, err := ask(t, NewPlayer(recording, sent.base, PlayerOptions{}), t.Context(), again, nil)
		mustContain(t, notRecorded(t, err), "path: recorded ")
	}
}

func TestThePathBelowTheTargetIsWhole(t *testing.T) {
	e := answered("a", 1, 202)
	shorter := e
	shorter.Request.URL = target + "/a1/unlock"
	_, err := ask(t, NewPlayer(recordingOf(e), base, PlayerOptions{}), t.Context(), shorter, nil)
	mustContain(t, notRecorded(t, err), `path: recorded "accounts/a1/unlock", sent "a1/unlock"`)
}

func TestRecordedFailuresComeBack(t *testing.T) {
	want := &exchange.Failure{Kind: exchange.Refused, Message: "nobody listens there"}
	refused := answered("refused", 1, 0)
	refused.Response, refused.Failure = nil, want
	_, err := ask(t, NewPlayer(recordingOf(refused), base, PlayerOptions{}), t.Context(), refused, nil)
	var failure *exchange.Failure
	if !errors.As(err, &failure) {
		t.Fatalf("got %v", err)
	}
	same(t, want, failure)
}

func TestBrokenBodiesBreakOffAgain(t *testing.T) {
	want := &exchange.Failure{Kind: exchange.Truncated, Message: "the body ended after 14 bytes"}
	broken := answered("broken", 1, 202)
	broken.Failure = want
	for name, read := range map[string]func(io.Reader) ([]byte, error){
		"read": io.ReadAll,
		"copy": func(r io.Reader) ([]byte, error) {
			var text strings.Builder
			_, err := io.Copy(&text, r)
			return []byte(text.String()), err
		},
	} {
		response, err := ask(t, NewPlayer(recordingOf(broken), base, PlayerOptions{}), t.Context(), broken, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := read(response.Body)
		same(t, string(broken.Response.Body), string(body))
		var failure *exchange.Failure
		if !errors.As(err, &failure) {
			t.Fatalf("%s: got %v", name, err)
		}
		same(t, want, failure)
	}
}

func TestTheNearestRequestIsNamed(t *testing.T) {
	far, near := answered("far", 1, 202), answered("near", 3, 202)
	far.Request.URL = target + "/accounts/a2/lock"
	far.Request.Method = "PUT"
	near.Request.Body = []byte(`{"forceProvisioning":"` + strings.Repeat("x", 200) + `"}`)
	player := NewPlayer(recordingOf(far, near), base, PlayerOptions{})
	sent := near
	sent.Request.Body = []byte(`{"forceProvisioning":"` + strings.Repeat("x", 190) + `y"}`)
	_, err := ask(t, player, WithCase(t.Context(), "new", 2), sent, func(r *http.Request) {
		r.Header.Set("Accept-Language", "de")
		r.Header.Set("X-Api-Key", "do-not-show")
		r.Header.Set("Authorization", "Bearer do-not-show")
		r.URL.RawQuery = "a=b"
	})
	message := notRecorded(t, err)
	mustContain(t, message,
		"POST /accounts/a1/unlock for case new, attempt 2,",
		"interaction 2 of 202.yaml (case near, attempt 3)",
		`query: recorded none, sent "a=b"`,
		`Authorization: recorded "Bearer <orgAdmin>", sent a value that is not shown`,
		`body: recorded …"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}", sent …"xxxxxxxxxxxxxxxxxxxxy\"}"`,
		`header Accept-Language: recorded none, sent "de"`,
		"header X-Api-Key: recorded none, sent a value that is not shown",
		"record the session again",
	)
	if strings.Contains(message, "do-not-show") || strings.Contains(message, "method:") || strings.Contains(message, "path:") {
		t.Error(message)
	}
	_, err = ask(t, NewPlayer(NewRecording(Manifest{}), base, PlayerOptions{}), t.Context(), sent, nil)
	mustContain(t, notRecorded(t, err), "the recording, which is empty")
}

func TestReplayHonoursTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	e := answered("a", 1, 202)
	player := NewPlayer(recordingOf(e), base, PlayerOptions{})
	if _, err := ask(t, player, ctx, e, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	same(t, 1, len(player.Unused()))
}

func TestAnswersCannotChangeTheRecording(t *testing.T) {
	e := answered("a", 1, 202)
	player := NewPlayer(recordingOf(e), base, PlayerOptions{})
	for range 2 {
		response, err := ask(t, player, WithCase(t.Context(), "a", 1), e, nil)
		if err != nil {
			t.Fatal(err)
		}
		same(t, []string{"application/json"}, response.Header["Content-Type"])
		same(t, int64(13), response.ContentLength)
		same(t, "202 Accepted", response.Status)
		response.Header.Set("Content-Type", "changed")
	}
}

func TestConcurrentReplayUsesEachAnswerOnce(t *testing.T) {
	const requests = 200
	var all []exchange.Exchange
	for i := range requests {
		all = append(all, answered("burst", i+1, 200+i))
	}
	player := NewPlayer(recordingOf(all...), base, PlayerOptions{})
	var mutex sync.Mutex
	seen := map[int]int{}
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := worker; i < requests; i += 8 {
				ctx := t.Context()
				if i >= requests/2 {
					ctx = WithCase(ctx, "burst", i+1)
				}
				response, err := ask(t, player, ctx, all[i], nil)
				if err != nil {
					continue
				}
				mutex.Lock()
				seen[response.StatusCode]++
				mutex.Unlock()
			}
		})
	}
	group.Wait()
	for i := requests / 2; i < requests; i++ {
		if seen[200+i] == 0 {
			t.Errorf("attempt %d did not get its answer", i+1)
		}
	}
	for i := range requests / 2 {
		if seen[200+i] > 1 {
			t.Errorf("answer %d was given %d times", i, seen[200+i])
		}
	}
	for _, e := range decoded(t, player.Unused()) {
		if seen[e.Response.Status] > 0 {
			t.Errorf("answer %d was used and is listed as unused", e.Response.Status)
		}
	}
}

func TestPlayersServeHTTPClients(t *testing.T) {
	e := answered("a", 1, 202)
	client := http.Client{Transport: NewPlayer(recordingOf(e), base, PlayerOptions{})}
	request, err := http.NewRequest("POST", base+"/accounts/a1/unlock", strings.NewReader(string(e.Request.Body)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = e.Request.Header
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	same(t, 202, response.StatusCode)
	_, err = client.Get(base + "/accounts/a1/unlock")
	mustContain(t, notRecorded(t, err), `method: recorded "POST", sent "GET"`)
}

// Header names come in small letters from HTTP/2.
func TestHeaderNamesMatchInAnySpelling(t *testing.T) {
	e := answered("a", 1, 202)
	other := answered("b", 1, 400)
	e.Request.Header = http.Header{"authorization": {"Bearer <orgAdmin>"}, "content-type": {"application/json"}, "accept-language": {"en"}}
	sent := answered("a", 1, 202)
	sent.Request.Header["Accept-Language"] = []string{"en"}
	mustAnswer(t, NewPlayer(recordingOf(other, e), base, PlayerOptions{}), t.Context(), sent, e)
}

func TestTheNearestOfManyIsNamed(t *testing.T) {
	var all []exchange.Exchange
	for i := range 5_000 {
		e := answered(fmt.Sprintf("case-%d", i), 1, 202)
		e.Request.URL = fmt.Sprintf("%s/accounts/%d/unlock?page=%d", target, i%100, i)
		e.Request.Body = fmt.Appendf(nil, `{"number":%d}`, i%7)
		all = append(all, e)
	}
	player := NewPlayer(recordingOf(all...), base, PlayerOptions{})
	for _, test := range []struct {
		change func(*exchange.Exchange)
		want   string
	}{
		{func(e *exchange.Exchange) { e.Request.Method = "PUT" }, `interaction 4322 of 202.yaml (case case-4321, attempt 1), which differs in method: recorded "POST", sent "PUT"; record`},
		{func(e *exchange.Exchange) { e.Request = all[21].Request; e.Request.Body = nil }, `interaction 22 of 202.yaml (case case-21, attempt 1), which differs in body: recorded "{\"number\":0}", sent none; record`},
		{func(e *exchange.Exchange) { e.Request.Body = []byte("x") }, `interaction 4322 of 202.yaml (case case-4321, attempt 1), which differs in body: recorded "{\"number\":2}", sent "x"; record`},
		{func(e *exchange.Exchange) { e.Request.URL = target + "/accounts/none/unlock?page=4321" }, `interaction 4322 of 202.yaml (case case-4321, attempt 1), which differs in path: recorded "accounts/21/unlock", sent "accounts/none/unlock"; record`},
	} {
		sent := all[4_321]
		test.change(&sent)
		_, err := ask(t, player, t.Context(), sent, nil)
		mustContain(t, notRecorded(t, err), test.want)
	}
}

// The nearest is not lost among those that are found after it and less near.
func TestTheNearestStaysTheNearest(t *testing.T) {
	var all []exchange.Exchange
	add := func(count int, method, path, body string) {
		for range count {
			e := answered("", 0, 202)
			e.Request.Method, e.Request.URL, e.Request.Body = method, target+path, []byte(body)
			all = append(all, e)
		}
	}
	add(10, "PUT", "/far?a=b", "far")
	add(1, "POST", "/here", "near")
	add(10, "PUT", "/here", "far")
	player := NewPlayer(recordingOf(all...), base, PlayerOptions{})
	sent := all[10]
	sent.Request.Body = nil
	_, err := ask(t, player, t.Context(), sent, nil)
	mustContain(t, notRecorded(t, err), `interaction 11 of 202.yaml, which differs in body: recorded "near", sent none`)
}

// What is opened from files is matched as what is in memory.
func TestASessionOnTheDiskIsReplayed(t *testing.T) {
	dir := t.TempDir()
	session := map[string][]exchange.Exchange{}
	var all []exchange.Exchange
	for i := range 24 {
		e := answered("", 0, 200+i)
		e.Request.Header = http.Header{"Authorization": {fmt.Sprintf("Bearer <%d>", i%2)}, "Accept-Language": {fmt.Sprintf("x-%d", i%3)}}
		e.Request.Body = fmt.Appendf(nil, `{"n":%d}`, i/12)
		if i%5 == 0 {
			e.Failure = &exchange.Failure{Kind: exchange.Truncated, Message: "the body ended early"}
		}
		session[fmt.Sprint(i%4)] = append(session[fmt.Sprint(i%4)], e)
	}
	record(t, dir, session)
	recording := open(t, dir)
	all = recording.Exchanges()
	player := NewPlayer(recording.Recording, base, PlayerOptions{})
	answers := map[string][]int{}
	for _, e := range all {
		response, err := ask(t, player, t.Context(), e, nil)
		if err != nil {
			t.Fatal(err)
		}
		same(t, e.Request.Header, response.Request.Header)
		key := fmt.Sprint(e.Request.Header, string(e.Request.Body))
		answers[key] = append(answers[key], response.StatusCode)
	}
	wanted := map[string][]int{}
	for _, e := range all {
		key := fmt.Sprint(e.Request.Header, string(e.Request.Body))
		wanted[key] = append(wanted[key], e.Response.Status)
	}
	same(t, wanted, answers)
	same(t, 12, len(answers))
}

// An answer is read from the file when it is asked for; what happens to the file meanwhile is
// told, and nothing else is read in its place.
func TestAFileThatChangesIsTold(t *testing.T) {
	dir := t.TempDir()
	session := map[string][]exchange.Exchange{"202": {answered("a", 1, 202), answered("b", 1, 400)}}
	record(t, dir, session)
	file := filepath.Join(dir, "202.yaml")
	recording, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer recording.Close()
	player := NewPlayer(recording, base, PlayerOptions{})
	mustAnswer(t, player, t.Context(), session["202"][0], session["202"][0])
	if err := os.Truncate(file, 1_000); err != nil {
		t.Fatal(err)
	}
	_, err = ask(t, player, t.Context(), session["202"][0], nil)
	var problem *Error
	if !errors.As(err, &problem) {
		t.Fatalf("got %v", err)
	}
	mustContain(t, problem.Error(), file+": line 35: the interaction can no longer be read")
}
