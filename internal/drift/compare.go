package drift

import (
	"maps"
	"slices"
	"strings"
)

// Compare says what changed between two sides. A document that is compared with the contract
// must not contradict it, whichever comes first: that is AgainstContract. In the same way traffic
// must not contradict a document or the contract: that is AgainstTraffic. Two documents are
// compared as Documents does, and two recordings as Recordings does. It returns the errors of
// those four.
func Compare(old, new Side) (*Report, error) {
	switch {
	case old.Kind == Traffic && new.Kind == Traffic:
		return Recordings(old, new)
	case old.Kind == Traffic:
		return AgainstTraffic(new, old)
	case new.Kind == Traffic:
		return AgainstTraffic(old, new)
	case old.Kind == Contract:
		return AgainstContract(new)
	case new.Kind == Contract:
		return AgainstContract(old)
	}
	return Documents(old, new)
}

// Documents says what changed from one document to another. A new document without the
// operation is a change. An old one without it is a *openapi.NotFoundError: then nothing shows
// that the operation was ever there, and its name may be mistyped.
func Documents(old, new Side) (*Report, error) {
	if old.Description == nil {
		return nil, old.Missing
	}
	c := &comparison{measure: AnyChange}
	if new.Description == nil {
		gone := Support{File: new.Missing.File, Line: 1}
		c.add("operation-removed", Place{OperationSection, ""}, old.Operation.String(), "", old.Description.Support, gone)
		return newReport(old.Operation.String(), old.Name, new.Name, c.changes), nil
	}
	said, err := theContract()
	if err != nil {
		return nil, err
	}
	c.contract = said
	c.descriptions(old.Description, new.Description)
	c.base(old.document, new.document)
	report := newReport(old.Operation.String(), old.Name, new.Name, c.changes)
	report.Notes = c.notes
	return report, nil
}

// AgainstContract says where a document contradicts the contract. The vendor's own document is
// weaker than the page, so saying less is no contradiction: a member that is optional there, or
// a value without a type. Not saying at all what the contract rests on is one: a status, a
// member, a scope, or that a 429 has Retry-After.
//
// A document without the operation is a *openapi.NotFoundError.
func AgainstContract(document Side) (*Report, error) {
	contract, err := loadContract(document.Operation)
	if err != nil {
		return nil, err
	}
	for _, side := range []Side{contract, document} {
		if side.Description == nil {
			return nil, side.Missing
		}
	}
	c := &comparison{measure: Contradiction, contract: contract.Description}
	c.descriptions(contract.Description, document.Description)
	return newReport(document.Operation.String(), contract.Name, document.Name, c.changes), nil
}

// comparison collects the changes between two descriptions.
type comparison struct {
	measure Measure
	// contract is asked where an old document says nothing.
	contract *Description
	changes  []Change
	// notes are sentences for the report that change nothing.
	notes []string
}

// add notes a change, if its rule is asked in this comparison.
func (c *comparison) add(id string, where Place, old, new string, oldSupport, newSupport Support) {
	rule, found := FindRule(id)
	if !found {
		panic("there is no rule " + id)
	}
	if !rule.asked(c.measure) {
		return
	}
	c.changes = append(c.changes, Change{
		Rule: id, Grade: rule.Grade, Hits: rule.Hits, Why: rule.Why, Where: where,
		Old: old, New: new, Evidence: Evidence{Old: oldSupport, New: newSupport},
	})
}

func (c *comparison) descriptions(old, new *Description) {
	c.operation(old, new)
	if old.Security != nil && new.Security != nil {
		c.security(old, new)
		c.authorities(old.Security, new.Security)
	}
	c.parameters(old, new)
	c.request(old, new)
	c.answers(old, new)
	c.promises(old, new)
	c.texts(old, new)
}

