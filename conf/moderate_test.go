package conf

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/auth"
)

func TestWhoMayJoin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := openManager(t, Options{
			Limits: Limits{Members: 4, MembersByAddress: 3, GuessRate: Rate{2, 0.1}},
			Permanent: []Config{
				{Name: "open"}, {Name: "closed", Accounts: true},
				{Name: "secret", Password: []byte("#in"), Moderator: []byte("#mod"), Grants: []Grant{{Group: "chairs", Rights: Moderate}}},
			},
		})
		find := func(name string) *Conference {
			c, err := m.Find(name)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		try := func(c *Conference, w Who, p auth.Password) (*Member, error) {
			w.Password = p
			a, _, err := c.Join(t.Context(), w)
			return a, err
		}
		secret := find("SECRET")
		_, err := try(find("closed"), guest("x"), "")
		refuse(t, "a guest", err, ErrAccount)
		_, err = try(secret, guest("x"), "")
		refuse(t, "no password", err, ErrPassword)
		_, err = try(secret, guest("x"), "wrong")
		refuse(t, "a wrong password", err, ErrPassword)
		in, err := try(secret, guest("x"), "in")
		refuse(t, "the password", err, nil)
		expect(t, "its rights", in.Info().Rights, 0)
		mod, err := try(secret, guest("y"), "mod")
		refuse(t, "the moderators'", err, nil)
		expect(t, "its rights", mod.Info().Rights, AllRights)
		chair := account("bob")
		chair.Identity.Groups = []string{"chairs"}
		_, err = try(secret, chair, "")
		refuse(t, "a group that moderates", err, nil)
		_, err = try(secret, guest("z"), "in")
		refuse(t, "a fourth of the address", err, ErrAddressFull)
		far := guest("far")
		far.Address = netip.MustParseAddrPort("198.51.100.1:1")
		_, err = try(secret, far, "in")
		refuse(t, "another address", err, nil)
		far.Address = netip.MustParseAddrPort("198.51.100.2:1")
		_, err = try(secret, far, "in")
		refuse(t, "a fifth", err, ErrFull)
		try(secret, far, "a")
		try(secret, far, "b")
		_, err = try(secret, far, "in")
		refuse(t, "after guesses", err, ErrRate)
		refuse(t, "a right that it has not", in.Lock(true), ErrNotAllowed)
		time.Sleep(time.Minute)
		refuse(t, "a wrong claim", in.Claim(t.Context(), "in"), ErrPassword)
		refuse(t, "a claim", in.Claim(t.Context(), "mod"), nil)
		refuse(t, "a right that it has now", in.Lock(true), nil)
		refuse(t, "a password that is configured", in.SetPassword(t.Context(), "x"), ErrConfigured)
	})
}

func TestNamesOfAccounts(t *testing.T) {
	_, c := one(t, Options{})
	for _, tt := range []struct {
		w    Who
		want string
	}{
		{guest("Eve"), "Eve"}, {guest("ada"), "ada (guest)"}, {guest(" A\u200bda "), "Ada (guest)"}, {guest("ＡＤＡ"), "ＡＤＡ (guest)"},
		{guest(`DOMAIN\ada`), `DOMAIN\ada (guest)`}, {guest("sip:ada@host"), "sip:ada@host (guest)"}, {guest("Ada (host)"), "Ada (host) (guest)"},
		{guest("\x00\n"), "Guest"}, {account("Ada"), "Ada"}, {Who{Identity: auth.Identity{Account: "bob"}, Name: "ada"}, "bob"},
		{Who{Identity: auth.Identity{Account: "bob"}, Name: "Robert"}, "Robert"}, {guest("a\u202eb"), "ab"},
	} {
		m, _ := join(t, c, tt.w)
		expect(t, tt.w.Name, m.Info().Name, tt.want)
		m.Leave("")
	}
}

func TestFloorAndConductor(t *testing.T) {
	_, c := one(t, Options{})
	ada, _ := join(t, c, account("Ada"))
	x, _ := join(t, c, guest("x"))
	y, _ := join(t, c, guest("y"))
	drain(t, y)
	if err := errors.Join(x.AskFloor(), y.AskFloor(), x.AskFloor()); err != nil {
		t.Fatal(err)
	}
	expect(t, "asked", drain(t, y), "FloorChanged {2 []}; FloorChanged {2 [3]}")
	refuse(t, "not the holder's", y.GiveFloor(1), ErrFloor)
	refuse(t, "no right", x.Conduct(), ErrNotAllowed)
	refuse(t, "no right", x.GrantFloor(2), ErrNotAllowed)
	refuse(t, "conducts", ada.Conduct(), nil)
	refuse(t, "back", x.ReleaseFloor(), nil)
	expect(t, "conducted", drain(t, y), "ConductorChanged 1; FloorChanged {0 [3]}")
	refuse(t, "granted", ada.GrantFloor(3), nil)
	refuse(t, "given", y.GiveFloor(2), nil)
	refuse(t, "handed on", ada.GiveConductor(3), nil)
	refuse(t, "another's", ada.GrantFloor(1), ErrNotAllowed)
	refuse(t, "two", ada.Conduct(), ErrConducted)
	x.Leave("")
	expect(t, "holder left", drain(t, y), "FloorChanged {3 []}; FloorChanged {2 []}; ConductorChanged 3; FloorChanged {0 []}; Left 2")
	ada.AskFloor()
	y.Leave("")
	expect(t, "conductor left", strings.HasSuffix(drain(t, ada), "ConductorChanged 0; FloorChanged {1 []}; Left 3"), true)
}

func TestEjectLockInviteEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c := one(t, Options{})
		ada, _ := join(t, c, account("Ada"))
		x, _ := join(t, c, guest("x"))
		refuse(t, "no right", x.Eject(ada.ID(), ""), ErrNotAllowed)
		refuse(t, "nobody", ada.Eject(77, ""), ErrNoMember)
		refuse(t, "ejects", ada.Eject(x.ID(), "noise"), nil)
		expect(t, "the ejected", drain(t, x), "Ejected; Left 2; "+ErrEjected.Error())
		_, _, err := c.Join(t.Context(), guest("again"))
		refuse(t, "back at once", err, ErrBarred)
		time.Sleep(6 * time.Minute)
		refuse(t, "locks", ada.Lock(true), nil)
		_, _, err = c.Join(t.Context(), guest("x"))
		refuse(t, "locked", err, ErrLocked)
		token, err := ada.Invite("sip", "sip:x@host")
		refuse(t, "invites", err, nil)
		w := guest("x")
		w.Invitation = token
		x, _ = join(t, c, w)
		_, _, err = c.Join(t.Context(), w)
		refuse(t, "an invitation twice", err, ErrLocked)
		if token, err := x.Invite("sip", "y"); token != "" || err != nil {
			t.Errorf("a guest's invitation: %q, %v", token, err)
		}
		refuse(t, "no right", x.End(""), ErrNotAllowed)
		drain(t, x)
		refuse(t, "ends", ada.End("over"), nil)
		expect(t, "the end", drain(t, x), "Ended; "+ErrEnded.Error())
		_, s := join(t, c, guest("next"))
		if len(s.Members) != 1 || s.Facts.Locked {
			t.Errorf("a permanent conference goes on: %+v", s)
		}
	})
}
