package drift

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// security describes who may call the operation.
func (d *describer) security(operation *openapi3.Operation) {
	security := &Security{AuthoritiesSupport: d.description.Support}
	d.description.Security = security
	if operation.Security != nil {
		for _, requirement := range *operation.Security {
			security.Alternatives = append(security.Alternatives, d.alternative(requirement))
		}
	}
	for _, name := range authorityExtensions {
		given, has := operation.Extensions[name]
		if !has {
			continue
		}
		if all, is := given.(map[string]any); is {
			given = all["anyOf"]
		}
		list, _ := given.([]any)
		for _, element := range list {
			if authority, is := element.(string); is {
				security.Authorities = append(security.Authorities, authority)
			}
		}
		security.AuthoritiesSupport = support(d.document.FieldSource(operation.Origin, name))
	}
	slices.Sort(security.Authorities)
}

// authorityExtensions are the members that list the authorities: the vendor's, which is a list,
// and ours, which has it under anyOf.
var authorityExtensions = []string{"x-sailpoint-userLevels", "x-authorities"}

// alternative describes one way to authenticate. An empty requirement means that no credential
// is needed, and has an empty type.
func (d *describer) alternative(requirement openapi3.SecurityRequirement) Alternative {
	alternative := Alternative{Support: d.description.Support, Flows: map[string]string{}}
	var kinds []string
	for _, name := range slices.Sorted(maps.Keys(requirement)) {
		alternative.Scopes = append(alternative.Scopes, requirement[name]...)
		kind := "of unknown type"
		if scheme := d.document.Spec.Components.SecuritySchemes[name]; scheme != nil && scheme.Value != nil {
			kind = schemeType(scheme.Value)
			alternative.Support = d.support(scheme.Value.Origin)
			flows(scheme.Value.Flows, alternative.Flows)
		}
		kinds = append(kinds, kind)
		alternative.Name = strings.TrimPrefix(alternative.Name+" and "+name, " and ")
	}
	slices.Sort(kinds)
	slices.Sort(alternative.Scopes)
	alternative.Scopes = slices.Compact(alternative.Scopes)
	alternative.Type = strings.Join(kinds, " and ")
	return alternative
}

// schemeType tells what a client must have and where it goes.
func schemeType(scheme *openapi3.SecurityScheme) string {
	switch scheme.Type {
	case "http":
		return "http " + strings.ToLower(scheme.Scheme)
	case "apiKey":
		return "apiKey in " + cmp.Or(scheme.In, "?") + " " + scheme.Name
	}
	return scheme.Type
}

// flows notes the OAuth flows of a scheme and where each gets its token.
func flows(all *openapi3.OAuthFlows, into map[string]string) {
	if all == nil {
		return
	}
	for name, flow := range map[string]*openapi3.OAuthFlow{
		"implicit": all.Implicit, "password": all.Password,
		"clientCredentials": all.ClientCredentials, "authorizationCode": all.AuthorizationCode,
	} {
		if flow != nil {
			into[name] = flow.TokenURL
		}
	}
}
