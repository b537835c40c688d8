package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestProgramIsChecked(t *testing.T) {
	for text, want := range map[string]string{
		`source: push, fallback: ./sorry.wmv`:                               "",
		`source: "loop:./a", insert: {list: ./ads, every: 15m, how: pause}`: "",
		`source: "playlist:"`:                                               "evening.wsx",
		`source: "playlist:./a.wsx", fallback: ./sorry.wmv`:                 "does not drop",
		`source: push, fallback_after: 1ms`:                                 "fallback_after",
		`source: push, insert: {every: 15m}`:                                "list: ./ads",
		`source: push, insert: {list: ./ads, every: 1s}`:                    "insert.every",
		`source: push, insert: {list: ./ads, how: now}`:                     "pause",
		`source: push, insert: {list: "a\u0001"}`:                           "control characters",
		`source: push, fallback: "a\u0001"`:                                 "control characters",
	} {
		_, err := Parse("a.yaml", []byte("points: [{name: a, broadcast: {"+text+"}}]"))
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", text, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// What programs play, and the state, is relative to the configuration file.
func TestProgramPaths(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "caracal.yaml")
	text := "state: ./state.json\npoints:\n- {name: a, broadcast: {source: \"playlist:./a.wsx\"}}\n" +
		"- {name: b, broadcast: {source: push, fallback: \"loop:./sorry\", insert: {list: ads.wsx}}}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(file)
	if err != nil {
		t.Fatal(err)
	}
	a, b := &c.Points[0].Broadcast, &c.Points[1].Broadcast
	if got, want := a.Source, "playlist:"+filepath.Join(dir, "a.wsx"); got != want {
		t.Errorf("source %s, want %s", got, want)
	}
	for got, want := range map[string]string{c.State: "state.json", b.Fallback: "sorry", b.Insert.List: "ads.wsx"} {
		if got != filepath.Join(dir, want) {
			t.Errorf("%s is not %s in the file's folder", got, want)
		}
	}
	if b.FallbackAfter != 5*time.Second || b.Insert.How != HowAfter {
		t.Errorf("defaults %v, %s", b.FallbackAfter, b.Insert.How)
	}
}
