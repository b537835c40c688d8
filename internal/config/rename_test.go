package config

import (
	"strings"
	"testing"
)

// parseRenamed reads a text in which keys may have old names.
func parseRenamed(text string, list []rename, settings ...Setting) (*Config, error) {
	d := decoder{config: Default(), file: "c.yaml"}
	d.config.where = map[string]place{}
	root := d.parse([]byte(text))
	for _, s := range settings {
		d.set(root, s)
	}
	d.rename(root, list)
	d.decodeRoot(root)
	return d.config, d.problems.err()
}

var oldNames = []rename{
	{"http.port", "http.address"},
	{"players", "sessions.max"},
	{"points[].folder", "points[].path"},
	{"points[].live.buffer", "points[].broadcast.keep"},
}

func TestRenamedKeys(t *testing.T) {
	const text = `http:
  port: ":81"
players: 7
points:
- {name: a, folder: /srv/a}
- name: b
  path: /srv/b
- name: c
  broadcast: {source: push}
  live:
    buffer: 1m
`
	_, err := parseRenamed(text, oldNames)
	if err == nil || !strings.Contains(err.Error(), `c.yaml:10: points[2].live: unknown key`) {
		t.Fatalf("what is left of an old section is unknown: %v", err)
	}
	c, err := parseRenamed(strings.Replace(text, "  live:\n    buffer: 1m\n", "", 1), oldNames)
	if err != nil {
		t.Fatal(err)
	}
	if c.HTTP.Address != ":81" || c.Sessions.Max != 7 || c.Points[0].Path != "/srv/a" || c.Points[1].Path != "/srv/b" {
		t.Errorf("%+v", c)
	}
	want := `c.yaml:2: http.port: is called http.address now: write that
c.yaml:3: players: is called sessions.max now: write that
c.yaml:5: points[].folder: is called points[].path now: write that`
	if got := c.Warnings().Error(); got != want {
		t.Errorf("the warnings are\n%s\nwant\n%s", got, want)
	}
	if at := c.where["http.address"]; at.line != 2 || at.file != "c.yaml" {
		t.Errorf("its place is %+v", at)
	}
}

func TestRenamedKeyTwice(t *testing.T) {
	_, err := parseRenamed("http: {port: ':81', address: ':82'}\n", oldNames)
	if err == nil || !strings.Contains(err.Error(), "c.yaml:1: http.port: is http.address now, which is given too: remove this one") {
		t.Errorf("%v", err)
	}
}

// A flag may have an old name too; what is wrong with its value is said of the flag.
func TestRenamedFlag(t *testing.T) {
	_, err := parseRenamed("", oldNames, Setting{"players", "many", "--set"})
	if err == nil || !strings.Contains(err.Error(), `--set: sessions.max: "many" is not a whole number`) {
		t.Errorf("%v", err)
	}
}

// The table names keys that there are, and none that there are already.
func TestRenamedTable(t *testing.T) {
	for _, r := range append(oldNames, renamed...) {
		if EffectOf(strings.ReplaceAll(r.to, "[]", "")) == "" {
			t.Errorf("there is no key %s", r.to)
		}
	}
	for _, r := range renamed {
		if known[strings.ReplaceAll(r.from, "[]", "")] {
			t.Errorf("%s is a key", r.from)
		}
	}
}
