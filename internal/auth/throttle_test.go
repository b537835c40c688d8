package auth

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/auth/negotiate"
	"caracal/internal/auth/ntlm"
	"caracal/internal/event"
)

var (
	attacker = netip.MustParseAddr("192.0.2.66")
	owner    = netip.MustParseAddr("198.51.100.1")
)

// guess tries one password and says how long it took.
func guess(t *testing.T, g *Guard, from netip.Addr, name, password string) (time.Duration, error) {
	t.Helper()
	began := time.Now()
	_, err := g.Login(t.Context(), Ask{Address: from, Protocol: "http"}, name, Password(password))
	return time.Since(began), err
}

func TestGuessingSlowsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bus event.Bus
		sub := bus.Subscribe(64)
		g := NewGuard(Options{Accounts: newAccounts(t), Bus: &bus})
		var took []time.Duration
		var looked int
		for range 12 {
			d, err := guess(t, g, attacker, "alice", "guess")
			took = append(took, d)
			switch {
			case errors.Is(err, ErrDenied):
				looked++
			case !errors.Is(err, ErrSlow):
				t.Fatal(err)
			}
		}
		// Three for nothing, then 250 ms, twice that ...; from 8 s on none is looked at.
		want := []time.Duration{0, 0, 0, 250, 500, 1000, 2000, 4000, 0, 0, 0, 0}
		for i := range want {
			if took[i] != want[i]*time.Millisecond {
				t.Fatalf("the guesses took %v", took)
			}
		}
		if n := failures(sub); n != looked || n != 8 {
			t.Errorf("%d failures were counted, and %d guesses looked at", n, looked)
		}
		// The owner is somewhere else, and waits for nothing that matters.
		if d, err := guess(t, g, owner, "alice", alicePassword); err != nil || d > accountDelay {
			t.Errorf("the owner waited %v: %v", d, err)
		}
		time.Sleep(forgetAfter)
		if d, err := guess(t, g, attacker, "alice", alicePassword); err != nil || d != 0 {
			t.Errorf("later, with the right password, it took %v: %v", d, err)
		}
	})
}

// Who guesses an account's password from many addresses is slowed down by what all of
// them have tried, by whatever scheme, and each guess is counted.
func TestAccountSlowsNTLMDown(t *testing.T) {
	for _, scheme := range []string{NTLM, Negotiate} {
		synctest.Test(t, func(t *testing.T) {
			var bus event.Bus
			sub := bus.Subscribe(64)
			accounts := newAccounts(t)
			o := NTLMOptions{Computer: "STUDIO"}
			g := NewGuard(Options{Accounts: accounts, Schemes: []Scheme{NewNTLM(accounts, o), NewNegotiate(accounts, o, nil)}, Bus: &bus})
			g.SetPoint("club", &Rules{Play: list(t, "accounts")})
			try := func(from byte, user, password string) (time.Duration, Answer) {
				ask, began := playOf("club"), time.Now()
				ask.Address = netip.AddrFrom4([4]byte{203, 0, 113, from})
				if scheme == NTLM {
					a, _ := ntlmOver(t, g.Dialogue(), ask, user, password)
					return time.Since(began), a
				}
				m := negotiate.NTLMInitiator(ntlm.InitiatorOptions{User: user, Password: ntlm.Password(password), Now: time.Now})
				a := negotiateOver(t, g.Dialogue(), ask, m)
				return time.Since(began), a
			}
			want := []time.Duration{0, 0, 0, 250, 500, 1000, 2000, 2000, 2000}
			for i, d := range want {
				took, a := try(byte(i), `alice`, "guess")
				if took != d*time.Millisecond || a.Verdict != Prove {
					t.Errorf("%s: guess %d took %v: %v", scheme, i, took, a.Verdict)
				}
			}
			if took, a := try(100, "bob", bobPassword); took != 0 || a.Verdict != Allowed {
				t.Errorf("%s: another account waited %v: %v", scheme, took, a.Verdict)
			}
			if took, a := try(101, "ALICE", alicePassword); took != accountDelay || a.Verdict != Allowed {
				t.Errorf("%s: the owner waited %v: %v", scheme, took, a.Verdict)
			}
			if took, a := try(101, "alice", alicePassword); took != 0 || a.Verdict != Allowed {
				t.Errorf("%s: the owner waited %v at an address that is known: %v", scheme, took, a.Verdict)
			}
			if n := failures(sub); n != len(want) {
				t.Errorf("%s: %d failures were counted of %d", scheme, n, len(want))
			}
		})
	}
}

