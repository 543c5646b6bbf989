package contract

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/fixtures"
	"conformance/internal/exchange"
	"conformance/schemas"
)

// reply is one exchange for a test, and the case that it was sent for.
type reply struct {
	c *fixtures.Case
	e exchange.Exchange
}

// change alters one thing of a reply.
type change func(*reply)

const (
	account    = "ef38f94347e94562b5bb8424a56397d8"
	accountURL = "https://tenant.example/v2025/accounts/" + account + "/unlock"
)

// The right bodies. Each error has a tracking id of its own, for which a test puts another
// number in the place of the 1.
const (
	taskBody         = `{"id":"task-1"}`
	unauthorizedBody = `{"error":"JWT validation failed: JWT is expired"}`
	limitBody        = `{"message":" Rate Limit Exceeded "}`
	messageJSON      = `{"locale":"en-US","localeOrigin":"DEFAULT","text":"The request cannot be served."}`
	causeJSON        = `{"locale":"en-US","localeOrigin":"DEFAULT","text":"The field comment is too long."}`
)

// errorBody is a whole error envelope for a status.
func errorBody(status int) string {
	return fmt.Sprintf(`{"detailCode":"%d.1 Reason","trackingId":"tracking-1","messages":[%s],"causes":[%s]}`,
		status, messageJSON, causeJSON)
}

// body is the right body of a status.
func body(status int) string {
	switch status {
	case 202:
		return taskBody
	case 401:
		return unauthorizedBody
	case 429:
		return limitBody
	default:
		return errorBody(status)
	}
}

// right is a reply with nothing wrong in it, but for what the changes do.
func right(status int, changes ...change) reply {
	r := reply{e: exchange.Exchange{
		Credential: "orgAdmin",
		Request: exchange.Request{
			Method: http.MethodPost, URL: accountURL,
			Header: http.Header{"Content-Type": {"application/json"}},
			Body:   []byte("{}"),
		},
		Response: &exchange.Response{
			Proto: "HTTP/1.1", Status: status,
			Header: http.Header{"Content-Type": {"application/json"}},
			Body:   []byte(body(status)),
		},
	}}
	switch status {
	case 401:
		r.e.Response.Header.Set("WWW-Authenticate", "Bearer")
	case 429:
		r.e.Response.Header.Set("Retry-After", "7")
	}
	for _, alter := range changes {
		alter(&r)
	}
	return r
}

// header sets a header of the answer; without a value it takes it away.
func header(name string, values ...string) change {
	return func(r *reply) {
		delete(r.e.Response.Header, name)
		if len(values) > 0 {
			r.e.Response.Header[name] = values
		}
	}
}

// asks sets a header of the request.
func asks(name string, values ...string) change {
	return func(r *reply) { r.e.Request.Header[name] = values }
}

// says gives the answer another body.
func says(text string) change {
	return func(r *reply) { r.e.Response.Body = []byte(text) }
}

// swaps replaces a part of the answer's body; a part that is not there is a mistake in the test.
func swaps(old, new string) change {
	return func(r *reply) {
		text := string(r.e.Response.Body)
		if !strings.Contains(text, old) {
			panic(fmt.Sprintf("%s has no %s", text, old))
		}
		r.e.Response.Body = []byte(strings.Replace(text, old, new, 1))
	}
}

func sends(text string) change      { return func(r *reply) { r.e.Request.Body = []byte(text) } }
func to(url string) change          { return func(r *reply) { r.e.Request.URL = url } }
func method(name string) change     { return func(r *reply) { r.e.Request.Method = name } }
func credential(name string) change { return func(r *reply) { r.e.Credential = name } }
func sentFor(c fixtures.Case) change {
	return func(r *reply) { r.c = &c }
}

// fails makes the exchange break off in the body of the answer.
func fails(kind exchange.FailureKind) change {
	return func(r *reply) { r.e.Failure = &exchange.Failure{Kind: kind, Message: "it failed"} }
}

// failed is an exchange without an answer.
func failed(kind exchange.FailureKind) reply {
	return right(202, fails(kind), func(r *reply) { r.e.Response = nil })
}

var unlockReader = NewReader(Unlock, schemas.MustLoad())

// read reads replies in their order, numbered from 1.
func read(replies ...reply) []*Answer {
	var answers []*Answer
	for i, r := range replies {
		answers = append(answers, unlockReader.Read(i+1, r.c, r.e))
	}
	return answers
}

// blame is one violation and the requirement that it is held against.
type blame struct{ Requirement, Where, Expected, Seen string }

// blamed is everything that one judge holds against the replies.
func blamed(replies ...reply) []blame {
	var all []blame
	judge := NewJudge()
	for _, answer := range read(replies...) {
		for _, finding := range judge.Answer(answer) {
			if (finding.State == Broken) != (len(finding.Violations) > 0) {
				panic(fmt.Sprintf("%s: state %d with %d violations", finding.Requirement, finding.State, len(finding.Violations)))
			}
			for _, v := range finding.Violations {
				all = append(all, blame{finding.Requirement, v.Where, v.Expected, v.Seen})
			}
		}
	}
	return all
}

// ruleTest is some replies and all that is to be held against them.
type ruleTest struct {
	about   string
	replies []reply
	want    []blame
}

// legal is a test of replies that nothing is held against.
func legal(about string, replies ...reply) ruleTest { return ruleTest{about: about, replies: replies} }

// wrong is a test of a reply that one thing is held against.
func wrong(about string, requirement, where, expected, seen string, replies ...reply) ruleTest {
	return ruleTest{about, replies, []blame{{requirement, where, expected, seen}}}
}

func runRuleTests(t *testing.T, tests []ruleTest) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			if diff := cmp.Diff(test.want, blamed(test.replies...)); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}
