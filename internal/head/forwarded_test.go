package head

import (
	"strings"
	"testing"
)

func TestParseForwarded(t *testing.T) {
	p := ParseForwarded(Fields{
		{"Via", "HTTP/1.1 a (x)"}, {"via", "RTSP/1.0 B"}, {"X-Proxy-Client-Agent", strings.Repeat("x", 300)},
		{"X-Proxy-Client-Verb", "DESCRIBE"}, {"Max-Forwards", "99999999999"},
	})
	if !p.Through("A") || !p.Through("b") || p.Through("c") || p.Through("") || len(p.Agent) != 256 || p.Verb != "DESCRIBE" ||
		p.MaxForwards != 1000 || !p.HasMaxForwards {
		t.Errorf("%+v", p)
	}
	none := ParseForwarded(Fields{{"Max-Forwards", "-1"}, {"X-Proxy-Client-Verb", "a b"}})
	if none.Via != nil || none.HasMaxForwards || none.Verb != "" {
		t.Errorf("%+v", none)
	}
}
