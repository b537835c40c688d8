// Package apitest holds responses of the admin API against its document, for tests.
package apitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"caracal/web/api"
)

// document is what is needed of the document.
type document struct {
	Paths map[string]map[string]json.RawMessage `json:"paths"`
}

type operation struct {
	Responses map[string]response `json:"responses"`
}

type response struct {
	Ref     string                     `json:"$ref"`
	Content map[string]json.RawMessage `json:"content"`
}

var (
	mu       sync.Mutex
	compiled = map[string]*jsonschema.Schema{}
)

// Schema compiles a schema of the document: "#/components/schemas/Point".
func Schema(t testing.TB, ref string) *jsonschema.Schema {
	t.Helper()
	mu.Lock()
	defer mu.Unlock()
	if s := compiled[ref]; s != nil {
		return s
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(api.Document()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource("openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("openapi.json" + ref)
	if err != nil {
		t.Fatalf("%s: %v", ref, err)
	}
	compiled[ref] = s
	return s
}

// Conforms fails a test when a response is not as the document says: its status, its type,
// its body.
func Conforms(t testing.TB, resp *http.Response, body []byte) {
	t.Helper()
	r := resp.Request
	kind, _, _ := strings.Cut(resp.Header.Get("Content-Type"), ";")
	if resp.StatusCode >= 400 {
		if kind != "application/problem+json" {
			t.Errorf("%s %s: an error of the type %q", r.Method, r.URL, kind)
			return
		}
		validate(t, "#/components/schemas/Problem", r, body)
		return
	}
	pattern, described, err := find(r, resp.StatusCode)
	switch {
	case err != nil:
		t.Errorf("%s %s: %v", r.Method, r.URL, err)
	case resp.StatusCode == http.StatusNoContent:
		if len(body) > 0 {
			t.Errorf("%s %s: 204 with a body", r.Method, r.URL)
		}
	case described.Ref != "":
		validate(t, described.Ref+"/content/application~1json/schema", r, body)
	case described.Content[kind] == nil:
		t.Errorf("%s %s: the type %q is not documented", r.Method, r.URL, kind)
	case kind == "application/json":
		escaped := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(pattern)
		validate(t, fmt.Sprintf("#/paths/%s/%s/responses/%d/content/application~1json/schema",
			escaped, strings.ToLower(r.Method), resp.StatusCode), r, body)
	}
}

func validate(t testing.TB, ref string, r *http.Request, body []byte) {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err == nil {
		err = Schema(t, ref).Validate(v)
	}
	if err != nil {
		t.Errorf("%s %s: %v\n%s", r.Method, r.URL, err, body)
	}
}

// find is what the document says of a status of a request.
func find(r *http.Request, status int) (pattern string, described response, err error) {
	var d document
	if err := json.Unmarshal(api.Document(), &d); err != nil {
		return "", described, err
	}
	for pattern, item := range d.Paths {
		raw := item[strings.ToLower(r.Method)]
		if raw == nil || !matches(pattern, r.URL.EscapedPath()) {
			continue
		}
		var op operation
		if err := json.Unmarshal(raw, &op); err != nil {
			return "", described, err
		}
		described, ok := op.Responses[fmt.Sprint(status)]
		if !ok {
			return "", described, fmt.Errorf("%d is not documented", status)
		}
		return pattern, described, nil
	}
	return "", described, fmt.Errorf("not documented")
}

func matches(pattern, path string) bool {
	a, b := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && !strings.HasPrefix(a[i], "{") {
			return false
		}
	}
	return true
}
