package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"

	"go.yaml.in/yaml/v3"

	"caracal/internal/config"
	"caracal/internal/redact"
	"caracal/web/api"
)

// kept stands for a secret where definitions are shown. Written back, it is what it was.
// A key has more characters.
const kept = "(kept)"

// masked is a definition without secrets.
func masked(d map[string]any) map[string]any {
	shown := map[string]any{}
	for key, v := range d {
		switch v := v.(type) {
		case map[string]any:
			shown[key] = masked(v)
		case string:
			shown[key] = maskedText(key, v)
		case []any:
			shown[key] = maskedList(key, v)
		default:
			shown[key] = v
		}
	}
	return shown
}

func maskedText(key, text string) string {
	if text != "" && (key == "key" || redact.Key(key)) {
		return kept
	}
	return redact.Text(text)
}

func maskedList(key string, list []any) []any {
	shown := make([]any, len(list))
	for i, v := range list {
		shown[i] = v
		if text, ok := v.(string); ok {
			shown[i] = maskedText(key, text)
		}
	}
	return shown
}

// unmask puts secrets back where a definition has what masked makes of them.
func unmask(d, was map[string]any) {
	for key, v := range d {
		switch v := v.(type) {
		case map[string]any:
			below, _ := was[key].(map[string]any)
			unmask(v, below)
		case string:
			if old, ok := was[key].(string); ok && v == maskedText(key, old) {
				d[key] = old
			}
		}
	}
}

// definitionOf reads a definition in JSON as one of the configuration; was is what the
// secrets in it stand for.
func definitionOf(raw json.RawMessage, was map[string]any) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber() // 3500000 stays what it is
	var d map[string]any
	if err := dec.Decode(&d); err != nil || d == nil {
		return nil, api.Errorf(http.StatusBadRequest, "a definition is an object with the keys of a point in the configuration")
	}
	unmask(d, was)
	return yaml.Marshal(d)
}

// withPoint is the configuration with another point, or the mistakes of its definition.
func withPoint(c *config.Config, name string, text []byte) (*config.Config, *config.Point, error) {
	with, p, err := c.WithPoint(name, text)
	problems, ok := errors.AsType[config.Problems](err)
	if !ok {
		return with, p, err
	}
	e := &api.Error{Status: http.StatusUnprocessableEntity, Type: "invalid", Detail: "the definition is wrong: " + problems.Error()}
	e.Problems = mistakesOf(problems)
	return nil, nil, e
}

func mistakesOf(problems config.Problems) []api.Mistake {
	list := make([]api.Mistake, len(problems))
	for i, p := range problems {
		list[i] = api.Mistake{Line: p.Line, Key: p.Key, Text: p.Text}
	}
	return list
}
