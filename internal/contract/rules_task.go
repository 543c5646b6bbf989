package contract

import (
	"encoding/json"
	"strconv"

	"conformance/schemas"
)

// taskRules look at the task envelope of a 202.
var taskRules = []Rule{
	{"202-task-id", isEnvelope(schemas.Task), problemsAt("/id")},
	{"202-task-id-distinct", hasTaskID, checkTaskIDDistinct},
	{"202-task-id-not-account", hasTaskID, checkTaskIDNotAccount},
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
	asked    digest
}

// submission is what a request asks for. A field that is false or null asks for no more than
// one that is absent, and one that the page does not name may be ignored.
type submission struct {
	account          string
	verificationID   string
	unlockIDNAccount bool
	forceProvision   bool
}

func (a *Answer) submission() submission {
	var fields map[string]any
	// A body that is no object asks for nothing; other requirements judge that it was accepted.
	_ = json.Unmarshal(a.Exchange.Request.Body, &fields)
	asked := submission{}
	asked.account = accountID(a.Exchange.Request.URL)
	asked.verificationID, _ = fields["externalVerificationId"].(string)
	asked.unlockIDNAccount, _ = fields["unlockIDNAccount"].(bool)
	asked.forceProvision, _ = fields["forceProvisioning"].(bool)
	return asked
}

func (s submission) digest() digest {
	return digestOf(s.account, s.verificationID, strconv.FormatBool(s.unlockIDNAccount), strconv.FormatBool(s.forceProvision))
}

// checkTaskIDDistinct compares only submissions that ask for different things: a server may
// answer a repeated request with the task that is already under way.
func checkTaskIDDistinct(a *Answer, m *memory) []Violation {
	id, asked := a.taskID(), a.submission().digest()
	key := digestOf(id)
	first, seen := m.tasks[key]
	if !seen {
		remember(m, m.tasks, key, taskGiven{exchange: a.Number, asked: asked})
		return nil
	}
	if first.asked == asked {
		return nil
	}
	return []Violation{{"/id", "the id of a task of its own",
		quoted(id) + ", given to exchange " + strconv.Itoa(first.exchange) + ", which asked for something else"}}
}

func checkTaskIDNotAccount(a *Answer, _ *memory) []Violation {
	if account := accountID(a.Exchange.Request.URL); account == a.taskID() {
		return []Violation{{"/id", "the id of the task", quoted(account) + ", the id of the account"}}
	}
	return nil
}
