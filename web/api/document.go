package api

import (
	_ "embed"
	"encoding/json"

	"go.yaml.in/yaml/v3"
)

//go:embed openapi.yaml
var document []byte

// Document is the OpenAPI document as it is served, in JSON. It is ours: a test reads it.
func Document() []byte {
	var d any
	if err := yaml.Unmarshal(document, &d); err != nil {
		panic(err)
	}
	b, err := json.Marshal(d)
	if err != nil {
		panic(err)
	}
	return b
}

func (c *call) getDocument() (reply, error) {
	return reply{body: json.RawMessage(c.document)}, nil
}
