package contract

import (
	"bytes"
	"encoding/json"
	"strconv"

	"conformance/schemas"
)

// taskRules look at the task envelope of a 202.
var taskRules = []Rule{
	{"202-task-id", isEnvelope(schemas.Task), problemsAt(`^/id$`)},
	{"202-task-id-distinct", hasTaskID, checkTaskIDDistinct},
	{"202-task-id-not-account", hasTaskID, checkTaskIDNotAccount},
}

func isEnvelope(name schemas.Name) func(*Answer) bool {
	return func(a *Answer) bool {
		_, is := a.object()
		return is && a.Envelope == name
	}
}

// taskID is the id of the task; empty when the answer has none.
func (a *Answer) taskID() string {
	if a.Envelope != schemas.Task {
		return ""
	}
	object, _ := a.object()
	id, _ := object["id"].(string)
	return id
}

func hasTaskID(a *Answer) bool { return !blank(a.taskID()) }

// taskGiven is the submission that a task id was given to first.
type taskGiven struct {
	exchange int
	asked    string
}

// checkTaskIDDistinct compares only submissions that ask for different things: a server may
// answer a repeated request with the task that is already under way.
func checkTaskIDDistinct(a *Answer, m *memory) []Violation {
	id, asked := a.taskID(), canonical(a.Exchange.Request.Body)
	first, seen := m.tasks[id]
	if !seen {
		m.tasks[id] = taskGiven{exchange: a.Number, asked: asked}
		return nil
	}
	if first.asked == asked {
		return nil
	}
	return []Violation{{"/id", "the id of a task of its own",
		quoted(id) + ", given to exchange " + strconv.Itoa(first.exchange) + " for " + quoted(first.asked)}}
}

func checkTaskIDNotAccount(a *Answer, _ *memory) []Violation {
	id := a.taskID()
	if segment, is := Unlock.Segment(a.Exchange.Request.URL); is && segment == id {
		return []Violation{{"/id", "the id of the task", quoted(id) + ", the id of the account"}}
	}
	return nil
}

// canonical is a request body without its spelling; a body that is no JSON stays as it is.
func canonical(body []byte) string {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return string(body)
	}
	text, err := json.Marshal(value)
	if err != nil {
		return string(body)
	}
	return string(text)
}
