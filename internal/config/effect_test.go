package config

import (
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// known are all keys, without the numbers of lists.
var known = keysBelow(map[string]bool{}, reflect.TypeFor[Config](), "")

func keysBelow(all map[string]bool, t reflect.Type, path string) map[string]bool {
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("yaml")
		of := f.Type
		if of.Kind() == reflect.Slice {
			of = of.Elem()
		}
		switch {
		case tag == "":
		case of.Kind() == reflect.Struct:
			keysBelow(all, of, join(path, tag))
		default:
			all[join(path, tag)] = true
		}
	}
	return all
}

// Each key has an effect, and each row of the table is for a key.
func TestEffects(t *testing.T) {
	for key := range known {
		if EffectOf(key) == "" {
			t.Errorf("nothing says what a reload does with %s", key)
		}
	}
	for row := range effects {
		if !known[row] && !slices.ContainsFunc(slices.Collect(maps.Keys(known)), func(k string) bool { return strings.HasPrefix(k, row+".") }) {
			t.Errorf("there is no key %s", row)
		}
	}
}

// docs/configuration.md has a row for each row of the table, that says the same.
func TestEffectsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]Effect{"at once": Live, "starts the point anew": AtPoint, "restart": AtServer}
	row := regexp.MustCompile("(?m)^\\| ((?:`[a-z_.]+`,? ?)+) \\| ([a-z ]+) \\|")
	said := map[string]Effect{}
	for _, m := range row.FindAllStringSubmatch(string(page), -1) {
		effect, ok := words[m[2]]
		if !ok {
			t.Errorf("%q is no effect", m[2])
		}
		for key := range strings.SplitSeq(m[1], ",") {
			key = strings.Trim(key, " `")
			if _, twice := said[key]; twice {
				t.Errorf("two rows are for %s", key)
			}
			said[key] = effect
		}
	}
	if !reflect.DeepEqual(said, effects) {
		for key, e := range effects {
			if said[key] != e {
				t.Errorf("%s: the table says %q, the page %q", key, e, said[key])
			}
		}
		for key := range said {
			if effects[key] == "" {
				t.Errorf("the page has %s, the table has not", key)
			}
		}
	}
}

// What a restart is needed for stays, all else is taken.
func TestKeeping(t *testing.T) {
	was := parse(t, "points: [{name: a, path: /a}]\nlog: {access: {points: own}}")
	next := parse(t, "http: {address: ':1', public_host: new, auth: {realm: New}}\nlog: {level: debug, format: json}\npoints: [{name: b, path: /b}]\n"+
		"sessions: {max: 3, idle_timeout: 5s}\nadmin: {address: ':3', hosts: [h]}\nhooks: [{name: h, on: [all], url: 'http://h/'}]")
	want := Default()
	want.HTTP.PublicHost, want.HTTP.Auth.Realm, want.Log.Level, want.Sessions.Max = "new", "New", "debug", 3
	want.Points, want.Admin.Hosts, want.Hooks = next.Points, []string{"h"}, next.Hooks
	if got := next.Keeping(was); !reflect.DeepEqual(got, want) {
		t.Errorf("in force is\n%+v, want\n%+v", got, want)
	}
}

func TestDifferences(t *testing.T) {
	const was = `
on_demand: {speed: 2}
hooks: [{name: h, on: [all], url: "http://h/"}, {name: gone, on: [all], command: [/bin/true]}]
points:
- {name: films, path: /srv/films}
- {name: own, path: /srv/own, on_demand: {speed: 3}}
- {name: live, broadcast: {source: push, publishers: [192.0.2.1]}}
- {name: old, redirect: "mms://h/x"}
`
	const is = `
http: {address: ":81", access: {play: []}}
on_demand: {speed: 4}
hooks: [{name: new, on: [all], url: "http://n/"}, {name: h, on: [connected], url: "http://h/"}]
points:
- {name: "", path: /srv}
- {name: live, broadcast: {source: "loop:/srv/films", keep: 1m}, limits: {bandwidth: 2M}}
- {name: own, path: /srv/own, on_demand: {speed: 5}}
- {name: films, path: /srv/new}
`
	var got []string
	for _, d := range parse(t, was).Differences(parse(t, is)) {
		got = append(got, d.Key+": "+d.Before+" -> "+d.After+" "+string(d.Effect))
	}
	want := []string{
		`http.address: :8080 -> :81 server`,
		`http.access.play:  -> [] live`,
		`on_demand.speed: 2 -> 4 live`,
		`hooks.h.on: [all] -> [connected] live`,
		`hooks.gone: command: [/bin/true] ->  live`,
		`hooks.new:  -> url: http://n/ live`,
		`points.films.path: /srv/films -> /srv/new live`,
		`points.own.on_demand.speed: 3 -> 5 live`,
		`points.live.broadcast.source: push -> loop:/srv/films point`,
		`points.live.broadcast.publishers: [192.0.2.1] ->  live`,
		`points.live.broadcast.keep: 30s -> 1m0s point`,
		`points.live.limits.bandwidth: 0 -> 2M live`,
		`points.old: redirect: mms://h/x ->  live`,
		`points."":  -> path: /srv live`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("the differences are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if none := parse(t, was).Differences(parse(t, was)); len(none) > 0 {
		t.Errorf("of nothing: %+v", none)
	}
}

// At every level, in lists too, a key that there is not is reported with its line and
// the one that was meant.
func TestUnknownKeyAtEveryLevel(t *testing.T) {
	sections := map[string]string{} // with a key of each
	for key := range known {
		at := strings.LastIndexByte(key, '.')
		sections[key[:max(at, 0)]] = key[at+1:]
	}
	if len(sections) < 30 {
		t.Fatalf("%d sections", len(sections))
	}
	first := map[string]string{"points": "name", "hooks": "name", "credentials": "user"} // of the lists
	for section, key := range sections {
		text, path, indent := "", "", ""
		for i, step := range strings.Split(section, ".") {
			switch {
			case step == "":
				continue
			case i == 0 && first[step] != "":
				text, path, indent = step+":\n- "+first[step]+": a\n", step+"[0]", "  "
			default:
				text, path, indent = text+indent+step+":\n", join(path, step), indent+"  "
			}
		}
		lines := strings.Count(text, "\n") + 1
		_, err := Parse("c.yaml", []byte(text+indent+key+"x: 1\n"))
		where := "c.yaml:" + string(rune('0'+lines)) + ": " + join(path, key+"x") + `: unknown key; did you mean "`
		if err == nil || !strings.Contains(err.Error(), where) {
			t.Errorf("%s: %v, want %s", section, err, where)
		}
	}
}

func TestReloadBounds(t *testing.T) {
	if c := parse(t, "reload: {watch: false, every: 500ms}"); c.Reload != (Reload{Every: 500 * time.Millisecond}) {
		t.Errorf("%+v", c.Reload)
	}
	for _, text := range []string{"reload: {every: 1ms}", "reload: {every: 2h}", "reload: {watch: maybe}"} {
		if _, err := Parse("c.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), "reload.") {
			t.Errorf("%s: %v", text, err)
		}
	}
}
