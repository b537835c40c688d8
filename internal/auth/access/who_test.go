package access

import (
	"net/netip"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for s, want := range map[string]Who{
		"anyone":                       {Kind: Anyone},
		"local":                        {Kind: Local},
		"accounts":                     {Kind: Accounts},
		"key":                          {Kind: Key},
		"group:Night Staff":            {Kind: Group, Name: "night staff"},
		"user:Zoë":                     {Kind: User, Name: "Zoë"},
		"address:192.0.2.7":            {Kind: Address, Prefix: netip.MustParsePrefix("192.0.2.7/32")},
		"address:192.0.2.7/24":         {Kind: Address, Prefix: netip.MustParsePrefix("192.0.2.0/24")},
		"address:::ffff:192.0.2.7":     {Kind: Address, Prefix: netip.MustParsePrefix("192.0.2.7/32")},
		"address:::ffff:192.0.2.0/120": {Kind: Address, Prefix: netip.MustParsePrefix("192.0.2.0/24")},
		"address:2001:db8::1/32":       {Kind: Address, Prefix: netip.MustParsePrefix("2001:db8::/32")},
	} {
		got, err := Parse(s)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", s, got, err)
		}
		if again, err := Parse(got.String()); err != nil || again != got {
			t.Errorf("%s is %s, and that is %+v, %v", s, got, again, err)
		}
	}
	for _, s := range []string{
		"", "everyone", "Anyone", "group:", "group", "user:a@b", `user:a\b`, "user:a:b", "user: a", "user:a\x00", "user:\xff",
		"user:" + strings.Repeat("a", MaxName+1), "address:", "address:host", "address:192.0.2.0/33", "address:fe80::1%eth0", "address:192.0.2.7/",
	} {
		if w, err := Parse(s); err == nil {
			t.Errorf("%q is %+v", s, w)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("group:staff")
	f.Add("address:10.0.0.0/8")
	f.Fuzz(func(t *testing.T, s string) {
		w, err := Parse(s)
		if err != nil {
			return
		}
		if again, err := Parse(w.String()); err != nil || again != w {
			t.Fatalf("%q is %v, and that is %v, %v", s, w, again, err)
		}
	})
}
