package config

import (
	"strings"
	"testing"
)

func TestProblems(t *testing.T) {
	tests := []struct {
		name, text string
		settings   []Setting
		expect     []string // one for each line of the error, in order
	}{
		{name: "spelling", text: "http:\n  adress: ':1'\n", expect: []string{`c.yaml:2: http.adress: unknown key; did you mean "address"?`}},
		{name: "swapped letters", text: "htpt: {}", expect: []string{`c.yaml:1: htpt: unknown key; did you mean "http"?`}},
		{name: "section", text: "burst: 1s", expect: []string{`burst: unknown key; it belongs below "on_demand"`}},
		{name: "nothing like it", text: "kangaroo: 1", expect: []string{`"caracal config" lists all keys`}},
		{name: "twice", text: "default: a\n\ndefault: b\n", expect: []string{"c.yaml:3: default: given twice, first in line 1"}},
		{name: "newer", text: "version: 2", expect: []string{"c.yaml:1: version: this Caracal reads version 1, the file has 2"}},
		{name: "tab", text: "http:\n\taddress: x\n", expect: []string{"c.yaml:2: found character that cannot start any token; YAML is indented"}},
		{name: "list", text: "- a\n", expect: []string{"c.yaml:1: this is not a list of keys"}},
		{name: "two documents", text: "default: a\n---\ndefault: b\n", expect: []string{"a second document"}},
		{name: "broken second document", text: "default: a\n---\n}\n", expect: []string{"c.yaml:"}},
		{
			name: "kinds",
			text: "http: {head_timeout: 10, max_connections: many, address: [1]}\nserver: {persona_space: perhaps}\n" +
				"cache: {memory: lots}\non_demand: {speed: fast}\nlog: 3\npoints: {a: b}\n",
			expect: []string{
				`c.yaml:1: http.head_timeout: "10" is not a duration such as`, `http.max_connections: "many" is not a whole number`,
				"http.address: a list is not a text", "c.yaml:2: server.persona_space", `c.yaml:3: cache.memory: "lots" is not a size`,
				"on_demand.speed", "c.yaml:5: log: wants keys below it: level, format", `c.yaml:6: points: wants a list: lines`,
			},
		},
		{
			name: "values",
			text: "http: {address: '8080', public_host: 'http://h/', head_timeout: 0s, max_connections: -1}\n" +
				"server: {persona: Apache}\nsessions: {idle_timeout: 1ms}\ncache: {memory: 1KiB}\n" +
				"on_demand: {speed: -1, max_speed: 0, batch: 1h}\nlog: {level: loud, format: xml}\ndefault: ../x\n",
			expect: []string{
				`c.yaml:1: http.address: "8080" is not an address`, "http.public_host", "http.head_timeout: 0s is not between 1s and 1h0m0s",
				"http.max_connections: -1", "c.yaml:2: server.persona", "sessions.idle_timeout", "cache.memory: 1KiB is not between 1MiB",
				"on_demand.batch", "on_demand.speed: -1 is not 0 (as fast", "on_demand.max_speed", `log.level: "loud" is not one of debug, info`,
				"log.format", "c.yaml:7: default",
			},
		},
		{
			name: "points",
			text: "points:\n- {name: a, path: x}\n- {name: a, path: y}\n- {name: /b, path: z}\n- {name: c}\n" +
				"- {name: .caracal/x, path: x}\n- {name: d, path: x, on_demand: {speed: 5000}}\n- {name: 'a\\b', path: x}\n",
			expect: []string{
				`c.yaml:3: points[1].name: "a" is the name of point 1 too`, `points[2].name: "/b" is not a name`,
				"c.yaml:5: points[3].path: give the folder", "points[4].name", "c.yaml:7: points[5].on_demand.speed", "c.yaml:8: points[6].name",
			},
		},
		{
			name: "archives of copies",
			text: "points:\n- {name: a, broadcast: {source: push, archive: {folder: x, copies: true}}}\n" +
				"- {name: b, broadcast: {source: push, push: {copies: 1}, archive: {copies: true}}}\n",
			expect: []string{"points[0].broadcast.archive.copies: there are no copies", "points[1].broadcast.archive.copies: there are no copies"},
		},
		{
			name: "proxies",
			text: "points:\n- {name: a, path: x, use_proxy: ['http://e:8080', 'http://f', 'ftp://e', e, 'rtsp://e', 'rtsp://u:p@e']}\n" +
				"- {name: b, redirect: 'http://o/', use_proxy: ['http://e']}\n",
			expect: []string{
				"points[0].use_proxy[1]: there is a proxy for HTTP already", `points[0].use_proxy[2]: "ftp://e" is not a URL such as`,
				"points[0].use_proxy[3]", "points[0].use_proxy[5]", "c.yaml:3: points[1].use_proxy: a point that leads elsewhere",
			},
		},
		{
			name: "archive",
			text: "points:\n- {name: a, broadcast: {source: push, archive: {folder: x, size: 1KiB, time: 0s, keep: -1, keep_size: 2000TiB}}}\n",
			expect: []string{
				"broadcast.archive.size: 1KiB is not between 64KiB and 1TiB", "archive.time: 0s", "archive.keep: -1", "archive.keep_size",
			},
		},
		{
			name: "flags",
			settings: []Setting{
				{"http.address", "x", "--http"}, {"cahce.memory", "1GiB", "--set"}, {"log", "x", "--set"}, {"points", "x", "--set"},
			},
			expect: []string{`--set: cahce: unknown key; did you mean "cache"?`, "--set: log: wants keys", "--set: points: wants a list"},
		},
		{
			name:     "flags' values",
			settings: []Setting{{"http.address", "x", "--http"}},
			expect:   []string{`--http: http.address: "x" is not an address`},
		},
		{name: "public host's port", text: "http: {public_host: 'h:0'}", expect: []string{"is not a host for URLs"}},
		{name: "no port", text: "http: {address: 'h:http'}", expect: []string{"has no port between 0 and 65535"}},
		{name: "host with blank", text: "http: {address: 'a b:1'}", expect: []string{"is not an address to listen on"}},
		{name: "one address twice", text: "http: {address: ':80'}\nrtsp: {address: ':80'}", expect: []string{`c.yaml:2: rtsp.address: ":80" is http.address too`}},
	}
	for _, tt := range tests {
		_, err := Parse("c.yaml", []byte(tt.text), tt.settings...)
		if err == nil {
			t.Errorf("%s: no error", tt.name)
			continue
		}
		lines := strings.Split(err.Error(), "\n")
		if len(lines) != len(tt.expect) {
			t.Errorf("%s: %d problems, want %d:\n%v", tt.name, len(lines), len(tt.expect), err)
			continue
		}
		for i, want := range tt.expect {
			if !strings.Contains(lines[i], want) {
				t.Errorf("%s:\n%s\nwant\n%s", tt.name, lines[i], want)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(Annotated())
	f.Add([]byte("points: [{name: a, path: b, on_demand: {speed: 2}}]"))
	f.Add([]byte("http: &a\n  address: *a\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := Parse("f", text)
		if (c == nil) == (err == nil) {
			t.Fatalf("config %v and error %v", c, err)
		}
		if err == nil && c.Validate() != nil {
			t.Fatalf("accepted what does not validate: %v", c.Validate())
		}
	})
}