// One address is slowed down by its own failures with NTLM, and in the end not looked at.
func TestAddressSlowsNTLMDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		accounts := newAccounts(t)
		g := NewGuard(Options{Accounts: accounts, Schemes: []Scheme{NewNTLM(accounts, NTLMOptions{Computer: "STUDIO"})}})
		g.SetPoint("club", &Rules{Play: list(t, "accounts")})
		for i, want := range []time.Duration{0, 0, 0, 250, 500, 1000, 2000, 4000, 0, 0} {
			began := time.Now()
			a, _ := ntlmOver(t, g.Dialogue(), playOf("club"), "alice", "guess")
			if took := time.Since(began); took != want*time.Millisecond || (a.Verdict == Slowed) != (i >= 8) {
				t.Errorf("guess %d took %v: %v", i, took, a.Verdict)
			}
		}
	})
}

// Many guesses at once of one address take turns.
func TestGuessesQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGuard(Options{Accounts: newAccounts(t)})
		for range freeFailures {
			guess(t, g, attacker, "alice", "guess")
		}
		began := time.Now()
		results := make(chan error, 100)
		for range cap(results) {
			go func() {
				_, err := guess(t, g, attacker, "bob", "guess")
				results <- err
			}()
		}
		var looked int
		for range cap(results) {
			if err := <-results; errors.Is(err, ErrDenied) {
				looked++
			}
		}
		if most := int(maxWait/firstDelay) + 1; looked > most {
			t.Errorf("%d guesses were looked at in %v", looked, time.Since(began))
		}
	})
}

// Nothing that others do keeps the owner out, wherever they are.
func TestNobodyLocksAnAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGuard(Options{Accounts: newAccounts(t)})
		if _, err := guess(t, g, owner, "alice", alicePassword); err != nil {
			t.Fatal(err)
		}
		for i := range 12 {
			from := netip.AddrFrom4([4]byte{203, 0, 113, byte(i)})
			for range 4 {
				guess(t, g, from, "alice", "guess")
			}
		}
		elsewhere := netip.MustParseAddr("198.51.100.2")
		if d, err := guess(t, g, elsewhere, "alice", alicePassword); err != nil || d > accountDelay {
			t.Errorf("the owner at a new address waited %v: %v", d, err)
		}
		if d, err := guess(t, g, elsewhere, "bob", bobPassword); err != nil || d != 0 {
			t.Errorf("somebody else waited %v: %v", d, err)
		}
		if d, err := guess(t, g, elsewhere, "alice", "typo"); d > 0 || !errors.Is(err, ErrDenied) {
			t.Errorf("the owner's mistake at an address that is known took %v: %v", d, err)
		}
	})
}

// An account of one's own is no way to try those of others.
func TestOwnAccountForgivesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGuard(Options{Accounts: newAccounts(t)})
		var slowed time.Duration
		for range 6 {
			d, _ := guess(t, g, attacker, "alice", "guess")
			slowed += d
			time.Sleep(10 * time.Second)
			guess(t, g, attacker, "bob", bobPassword)
		}
		x := g.slow.addresses[source(attacker)]
		if x.failures != 6 {
			t.Errorf("%d failures are left of 6", x.failures)
		}
	})
}

func TestOneMachineHasOnePrefix(t *testing.T) {
	for _, tt := range []struct{ a, b string }{
		{"2001:db8::1", "2001:db8::ffff:1"}, {"192.0.2.1", "::ffff:192.0.2.1"}, {"fe80::1%eth0", "fe80::2%eth1"},
	} {
		if a, b := source(netip.MustParseAddr(tt.a)), source(netip.MustParseAddr(tt.b)); a != b || !a.IsValid() {
			t.Errorf("%s is %v, %s is %v", tt.a, a, tt.b, b)
		}
	}
	if a, b := source(netip.MustParseAddr("192.0.2.1")), source(netip.MustParseAddr("192.0.2.2")); a == b {
		t.Errorf("two machines are %v", a)
	}
}

// What is remembered is bounded, and who gives up waits no longer.
func TestThrottleIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newThrottle()
		for i := range maxTracked + 100 {
			a := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
			s.failed(a, a.String())
		}
		if len(s.addresses) > maxTracked || len(s.accounts) > maxTracked {
			t.Errorf("%d addresses, %d accounts", len(s.addresses), len(s.accounts))
		}
		for range 6 {
			s.failed(attacker, "")
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.turn(ctx, attacker, ""); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a turn that was given up: %v", err)
		}
	})
}
