package config

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestHooks(t *testing.T) {
	c := parse(t, "hooks:\n- {name: a, on: [connected, log_received], points: [live], protocols: [rtsp], url: 'https://h/x', secret: 12345678, timeout: 1s, retries: 0}\n"+
		"- {name: b, on: [all], command: [/bin/true, -x]}\n")
	want := DefaultHook()
	want.Name, want.On, want.Points, want.Protocols = "a", []string{"connected", "log_received"}, []string{"live"}, []string{"rtsp"}
	want.URL, want.Secret, want.Timeout, want.Retries = "https://h/x", "12345678", time.Second, 0
	if !reflect.DeepEqual(c.Hooks[0], want) {
		t.Errorf("%+v", c.Hooks[0])
	}
	if h := c.Hooks[1]; h.Queue != 256 || h.Timeout != 5*time.Second || h.AtOnce != 1 || h.Retries != 3 || len(h.Command) != 2 {
		t.Errorf("%+v", h)
	}
}

func TestHookProblems(t *testing.T) {
	for text, want := range map[string]string{
		"{name: a, url: 'http://h'}":                                                            `hooks[0].on: which events`,
		"{name: a, on: [conected], url: 'http://h'}":                                            `hooks[0].on[0]: no event has the name "conected"; did you mean "connected"?`,
		"{name: a, on: [xyzzyxyzzyxyzzy], url: 'http://h'}":                                     `docs/hooks.md lists them`,
		"{name: a, on: [all]}":                                                                  `either a url or a command`,
		"{name: a, on: [all], url: 'http://h', command: [/x]}":                                  `either a url or a command`,
		"{name: a, on: [all], url: 'ftp://ada:s3cret@h'}":                                       `hooks[0].url: this is no URL`,
		"{name: a, on: [all], url: 'http://ada:s3cret@'}":                                       `hooks[0].url: this is no URL`,
		"{name: a, on: [all], command: [x]}":                                                    `hooks[0].command: "x" is not the whole path`,
		"{name: a, on: [all], command: [/x], secret: s3cretsecret}":                             `hooks[0].secret: a secret of 8 to 256 bytes`,
		"{name: a, on: [all], url: 'http://h', secret: s3cret}":                                 `hooks[0].secret`,
		"{on: [all], url: 'http://h'}":                                                          `hooks[0].name: "" is no name`,
		"{name: a, on: [all], url: 'http://h'}\n- {name: a, on: [all], url: 'http://h'}":        `hooks[1].name: "a" is the name of hook 1 too`,
		"{name: a, on: [all], url: 'http://h', timeout: 1h, at_once: 0, queue: 0, retries: 99}": `hooks[0].at_once: 0 is not between 1 and 64`,
		"{name: a, on: [all], ulr: 'http://h'}":                                                 `hooks[0].ulr: unknown key; did you mean "url"?`,
	} {
		_, err := Parse("c.yaml", []byte("hooks:\n- "+text+"\n"))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestAdmin(t *testing.T) {
	c, err := Parse("c.yaml", []byte("admin: {address: ':8088', hosts: [admin.example], scrapers: [192.0.2.0/24, '::1']}"))
	if err != nil || !c.AdminGiven() {
		t.Fatal(err)
	}
	if list, err := c.Admin.Networks(); err != nil || len(list) != 2 || list[0].String() != "192.0.2.0/24" || list[1].String() != "::1/128" {
		t.Errorf("%v, %v", list, err)
	}
	if c := Default(); c.AdminGiven() {
		t.Error("the default is taken for given")
	}
	for text, want := range map[string]string{
		"admin: {address: 8088}":               `write ":8080"`,
		"admin: {address: ':8080'}":            `is http.address too`,
		"admin: {hosts: ['http://h/']}":        `is not a host`,
		"admin: {scrapers: [everybody]}":       `write addresses such as`,
		"admin: {adress: ':1'}":                `did you mean "address"?`,
		"admin: {address: off, scrapers: [1]}": `write addresses such as`,
	} {
		if _, err := Parse("c.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestAnnotatedFileHasHooks(t *testing.T) {
	_, after, found := strings.Cut(string(Annotated()), "#   hooks:")
	for _, key := range keysOf(reflect.TypeFor[Hook]()) {
		if !found || !strings.Contains(after, key+":") {
			t.Errorf("default.yaml does not show %q", key)
		}
	}
	for _, key := range keysOf(reflect.TypeFor[Admin]()) {
		if !strings.Contains(string(Annotated()), "\n  "+key+":") {
			t.Errorf("default.yaml does not show %q", key)
		}
	}
}
