package observe

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"conformance/internal/exchange"
	"conformance/internal/redact"
)

// Stimulus is one kind of request, and what it was answered with.
type Stimulus struct {
	// Name is "case NAME" where the recording names a case; else what sets the request apart.
	Name string
	// Case is the name of the case; empty where the recording names none.
	Case string
	// AnyAccount says that the account of each request may be another: nothing tells whether there
	// is one.
	AnyAccount bool
	// Answers counts the answers, by their status such as "202", or by the failure that came in
	// the place of a whole answer.
	Answers Tallies
}

// mostStimuli bounds how many different stimuli are kept. Of more, a part is kept that is the same
// for all recordings.
const mostStimuli = 4096

// longestName bounds, in bytes, the name of a stimulus.
const longestName = 200

// Stimuli are those that were kept, in the order of their names; whole is false when there were
// more than are kept.
func (s *Summary) Stimuli() (list []*Stimulus, whole bool) {
	list = slices.Collect(maps.Values(s.stimuli.kept))
	slices.SortFunc(list, func(a, b *Stimulus) int { return cmp.Compare(a.Name, b.Name) })
	return list, !s.stimuli.left
}

// Count is how many answers there were.
func (s *Stimulus) Count() int {
	count := 0
	for _, tally := range s.Answers {
		count += tally.Count
	}
	return count
}

// outcomeOf is the status of an answer, or why there is no whole one; empty when that tells
// nothing of the server.
func outcomeOf(e exchange.Exchange) string {
	if e.Failure == nil {
		return strconv.Itoa(e.Status())
	}
	if slices.Contains([]exchange.FailureKind{exchange.Interrupted, exchange.NotRecorded, exchange.Local}, e.Failure.Kind) {
		return ""
	}
	return "no whole answer (" + string(e.Failure.Kind) + ")"
}

// namer tells stimuli apart by their requests. It remembers the bodies that it has read.
type namer struct {
	// roles gives the role of each account that the manifest names.
	roles  map[string]string
	bodies map[string]string
}

// mostBodies bounds how many bodies a namer remembers.
const mostBodies = 512

// name is that of the stimulus. Of a request without a case it is what the answer can depend on:
// the method, the kind of account, the body with its literals but without its texts and numbers,
// the media type of the body, the language that was asked for, and the credential.
func (n *namer) name(e exchange.Exchange, segment string) string {
	if e.Case != "" {
		return "case " + e.Case
	}
	r := e.Request
	parts := []string{r.Method + " account " + n.account(segment)}
	if length := r.Header.Get("Content-Length"); len(r.Body) == 0 && strings.Trim(length, "0") != "" {
		parts = append(parts, "a body that was not recorded")
	} else {
		parts = append(parts, n.body(r.Body))
	}
	if media := exchange.MediaType(r.Header.Get("Content-Type")); media != "application/json" && len(r.Body) > 0 {
		parts = append(parts, "Content-Type "+strconv.Quote(media))
	}
	if wanted := r.Header.Get("Accept-Language"); wanted != "" {
		parts = append(parts, "Accept-Language "+strconv.Quote(wanted))
	}
	parts = append(parts, "as "+credentialOf(e))
	name := strings.Join(parts, ", ")
	if len(name) > longestName {
		name = strings.ToValidUTF8(name[:longestName], "") + fmt.Sprintf("... (%08x)", uint32(hashOf(name)))
	}
	return name
}

// account is the role of an account, or the form of its id.
func (n *namer) account(segment string) string {
	if role := n.roleOf(segment); role != "" {
		return role
	}
	id, err := url.PathUnescape(segment)
	if err != nil {
		return "of a broken id"
	}
	return "id: " + formOf(id)
}

// roleOf is the role of an account; empty when the manifest gives it none.
func (n *namer) roleOf(segment string) string {
	id, _ := url.PathUnescape(segment) // empty with an error
	return n.roles[id]
}

// body says what a request asks for.
func (n *namer) body(body []byte) string {
	if len(body) == 0 {
		return "no body"
	}
	if known, is := n.bodies[string(body)]; is {
		return known
	}
	text := "body that is not JSON"
	var value any
	if json.Unmarshal(body, &value) == nil {
		if abstract, err := json.Marshal(abstracted(value)); err == nil {
			text = "body " + string(abstract)
		}
	}
	if len(n.bodies) >= mostBodies {
		clear(n.bodies)
	}
	n.bodies[strings.Clone(string(body))] = text
	return text
}

// abstracted is a JSON value with "..." for each text and 0 for each number.
func abstracted(value any) any {
	switch value := value.(type) {
	case string:
		return "..."
	case float64:
		return 0
	case []any:
		for i := range value {
			value[i] = abstracted(value[i])
		}
	case map[string]any:
		for name := range value {
			value[name] = abstracted(value[name])
		}
	}
	return value
}

// numbered matches the labels that stand for credentials without a name.
var numbered = regexp.MustCompile(`^credential-\d+$`)

// credentialOf is the label of the credential that a request carried. Labels that are only
// numbers say nothing that another recording could share.
func credentialOf(e exchange.Exchange) string {
	label := e.Credential
	given := e.Request.Header.Get("Authorization")
	if label == "" {
		_, label, _ = redact.CutLabel(given)
	}
	switch {
	case label == "" && given == "":
		return "nobody"
	case label == "", numbered.MatchString(label):
		return "somebody"
	}
	return label
}
