package arch

import (
	"slices"
	"strings"
	"testing"
)

// The checkers must be able to fail: each case is wrong in one way, or right.
func TestCheckerFindsFaults(t *testing.T) {
	c := checker{module: "caracal", rows: table, standard: map[string]bool{
		"bytes": true, "net": true, "net/netip": true, "net/http": true, "expvar": true,
	}}
	tests := []struct {
		name    string
		imports []string
		deps    []string
		expect  string // part of the one fault, "" for none
	}{
		{name: "asf", imports: []string{"bytes"}, deps: []string{"bytes", "io"}},
		{name: "asf", imports: []string{"expvar"}, deps: []string{"expvar", "net"}, expect: "net beneath"},
		{name: "asf", imports: []string{"github.com/pion/rtp"}, expect: "not in the standard library"},
		{name: "asf", imports: []string{"caracal/internal/event"}, expect: "not allowed"},
		{name: "internal/event", imports: []string{"net/netip"}},
		{name: "internal/event", imports: []string{"caracal/asf"}, expect: "not allowed"},
		{name: "internal/session", imports: []string{"caracal/internal/event", "caracal/internal/store"}},
		{name: "internal/session", imports: []string{"caracal/wmsp"}, expect: "not allowed"},
		{name: "internal/point", imports: []string{"caracal/asf", "caracal/internal/pace"}},
		{name: "internal/point", imports: []string{"caracal/internal/source"}, expect: "not allowed"},
		{name: "internal/playlist", imports: []string{"caracal/internal/point", "net"}, expect: "imports net: forbidden"},
		{name: "internal/playlist/metafile", imports: []string{"caracal/internal/playlist/wsx"}},
		{name: "internal/playlist/wsx", imports: []string{"caracal/internal/playlist"}, expect: "not allowed"},
		{name: "internal/announce", imports: []string{"net/http"}},
		{name: "wmsp", imports: []string{"caracal/asf", "caracal/internal/point", "net/http", "github.com/pion/rtp"}},
		{name: "wmsp", imports: []string{"caracal/rtsp"}, expect: "not allowed"},
		{name: "wmsp", imports: []string{"caracal/internal/source"}, expect: "not allowed"},
		{name: "wmsp", imports: []string{"caracal/conf"}, expect: "not allowed"},
		{name: "msb/msbd", imports: []string{"caracal/msb"}},
		{name: "t120/mcs", imports: []string{"caracal/t120/x224", "caracal/conf"}},
		{name: "t120/mcs", imports: []string{"caracal/sip"}, expect: "not allowed"},
		{name: "conf", imports: []string{"caracal/conf/dplay"}, expect: "not allowed"},
		{name: "conf/dplay", imports: []string{"caracal/conf/h323"}, expect: "not allowed"},
		{name: "conf/dplay", imports: []string{"caracal/asf"}, expect: "not allowed"},
		{name: "web", imports: []string{"caracal/internal/config"}},
		{name: "web", imports: []string{"caracal/wmsp"}, expect: "not allowed"},
		{name: "cmd/caracal", imports: []string{"caracal/internal/server", "caracal/wmsp"}},
		{name: "conf/skype", expect: "not in the table"},
		{name: "webby", expect: "not in the table"},
	}
	for _, tt := range tests {
		got := c.check(pkg{ImportPath: "caracal/" + tt.name, Imports: tt.imports, Deps: tt.deps})
		expectFault(t, tt.name+" with "+strings.Join(tt.imports, " "), got, tt.expect)
	}
	expectFault(t, "another module", c.check(pkg{ImportPath: "bench/load"}), "not below the module's root")
}

func TestWireCheckFindsFaults(t *testing.T) {
	tests := []struct{ src, expect string }{
		{`import ("time"; "net/url"); var d = time.Second; var u url.URL`, ""},
		{`import "net"; var c net.Conn`, "imports net"},
		{`import "net/http"; var r http.Request`, "imports net/http"},
		{`import "os"; var f os.File`, "imports os"},
		{`import "caracal/internal/event"; var e event.Event`, "imports caracal/internal/event"},
		{`import "caracal/asf"; var h asf.Header`, ""},
		{`import "caracal/internal/head"; var f head.Fields`, ""},
		{`import "caracal/internal/header"; var f header.Fields`, "imports caracal/internal/header"},
		{`import "time"; func f() { time.Sleep(1) }`, "time.Sleep"},
		{`import "time"; var now = time.Now`, "time.Now"},
		{`import clk "time"; func f() any { return clk.NewTimer(1) }`, "time.NewTimer"},
		{`import . "time"; var n = Now()`, "into its own names"},
		{`func f() { go f() }`, "goroutine"},
		{`type s struct{}; func (s) Now() {}; func f(time s) { time.Now() }`, ""},
	}
	for _, tt := range tests {
		got, err := checkWire("caracal", "x.go", "package x; "+tt.src)
		if err != nil {
			t.Fatal(tt.src, err)
		}
		expectFault(t, tt.src, got, tt.expect)
	}
	if _, err := checkWire("caracal", "x.go", "package"); err == nil {
		t.Error("a file that does not parse gave no error")
	}
}

func TestWireFileNames(t *testing.T) {
	tests := map[string]bool{
		"pragma.go": true, "frame.go": true, "errors.go": true, "reconnect.go": true,
		"server.go": false, "server_udp.go": false, "conn.go": false, "client_play.go": false,
		"session.go": false, "handle_play.go": false, "player.go": false, "listen_unix.go": false,
		"pragma_test.go": false,
	}
	for name, want := range tests {
		if got := isWireFile(name); got != want {
			t.Errorf("%s is a wire file: %v, want %v", name, got, want)
		}
	}
}

func TestReachFollowsEveryRoad(t *testing.T) {
	rows := []row{{packages: "a", may: []string{"b"}}, {packages: "b", may: []string{"c/..."}}, {packages: "c/...", may: []string{"a"}}}
	if got := reach(rows, "a"); !slices.Equal(got, []string{"b", "c/...", "a"}) {
		t.Errorf("from a: %v", got)
	}
}

func expectFault(t *testing.T, what string, got []string, expect string) {
	t.Helper()
	switch {
	case expect == "" && len(got) == 0:
	case expect != "" && len(got) == 1 && strings.Contains(got[0], expect):
	default:
		t.Errorf("%s: faults %q, want one with %q", what, got, expect)
	}
}
