package drift

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"conformance/internal/drift/openapi"
)

// describer turns one operation of a document into a description.
type describer struct {
	document    *openapi.Document
	description *Description
}

func describe(document *openapi.Document) *Description {
	operation := document.Operation
	d := &describer{document: document, description: &Description{
		Address:    document.Address,
		ID:         operation.OperationID,
		Deprecated: operation.Deprecated,
		Promises:   map[Promise]Support{},
		Texts:      map[Place]Text{},
		Answers:    map[string]*Answer{},
	}}
	d.description.Support = d.support(operation.Origin)
	d.text(Place{OperationSection, ""}, operation.Description, operation.Origin)
	d.security(operation)
	d.parameters()
	d.request(operation.RequestBody)
	for status, answer := range operation.Responses.Map() {
		d.answer(status, answer.Value)
	}
	d.promises()
	return d.description
}

func (d *describer) support(origin *openapi3.Origin) Support {
	return support(d.document.Source(origin))
}

func support(source openapi.Source) Support {
	return Support{File: source.File, Line: source.Line}
}

// text notes a description for people, without the way in which it is broken into lines.
func (d *describer) text(at Place, text string, origin *openapi3.Origin) {
	if text = strings.Join(strings.Fields(text), " "); text != "" {
		d.description.Texts[at] = Text{support(d.document.FieldSource(origin, "description")), text}
	}
}

// parameters describes those of the operation, and those of its path that it does not replace.
func (d *describer) parameters() {
	type key struct{ in, name string }
	seen := map[key]bool{}
	for _, parameter := range slices.Concat(d.document.Operation.Parameters, d.document.Item.Parameters) {
		value := parameter.Value
		if value == nil || seen[key{value.In, value.Name}] {
			continue
		}
		seen[key{value.In, value.Name}] = true
		at := Place{ParameterSection, value.Name}
		shape := Shape{}
		if value.Schema != nil {
			shape = d.shape(at, value.Schema.Value)
		}
		d.text(at, value.Description, value.Origin)
		d.description.Parameters = append(d.description.Parameters, Parameter{
			Support: d.support(value.Origin), In: value.In, Name: value.Name,
			Position: position(d.document.Path, value.Name), Required: value.Required, Shape: shape,
		})
	}
}

// position counts the segments of a path up to a parameter; 0 when it is not in the path.
func position(path, name string) int {
	before, _, found := strings.Cut(path, "{"+name+"}")
	if !found {
		return 0
	}
	return strings.Count(before, "/")
}

func (d *describer) request(body *openapi3.RequestBodyRef) {
	d.description.Request.Support = d.description.Support
	if body == nil || body.Value == nil {
		return
	}
	at := Place{RequestSection, ""}
	d.text(at, body.Value.Description, body.Value.Origin)
	d.description.Request = Body{
		Support:  d.support(body.Value.Origin),
		Required: body.Value.Required,
		Media:    d.media(at, body.Value.Content),
	}
}

func (d *describer) answer(status string, response *openapi3.Response) {
	if response == nil {
		return
	}
	at := Place{status, ""}
	answer := &Answer{
		Support: d.support(response.Origin),
		Headers: map[string]Header{},
		Media:   d.media(at, response.Content),
	}
	d.description.Answers[status] = answer
	if response.Description != nil {
		d.text(at, *response.Description, response.Origin)
	}
	for name, header := range response.Headers {
		one := Header{Support: answer.Support, Name: name}
		if value := header.Value; value != nil {
			one = Header{Support: d.support(value.Origin), Name: name, Required: value.Required}
			if value.Schema != nil {
				one.Types, _ = types(value.Schema.Value)
			}
			d.text(Place{status, "header " + name}, value.Description, value.Origin)
		}
		answer.Headers[http.CanonicalHeaderKey(name)] = one
	}
}

// media describes the bodies of each media type. Parameters, such as a charset, say nothing of
// the shape.
func (d *describer) media(at Place, content openapi3.Content) map[string]Media {
	media := map[string]Media{}
	for _, name := range slices.Sorted(maps.Keys(content)) {
		value := content[name]
		if value == nil {
			continue
		}
		one := Media{Support: d.support(value.Origin), Shape: Shape{}}
		if value.Schema != nil {
			one.Shape = d.shape(at, value.Schema.Value)
		}
		base, _, _ := strings.Cut(name, ";")
		media[strings.ToLower(strings.TrimSpace(base))] = one
	}
	return media
}

// The words by which the promises are known, whoever writes the sentence around them.
const (
	retryAfterHeader  = "Retry-After"
	provisioningScope = "idn:accounts-provisioning:manage"
)

// promises looks for the sentences that clients rely on, in whatever words and wherever they
// stand: among the descriptions, as a declared header, or in an extension.
func (d *describer) promises() {
	keep := func(promise Promise, where Support) {
		if _, kept := d.description.Promises[promise]; !kept {
			d.description.Promises[promise] = where
		}
	}
	for _, at := range slices.SortedFunc(maps.Keys(d.description.Texts), Place.compare) {
		text := d.description.Texts[at]
		if strings.EqualFold(at.Section, "429") && strings.Contains(strings.ToLower(text.Text), strings.ToLower(retryAfterHeader)) {
			keep(RetryAfter, text.Support)
		}
		ofRequest := at.Section == OperationSection || at.Section == RequestSection
		if ofRequest && strings.Contains(text.Text, provisioningScope) {
			keep(ProvisioningScope, text.Support)
		}
	}
	if limited := d.description.Answers["429"]; limited != nil {
		if header, declared := limited.Headers[retryAfterHeader]; declared {
			keep(RetryAfter, header.Support)
		}
	}
	if conditional, given := d.document.Operation.Extensions["x-conditional-scopes"]; given && mentions(conditional, provisioningScope) {
		keep(ProvisioningScope, support(d.document.FieldSource(d.document.Operation.Origin, "x-conditional-scopes")))
	}
}

// mentions says whether a text is anywhere in a value.
func mentions(value any, text string) bool {
	switch value := value.(type) {
	case string:
		return value == text
	case []any:
		return slices.ContainsFunc(value, func(element any) bool { return mentions(element, text) })
	case map[string]any:
		for _, member := range value {
			if mentions(member, text) {
				return true
			}
		}
	}
	return false
}
