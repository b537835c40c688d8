package wmlog

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"

	"caracal/internal/event"
	"caracal/internal/vector"
)

// Whatever players send, a line has its fields and no more, and nothing in it that
// cannot be seen; the object is one.
func FuzzParse(f *testing.F) {
	for _, v := range vector.Texts(f, "section3") {
		f.Add(v.Text, "xml", "NSPlayer/9.0", "/a")
	}
	f.Add("0", "0", "0", "\x7f") // the name of a point that an encoder has made
	f.Add("c-bytes=7\nx=y\n", "client-log", "\x1b[2J", "/a\nb c")
	f.Add("<XML><a><b>c</b><c-os>\u202e</XML>", "remote", "", "")
	f.Add("<XML><c-playerid>{1}<c-playerid><cs-url>http://a:b@c/</cs-url>", "xml", "#", "//")
	f.Fuzz(func(t *testing.T, text, form, agent, target string) {
		s := newScene()
		e := event.LogReceived{Player: who(0), Kind: event.KindOfLog(text), Form: form, Text: text, Agent: agent}
		e.Player.Agent, e.Player.Target = agent, target
		s.take(e)
		opt := s.j.opt
		for _, e := range s.entries {
			e.time, e.end = time.Time{}, time.Time{}
			line := string(opt.appendW3C(nil, e))
			if strings.Count(line, "\n") != 1 || strings.ContainsFunc(line[:len(line)-1], hidden) {
				t.Fatalf("the line %q", line)
			}
			if n := len(strings.Split(line, " ")); line[0] != '#' && n != int(fieldCount) || line[0] == '#' && e.about != ofBad {
				t.Fatalf("%d fields in %q", n, line)
			}
			object := opt.appendJSON(nil, e)
			var got map[string]any
			if err := json.Unmarshal(object, &got); err != nil {
				t.Fatalf("%v in %s", err, object)
			}
			if strings.ContainsFunc(string(object[:len(object)-1]), hidden) {
				t.Fatalf("the object %q", object)
			}
		}
	})
}

func hidden(c rune) bool { return c == unicode.ReplacementChar || !unicode.IsPrint(c) }
