package config

import (
	"strings"
	"testing"
)

func TestMSBD(t *testing.T) {
	c := parse(t, "points:\n- name: live\n  broadcast:\n    source: push\n    msbd: {address: ':7007', group: 239.192.0.2, port: 7008, "+
		"interface: eth1, ttl: 4}\n- {name: x, broadcast: {source: push}}\n")
	want := MSBD{Address: ":7007", Group: "239.192.0.2", Port: 7008, Interface: "eth1", TTL: 4}
	if got := c.Points[0].Broadcast.MSBD; got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if to := want.Destination().String(); to != "239.192.0.2:7008" {
		t.Errorf("sent to %s", to)
	}
	if got := c.Points[1].Broadcast.MSBD; got != DefaultMSBD() || got.Address != Off {
		t.Errorf("without a word: %+v", got)
	}
	if none := (&MSBD{}).Destination(); none.IsValid() {
		t.Errorf("without a group: %v", none)
	}
}

func TestMSBDProblems(t *testing.T) {
	for _, tt := range []struct{ keys, expect string }{
		{"address: here", `points[0].broadcast.msbd.address: "here" is not an address to listen on`},
		{"address: ''", "msbd.address"},
		{"address: ':8080'", `msbd.address: ":8080" is http.address too`},
		{"address: ':7', group: 192.0.2.7, port: 1", `msbd.group: "192.0.2.7" is no multicast address of IPv4`},
		{"address: ':7', group: 'ff18::1', port: 1", "msbd.group"},
		{"address: ':7', group: there, port: 1", "msbd.group"},
		{"address: ':7', group: 239.0.0.1", "msbd.port: 0 is not between 1 and 65535"},
		{"address: ':7', group: 239.0.0.1, port: 65536", "msbd.port"},
		{"address: ':7', group: 239.0.0.1, port: 1, ttl: 256", "msbd.ttl"},
		{"adress: ':7'", `unknown key; did you mean "address"?`},
	} {
		_, err := Parse("c.yaml", []byte("points: [{name: a, broadcast: {source: push, msbd: {"+tt.keys+"}}}]"))
		if err == nil || !strings.Contains(err.Error(), tt.expect) {
			t.Errorf("%s: %v, want %s", tt.keys, err, tt.expect)
		}
	}
}

// Each point has a listener and a group of its own.
func TestMSBDPointsDiffer(t *testing.T) {
	text := func(first, second string) string {
		return "points:\n- {name: a, broadcast: {source: push, msbd: {" + first + "}}}\n- {name: b, broadcast: {source: push, msbd: {" + second + "}}}\n"
	}
	const group = "group: 239.0.0.1, port: 5"
	for _, tt := range []struct{ first, second, expect string }{
		{"address: ':7'", "address: ':8'", ""},
		{"address: ':7'", "address: ':7'", `c.yaml:3: points[1].broadcast.msbd.address: ":7" is points[0].broadcast.msbd.address too`},
		{"address: ':7', " + group, "address: ':8', " + group, "c.yaml:3: points[1].broadcast.msbd.group: 239.0.0.1:5 is where point 1 is sent to"},
		{"address: ':7', " + group, "address: ':8', group: 239.0.0.1, port: 6", ""},
		{"address: ':7', " + group, group, ""}, // the second is off
	} {
		_, err := Parse("c.yaml", []byte(text(tt.first, tt.second)))
		if (err == nil) != (tt.expect == "") || err != nil && !strings.Contains(err.Error(), tt.expect) {
			t.Errorf("%s and %s: %v, want %q", tt.first, tt.second, err, tt.expect)
		}
	}
}

// The annotated file shows every key.
func TestAnnotatedFileHasMSBD(t *testing.T) {
	_, after, found := strings.Cut(string(Annotated()), "#         msbd:")
	for _, key := range []string{"address: \"off\"", "group:", "port:", "interface:", "ttl: 1"} {
		if !found || !strings.Contains(after, "#           "+key) {
			t.Errorf("default.yaml does not show %q", key)
		}
	}
}
