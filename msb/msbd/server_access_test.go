package msbd_test

import (
	"strings"
	"testing"

	"caracal/internal/auth"
	"caracal/internal/auth/access"
	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/msb/msbd"
)

// The address of another server decides whether it gets the broadcast: it has nothing
// to prove who it is by.
func TestAccess(t *testing.T) {
	who := func(list ...string) []access.Who {
		all, err := access.ParseAll(list)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	here := who("address:192.0.2.0/24", "address:198.51.100.0/24")
	for name, k := range map[string]struct {
		rules auth.Rules
		why   string // of the refusal; "" is none
	}{
		"anyone":                 {auth.Rules{}, ""},
		"its address":            {auth.Rules{Play: here}, ""},
		"another address":        {auth.Rules{Play: who("address:203.0.113.0/24")}, "nobody at"},
		"members":                {auth.Rules{Play: who("group:members")}, "has to prove who"},
		"the address or members": {auth.Rules{Play: append(who("group:members"), here...)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			inMemory(t, setting{club: true}, func(s *server) {
				s.live(1)
				s.club.Rule(s.Points, pointName, &k.rules)
				p := s.connect()
				p.ask(msbd.OverTCP)
				if k.why == "" {
					p.accepted()
					return
				}
				if m := p.next(msbd.ResConnect); m.HR != msbd.EAccessDenied {
					t.Errorf("hr %v", m.HR)
				}
				p.closed()
				if refused := fronttest.EventsOf[event.Refused](s.Rig); len(refused) != 1 || !strings.Contains(refused[0].Reason, k.why) {
					t.Errorf("%+v", refused)
				}
			})
		})
	}
}
