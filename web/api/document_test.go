package api_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"caracal/web/api"
	"caracal/web/api/apitest"
)

// documented is the document as tests read it.
type documented struct {
	Paths map[string]map[string]json.RawMessage `json:"paths"`
}

// operation is one method of one path.
type operation struct {
	OperationID string           `json:"operationId"`
	Parameters  []map[string]any `json:"parameters"`
}

func readDocument(t testing.TB) (documented, map[string]any) {
	t.Helper()
	var d documented
	var all map[string]any
	for _, to := range []any{&d, &all} {
		if err := json.Unmarshal(api.Document(), to); err != nil {
			t.Fatal(err)
		}
	}
	return d, all
}

var methods = []string{"get", "put", "post", "delete", "patch", "head", "options", "trace"}

// Every route is in the document, with its parameters, and the reverse.
func TestDocumentHasAllRoutes(t *testing.T) {
	d, all := readDocument(t)
	found, ids := map[string]bool{}, map[string]bool{}
	for _, r := range api.Routes() {
		key := r.Method + " " + r.Path
		if found[key] {
			t.Errorf("%s is there twice", key)
		}
		found[key] = true
		raw := d.Paths[r.Path][strings.ToLower(r.Method)]
		if raw == nil {
			t.Errorf("%s is not in the document", key)
			continue
		}
		var op operation
		if err := json.Unmarshal(raw, &op); err != nil {
			t.Fatal(err)
		}
		if op.OperationID == "" || ids[op.OperationID] {
			t.Errorf("%s has no name of its own: %q", key, op.OperationID)
		}
		ids[op.OperationID] = true
		var shared []map[string]any
		json.Unmarshal(d.Paths[r.Path]["parameters"], &shared)
		query, inPath := parametersOf(all, append(shared, op.Parameters...))
		want := strings.Fields(r.Query)
		slices.Sort(want)
		slices.Sort(query)
		if !slices.Equal(query, want) {
			t.Errorf("%s takes %v, and the document says %v", key, want, query)
		}
		for _, name := range inPath {
			if !strings.Contains(r.Path, "{"+name+"}") {
				t.Errorf("%s has no {%s}", key, name)
			}
		}
		if strings.Count(r.Path, "{") != len(inPath) {
			t.Errorf("%s documents %v of its path", key, inPath)
		}
	}
	for path, item := range d.Paths {
		for _, m := range methods {
			if _, ok := item[m]; ok && !found[strings.ToUpper(m)+" "+path] {
				t.Errorf("%s %s is in the document only", m, path)
			}
		}
	}
}

// parametersOf are the names of those of the query and of the path.
func parametersOf(all map[string]any, list []map[string]any) (query, path []string) {
	for _, p := range list {
		if ref, ok := p["$ref"].(string); ok {
			p, _ = at(all, ref).(map[string]any)
		}
		switch p["in"] {
		case "query":
			query = append(query, p["name"].(string))
		case "path":
			path = append(path, p["name"].(string))
		}
	}
	return query, path
}

// at is what a reference in the document leads to; nil if that is nothing.
func at(all map[string]any, ref string) any {
	var v any = all
	for step := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		m, _ := v.(map[string]any)
		v = m[step]
	}
	return v
}

// Every reference leads somewhere, and every schema is one.
func TestDocumentIsWhole(t *testing.T) {
	_, all := readDocument(t)
	if v := all["openapi"]; v != "3.1.0" {
		t.Errorf("it is OpenAPI %v", v)
	}
	used := map[string]bool{}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				used[ref] = true
				if at(all, ref) == nil {
					t.Errorf("%s leads nowhere", ref)
				}
			}
			for _, below := range v {
				walk(below)
			}
		case []any:
			for _, below := range v {
				walk(below)
			}
		}
	}
	walk(all)
	schemas := at(all, "#/components/schemas").(map[string]any)
	for name := range schemas {
		if ref := "#/components/schemas/" + name; !used[ref] && name != "Event" && name != "LogEntry" {
			t.Errorf("%s is used nowhere", name)
		}
		apitest.Schema(t, "#/components/schemas/"+name)
	}
}
