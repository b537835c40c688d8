package mms

import (
	"fmt"
	"testing"

	"caracal/internal/vector"
)

func TestUTF16(t *testing.T) {
	for _, v := range vector.Read(t, "utf16.txt") {
		in := v.Bytes(t, "hex")
		got, size := decodeUTF16(in)
		if want := v.Unquoted(t, "expect"); got != want {
			t.Errorf("%s: %q, want %q", v["name"], got, want)
		}
		if want := v["size"]; fmt.Sprint(size) != want {
			t.Errorf("%s: took %d bytes, want %s", v["name"], size, want)
		}
		if out := appendUTF16Z(nil, got); v["append"] != "other" && fmt.Sprintf("%x", out) != fmt.Sprintf("%x", in) {
			t.Errorf("%s: appended %x", v["name"], out)
		}
	}
	if got := fmt.Sprintf("%x", appendUTF16(nil, "a\x00b")); got != "6100" {
		t.Errorf("a NUL inside: %s", got)
	}
}

func TestFunnels(t *testing.T) {
	for _, v := range vector.Read(t, "funnels.txt") {
		name := v.Unquoted(t, "in")
		f, err := ParseFunnel(name)
		if want, bad := v["error"]; bad {
			if err == nil || err.Error() != want {
				t.Errorf("%s: error %v, want %s", name, err, want)
			}
			continue
		}
		got := fmt.Sprintf("%v udp=%t port=%d", f.Addr, f.UDP, f.Port)
		if err != nil || got != v["expect"] {
			t.Errorf("%s: %s, %v; want %s", name, got, err, v["expect"])
		}
		if out := f.String(); out != name && v["append"] != "other" {
			t.Errorf("%s is written %s", name, out)
		}
	}
}

func TestSubscribers(t *testing.T) {
	const guid = "68c0a090-8797-11d2-a2b3-00a0c9b60551"
	tests := []struct {
		units     string // NUL between the strings
		agent     string
		host      string
		via       string
		services4 bool
	}{
		{"NSPlayer/4.1.0.3928; {" + guid + "}", "NSPlayer 4.1 " + guid + " false", "", "", false},
		{"NSPlayer/10.0.0.3702; {" + guid + "}; Host: h:1755", "NSPlayer 10.0 " + guid + " false", "h:1755", "", false},
		{"NSPlayer/9.0; {" + guid + "}\x00HOST: h\x00VIA: p/9, q", "NSPlayer 9.0 " + guid + " true", "h", "p/9, q", false},
		{"NSPlayer/9.0; {" + guid + "}\x00VIA: p", "NSPlayer 9.0 " + guid + " true", "", "p", false},
		{"Spoooon!", "Spoooon! 0.0  false", "", "", true},
		{"Spooooon!; Host: h", "Spooooon! 0.0  false", "h", "", false},
		{"", " 0.0  false", "", "", false},
		{"NSPlayer/9.0\x00\u6de0\u5fdf\x00\x00HOST: late", "NSPlayer 9.0  false", "", "", false},
	}
	for _, test := range tests {
		var in []byte
		for _, r := range test.units {
			if r == 0 {
				in = append(in, 0, 0)
				continue
			}
			in = appendUTF16(in, string(r))
		}
		s := parseSubscriber(in)
		a := s.Agent()
		if got := fmt.Sprintf("%s %d.%d %s %t", a.Token, a.Major, a.Minor, a.GUID, a.Via); got != test.agent {
			t.Errorf("%q: %s, want %s", test.units, got, test.agent)
		}
		if s.Host() != test.host || s.Via != test.via || s.IsServices4() != test.services4 {
			t.Errorf("%q: host %q, via %q, services %t", test.units, s.Host(), s.Via, s.IsServices4())
		}
	}
}

func TestTargets(t *testing.T) {
	tests := []struct{ name, literal, asCame, unescaped string }{
		{"media/a.asf", "/media/a.asf", "/media/a.asf", "/media/a.asf"},
		{"/a.wmv?x=1", "/a.wmv?x=1", "/a.wmv?x=1", "/a.wmv?x=1"},
		{"a%20b.wmv", "/a%20b.wmv", "/a%20b.wmv", "/a b.wmv"},
		{"what%3Fb.wmv?x", "/what%3Fb.wmv?x", "/what%3Fb.wmv?x", "/what?b.wmv?x"},
		{"100%.wmv", "/100%.wmv", "/100%.wmv", "error"},
		{"../a.wmv", "error", "error", "error"},
		{`a\b.wmv`, "error", "error", "error"},
		{"a\nb", "error", "error", "error"},
		{"%2e%2e/a", "/%2e%2e/a", "/%2e%2e/a", "error"},
		{"日本.wmv", "/日本.wmv", "/日本.wmv", "/日本.wmv"},
		{"", "/", "/", "/"},
		{"mms://h/a.wmv", "/a.wmv", "/a.wmv", "/a.wmv"},
	}
	for _, test := range tests {
		m := OpenFile{FileName: test.name}
		for i, want := range []string{test.literal, test.asCame, test.unescaped} {
			target, err := m.Target(Reading(i))
			got := target.Path
			if target.Query != "" {
				got += "?" + target.Query
			}
			if err != nil {
				got = "error"
			}
			if got != want {
				t.Errorf("%q, reading %d: %s, want %s", test.name, i, got, want)
			}
		}
	}
}
