package conf

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/auth"
	"caracal/internal/event"
	"caracal/internal/session"
)

// people are Accounts that are as quick as tests want; a hash is the password behind "#".
type people []string

func (p people) IsAccount(_ context.Context, name string) (string, bool, error) {
	for _, a := range p {
		if fold(a) == fold(name) {
			return a, true, nil
		}
	}
	return "", false, nil
}

func (people) HashPassword(_ context.Context, p auth.Password) ([]byte, error) {
	return []byte("#" + string(p)), nil
}

func (people) VerifyPassword(_ context.Context, _ string, hash []byte, p auth.Password) bool {
	return string(hash) == "#"+string(p)
}

var _ Accounts = (*auth.Accounts)(nil)

func openManager(t testing.TB, opt Options) *Manager {
	t.Helper()
	if opt.Accounts == nil {
		opt.Accounts = people{"Ada", "bob"}
	}
	m, err := Open(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

// one is a manager with one permanent conference, where Ada has all rights.
func one(t testing.TB, opt Options) (*Manager, *Conference) {
	t.Helper()
	opt.Permanent = append(opt.Permanent, Config{Name: "staff", Number: "42", Grants: []Grant{{Account: "ada", Rights: AllRights}}})
	m := openManager(t, opt)
	c, err := m.Find("42")
	if err != nil {
		t.Fatal(err)
	}
	return m, c
}

func guest(name string) Who {
	return Who{Name: name, Protocol: "test", Address: netip.MustParseAddrPort("192.0.2.1:5")}
}

func account(name string) Who {
	w := guest(name)
	w.Identity.Account = name
	return w
}

func join(t testing.TB, c *Conference, w Who) (*Member, *Snapshot) {
	t.Helper()
	m, s, err := c.Join(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	return m, s
}

// drain returns what a member has not read, in words.
func drain(t testing.TB, m *Member) string {
	t.Helper()
	var words []string
	for {
		e, ok, err := m.Poll()
		if err != nil {
			words = append(words, err.Error())
		}
		if !ok {
			return strings.Join(words, "; ")
		}
		w := strings.TrimPrefix(fmt.Sprintf("%T", e.What), "conf.")
		switch c := e.What.(type) {
		case Said:
			w += " " + c.Line.Text
		case Whispered:
			w += " " + c.Line.Text
		case FloorChanged:
			w += fmt.Sprint(" ", c.Floor)
		case ConductorChanged:
			w += fmt.Sprint(" ", c.Conductor)
		case Left:
			w += fmt.Sprint(" ", c.Member)
		}
		words = append(words, w)
	}
}

func expect(t testing.TB, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func refuse(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func TestChat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c := one(t, Options{})
		a, _ := join(t, c, guest("x"))
		b, _ := join(t, c, guest("y"))
		z, _ := join(t, c, guest("z"))
		if err := errors.Join(a.Say("hello 𝄞\r\n\x1b[31m"), b.Whisper(a.ID(), "psst"), b.Say("all")); err != nil {
			t.Fatal(err)
		}
		expect(t, "x", drain(t, a), "Joined; Joined; Said hello 𝄞\n[31m; Whispered psst; Said all")
		expect(t, "y", drain(t, b), "Joined; Said hello 𝄞\n[31m; Whispered psst; Said all")
		expect(t, "z", drain(t, z), "Said hello 𝄞\n[31m; Said all")
		_, late := join(t, c, guest("late"))
		expect(t, "lines for a late one", len(late.Lines), 2)
		refuse(t, "to nobody", a.Whisper(99, "x"), ErrNoMember)
		refuse(t, "to 0", a.Whisper(0, "x"), ErrNoMember)
		refuse(t, "nothing", a.Say(" \x00\n"), ErrEmpty)
		refuse(t, "too long", a.Say(strings.Repeat("x", 5000)), ErrTooLong)
		b.Leave("bye")
		refuse(t, "after leaving", b.Say("x"), ErrLeft)
		expect(t, "z", drain(t, z), "Joined; Left 2")
		if _, err := b.Snapshot(); err == nil {
			t.Error("who has left gets a snapshot")
		}
	})
}

// A flood of one member is refused, and costs nobody else anything.
func TestRates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c := one(t, Options{Limits: Limits{LineRate: Rate{3, 1}, JoinRate: Rate{3, 1}}})
		a, _ := join(t, c, guest("x"))
		b, _ := join(t, c, guest("y"))
		for range 3 {
			if err := a.Say("x"); err != nil {
				t.Fatal(err)
			}
		}
		refuse(t, "the fourth at once", a.Say("x"), ErrRate)
		refuse(t, "of another", b.Say("y"), nil)
		time.Sleep(time.Second)
		refuse(t, "a second later", a.Say("x"), nil)
		join(t, c, guest("z"))
		join(t, c, guest("z"))
		_, _, err := c.Join(t.Context(), guest("z"))
		for range 3 {
			_, _, err = c.Join(t.Context(), guest("z"))
		}
		refuse(t, "too many joins", err, ErrRate)
	})
}

