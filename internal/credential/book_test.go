package credential

import (
	"errors"
	"net/url"
	"testing"
)

func TestBook(t *testing.T) {
	b, err := NewBook([]Entry{
		{"https://a.example", Login{"secure", "1"}}, {"a.example:8080", Login{"port", "2"}}, {"a.example", Login{"any", "3"}},
		{"rtsp://b.example", Login{"rtsp", "4"}}, {"[2001:db8::1]", Login{"six", "5"}}, {"a.example", Login{"Other", "6"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		scheme, address string
		own             *url.Userinfo
		exposed         bool
		want            string // user and password; "" for nobody
	}{
		{"https", "a.example:443", nil, false, "secure 1"},
		{"http", "A.example:8080", nil, false, "port 2"},
		{"http", "a.example:80", nil, false, "any 3"},
		{"rtsp", "a.example:554", nil, false, "any 3"},
		{"rtspt", "b.example:554", nil, false, "rtsp 4"},
		{"http", "b.example:80", nil, false, ""},
		{"mms", "[2001:db8::1]:1755", nil, false, "six 5"},
		{"http", "c.example:80", nil, false, ""},
		{"http", "xa.example:80", nil, false, ""},
		{"http", "a.example:80", userOf("u", "p"), false, "u p"},
		{"http", "a.example:80", url.User("other"), false, "Other 6"},
		{"http", "a.example:80", url.User("unknown"), false, "unknown "},
		{"http", "a.example:80", userOf("u", "p"), true, ""},
		{"http", "a.example:80", nil, true, ""},
		{"http", "no port", nil, false, ""},
	}
	for _, tt := range tests {
		p := b.Peer(Target{tt.scheme, tt.address, tt.exposed}, tt.own)
		got := ""
		if p.LogsIn() {
			got = p.login.User + " " + string(p.login.Password)
		}
		if got != tt.want {
			t.Errorf("%s %s %v: %q, want %q", tt.scheme, tt.address, tt.own, got, tt.want)
		}
	}
	for _, origin := range []string{"", "a b", "http://", "http://u:p@h", "h/path", "h?q", "h:", "//"} {
		if _, err := NewBook([]Entry{{Origin: origin}}); !errors.Is(err, ErrOrigin) {
			t.Errorf("%q: %v", origin, err)
		}
	}
	var nobody *Book
	if nobody.Peer(Target{"http", "a.example:80", false}, nil).LogsIn() || (*Peer)(nil).LogsIn() {
		t.Error("nobody logs in")
	}
}

// What is remembered has a bound.
func TestBookForgets(t *testing.T) {
	b := &Book{}
	for i := range maxHeld + 10 {
		p := peerOf(b, "u", string(rune('a'+i%26))+string(rune(i)))
		p.book.hold(p, "")
		p.book.believe(p)
	}
	if len(b.held) != maxHeld || len(b.believed) > maxHeld {
		t.Errorf("%d held, %d believed", len(b.held), len(b.believed))
	}
}
