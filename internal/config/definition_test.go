package config

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// Every kind of point is what it was when its definition is read back.
func TestDefinitionIsReadBack(t *testing.T) {
	const text = `
version: 1
on_demand: {speed: 3}
points:
  - {name: films, path: /srv/films, on_demand: {speed: 2, batch: 500ms}}
  - {name: a/b, path: /srv/evening.wsx, wrapper: /srv/wrapper.wsx}
  - name: live
    broadcast: {source: push, publishers: [192.0.2.0/24], key: correct-horse, memory: 128MiB, commands: true,
      archive: {folder: /srv/rec, keep: 3}, multicast: {group: 239.192.0.1, port: 5000}, fallback: /srv/sorry.wmv}
  - {name: far, proxy: {origin: "http://origin.example:8080/films", cache: {folder: /srv/cache, size: 5GiB}}}
  - {name: moved.wmv, redirect: "http://other.example/film.wmv"}
`
	c, err := Parse("caracal.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for i := range c.Points {
		p := &c.Points[i]
		d, err := yaml.Marshal(c.Definition(p))
		if err != nil {
			t.Fatal(err)
		}
		with, back, err := c.WithPoint(p.Name, d)
		if err != nil || !reflect.DeepEqual(back, p) || len(with.Points) != len(c.Points) {
			t.Errorf("%s comes back as %+v, %v, from\n%s", p.Name, back, err, d)
		}
		if !c.InFile(p.Name) || c.Point(p.Name) != p || c.WithoutPoint(p.Name).Point(p.Name) != nil {
			t.Errorf("%s is not where it was written", p.Name)
		}
	}
	var at []string
	for _, k := range c.PointKeys(0) {
		at = append(at, k.Key+"="+k.Value+"@"+k.Place())
	}
	if got := strings.Join(at, " "); got != "path=/srv/films@caracal.yaml:5 on_demand.batch=500ms@caracal.yaml:5 on_demand.speed=2@caracal.yaml:5" {
		t.Errorf("the keys of the first are %s", got)
	}
}

// What a definition gets wrong is said with the keys of the point.
func TestDefinitionMistakes(t *testing.T) {
	c := Default()
	for text, want := range map[string]string{
		`{"pth": "/"}`:                    `pth: unknown key; did you mean "path"?`,
		`{"path": "films"}`:               "path: write the whole path",
		`{"path": "/a", "redirect": "/"}`: "redirect: ",
		`{}`:                              "path: ",
		`[]`:                              "not a list of keys",
		`{"broadcast": {"source": "loop:films"}}`:                   "broadcast.source: write the whole path",
		`{"broadcast": {"source": "push", "fallback": "x.wmv"}}`:    "broadcast.fallback: write the whole path",
		`{"broadcast": {"source": "push", "keep": "1s"}}`:           "broadcast.keep: ",
		`{"name": "x", "path": "/a"}`:                               "has no name",
		`{"broadcast": {"source": "push", "insert": {"evry": "1"}}`: "",
	} {
		_, _, err := c.WithPoint("x", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "points[") {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	if _, _, err := c.WithPoint("../x", []byte("path: /a")); err == nil {
		t.Error("any name is good")
	}
}

// FuzzDefinition reads what programs send for a point.
func FuzzDefinition(f *testing.F) {
	f.Add([]byte(`{"path": "/srv/films", "on_demand": {"batch": "1s"}}`))
	f.Add([]byte(`{"broadcast": {"source": "push", "publishers": ["192.0.2.1"], "multicast": {"group": "239.1.1.1", "port": 1}}}`))
	f.Add([]byte(`broadcast: {source: "loop:/a", memory: 64MiB, insert: {list: /b, every: 15m}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		c := Default()
		_, p, err := c.WithPoint("x", text)
		if err != nil {
			return
		}
		d, err := json.Marshal(c.Definition(p))
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(d) {
			t.Errorf("%s", d)
		}
		d, err = yaml.Marshal(c.Definition(p))
		if err != nil {
			t.Fatal(err)
		}
		if _, back, err := c.WithPoint("x", d); err != nil || !reflect.DeepEqual(c.Definition(back), c.Definition(p)) {
			t.Errorf("%s comes back as %+v, %v", d, back, err)
		}
	})
}
