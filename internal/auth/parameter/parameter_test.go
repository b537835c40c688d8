package parameter

import (
	"strings"
	"testing"
)

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`username="a", realm="b",nc=1,x="`, `a = "b\"c\\d" , e=f`, `a="b"c=d`, `,,a=,`, `username="STUDIO\alice"`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := Parse(s)
		if err != nil {
			return
		}
		var again []string
		for name, value := range p {
			if strings.ContainsAny(value, "\x00\r\n\t\x7f") || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0xFFFD }) {
				return // Quote leaves out what has no place there
			}
			again = append(again, name+"="+Quote(value))
		}
		q, err := Parse(strings.Join(again, ", "))
		if err != nil || len(q) != len(p) {
			t.Fatalf("%q: %v, %v", again, q, err)
		}
		for name := range p {
			if q[name] != p[name] {
				t.Fatalf("%s: %q is %q again", name, p[name], q[name])
			}
		}
	})
}
