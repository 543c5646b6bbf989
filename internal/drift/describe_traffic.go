package drift

import (
	"mime"
	"slices"
	"strconv"
	"strings"

	"conformance/internal/drift/observe"
	"conformance/internal/drift/openapi"
)

// Seen is what recorded traffic shows of a value beyond what a document could say of it.
type Seen struct {
	// Around is how many values there were that could have had it: objects, of a member.
	Around int
	// Without are exchanges in which it was not there.
	Without Support
	// Types and Forms give what each of them rests on.
	Types, Forms map[string]Support
	// Words are the strings that programs may compare with ones they know, with what each rests
	// on; nil when there are too many or when not all of its strings are such.
	Words map[string]Support
}

// describeTraffic describes what an operation was seen to do.
func describeTraffic(operation openapi.Operation, observed *observe.Summary) *Description {
	d := &Description{
		Support: Support{Count: observed.Exchanges}, Address: operation.Path,
		Promises: map[Promise]Support{}, Texts: map[Place]Text{}, Answers: map[string]*Answer{},
	}
	for code, status := range observed.Statuses {
		d.Answers[strconv.Itoa(code)] = describeStatus(status)
	}
	return d
}

func describeStatus(status *observe.Status) *Answer {
	answer := &Answer{Support: tallied(status.Tally), Headers: map[string]Header{}, Media: map[string]Media{}}
	for name, header := range status.Headers {
		answer.Headers[name] = Header{Support: tallied(header.Tally), Name: headerName(name), Required: header.Count == status.Count}
	}
	answer.Unread = supports(status.Bodies)
	delete(answer.Unread, observe.JSON)
	delete(answer.Unread, observe.Coded) // which says nothing
	shape := Shape{}
	if status.JSON != nil {
		observedShape(shape, "", status.JSON, status.JSON.Count, nil)
	}
	for name, tally := range status.Media {
		answer.Media[name] = Media{Support: tallied(*tally), Shape: shape}
	}
	return answer
}

// headerName is a header's name as its standard writes it.
func headerName(canonical string) string {
	switch canonical {
	case "Www-Authenticate":
		return "WWW-Authenticate"
	case "Etag":
		return "ETag"
	}
	return canonical
}

// tallied is what a tally rests on.
func tallied(t observe.Tally) Support { return Support{Count: t.Count, Examples: examples(t.Examples)} }

func examples(at observe.Examples) []string {
	var names []string
	for _, one := range at {
		names = append(names, one.String())
	}
	return names
}

func supports(t observe.Tallies) map[string]Support {
	all := map[string]Support{}
	for name, tally := range t {
		all[name] = tallied(*tally)
	}
	return all
}

// observedShape describes a value that was seen, and all below it. Around is how many values
// could have had it.
func observedShape(into Shape, pointer string, value *observe.Value, around int, missing observe.Examples) {
	member := &Member{Support: tallied(value.Tally), Required: value.Count >= around, Seen: &Seen{
		Around: around, Without: Support{Count: max(0, around-value.Count), Examples: examples(missing)},
		Types: supports(value.Types), Forms: supports(value.Forms),
	}}
	for name := range value.Types {
		if name == "null" {
			member.Nullable = true
		} else {
			member.Types = append(member.Types, name)
		}
	}
	slices.Sort(member.Types)
	words := 0
	for _, tally := range value.Words.Values {
		words += tally.Count
	}
	if text := value.Types["string"]; text != nil && words == text.Count {
		member.Seen.Words = supports(value.Words.Values)
	}
	into[pointer] = member
	if value.Elements != nil {
		observedShape(into, pointer+"/*", value.Elements, value.Elements.Count, nil)
	}
	if value.Dictionary {
		return // the names of its members are data
	}
	for name, below := range value.Members {
		observedShape(into, pointer+"/"+escape(name), below, value.Objects, below.Missing)
	}
}

// jsonShape is the shape of the JSON bodies of an answer; nil when there is none.
func (a *Answer) jsonShape() Shape {
	var names []string
	for name := range a.Media {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if base, _, err := mime.ParseMediaType(name); err == nil && (base == "application/json" || strings.HasSuffix(base, "+json")) {
			return a.Media[name].Shape
		}
	}
	if len(names) > 0 {
		return a.Media[names[0]].Shape
	}
	return nil
}
