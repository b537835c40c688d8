package config

import (
	"strings"
	"testing"
	"time"
)

func TestMulticast(t *testing.T) {
	c := parse(t, "points:\n- name: live\n  broadcast:\n    source: push\n    multicast: {group: 'ff18::7', port: 5000, ttl: 32, fec_span: 0, "+
		"loopback: false, beacon: 2s, interface: eth1, unicast_url: off, log: false, title: News}\n- {name: x, broadcast: {source: push}}\n")
	want := Multicast{
		Group: "ff18::7", Port: 5000, Interface: "eth1", TTL: 32, Beacon: 2 * time.Second, UnicastURL: Off, Title: "News",
	}
	if got := c.Points[0].Broadcast.Multicast; got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if to := want.Destination().String(); to != "[ff18::7]:5000" {
		t.Errorf("sent to %s", to)
	}
	if got := c.Points[1].Broadcast.Multicast; got != DefaultMulticast() {
		t.Errorf("without a group: %+v", got)
	}
}

func TestMulticastProblems(t *testing.T) {
	for _, tt := range []struct{ keys, expect string }{
		{"group: 192.0.2.7, port: 1", "points[0].broadcast.multicast.group: \"192.0.2.7\" is no multicast address"},
		{"group: there, port: 1", "multicast.group"},
		{"group: 'ff02::1%eth0', port: 1", "multicast.group"},
		{"group: 239.0.0.1", "multicast.port: 0 is not between 1 and 65535"},
		{"group: 239.0.0.1, port: 65536", "multicast.port"},
		{"group: 239.0.0.1, port: 1, ttl: 0", "multicast.ttl"},
		{"group: 239.0.0.1, port: 1, fec_span: 16", "multicast.fec_span: 16 is not between 0 and 15"},
		{"group: 239.0.0.1, port: 1, beacon: 11s", "multicast.beacon"},
		{"group: 239.0.0.1, port: 1, unicast_url: 'ftp://h/x'", "multicast.unicast_url"},
		{"group: 239.0.0.1, port: 1, unicast_url: 'mms:x'", "multicast.unicast_url"},
		{"group: 239.0.0.1, port: 1, title: " + strings.Repeat("x", maxTitle+1), "multicast.title"},
		{"group: 239.0.0.1, portt: 1", `unknown key; did you mean "port"?`},
	} {
		_, err := Parse("c.yaml", []byte("points: [{name: a, broadcast: {source: push, multicast: {"+tt.keys+"}}}]"))
		if err == nil || !strings.Contains(err.Error(), tt.expect) {
			t.Errorf("%s: %v, want %s", tt.keys, err, tt.expect)
		}
	}
}

func TestMulticastGroupsDiffer(t *testing.T) {
	const point = "{name: %, broadcast: {source: push, multicast: {group: GROUP, port: 5}}}"
	text := func(a, b string) string {
		return "points:\n- " + strings.NewReplacer("%", "a", "GROUP", a).Replace(point) +
			"\n- " + strings.NewReplacer("%", "b", "GROUP", b).Replace(point)
	}
	if _, err := Parse("c.yaml", []byte(text("239.0.0.1", "239.0.0.2"))); err != nil {
		t.Error(err)
	}
	_, err := Parse("c.yaml", []byte(text("239.0.0.1", "'::ffff:239.0.0.1'")))
	if err == nil || !strings.Contains(err.Error(), "c.yaml:3: points[1].broadcast.multicast.group: 239.0.0.1:5 is where point 1 is sent to") {
		t.Error(err)
	}
}
