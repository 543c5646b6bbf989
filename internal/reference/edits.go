package reference

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// This file has the words that the tables of faults are written in.

// errorStatuses are those whose body is the error envelope.
var errorStatuses = []int{400, 403, 404, 500}

// on limits an edit to answers with one status.
func on(status int, do edit) edit { return onAny([]int{status}, do) }

// onAny limits an edit to answers with one of some statuses.
func onAny(statuses []int, do edit) edit {
	return func(v *visit, a *answer) {
		if slices.Contains(statuses, a.status) {
			do(v, a)
		}
	}
}

// onErrors limits an edit to answers with the error envelope.
func onErrors(do edit) edit { return onAny(errorStatuses, do) }

// onThird limits an edit to the third answer of its status.
func onThird(do edit) edit {
	return func(v *visit, a *answer) {
		if v.nth == 3 {
			do(v, a)
		}
	}
}

// onFrench limits an edit to requests that ask for French.
func onFrench(do edit) edit {
	return func(v *visit, a *answer) {
		if v.asksFor("fr") {
			do(v, a)
		}
	}
}

// all makes one edit of several.
func all(edits ...edit) edit {
	return func(v *visit, a *answer) {
		for _, do := range edits {
			do(v, a)
		}
	}
}

// drop takes a member out. A path is written as in JSON Pointer, without the first slash.
func drop(path string) edit {
	return atPath(path, func(o *object, i int) { o.members = slices.Delete(o.members, i, i+1) })
}

// set gives a member the value that a JSON text stands for.
func set(path, json string) edit {
	return atPath(path, func(o *object, i int) { o.members[i].value = literal(json) })
}

// put gives a member a value that depends on the request.
func put(path string, value func(*visit) any) edit {
	return func(v *visit, a *answer) {
		atPath(path, func(o *object, i int) { o.members[i].value = value(v) })(v, a)
	}
}

// rename gives a member another name.
func rename(path, name string) edit {
	return atPath(path, func(o *object, i int) { o.members[i].name = name })
}

// twice repeats a member, the second time with the value that a JSON text stands for.
func twice(path, json string) edit {
	return atPath(path, func(o *object, i int) {
		o.members = append(o.members, member{o.members[i].name, literal(json)})
	})
}

// add puts a member with the value that a JSON text stands for into the whole document.
func add(name, json string) edit {
	return func(_ *visit, a *answer) {
		if o, is := a.document.(*object); is {
			o.members = append(o.members, member{name, literal(json)})
		}
	}
}

// atPath does something to the one member at a path; where there is none, nothing.
func atPath(path string, do func(parent *object, i int)) edit {
	steps := strings.Split(path, "/")
	return func(_ *visit, a *answer) {
		at := a.document
		for _, step := range steps[:len(steps)-1] {
			at = child(at, step)
		}
		parent, is := at.(*object)
		if !is {
			return
		}
		if i := parent.index(steps[len(steps)-1]); i >= 0 {
			do(parent, i)
		}
	}
}

// child is the value at one step of a path, or nil.
func child(of any, step string) any {
	switch of := of.(type) {
	case *object:
		return of.get(step)
	case *array:
		if i, err := strconv.Atoi(step); err == nil && i < len(of.items) {
			return of.items[i]
		}
	}
	return nil
}

// says puts another document, given as JSON text, in place of the right one.
func says(json string) edit {
	return func(_ *visit, a *answer) { a.document = literal(json) }
}

// spell changes the bytes of the body.
func spell(change func(body []byte) []byte) edit {
	return func(_ *visit, a *answer) { a.body = change(a.body) }
}

// text replaces the body by a text that need not be JSON.
func text(body string) edit {
	return spell(func([]byte) []byte { return []byte(body) })
}

// header sets a header to the given lines; without any, it is left out.
func header(name string, values ...string) edit {
	return func(_ *visit, a *answer) { a.header[http.CanonicalHeaderKey(name)] = values }
}

// status changes the status alone, and detailCode with it where there is one.
func status(code int) edit {
	return func(v *visit, a *answer) {
		a.status = code
		set("detailCode", strconv.Quote(strconv.Itoa(code)+" "+http.StatusText(code)))(v, a)
	}
}

// sent changes how the answer is delivered.
func sent(how delivery) edit {
	return func(_ *visit, a *answer) { a.delivery = how }
}

// condition is something that can be true of a request and what was decided on it.
type condition func(*visit, decision) bool

// instead decides for a status where all conditions are true.
func instead(status int, conditions ...condition) func(*visit, decision) decision {
	return func(v *visit, d decision) decision {
		for _, holds := range conditions {
			if !holds(v, d) {
				return d
			}
		}
		return plain(status)
	}
}

// plain is a decision for a status that gives no particulars.
func plain(status int) decision {
	switch status {
	case http.StatusUnauthorized:
		return *unauthorized("JWT validation failed: JWT is invalid", "invalid_token")
	case http.StatusBadRequest:
		return *badRequest(cause{key: "body-not-json"})
	}
	return decision{status: status}
}

// decided holds for a status that was decided on.
func decided(status int) condition {
	return func(_ *visit, d decision) bool { return d.status == status }
}

// because holds for a 400 with a cause.
func because(key string) condition {
	return func(_ *visit, d decision) bool {
		return slices.ContainsFunc(d.causes, func(c cause) bool { return c.key == key })
	}
}

// bodyIs holds for requests with one of some bodies.
func bodyIs(bodies ...string) condition {
	return func(v *visit, _ decision) bool { return slices.Contains(bodies, string(v.body)) }
}

// bodyHas holds for requests whose body contains a text.
func bodyHas(text string) condition {
	return func(v *visit, _ decision) bool { return strings.Contains(string(v.body), text) }
}

// gives holds for requests whose body was understood and gives a field.
func gives(field string) condition {
	return func(v *visit, _ decision) bool { return v.unlock.fields[field] != nil }
}

// of holds for requests of one user.
func of(subject string) condition {
	return func(v *visit, _ decision) bool { return v.user.Subject == subject }
}

// idHas holds for account ids that contain one of some characters.
func idHas(characters string) condition {
	return func(v *visit, _ decision) bool { return strings.ContainsAny(v.account, characters) }
}

// idLonger holds for account ids of more bytes than a bound.
func idLonger(bound int) condition {
	return func(v *visit, _ decision) bool { return len(v.account) > bound }
}

// asking holds for requests that ask for a language.
func asking(language string) condition {
	return func(v *visit, _ decision) bool { return v.asksFor(language) }
}

// not turns a condition round.
func not(c condition) condition {
	return func(v *visit, d decision) bool { return !c(v, d) }
}