func (c *comparison) operation(old, new *Description) {
	at := Place{OperationSection, ""}
	if anonymousPath(old.Address) != anonymousPath(new.Address) {
		c.add("operation-moved", at, old.Address, new.Address, old.Support, new.Support)
	}
	if old.ID != new.ID {
		c.add("operation-id-changed", at, old.ID, new.ID, old.Support, new.Support)
	}
	if !old.Deprecated && new.Deprecated {
		c.add("operation-deprecated", at, "not deprecated", "deprecated", old.Support, new.Support)
	}
}

// anonymousPath is a path without the names of its parameters.
func anonymousPath(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, "{") {
			parts[i] = "{}"
		}
	}
	return strings.Join(parts, "/")
}

// promised are the rules about the promises, and the place where each is expected.
var promised = []struct {
	promise Promise
	rule    string
	where   Place
}{
	{RetryAfter, "retry-after-dropped", Place{"429", "header " + retryAfterHeader}},
	{ProvisioningScope, "provisioning-scope-dropped", Place{SecuritySection, provisioningScope}},
}

func (c *comparison) promises(old, new *Description) {
	for _, one := range promised {
		before, was := old.Promises[one.promise]
		if _, is := new.Promises[one.promise]; !was || is {
			continue
		}
		now := new.Support
		if answer := new.Answers[one.where.Section]; answer != nil {
			now = answer.Support
		} else if one.where.Section != SecuritySection {
			continue // the whole status is gone, which is told
		}
		c.add(one.rule, one.where, "the promise", "", before, now)
	}
}

func (c *comparison) texts(old, new *Description) {
	for _, at := range slices.SortedFunc(maps.Keys(old.Texts), Place.compare) {
		before, now := old.Texts[at], new.Texts[at]
		if now.Text != "" && before.Text != now.Text {
			c.add("text-changed", at, before.Text, now.Text, before.Support, now.Support)
		}
		if now.Text == "" && new.has(at) {
			c.add("text-changed", at, before.Text, "", before.Support, new.Support)
		}
	}
}

// has says whether the description knows the section of a place as a whole: what became of the
// texts of a status, a header or a member that is gone needs no telling.
func (d *Description) has(at Place) bool {
	known := slices.Contains(sections, at.Section) || d.Answers[at.Section] != nil
	return known && at.At == ""
}

func (c *comparison) parameters(old, new *Description) {
	for _, before := range old.Parameters {
		at := Place{ParameterSection, before.Name}
		now, found := new.parameter(before)
		if !found {
			c.add("parameter-removed", at, "the "+before.In+" parameter", "", before.Support, new.Support)
			continue
		}
		if before.Name != now.Name {
			c.add("parameter-renamed", at, before.Name, now.Name, before.Support, now.Support)
		}
		if !before.Required && now.Required {
			c.add("parameter-required", at, "optional", "required", before.Support, now.Support)
		}
		if before.Required && !now.Required {
			c.add("parameter-optional", at, "required", "optional", before.Support, now.Support)
		}
		c.shapes(requestRules, at, before.Shape, now.Shape, nil)
	}
	for _, now := range new.Parameters {
		if _, found := old.parameter(now); found {
			continue
		}
		rule := "parameter-added"
		if now.Required {
			rule = "required-parameter-added"
		}
		c.add(rule, Place{ParameterSection, now.Name}, "", "the "+now.In+" parameter", old.Support, now.Support)
	}
}

// parameter finds the parameter that stands for the same: in the path that is the one in the
// same place, whatever its name. Names of headers have no case (RFC 9110 section 5.1).
func (d *Description) parameter(like Parameter) (Parameter, bool) {
	at := slices.IndexFunc(d.Parameters, func(p Parameter) bool {
		switch {
		case p.In != like.In:
			return false
		case p.In == "path":
			return p.Position == like.Position
		case p.In == "header":
			return strings.EqualFold(p.Name, like.Name)
		}
		return p.Name == like.Name
	})
	if at < 0 {
		return Parameter{}, false
	}
	return d.Parameters[at], true
}
