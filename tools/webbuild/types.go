package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// typesOf writes the schemas of an OpenAPI document as TypeScript types, in the
// order of the document.
func typesOf(document []byte) ([]byte, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(document, &root); err != nil {
		return nil, err
	}
	schemas := at(root.Content[0], "components", "schemas")
	if schemas == nil {
		return nil, fmt.Errorf("openapi: no components.schemas")
	}
	var b bytes.Buffer
	b.WriteString("// Made from web/api/openapi.yaml by go generate ./web/...: change that.\n")
	for i := 0; i < len(schemas.Content); i += 2 {
		fmt.Fprintf(&b, "\nexport type %s = %s;\n", schemas.Content[i].Value, typeOf(schemas.Content[i+1], ""))
	}
	return b.Bytes(), nil
}

// at follows keys of mappings; nil if one is not there.
func at(n *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		var next *yaml.Node
		for i := 0; n != nil && i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				next = n.Content[i+1]
			}
		}
		n = next
	}
	return n
}

func value(n *yaml.Node, key string) string {
	if n = at(n, key); n == nil {
		return ""
	}
	return n.Value
}

// typeOf is the type of a schema, indented as what it stands in.
func typeOf(n *yaml.Node, indent string) string {
	if ref := value(n, "$ref"); ref != "" {
		return ref[strings.LastIndexByte(ref, '/')+1:]
	}
	if e := at(n, "enum"); e != nil {
		var words []string
		for _, w := range e.Content {
			words = append(words, fmt.Sprintf("%q", w.Value))
		}
		return strings.Join(words, " | ")
	}
	switch value(n, "type") {
	case "string":
		return "string"
	case "integer", "number":
		return "number"
	case "boolean":
		return "boolean"
	case "array":
		item := typeOf(at(n, "items"), indent)
		if strings.Contains(item, " | ") {
			item = "(" + item + ")"
		}
		return item + "[]"
	case "object":
		return objectOf(n, indent)
	}
	return "unknown"
}

// objectOf is the type of an object. What may have any other key can be read only
// by those that the schema names.
func objectOf(n *yaml.Node, indent string) string {
	properties := at(n, "properties")
	if properties == nil {
		if more := at(n, "additionalProperties"); more != nil && more.Kind == yaml.MappingNode {
			return "Record<string, " + typeOf(more, indent) + ">"
		}
		return "Record<string, unknown>"
	}
	var required []string
	if r := at(n, "required"); r != nil {
		for _, name := range r.Content {
			required = append(required, name.Value)
		}
	}
	var b strings.Builder
	b.WriteString("{\n")
	for i := 0; i < len(properties.Content); i += 2 {
		name, mark := properties.Content[i].Value, "?"
		if slices.Contains(required, name) {
			mark = ""
		}
		fmt.Fprintf(&b, "%s  %s%s: %s;\n", indent, name, mark, typeOf(properties.Content[i+1], indent+"  "))
	}
	return b.String() + indent + "}"
}
