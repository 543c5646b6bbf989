package session

import (
	"io"
	"net/http"
	"testing"

	"conformance/internal/exchange"
)

// statuses asks for an exchange several times; 0 stands for no answer.
func statuses(t *testing.T, player *Player, e exchange.Exchange, times int) []int {
	t.Helper()
	var all []int
	for range times {
		response, err := ask(t, player, t.Context(), e, nil)
		if err != nil {
			notRecorded(t, err)
			all = append(all, 0)
			continue
		}
		if _, err := io.Copy(io.Discard, response.Body); err != nil {
			t.Fatal(err)
		}
		all = append(all, response.StatusCode)
	}
	return all
}

func TestWhatAnExhaustedRequestGets(t *testing.T) {
	three := []exchange.Exchange{answered("a", 1, 429), answered("b", 1, 429), answered("c", 1, 202)}
	three[1].Response.Status = 503
	english := answered("d", 1, 400)
	english.Request.Header["Accept-Language"] = []string{"en"}
	for _, test := range []struct {
		policy   OnExhausted
		recorded []exchange.Exchange
		want     []int
	}{
		{"", three, []int{429, 503, 202, 0, 0}},
		{ExhaustedError, three, []int{429, 503, 202, 0, 0}},
		{ExhaustedLast, three, []int{429, 503, 202, 202, 202}},
		{ExhaustedCycle, three, []int{429, 503, 202, 429, 503, 202, 429}},
		{ExhaustedError, three[:1], []int{429, 0}},
		{ExhaustedLast, three[:1], []int{429, 429, 429}},
		{ExhaustedCycle, three[:1], []int{429, 429, 429}},
		{ExhaustedCycle, append(three[:2:2], english), []int{429, 503, 429}},
	} {
		player := NewPlayer(recordingOf(test.recorded...), base, PlayerOptions{OnExhausted: test.policy})
		same(t, test.want, statuses(t, player, test.recorded[0], len(test.want)))
		player.Reset()
		same(t, len(test.recorded), len(player.Unused()))
		same(t, test.want, statuses(t, player, test.recorded[0], len(test.want)))
	}
}

func TestThePolicyIsAFlagsValue(t *testing.T) {
	var policy OnExhausted
	same(t, "error", policy.String())
	for _, word := range []string{"error", "last", "cycle"} {
		if err := policy.Set(word); err != nil || policy.String() != word {
			t.Errorf("%s: got %s, %v", word, policy.String(), err)
		}
	}
	err := policy.Set("never")
	if err == nil || policy != ExhaustedCycle {
		t.Fatalf("got %s, %v", policy, err)
	}
	mustContain(t, err.Error(), `found "never"`, "error, last or cycle")
	same(t, "error|last|cycle", policy.Type())
}

// A stand-in for the server is asked with real credentials; the recording has labels.
func TestCredentialsCanBeIgnored(t *testing.T) {
	admin, helpdesk := answered("a", 1, 202), answered("b", 1, 403)
	helpdesk.Request.Header.Set("Authorization", "Bearer <helpdesk>")
	helpdesk.Request.Header.Set("X-Api-Key", "<key>")
	sent := func(r *http.Request) {
		r.Header.Set("Authorization", "Bearer real")
		r.Header.Del("X-Api-Key")
	}
	player := NewPlayer(recordingOf(admin, helpdesk), base, PlayerOptions{IgnoreCredentials: true})
	for _, want := range []int{202, 403} {
		response, err := ask(t, player, t.Context(), admin, sent)
		if err != nil {
			t.Fatal(err)
		}
		same(t, want, response.StatusCode)
	}
	other := admin
	other.Request.Body = nil
	_, err := ask(t, player, t.Context(), other, sent)
	message := notRecorded(t, err)
	mustContain(t, message, "interaction 1 of 202.yaml (case a, attempt 1), which differs in body: ")
	_, err = ask(t, NewPlayer(recordingOf(admin, helpdesk), base, PlayerOptions{}), t.Context(), admin, sent)
	mustContain(t, notRecorded(t, err), "Authorization: recorded")
}

func TestTheCaseCanBeIgnored(t *testing.T) {
	first, second := answered("a", 1, 429), answered("b", 1, 202)
	ctx := WithCase(t.Context(), "b", 1)
	for _, test := range []struct {
		ignore bool
		want   exchange.Exchange
	}{{false, second}, {true, first}} {
		player := NewPlayer(recordingOf(first, second), base, PlayerOptions{IgnoreCase: test.ignore})
		mustAnswer(t, player, ctx, first, test.want)
	}
}
