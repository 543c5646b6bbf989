package drift

import (
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/flatten/allof"
	"github.com/oasdiff/oasdiff/flatten/commonparams"
)

// flatten writes a document in the one of several ways that mean the same, since oasdiff tells
// each from the others: parameters stand in the operation, parts of a schema are one, and null is
// what "nullable" says. Where the parts contradict each other they are left as they are.
func flatten(spec *openapi3.T) {
	commonparams.Move(spec)
	done := flattening{}
	for _, item := range spec.Paths.Map() {
		for _, operation := range item.Operations() {
			done.operation(operation)
		}
	}
}

func (f flattening) operation(operation *openapi3.Operation) {
	for _, parameter := range operation.Parameters {
		if parameter.Value != nil {
			f.schema(parameter.Value.Schema)
			f.media(parameter.Value.Content)
		}
	}
	if body := operation.RequestBody; body != nil && body.Value != nil {
		f.media(body.Value.Content)
	}
	for _, response := range operation.Responses.Map() {
		if response.Value == nil {
			continue
		}
		f.media(response.Value.Content)
		for _, header := range response.Value.Headers {
			if header.Value != nil {
				f.schema(header.Value.Schema)
			}
		}
	}
}

// flattening is the work on one document: the schemas that are done.
type flattening map[*openapi3.Schema]bool

func (f flattening) media(content openapi3.Content) {
	for _, media := range content {
		if media != nil {
			f.schema(media.Schema)
		}
	}
}

// schema makes null a matter of "nullable": in the list of types, among the values, and as a
// choice. Then it puts the parts of the schema together.
func (f flattening) schema(ref *openapi3.SchemaRef) {
	if ref == nil || ref.Value == nil {
		return
	}
	schema := ref.Value
	if f[schema] {
		return
	}
	f[schema] = true
	for _, list := range []openapi3.SchemaRefs{schema.AllOf, schema.OneOf, schema.AnyOf, {schema.Items, schema.Not, schema.AdditionalProperties.Schema}} {
		for _, part := range list {
			f.schema(part)
		}
	}
	for _, property := range schema.Properties {
		f.schema(property)
	}
	if schema.Type != nil && len(*schema.Type) > 1 && schema.Type.Includes("null") {
		types := slices.DeleteFunc(slices.Clone(*schema.Type), func(name string) bool { return name == "null" })
		schema.Type, schema.Nullable = &types, true
	}
	schema.OneOf = f.choices(schema, schema.OneOf)
	schema.AnyOf = f.choices(schema, schema.AnyOf)
	f.unwrap(ref)
	if len(ref.Value.AllOf) > 0 {
		merge(ref)
	}
	// That null is a value says nothing where the type tells whether it is.
	if schema = ref.Value; schema.Nullable || schema.Type != nil {
		schema.Enum = slices.DeleteFunc(schema.Enum, func(value any) bool { return value == nil })
	}
}

// merge puts the parts of a schema together, unless they contradict each other. What is merged has no
// place of its own but that of the whole.
func merge(ref *openapi3.SchemaRef) {
	if merged, err := allof.Merge(*ref); err == nil {
		merged.Origin = ref.Value.Origin
		*ref.Value = *merged
	}
}

// choices are those of a schema without the one that is null and nothing else.
func (f flattening) choices(schema *openapi3.Schema, choices openapi3.SchemaRefs) openapi3.SchemaRefs {
	left := slices.DeleteFunc(slices.Clone(choices), func(choice *openapi3.SchemaRef) bool {
		return choice.Value != nil && choice.Value.Type != nil && choice.Value.Type.Is("null")
	})
	if len(left) > 0 && len(left) < len(choices) {
		schema.Nullable = true
		return left
	}
	return choices
}

// unwrap puts the only choice, or the only part, of a schema that says nothing else in its place.
func (f flattening) unwrap(ref *openapi3.SchemaRef) {
	schema := ref.Value
	all := slices.Concat(schema.AllOf, schema.OneOf, schema.AnyOf)
	if len(all) != 1 || all[0].Value == nil || schema.Type != nil || len(schema.Properties) > 0 || len(schema.Required) > 0 ||
		len(schema.Enum) > 0 || schema.Not != nil || schema.Discriminator != nil {
		return
	}
	only := *all[0].Value
	only.Nullable = only.Nullable || schema.Nullable
	only.Enum = slices.Clone(only.Enum)
	only.Default, only.Deprecated = firstOf(schema.Default, only.Default), schema.Deprecated || only.Deprecated
	only.ReadOnly, only.WriteOnly = schema.ReadOnly || only.ReadOnly, schema.WriteOnly || only.WriteOnly
	ref.Value = &only
	f[&only] = true
}

// firstOf is the first of two values that is not nil.
func firstOf(a, b any) any {
	if a != nil {
		return a
	}
	return b
}
