package session

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"conformance/internal/exchange"
)

// at is an exchange of an account, at a time of the recording, with a credential.
func at(second int, account, credential string, status int) exchange.Exchange {
	e := answered("", 0, status)
	e.Started = time.Duration(second) * time.Second
	e.Request.URL = target + "/accounts/" + account + "/unlock"
	e.Request.Header = http.Header{"Content-Type": {"application/json"}}
	if credential != "" {
		e.Request.Header.Set("Authorization", "Bearer <"+credential+">")
	}
	return e
}

// next is the status of the next exchange of a sequence, or why there is none.
func next(t *testing.T, s *Sequence, p *Player, e exchange.Exchange) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), e.Request.Method, e.Request.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header = e.Request.Header
	got, err := s.Next(p, request, e.Request.Body)
	if err != nil {
		return 0, notRecorded(t, err)
	}
	return got.Status(), ""
}

func TestSequenceKeepsTheOrderOfTheTimes(t *testing.T) {
	first, second, third := at(1, "a", "me", 429), at(2, "b", "me", 404), at(3, "a", "me", 202)
	for _, test := range []struct {
		exhausted OnExhausted
		again     exchange.Exchange
		want      int
	}{
		{ExhaustedError, third, 0}, {ExhaustedLast, third, 202}, {ExhaustedLast, second, 0}, {ExhaustedCycle, first, 429}, {ExhaustedCycle, second, 0},
	} {
		recording := NewRecording(manifest(),
			Cassette{Name: "202", Exchanges: []exchange.Exchange{third}}, Cassette{Name: "4xx", Exchanges: []exchange.Exchange{first, second}})
		player := NewPlayer(recording, target, PlayerOptions{})
		s := NewSequence(recording, test.exhausted)
		if status, why := next(t, s, player, second); status != 0 || !strings.Contains(why, "number 1 of it, interaction 1 of 4xx.yaml, which differs in path") {
			t.Errorf("out of turn: %d %s", status, why)
		}
		for _, e := range []exchange.Exchange{first, second, third} {
			if status, why := next(t, s, player, e); status != e.Status() {
				t.Errorf("%d %s, want %d", status, why, e.Status())
			}
		}
		if status, why := next(t, s, player, test.again); status != test.want {
			t.Errorf("after the end, %s: %d %s, want %d", test.exhausted, status, why, test.want)
		}
		s.Reset()
		if status, why := next(t, s, player, first); status != 429 {
			t.Errorf("after a reset: %d %s", status, why)
		}
	}
}

// A header in which recorded requests differ counts in a sequence too.
func TestSequenceHeadsHeaders(t *testing.T) {
	german, french := at(1, "a", "me", 400), at(2, "a", "me", 404)
	german.Request.Header.Set("Accept-Language", "de")
	french.Request.Header.Set("Accept-Language", "fr")
	recording := recordingOf(german, french)
	s, player := NewSequence(recording, ExhaustedError), NewPlayer(recording, target, PlayerOptions{})
	for i, step := range []struct {
		ask  exchange.Exchange
		want int
	}{{french, 0}, {german, 400}, {german, 0}, {french, 404}} {
		if status, why := next(t, s, player, step.ask); status != step.want {
			t.Errorf("step %d: %d %s, want %d", i+1, status, why, step.want)
		}
	}
}

// The same request can stand in several cassettes; its answers come in the order of the times.
func TestAnswersComeInTheOrderOfTheTimes(t *testing.T) {
	limited, accepted := at(1, "a", "me", 429), at(2, "a", "me", 202)
	player := NewPlayer(NewRecording(manifest(), Cassette{Name: "202", Exchanges: []exchange.Exchange{accepted}},
		Cassette{Name: "429", Exchanges: []exchange.Exchange{limited}}), base, PlayerOptions{})
	mustAnswer(t, player, t.Context(), limited, limited)
	mustAnswer(t, player, t.Context(), limited, accepted)
}

// Of requests that differ in their credential alone, those with the best one are played.
func TestAuthorizations(t *testing.T) {
	const me, you = "Bearer <me>", "Bearer <you>"
	all := []exchange.Exchange{at(1, "a", "me", 202), at(2, "a", "you", 403), at(3, "a", "", 401), at(4, "a", "you", 404), at(5, "b", "me", 200), at(6, "c", "", 401)}
	for _, test := range []struct {
		name           string
		authorizations []string
		account        int // the index of an exchange of the account
		want           []int
	}{
		{"the best", []string{you, me}, 0, []int{403, 404}},
		{"the best that there is", []string{you, me}, 4, []int{200}},
		{"none that counts", []string{you}, 4, nil},
		{"none is one", []string{"", you}, 0, []int{401}},
		{"none does not count", []string{me, you}, 5, nil},
		{"all alike", nil, 0, []int{202, 403, 401, 404}},
	} {
		t.Run(test.name, func(t *testing.T) {
			player := NewPlayer(recordingOf(all...), base, PlayerOptions{IgnoreCredentials: true, Authorizations: test.authorizations})
			stranger := all[test.account]
			stranger.Request.Header = http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer somebody"}}
			for _, want := range test.want {
				response, err := ask(t, player, t.Context(), stranger, nil)
				if err != nil || response.StatusCode != want {
					t.Errorf("got %v, %v, want %d", response, err, want)
				}
			}
			_, err := ask(t, player, t.Context(), stranger, nil)
			message := notRecorded(t, err)
			if test.want == nil != strings.Contains(message, "differs in Authorization") {
				t.Error(message)
			}
		})
	}
}
