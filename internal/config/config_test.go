package config

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func parse(t *testing.T, text string, settings ...Setting) *Config {
	t.Helper()
	c, err := Parse("c.yaml", []byte(text), settings...)
	if err != nil {
		t.Fatal(err)
	}
	c.where = nil
	return c
}

func TestAnnotatedFileIsTheDefault(t *testing.T) {
	want := Default()
	want.Points = []Point{}
	if got := parse(t, string(Annotated())); !reflect.DeepEqual(got, want) {
		t.Errorf("default.yaml is\n%+v\nand the default\n%+v", got, want)
	}
	if got := parse(t, ""); !reflect.DeepEqual(got, Default()) {
		t.Errorf("an empty file is\n%+v", got)
	}
}

func TestAnnotatedFileHasEveryKey(t *testing.T) {
	keys := keysOf(reflect.TypeFor[Config]())
	for _, section := range []any{HTTP{}, Server{}, Sessions{}, Cache{}, OnDemand{}, FFmpeg{}, Log{}, LogAccess{}} {
		keys = append(keys, keysOf(reflect.TypeOf(section))...)
	}
	for _, k := range keys {
		if !strings.Contains(string(Annotated()), k+":") {
			t.Errorf("default.yaml does not show %q", k)
		}
	}
}

func TestParse(t *testing.T) {
	tests := []struct {
		name, text string
		settings   []Setting
		change     func(*Config)
	}{
		{name: "comment only", text: "# nothing\n"},
		{name: "key without value", text: "http:\n  address:\nlog:\npoints:\n"},
		{
			name: "every kind of value",
			text: "http: {address: '127.0.0.1:80', max_connections: 5, head_timeout: 1m30s}\n" +
				"server: {persona: Cougar 4.1.0.3921, persona_space: true}\ncache: {memory: 1.5 GiB}\non_demand: {speed: 0}",
			change: func(c *Config) {
				c.HTTP.Address, c.HTTP.MaxConnections, c.HTTP.HeadTimeout = "127.0.0.1:80", 5, 90*time.Second
				c.Server.Persona, c.Server.PersonaSpace = "Cougar 4.1.0.3921", true
				c.Cache.Memory, c.OnDemand.Speed = 3<<29, 0
			},
		},
		{
			name: "points begin as the file's on_demand, which may come later",
			text: "points:\n- {name: a, path: /a}\n- {path: /b, on_demand: {burst: 0s}}\non_demand: {speed: 2}\n",
			change: func(c *Config) {
				c.OnDemand.Speed = 2
				b := DefaultBroadcast()
				c.Points = []Point{
					{Name: "a", Path: "/a", OnDemand: c.OnDemand, Broadcast: b, Proxy: DefaultProxy()}, {Path: "/b", OnDemand: c.OnDemand, Broadcast: b, Proxy: DefaultProxy()},
				}
				c.Points[1].OnDemand.Burst = 0
			},
		},
		{
			name: "an archive",
			text: "points:\n- {name: live, broadcast: {source: push, archive: {folder: /rec, size: 1MiB, keep: 3}}}\n",
			change: func(c *Config) {
				b := DefaultBroadcast()
				b.Source, b.Archive = SourcePush, Archive{Folder: "/rec", Size: 1 << 20, Time: 6 * time.Hour, Keep: 3, TimeShift: 24 * time.Hour}
				c.Points = []Point{{Name: "live", OnDemand: c.OnDemand, Broadcast: b, Proxy: DefaultProxy()}}
			},
		},
		{
			name: "a broadcast",
			text: "points:\n- {name: live, broadcast: {source: push, publishers: [192.0.2.7, '2001:db8::/32'], key: 12345678, keep: 1m}}\n",
			change: func(c *Config) {
				b := DefaultBroadcast()
				b.Source, b.Publishers, b.Key, b.Keep = SourcePush, []string{"192.0.2.7", "2001:db8::/32"}, "12345678", time.Minute
				c.Points = []Point{{Name: "live", OnDemand: c.OnDemand, Broadcast: b, Proxy: DefaultProxy()}}
			},
		},
		{
			name: "settings overrule the file",
			text: "http: {address: ':1'}\non_demand: &x {speed: 2}",
			settings: []Setting{
				{"http.address", ":2", "--http"}, {"http.public_host", "h", "--public-host"},
				{"on_demand.speed", "3", "--set"}, {"log.format", "json", "--log-format"},
			},
			change: func(c *Config) {
				c.HTTP.Address, c.HTTP.PublicHost, c.OnDemand.Speed, c.Log.Format = ":2", "h", 3, "json"
			},
		},
	}
	for _, tt := range tests {
		want := Default()
		if tt.change != nil {
			tt.change(want)
		}
		if got := parse(t, tt.text, tt.settings...); !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n%+v, want\n%+v", tt.name, got, want)
		}
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "caracal.yaml")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("points: [{path: films}, {name: b, path: /srv/b}, {name: c, broadcast: {source: push, archive: {folder: rec}}}]")
	c, err := Load(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := []string{c.Points[0].Path, c.Points[1].Path}; got[0] != filepath.Join(dir, "films") || got[1] != "/srv/b" {
		t.Errorf("paths %q are not relative to the file", got)
	}
	if got := c.Points[2].Broadcast.Archive.Folder; got != filepath.Join(dir, "rec") {
		t.Errorf("the archive's folder %q is not relative to the file", got)
	}
	write(strings.Repeat("#", maxFile+1))
	if _, err := Load(file); err == nil || !strings.Contains(err.Error(), "1 MiB") {
		t.Errorf("too large a file: %v", err)
	}
	if _, err := Load(filepath.Join(dir, "none.yaml")); err == nil || !strings.Contains(err.Error(), "caracal config >") {
		t.Errorf("no file: %v", err)
	}
	if c, err := Load(""); err != nil || c.HTTP.Address != ":8080" {
		t.Errorf("without a file: %v %v", c, err)
	}
}

func TestSize(t *testing.T) {
	tests := []struct {
		text string
		want Size
		ok   bool
		back string
	}{
		{"0", 0, true, "0B"},
		{"65536", 65536, true, "64KiB"},
		{"256MiB", 256 << 20, true, "256MiB"},
		{"1.5 gib", 3 << 29, true, "1536MiB"},
		{"2MB", 2_000_000, true, "2000000B"},
		{"7B", 7, true, "7B"},
		{"", 0, false, ""}, {"MiB", 0, false, ""}, {"-1KiB", 0, false, ""}, {"NaN", 0, false, ""},
		{"9e30", 0, false, ""}, {"12 apples", 0, false, ""},
	}
	for _, tt := range tests {
		got, err := ParseSize(tt.text)
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("%q: %d, %v", tt.text, got, err)
		}
		if tt.ok && got.String() != tt.back {
			t.Errorf("%q: written %s, want %s", tt.text, got, tt.back)
		}
	}
}
