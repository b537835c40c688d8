package auth

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// What holds without a word of configuration, and without a Guard at all.
func TestDefaults(t *testing.T) {
	for _, g := range []*Guard{nil, NewGuard(Options{})} {
		for _, tt := range []struct {
			right Right
			from  string
			ask   Ask
			want  Verdict
		}{
			{Play, "192.0.2.1", Ask{}, Allowed},
			{Publish, "192.0.2.1", Ask{}, Denied},
			{Admin, "192.0.2.1", Ask{}, Denied},
			{Publish, "127.0.0.1", Ask{}, Allowed},
			{Admin, "::1", Ask{}, Allowed},
			{Admin, "::ffff:127.0.0.1", Ask{}, Allowed},
			{Admin, "127.0.0.1", Ask{Forwarded: true}, Denied},
			{Publish, "127.0.0.1", Ask{Page: true}, Denied},
			{Play, "127.0.0.1", Ask{Page: true, Forwarded: true}, Allowed},
		} {
			a := tt.ask
			a.Right, a.Address = tt.right, netip.MustParseAddr(tt.from)
			if d := g.Decide(t.Context(), a, Identity{}); d.Verdict != tt.want {
				t.Errorf("%v from %s: %+v, want %v", tt.right, tt.from, d, tt.want)
			}
			answer := g.Dialogue().Judge(t.Context(), Request{Ask: a, Method: "GET", URI: "/", Authorization: []string{basicOf("a", "b")}})
			if answer.Verdict != tt.want {
				t.Errorf("%v from %s with a password: %+v, want %v", tt.right, tt.from, answer, tt.want)
			}
		}
	}
}

// The point's list counts before the listener's, and that before the server's;
// addresses have to pass all three.
func TestLevels(t *testing.T) {
	g := NewGuard(Options{Accounts: newAccounts(t)})
	rules := func(play string, deny ...string) *Rules {
		r := &Rules{}
		if play != "" {
			r.Play = list(t, strings.Fields(play)...)
		}
		for _, s := range deny {
			r.Deny = append(r.Deny, netip.MustParsePrefix(s))
		}
		return r
	}
	alice := Identity{Account: "alice", Groups: []string{"staff"}}
	tests := []struct {
		what                    string
		server, listener, point *Rules
		id                      Identity
		want                    Verdict
	}{
		{"nothing", rules(""), nil, nil, Identity{}, Allowed},
		{"the server", rules("accounts"), rules(""), rules(""), Identity{}, Prove},
		{"the listener opens", rules("accounts"), rules("anyone"), nil, Identity{}, Allowed},
		{"the point closes", rules("anyone"), rules("anyone"), rules("group:staff"), Identity{}, Prove},
		{"and lets in", rules("user:nobody"), nil, rules("group:staff"), alice, Allowed},
		{"another account", rules(""), nil, rules("user:bob"), alice, Denied},
		{"its name in another case", rules(""), nil, rules("user:ALICE"), alice, Allowed},
		{"an address before a name", rules(""), nil, rules("user:bob address:192.0.2.0/24"), Identity{}, Allowed},
		{"the server's addresses", rules("", "192.0.2.9/32"), nil, rules("anyone"), alice, Denied},
		{"the listener's", rules(""), rules("", "192.0.2.0/30", "192.0.2.8/29"), rules("anyone"), Identity{}, Denied},
		{"the point's", rules(""), nil, rules("anyone", "::/0"), Identity{}, Allowed},
		{"nobody at all", rules(""), nil, &Rules{Play: list(t)}, alice, Denied},
		{"only others", rules(""), nil, &Rules{Allow: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}, alice, Denied},
	}
	for _, tt := range tests {
		g.SetPolicy(Policy{Server: *tt.server, Listeners: map[string]*Rules{"http": tt.listener}})
		g.SetPoint("club", tt.point)
		steps, d := g.Explain(t.Context(), playOf("club"), tt.id)
		if d.Verdict != tt.want || len(steps) == 0 || d.Verdict == Denied && d.Reason == "" {
			t.Errorf("%s: %+v, want %v\n%s", tt.what, d, tt.want, strings.Join(steps, "\n"))
		}
	}
}

// A point is open only if nothing over any listener could keep somebody out.
func TestIsOpen(t *testing.T) {
	g := NewGuard(Options{})
	ten := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, tt := range []struct {
		what string
		p    Policy
		r    *Rules
		want bool
	}{
		{"nothing", Policy{}, nil, true},
		{"anyone last", Policy{}, &Rules{Play: list(t, "accounts", "anyone")}, true},
		{"accounts", Policy{}, &Rules{Play: list(t, "accounts")}, false},
		{"the server's", Policy{Server: Rules{Play: list(t, "local")}}, nil, false},
		{"what the point says otherwise", Policy{Server: Rules{Play: list(t, "local")}}, &Rules{Play: list(t, "anyone")}, true},
		{"one listener's", Policy{Listeners: map[string]*Rules{"mms": {Play: list(t)}}}, nil, false},
		{"denied addresses", Policy{Server: Rules{Deny: ten}}, nil, false},
		{"allowed addresses", Policy{}, &Rules{Allow: ten}, false},
		{"a program", Policy{}, &Rules{External: says(Allowed)}, false},
	} {
		g.SetPolicy(tt.p)
		g.SetPoint("p", tt.r)
		if got := g.IsOpen("p"); got != tt.want {
			t.Errorf("%s: %v", tt.what, got)
		}
	}
}

// says is a Decider that always says the same.
type says Verdict

func (s says) Decide(context.Context, Ask, Identity) (Verdict, string) {
	return Verdict(s), "as always"
}

// A page in a browser has its user's accounts and addresses for playing alone.
func TestPagesDoNotPublish(t *testing.T) {
	g := NewGuard(Options{Accounts: newAccounts(t)})
	g.SetPolicy(Policy{Server: Rules{
		Play: list(t, "accounts"), Publish: list(t, "accounts", "address:192.0.2.0/24"), Admin: list(t, "group:staff"),
	}})
	for right, want := range map[Right]Verdict{Play: Allowed, Publish: Denied, Admin: Denied} {
		a := playOf("live")
		a.Right, a.Page = right, true
		r := get(a, basicOf("alice", alicePassword))
		if d := g.Dialogue().Judge(t.Context(), r); d.Verdict != want {
			t.Errorf("%v: %+v", right, d)
		}
	}
}

// Points have rules of their own while there are others.
func TestPointsChange(t *testing.T) {
	g := NewGuard(Options{})
	r := &Rules{Play: list(t)}
	g.SetPoint("a", r)
	g.SetPoint("b", &Rules{})
	g.SetPoint("b", nil)
	if g.PointRules("a") != r || g.PointRules("b") != nil {
		t.Error("rules are mixed up")
	}
	if got := g.schemesFor(playOf("c")); !slices.Equal(got, nil) {
		t.Errorf("without accounts it offers %q", got)
	}
}
