package point

import "testing"

func TestProxyFor(t *testing.T) {
	p := &Point{UseProxy: []string{"http://edge.example:8080/", "rtsp://edge.example/through/here", "%"}}
	for _, tt := range []struct{ scheme, path, query, want string }{
		{"http", "/a b/c.wmv", "x=1", "http://edge.example:8080/a%20b/c.wmv?x=1"},
		{"rtsp", "/a", "", "rtsp://edge.example/through/here"},
		{"mms", "/a", "", ""},
	} {
		if got := p.ProxyFor(tt.scheme, tt.path, tt.query); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.scheme, got, tt.want)
		}
	}
	if got := new(Point).ProxyFor("http", "/a", ""); got != "" {
		t.Errorf("without a proxy: %s", got)
	}
}
