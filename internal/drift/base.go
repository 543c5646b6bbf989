package drift

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/diff"
	"github.com/oasdiff/oasdiff/load"

	"conformance/internal/drift/openapi"
)

// base adds what oasdiff finds and no rule of ours has found: it knows every corner of OpenAPI.
// Where a rule of ours found the same, its own grade counts, since it knows the operation.
func (c *comparison) base(old, new *openapi.Document) {
	findings, err := oasdiff(old, new)
	if err != nil {
		c.notes = append(c.notes, fmt.Sprintf("oasdiff could not compare the documents, so only our own rules were asked: %.200v", err))
	}
	ours := slices.Clone(c.changes)
	words := checker.NewDefaultLocalizer()
	for _, finding := range findings {
		section := sectionOf(finding, old, new)
		covered := slices.ContainsFunc(ours, func(change Change) bool {
			rule, _ := FindRule(change.Rule)
			return change.Where.Section == section && rule.covers(finding.GetId())
		})
		if covered || slices.ContainsFunc(unasked, func(pattern string) bool { return matches(pattern, finding.GetId()) }) {
			continue
		}
		if rule, before, now := conditions(finding.GetId(), old, new); rule != "" {
			c.add(rule, Place{section, ""}, before, now,
				oasdiffSupport(old, finding.GetBaseSource()), oasdiffSupport(new, finding.GetRevisionSource()))
			continue
		}
		text := fmt.Sprintf("%s (oasdiff: %s)", strings.Join(strings.Fields(finding.GetUncolorizedText(words)), " "), finding.GetId())
		c.add(levels[finding.GetLevel()], Place{section, ""}, "", text,
			oasdiffSupport(old, finding.GetBaseSource()), oasdiffSupport(new, finding.GetRevisionSource()))
	}
}

// conditions is the rule for choices that stand beside what a request's body is said to be: the first
// of them are conditions that it must meet as well, and not more to choose from.
func conditions(id string, old, new *openapi.Document) (rule, before, now string) {
	const none, some = "no further conditions", "further conditions, one of which must hold (anyOf, oneOf)"
	hadBody, had := requestChoices(old)
	hasBody, has := requestChoices(new)
	switch {
	case !hadBody || !hasBody:
	case !had && slices.Contains([]string{"request-body-any-of-added", "request-body-one-of-added"}, id):
		return "request-narrowed", none, some
	case !has && slices.Contains([]string{"request-body-any-of-removed", "request-body-one-of-removed"}, id):
		return "request-widened", some, none
	}
	return "", "", ""
}

// requestChoices tells whether the request has a body whose type is said, and whether there are
// choices beside that.
func requestChoices(document *openapi.Document) (said, choices bool) {
	body := document.Operation.RequestBody
	if body == nil || body.Value == nil {
		return false, false
	}
	for _, media := range body.Value.Content {
		if media == nil || media.Schema == nil || media.Schema.Value == nil {
			continue
		}
		said = said || media.Schema.Value.Type != nil
		choices = choices || len(media.Schema.Value.AnyOf)+len(media.Schema.Value.OneOf) > 0
	}
	return said, choices
}

// oasdiffPrefix begins the ids of the rules that pass on what oasdiff says. New is its sentence.
const oasdiffPrefix = "openapi-"

// levels gives the rule for each of oasdiff's grades.
var levels = map[checker.Level]string{
	checker.ERR:  "openapi-breaking",
	checker.WARN: "openapi-notable",
	checker.INFO: "openapi-harmless",
}

// unasked are checks about what an operation that was cut out of its document does not have: the
// version of the document, its tags, and schemas that other operations use.
var unasked = []string{
	"api-version-*", "api-major-version-*", "api-tag-*", "api-schema-removed",
	"api-security-component-oauth-scope-*", // which scopes exist, not which are needed
	"api-stability-*",
	// Of media types our own rules find all that changes, and know ranges such as */*.
	"request-body-media-type-added", "request-body-media-type-removed",
	"response-media-type-added", "response-media-type-removed",
}

// oasdiff compares two operations with oasdiff alone. A document that is not as OpenAPI wants it
// can make it give up, with an error or a panic.
func oasdiff(old, new *openapi.Document) (changes checker.Changes, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("it broke down: %v", panicked)
		}
	}()
	found, sources, err := diff.GetWithOperationsSourcesMap(diff.NewConfig(),
		&load.SpecInfo{Url: "old", Spec: old.Spec}, &load.SpecInfo{Url: "new", Spec: new.Spec})
	if err != nil {
		return nil, err
	}
	config := checker.NewConfig(checker.GetAllChecks())
	return checker.CheckBackwardCompatibilityUntilLevel(config, found, sources, checker.INFO), nil
}

// sectionOf is the section that a finding is about: the status that is among its arguments, or
// what its id begins with.
func sectionOf(finding checker.Change, old, new *openapi.Document) string {
	for _, argument := range finding.GetArgs() {
		text := strings.Trim(fmt.Sprint(argument), "'`\"")
		if old.Operation.Responses.Value(text) != nil || new.Operation.Responses.Value(text) != nil {
			return text
		}
	}
	id := finding.GetId()
	switch {
	case strings.Contains(id, "security"):
		return SecuritySection
	case strings.Contains(id, "parameter"):
		return ParameterSection
	case strings.HasPrefix(id, "request-"), strings.HasPrefix(id, "new-"):
		return RequestSection
	}
	return OperationSection
}

func oasdiffSupport(document *openapi.Document, source *checker.Source) Support {
	if source == nil {
		return support(document.Source(document.Operation.Origin))
	}
	return support(document.Line(source.Line))
}
