package api

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"caracal/internal/config"
)

// bodies are the types of what is read and answered, by the names of the operations. nil
// is no JSON, or none of a type of ours.
var bodies = map[string]struct{ in, out any }{
	"getDocument": {}, "getHeader": {}, "followEvents": {}, "followLog": {}, "exportPoints": {},
	"deleteSession": {}, "deletePoint": {}, "endPlayer": {}, "removeAccount": {},
	"getServer": {nil, Server{}}, "getSession": {nil, Session{}}, "createSession": {credentials{}, Session{}},
	"listPoints": {nil, pointList{}}, "createPoint": {newPoint{}, Point{}}, "getPoint": {nil, Point{}},
	"changePoint": {config.Point{}, Point{}}, "resetPoint": {nil, Point{}}, "startPoint": {nil, Point{}}, "stopPoint": {nil, Point{}},
	"listItems": {nil, itemList{}}, "getAnnouncements": {nil, Announcements{}}, "getStatistics": {nil, Statistics{}},
	"getPlaylist": {nil, Playlist{}}, "addItem": {newItem{}, Playlist{}}, "removeItem": {nil, Playlist{}}, "moveItem": {newPlace{}, Playlist{}},
	"skip": {distance{}, Point{}}, "back": {distance{}, Point{}}, "insert": {insertion{}, Point{}}, "sendEvent": {command{}, Point{}},
	"listSources": {nil, sourceList{}}, "listPlayers": {nil, playerList{}}, "getPlayer": {nil, Player{}},
	"listAccounts": {nil, accountList{}}, "addAccount": {newAccount{}, Account{}}, "getAccount": {nil, Account{}},
	"changeAccount": {newGroups{}, Account{}}, "setPassword": {newPassword{}, nil}, "listGroups": {nil, groupList{}},
	"getLimits": {nil, limitList{}}, "changeLimits": {newLimits{}, limitList{}}, "getLog": {nil, logEntries{}},
	"getConfiguration": {nil, Configured{}}, "checkConfiguration": {nil, checked{}},
	"diffConfiguration": {nil, differences{}}, "reloadConfiguration": {nil, differences{}},
}

// schemas compares types with the schemas of the document.
type schemas struct {
	t       *testing.T
	all     map[string]any
	answers bool // what is always there is required
}

func (s schemas) resolve(v any) map[string]any {
	m, _ := v.(map[string]any)
	for {
		ref, ok := m["$ref"].(string)
		if !ok {
			return m
		}
		var at any = s.all
		for step := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
			at = at.(map[string]any)[step]
		}
		m, _ = at.(map[string]any)
	}
}

// jsonOf is the schema of what is in JSON in a request or an answer; nil if nothing is.
func (s schemas) jsonOf(v any) any {
	content := s.resolve(s.resolve(v)["content"])
	kind := s.resolve(content["application/json"])
	return kind["schema"]
}

// The fields of each body are in the document, with the types that they have, and those
// alone; what may be left out is not required.
func TestDocumentHasAllFields(t *testing.T) {
	s := schemas{t: t, answers: true}
	asked := schemas{t: t}
	if err := json.Unmarshal(Document(), &s.all); err != nil {
		t.Fatal(err)
	}
	asked.all = s.all
	seen := map[string]bool{}
	for _, item := range s.all["paths"].(map[string]any) {
		for method, raw := range item.(map[string]any) {
			op, ok := raw.(map[string]any)
			if !ok || method == "parameters" {
				continue
			}
			id := op["operationId"].(string)
			have, known := bodies[id]
			if !known {
				t.Errorf("%s: nobody says what its bodies are", id)
			}
			seen[id] = true
			asked.compare(id+" wants", have.in, s.jsonOf(op["requestBody"]))
			for status, answer := range op["responses"].(map[string]any) {
				if strings.HasPrefix(status, "2") && have.out != nil {
					s.compare(id+" answers", have.out, s.jsonOf(answer))
				}
			}
		}
	}
	for id := range bodies {
		if !seen[id] {
			t.Errorf("%s is not in the document", id)
		}
	}
	for name, v := range map[string]any{"Event": Event{}, "LogEntry": LogEntry{}, "Problem": Problem{}} {
		s.compare(name, v, s.all["components"].(map[string]any)["schemas"].(map[string]any)[name])
	}
}

func (s schemas) compare(at string, v, schema any) {
	if (v == nil) != (schema == nil) {
		s.t.Errorf("%s: a body of the type %T, and the schema is %v", at, v, schema)
		return
	}
	if v != nil {
		s.match(at, reflect.TypeOf(v), s.resolve(schema))
	}
}

// match compares a type with a schema, and what is in both.
func (s schemas) match(at string, v reflect.Type, schema map[string]any) {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v == reflect.TypeFor[json.RawMessage]() {
		return // a definition: config.Point is compared with it
	}
	want := kindOf(v)
	if got, ok := schema["type"].(string); ok && got != want {
		s.t.Errorf("%s is %s, and the document says %s", at, want, got)
		return
	}
	switch want {
	case "array":
		s.match(at+"[]", v.Elem(), s.resolve(schema["items"]))
	case "object":
		if v.Kind() == reflect.Struct {
			s.fields(at, v, schema)
		}
	}
}

func kindOf(v reflect.Type) string {
	switch v {
	case reflect.TypeFor[time.Time](), reflect.TypeFor[time.Duration](), reflect.TypeFor[config.Size](), reflect.TypeFor[config.Rate]():
		return "string"
	}
	switch v.Kind() {
	case reflect.Struct, reflect.Map:
		return "object"
	case reflect.Slice:
		return "array"
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Float64:
		return "number"
	}
	return "integer"
}

func (s schemas) fields(at string, v reflect.Type, schema map[string]any) {
	properties, _ := schema["properties"].(map[string]any)
	if properties == nil {
		return // settings, whose keys the configuration checks
	}
	var required []any
	required, _ = schema["required"].([]any)
	have := map[string]bool{}
	for i := range v.NumField() {
		f := v.Field(i)
		tag, inJSON := f.Tag.Lookup("json")
		if !inJSON {
			tag = f.Tag.Get("yaml")
		}
		name, options, _ := strings.Cut(tag, ",")
		if name == "" || v == reflect.TypeFor[config.Point]() && name == "name" {
			continue
		}
		have[name] = true
		if properties[name] == nil {
			s.t.Errorf("%s: %s is not in the document", at, name)
			continue
		}
		s.match(at+" "+name, f.Type, s.resolve(properties[name]))
		optional := strings.Contains(options, "omit")
		switch must := slices.Contains(required, any(name)); {
		case inJSON && optional && must:
			s.t.Errorf("%s: %s may be left out, and the document requires it", at, name)
		case s.answers && !optional && !must:
			s.t.Errorf("%s: %s is always there, and the document does not say so", at, name)
		}
	}
	for name := range properties {
		if !have[name] {
			s.t.Errorf("%s: %s is in the document only", at, name)
		}
	}
}
