package resend

import "slices"

// Class is how bad a difference is.
type Class string

// The classes, the worst first.
const (
	// Breaking: a client that was right is wrong now.
	Breaking Class = "breaking"
	// Tolerable: the answer says the same in another way, or more.
	Tolerable Class = "tolerable"
	// Noise: two answers of one and the same server can differ so.
	Noise Class = "noise"
)

// Classes are all classes, the worst first.
var Classes = []Class{Breaking, Tolerable, Noise}

// Rule is one way in which two answers can differ.
type Rule struct {
	// ID is words, such as "member-removed". It keeps its meaning for ever.
	ID    string
	Class Class
	// Why says in one sentence why the class is what it is.
	Why string
}

// The ids of the rules.
const (
	noAnswer          = "no-answer"
	answeredNow       = "answered-now"
	otherFailure      = "other-failure"
	statusChanged     = "status-changed"
	statusLeftOpen    = "status-left-open"
	limited           = "limited"
	limitNotMet       = "limit-not-met"
	retryAfterUntrue  = "retry-after-untrue"
	waitGrown         = "wait-grown"
	requirementBroken = "requirement-broken"
	envelopeChanged   = "envelope-changed"
	bodyNotJSON       = "body-not-json"
	bodyEmptied       = "body-emptied"
	bodyAdded         = "body-added"
	bodyChanged       = "body-changed"
	codingChanged     = "coding-changed"
	memberRemoved     = "member-removed"
	optionalRemoved   = "optional-member-removed"
	memberAdded       = "member-added"
	elementRemoved    = "element-removed"
	elementAdded      = "element-added"
	typeChanged       = "type-changed"
	nullNow           = "null-now"
	textEmptied       = "text-emptied"
	textChanged       = "text-changed"
	valueChanged      = "value-changed"
	mediaTypeChanged  = "media-type-changed"
	headerRemoved     = "header-removed"
	headerNarrowed    = "header-narrowed"
	headerChanged     = "header-changed"
	headerAdded       = "header-added"
	otherHeaderGone   = "other-header-removed"
)

// Rules are all rules, in the order in which they are explained to the user.
var Rules = []Rule{
	{noAnswer, Breaking, "There was an answer then, and there is no whole one now."},
	{answeredNow, Tolerable, "There was no whole answer then, and there is one now."},
	{otherFailure, Tolerable, "There was no whole answer either time, for another reason now."},
	{statusChanged, Breaking, "Clients decide by the status what to do next."},
	{statusLeftOpen, Tolerable, "The page leaves it open which of the two statuses such a request gets."},
	{limited, Noise, "A rate limit that the recording did not meet stood in the way, and waiting did not help: what is behind it is not known."},
	{limitNotMet, Noise, "The request was over a rate limit then and is not now, and got what it gets below the limit: that depends on the time."},
	{retryAfterUntrue, Breaking, "Requests were refused again and again though each was sent after the wait that was asked for, and no other came through."},
	{waitGrown, Breaking, "The limit asks for a wait a thousand times as long, of a day at the least: clients that obey are out of service."},
	{requirementBroken, Breaking, "The recorded answer kept this requirement of the page, and the new one breaks it."},
	{envelopeChanged, Breaking, "The body has another of the documented shapes, or none of them."},
	{bodyNotJSON, Breaking, "The body was JSON that every parser reads alike, and is not now."},
	{bodyEmptied, Breaking, "There was a body, and there is none now."},
	{bodyAdded, Tolerable, "There was no body, and nobody can rely on that."},
	{bodyChanged, Tolerable, "The body is no JSON, and other words now: they are for people."},
	{codingChanged, Tolerable, "The body is in a content coding that is not undone here, so that it was not compared."},
	{memberRemoved, Breaking, "Clients may read the member."},
	{optionalRemoved, Tolerable, "The page calls the member optional."},
	{memberAdded, Tolerable, "Clients skip members that they do not know."},
	{elementRemoved, Tolerable, "A list is as long as there is something to say."},
	{elementAdded, Tolerable, "A list is as long as there is something to say."},
	{typeChanged, Breaking, "Clients that read a value of the one type fail on the other."},
	{nullNow, Tolerable, "The page allows null here."},
	{textEmptied, Breaking, "There was a text, and there is nothing to read now."},
	{textChanged, Tolerable, "It is a text still, in other words: they are for people."},
	{valueChanged, Tolerable, "It is another value of the same type."},
	{mediaTypeChanged, Breaking, "Clients read the body as its media type says."},
	{headerRemoved, Breaking, "Clients go by this header field."},
	{headerNarrowed, Breaking, "What the header field offered is offered no more."},
	{headerChanged, Tolerable, "The header field has another value that says as much."},
	{headerAdded, Tolerable, "Clients skip header fields that they do not know."},
	{otherHeaderGone, Tolerable, "Neither the page nor HTTP makes clients go by this header field."},
}

// FindRule is the rule of an id; false when there is none.
func FindRule(id string) (Rule, bool) {
	at := slices.IndexFunc(Rules, func(r Rule) bool { return r.ID == id })
	if at < 0 {
		return Rule{}, false
	}
	return Rules[at], true
}

// classes are the classes of the rules by their ids.
var classes = func() map[string]Class {
	all := map[string]Class{}
	for _, rule := range Rules {
		all[rule.ID] = rule.Class
	}
	return all
}()