func TestBehind(t *testing.T) {
	_, c := one(t, Options{Limits: Limits{Events: 8, LineRate: Rate{1000, 1}, Lines: 5}})
	a, _ := join(t, c, guest("x"))
	slow, _ := join(t, c, guest("slow"))
	for i := range 20 {
		if err := a.Say(fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := slow.Poll(); err != ErrBehind {
		t.Fatal(err)
	}
	s, err := slow.Snapshot()
	if err != nil || len(s.Lines) != 5 || s.Lines[4].Text != "19" {
		t.Errorf("%+v, %v", s, err)
	}
	a.Say("again")
	expect(t, "behind the snapshot", drain(t, slow), "Said again")
	expect(t, "the ring", len(c.log.ring) <= 8, true)
}

func TestOnDemand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bus event.Bus
		sub := bus.Subscribe(100)
		m := openManager(t, Options{Bus: &bus, Limits: Limits{Conferences: 2, Linger: time.Minute}})
		_, err := m.Create(t.Context(), guest("x"), Plan{Name: "a"})
		refuse(t, "a guest's", err, ErrNotAllowed)
		c, err := m.Create(t.Context(), account("bob"), Plan{Name: "Talk", Password: "1"})
		if err != nil {
			t.Fatal(err)
		}
		expect(t, "number", c.Facts().Number, "1000")
		for name, want := range map[string]error{"tALK": ErrExists, "123": ErrName, "a/b": ErrName, "": ErrName} {
			_, err = m.Create(t.Context(), account("bob"), Plan{Name: name})
			refuse(t, name, err, want)
		}
		b, _ := join(t, c, account("bob"))
		refuse(t, "its owner", b.SetPassword(t.Context(), ""), nil)
		time.Sleep(time.Hour)
		b.Leave("")
		time.Sleep(59 * time.Second)
		b, _ = join(t, c, guest("x"))
		b.Leave("")
		time.Sleep(59 * time.Second)
		if _, err := m.Find("talk"); err != nil {
			t.Error(err)
		}
		time.Sleep(2 * time.Second)
		_, err = m.Find("talk")
		refuse(t, "when nobody is there", err, ErrNoConference)
		_, _, err = c.Join(t.Context(), guest("x"))
		refuse(t, "over", err, ErrEnded)
		sub.Close()
		var names []string
		for r := range sub.C() {
			names = append(names, event.Name(r.Event))
		}
		expect(t, "events", names, "[conference_began conference_joined conference_left conference_joined conference_left conference_ended]")
	})
}

func TestDoors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, c := one(t, Options{})
		from := netip.MustParseAddr("192.0.2.7")
		sip, _ := join(t, c, guest("x"))
		caller := Caller{Kind: "t120", From: from, Conference: c, Member: sip.ID(), Until: time.Now().Add(time.Minute)}
		_, err := m.Expect(caller)
		refuse(t, "nobody is there", err, ErrNoDoor)
		at := netip.MustParseAddrPort("127.0.0.1:1503")
		unregister, err := m.RegisterDoor("t120", at)
		if err != nil {
			t.Fatal(err)
		}
		_, err = m.RegisterDoor("t120", at)
		refuse(t, "two", err, ErrDoorTaken)
		_, err = m.Expect(Caller{Kind: "t120", Conference: c, Until: caller.Until})
		refuse(t, "from nowhere", err, ErrCaller)
		d, err := m.Expect(caller)
		if err != nil || d.Address != at {
			t.Fatal(d, err)
		}
		if _, ok := m.Arrive("t120", netip.MustParseAddr("192.0.2.8")); ok {
			t.Error("another address is taken for him")
		}
		got, ok := m.Arrive("t120", netip.MustParseAddr("::ffff:192.0.2.7"))
		if !ok || got.Member != sip.ID() {
			t.Errorf("%+v, %v", got, ok)
		}
		if _, ok := m.Arrive("t120", from); ok {
			t.Error("he comes twice")
		}
		m.Expect(caller)
		time.Sleep(61 * time.Second)
		if _, ok := m.Arrive("t120", from); ok {
			t.Error("he comes too late")
		}
		expect(t, "expected", len(m.doors.expected), 0)
		second, s, err := got.Conference.Attach(got.Member)
		if err != nil || len(s.Members) != 1 || second.ID() != sip.ID() {
			t.Fatal(s, err)
		}
		second.Say("x")
		expect(t, "the second end", drain(t, second), "Said x")
		sip.Leave("")
		expect(t, "after the first", drain(t, second), "Left 1; "+ErrLeft.Error())
		unregister()
		_, err = m.Expect(Caller{Kind: "t120", From: from, Conference: c, Until: time.Now().Add(time.Minute)})
		refuse(t, "gone", err, ErrNoDoor)
	})
}

// A member's session says where it is, and does not end for its silence.
func TestSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c := one(t, Options{})
		sessions := session.NewManager(session.Options{IdleTimeout: time.Second}, nil)
		s, err := sessions.Admit(event.Player{Protocol: "t120"}, func(error) {})
		if err != nil {
			t.Fatal(err)
		}
		w := guest("x")
		w.Session = s
		join(t, c, w)
		expect(t, "target", s.Who().Target, "conference/staff")
		expect(t, "state", s.State(), session.Streaming)
	})
}

func TestNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, c := one(t, Options{})
		a, _ := join(t, c, guest("x"))
		done := make(chan error)
		go func() {
			for {
				if _, err := a.Next(t.Context()); err != nil {
					done <- err
					return
				}
			}
		}()
		synctest.Wait()
		a.Say("x")
		m.Close()
		refuse(t, "at shutdown", <-done, ErrClosed)
	})
}
