package ntlm

import (
	"bytes"
	"errors"
	"testing"
)

func talkTo(t *testing.T, a *Acceptor, i InitiatorOptions) []byte {
	t.Helper()
	return talk(t, newInitiator(t, i), a)
}

// No bit of an AUTHENTICATE with a MIC can be changed, nor can it be cut.
func TestTamperedAuthenticate(t *testing.T) {
	for _, sign := range []bool{false, true} {
		a := newAcceptor(t, AcceptorOptions{AllowV1: true, AllowAnonymous: true})
		a.o.LookupLM = lookupAlways(must(LMHash(password4, Windows1252)))
		token := talkTo(t, a, InitiatorOptions{Sign: sign, Seal: sign})
		asked := *a
		for n := range token {
			for bit := range 8 {
				changed := bytes.Clone(token)
				changed[n] ^= 1 << bit
				if takes(t, asked, changed) {
					t.Errorf("byte %d, bit %d: taken", n, bit)
				}
			}
			if takes(t, asked, token[:n]) {
				t.Errorf("cut to %d bytes: taken", n)
			}
		}
		if !takes(t, asked, token) {
			t.Error("the message itself is refused")
		}
	}
}

func takes(t *testing.T, a Acceptor, token []byte) bool {
	_, done, err := a.Step(t.Context(), token)
	if done != (err == nil) {
		t.Errorf("done %v, %v", done, err)
	}
	return done
}

// Without a MIC names of workstations, flags and gaps can be changed on the way,
// but neither who it is nor the response.
func TestTamperedWithoutMIC(t *testing.T) {
	a := newAcceptor(t, AcceptorOptions{NoTimestamp: true, AllowV1: true})
	token := talkTo(t, a, InitiatorOptions{})
	m, err := ParseAuthenticate(token)
	if err != nil {
		t.Fatal(err)
	}
	for n := range m.NT {
		changed := m
		changed.NT = bytes.Clone(m.NT)
		changed.NT[n] ^= 1
		if takes(t, *a, changed.Append(nil)) {
			t.Errorf("byte %d of the response: taken", n)
		}
	}
	for n := range m.User {
		changed := m
		changed.User = bytes.Clone(m.User)
		changed.User[n] ^= 1
		if takes(t, *a, changed.Append(nil)) {
			t.Errorf("byte %d of the user: taken", n)
		}
	}
	for n := range token {
		if takes(t, *a, token[:n]) {
			t.Errorf("cut to %d bytes: taken", n)
		}
	}
}

// LMv2 alone proves the password but no MIC: it is what a man in the middle would
// leave of a message.
func TestLMv2Alone(t *testing.T) {
	for _, allow := range []bool{false, true} {
		a := newAcceptor(t, AcceptorOptions{NoTimestamp: true, AllowV1: allow})
		m, err := ParseAuthenticate(talkTo(t, a, InitiatorOptions{}))
		if err != nil {
			t.Fatal(err)
		}
		m.NT = nil
		if takes(t, *a, m.Append(nil)) != allow {
			t.Errorf("taken is %v", !allow)
		}
		m.LM = flipped(m.LM, 3)
		if takes(t, *a, m.Append(nil)) {
			t.Error("a wrong response is taken")
		}
	}
}

// The MIC covers NEGOTIATE and CHALLENGE too, and cannot be left out.
func TestTamperedBefore(t *testing.T) {
	a := newAcceptor(t, AcceptorOptions{})
	token := talkTo(t, a, InitiatorOptions{Sign: true})
	for _, change := range []func(*Acceptor){
		func(a *Acceptor) { a.negotiate = flipped(a.negotiate, 14) },
		func(a *Acceptor) { a.challenge = flipped(a.challenge, 21) },
		func(a *Acceptor) { a.negotiate = nil },
	} {
		changed := *a
		change(&changed)
		if _, _, err := changed.Step(t.Context(), token); !errors.Is(err, ErrMIC) {
			t.Error(err)
		}
	}
	m, err := ParseAuthenticate(token)
	if err != nil {
		t.Fatal(err)
	}
	for _, header := range []int{authenticateFlags, authenticateVersion, authenticateMIC} {
		m.Header, m.MIC = header, [16]byte{}
		changed := *a
		if _, _, err := changed.Step(t.Context(), m.Append(nil)); !errors.Is(err, ErrMIC) {
			t.Error(header, err)
		}
	}
}

// A MIC that is there and not zero is verified though nothing promises it.
func TestUnpromisedMIC(t *testing.T) {
	a := newAcceptor(t, AcceptorOptions{NoTimestamp: true})
	i := newInitiator(t, InitiatorOptions{NoVersion: true})
	m, err := ParseAuthenticate(talk(t, i, a))
	if err != nil {
		t.Fatal(err)
	}
	m.Header = authenticateMIC
	if !takes(t, *a, m.Append(nil)) {
		t.Error("a MIC of zeroes is no MIC")
	}
	right := messageMIC(i.key, a.negotiate, a.challenge, m.Append(nil))
	for mic, want := range map[[16]byte]bool{right: true, {1}: false} {
		m.MIC = mic
		if takes(t, *a, m.Append(nil)) != want {
			t.Errorf("%x: taken is %v", mic, !want)
		}
	}
}

func flipped(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 1
	return b
}
