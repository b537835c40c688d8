package ntlm

import (
	"bytes"
	"fmt"
	"testing"
)

// A combination of what both sides may be.
type combination struct {
	method                          Method
	noMIC, noVersion, oem, noKey    bool
	noTime, datagram, plain, joined bool
	strength                        int
	sign, seal                      bool
}

func (c combination) name() string { return fmt.Sprintf("%+v", c) }

func combinations() []combination {
	var all []combination
	for bits := range 1 << 7 {
		on := func(n int) bool { return bits>>n&1 != 0 }
		for _, m := range []Method{NTLMv2, NTLM2, NTLMv1, LM} {
			for _, strength := range []int{128, 56, 40} {
				all = append(all, combination{
					method: m, strength: strength, noMIC: on(0), noVersion: on(1), oem: on(2), noKey: on(3),
					datagram: on(4), plain: on(5), noTime: on(6), joined: on(2), sign: true, seal: !on(6),
				})
			}
		}
	}
	return all
}

func (c combination) pair(t *testing.T) (*Initiator, *Acceptor) {
	a := newAcceptor(t, AcceptorOptions{Datagram: c.datagram, AllowV1: true, NoTimestamp: c.noTime, Joined: c.joined})
	lm := must(LMHash(password4, Windows1252))
	a.o.LookupLM = lookupAlways(lm)
	i := newInitiator(t, InitiatorOptions{
		Method: c.method, NoMIC: c.noMIC, NoVersion: c.noVersion, OEM: c.oem, NoKeyExchange: c.noKey,
		Datagram: c.datagram, NoExtended: c.plain, LMKey: c.plain && c.oem, Strength: c.strength,
		Sign: c.sign, Seal: c.seal,
	})
	return i, a
}

// Everything that an Initiator can be is taken by the Acceptor, and then both
// understand each other.
func TestMatrix(t *testing.T) {
	strengths := map[int]int{}
	for _, c := range combinations() {
		i, a := c.pair(t)
		token := talk(t, i, a)
		if _, done, err := a.Step(t.Context(), token); !done || err != nil {
			t.Errorf("%s: %v", c.name(), err)
			continue
		}
		if got := a.Identity(); got != (Identity{"User", "Domain", "COMPUTER", c.method, false}) {
			t.Errorf("%s: %+v", c.name(), got)
		}
		if a.SessionKey() != i.SessionKey() || a.SessionKey() == (Key{}) {
			t.Errorf("%s: the keys differ", c.name())
		}
		m, err := ParseAuthenticate(token)
		if want := !c.noMIC && !c.noTime && c.method == NTLMv2; err != nil || m.HasMIC() != want {
			t.Errorf("%s: MIC %v, %v", c.name(), m.HasMIC(), err)
		}
		if c.method == NTLMv2 && bytes.Equal(m.LM, make([]byte, 24)) == c.noTime {
			t.Errorf("%s: LM response %x", c.name(), m.LM)
		}
		if m.Flags.Has(FlagOEM) != c.oem || m.Flags.Has(FlagVersion) == c.noVersion {
			t.Errorf("%s: flags %#x", c.name(), m.Flags)
		}
		strengths[a.Security().Strength()]++
		if err := converse(i.Security(), a.Security()); err != nil {
			t.Errorf("%s: %v", c.name(), err)
		}
	}
	for _, bits := range []int{128, 56, 40} {
		if strengths[bits] == 0 {
			t.Errorf("no session of %d bits", bits)
		}
	}
}

// converse says some things both ways, signed and sealed.
func converse(client, server *Security) error {
	for n := range 3 {
		for _, way := range [][2]*Security{{client, server}, {server, client}} {
			message := bytes.Repeat([]byte{byte(n + 1)}, 10*n+1)
			if err := say(way[0], way[1], uint32(n+7), message); err != nil {
				return fmt.Errorf("message %d: %w", n, err)
			}
		}
	}
	return nil
}

func say(from, to *Security, seq uint32, message []byte) error {
	head := []byte("head")
	bufs := []Buffer{{Data: head, Sign: true}, {Data: bytes.Clone(message), Sign: true, Seal: from.Seals()}}
	wrap, unwrap := from.WrapEx, to.UnwrapEx
	if from.datagram {
		wrap = func(b []Buffer) (Signature, error) { return from.WrapExAt(seq, b) }
		unwrap = func(b []Buffer, sig []byte) error { return to.UnwrapExAt(seq, b, sig) }
	}
	sig, err := wrap(bufs)
	if err != nil {
		return err
	}
	if from.Seals() && len(message) > 8 && bytes.Equal(bufs[1].Data, message) {
		return fmt.Errorf("not sealed")
	}
	if err := damaged(bufs, sig, unwrap); err != nil {
		return err
	}
	if err := unwrap(bufs, sig[:]); err != nil {
		return err
	}
	if !bytes.Equal(bufs[1].Data, message) {
		return fmt.Errorf("got %x, want %x", bufs[1].Data, message)
	}
	return nil
}

// damaged sees that nothing changed is taken, and that trying leaves no trace.
func damaged(bufs []Buffer, sig Signature, unwrap func([]Buffer, []byte) error) error {
	before := bytes.Clone(bufs[1].Data)
	bad := sig
	bad[9] ^= 1
	if unwrap(bufs, bad[:]) == nil || unwrap(bufs, sig[:15]) == nil {
		return fmt.Errorf("a changed signature is taken")
	}
	bufs[1].Data[0] ^= 1
	if unwrap(bufs, sig[:]) == nil {
		return fmt.Errorf("a changed message is taken")
	}
	bufs[1].Data[0] ^= 1
	if !bytes.Equal(bufs[1].Data, before) {
		return fmt.Errorf("the message was not left as it was")
	}
	return nil
}
