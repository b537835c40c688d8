package kerberos

import (
	"bytes"
	"fmt"
	"testing"
)

// Everything that an Initiator can be is taken by the Acceptor, and then both
// understand each other.
func TestMatrix(t *testing.T) {
	s := newService(t, Options{})
	for _, etype := range allTypes {
		for bits := range 1 << 4 {
			on := func(n int) bool { return bits>>n&1 != 0 }
			o := ticketOf(t, grant{etype: etype})
			o.Subkey, o.Old, o.NoSum = on(1), on(2), on(3)
			if o.Flags = FlagSign | FlagSeal | FlagSequence; on(0) {
				o.Flags |= FlagMutual
			}
			name := fmt.Sprintf("%v, %04b", etype, bits)
			i, a := newInitiator(t, o), s.Acceptor()
			meet(t, i, a)
			id := a.Identity()
			if id.Account != "alice" || id.Principal.String() != "alice@EXAMPLE.COM" || id.Type != etype ||
				id.Service.String() != "HTTP/www.example.com@EXAMPLE.COM" {
				t.Errorf("%s: %+v", name, id)
			}
			if o.NoSum != (id.Flags == 0) {
				t.Errorf("%s: flags %x", name, id.Flags)
			}
			if !bytes.Equal(a.SessionKey().Value, i.SessionKey().Value) || !a.SessionKey().usable() {
				t.Errorf("%s: the keys differ", name)
			}
			if on(1) || on(0) && etype != RC4 {
				if bytes.Equal(a.SessionKey().Value, o.Session.Value) {
					t.Errorf("%s: the ticket's key is used", name)
				}
			}
			if a.Security().acceptorKey != (on(0) && etype != RC4) {
				t.Errorf("%s: whose key is it?", name)
			}
			for n, way := range [][2]*Security{{i.Security(), a.Security()}, {a.Security(), i.Security()}, {i.Security(), a.Security()}} {
				if err := converse(way[0], way[1], bytes.Repeat([]byte{byte(n)}, 17*n)); err != nil {
					t.Errorf("%s, message %d: %v", name, n, err)
				}
			}
		}
	}
}

// converse signs a message, and wraps it with and without a seal.
func converse(from, to *Security, message []byte) error {
	mic, err := from.MIC(message)
	if err != nil {
		return err
	}
	if err := damagedMIC(to, message, mic); err != nil {
		return err
	}
	if err := to.VerifyMIC(message, mic); err != nil {
		return fmt.Errorf("MIC: %w", err)
	}
	if to.VerifyMIC(message, mic) == nil {
		return fmt.Errorf("a MIC is taken twice")
	}
	if _, err := to.VerifyMICAt(message, mic); err != nil {
		return fmt.Errorf("MIC out of its order: %w", err)
	}
	if _, err := from.VerifyMICAt(message, mic); err == nil {
		return fmt.Errorf("a MIC is taken by who made it")
	}
	for _, seal := range []bool{false, true} {
		token, err := from.Wrap(message, seal)
		if err != nil {
			return err
		}
		if len(message) > 8 && bytes.Contains(token, message) == seal {
			return fmt.Errorf("seal %v: %x", seal, token)
		}
		if err := damagedWrap(to, token, message); err != nil {
			return fmt.Errorf("seal %v: %w", seal, err)
		}
		got, sealed, err := to.Unwrap(token)
		if err != nil || sealed != seal || !bytes.Equal(got, message) {
			return fmt.Errorf("seal %v: %x, %v, %w", seal, got, sealed, err)
		}
		if _, _, err := to.Unwrap(token); err == nil {
			return fmt.Errorf("a token is taken twice")
		}
	}
	return nil
}

func damagedMIC(to *Security, message, mic []byte) error {
	if to.VerifyMIC(append(bytes.Clone(message), 0), mic) == nil {
		return fmt.Errorf("a changed message is taken")
	}
	right, err := to.VerifyMICAt(message, mic)
	if err != nil {
		return err
	}
	for n := range mic {
		bad := bytes.Clone(mic)
		bad[n] ^= 1
		seq, err := to.VerifyMICAt(message, bad)
		if err == nil && (to.key.Type != RC4 || seq == right) { // RC4's number is sealed, not signed
			return fmt.Errorf("byte %d: a changed MIC is taken", n)
		}
		if to.VerifyMIC(message, bad) == nil {
			return fmt.Errorf("byte %d: a changed MIC is taken in its order", n)
		}
		if _, err := to.VerifyMICAt(message, mic[:n]); err == nil {
			return fmt.Errorf("cut to %d bytes: taken", n)
		}
	}
	return nil
}

// damagedWrap sees that no byte of a token can be changed, and none left out. How
// far it is turned is not signed, but then what comes out is the same.
func damagedWrap(to *Security, token, message []byte) error {
	for n := range token {
		bad := bytes.Clone(token)
		bad[n] ^= 1
		got, _, err := to.Unwrap(bad)
		turned := to.key.Type != RC4 && (n == 6 || n == 7) && bytes.Equal(got, message)
		if err == nil && turned {
			to.in--
		} else if err == nil {
			return fmt.Errorf("byte %d: a changed token is taken: %x for %x", n, got, message)
		}
		if _, _, err := to.Unwrap(token[:n]); err == nil {
			return fmt.Errorf("cut to %d bytes: taken", n)
		}
	}
	return nil
}

// Tokens may come turned by any count, RFC 4121 4.2.5.
func TestRotated(t *testing.T) {
	s := newService(t, Options{})
	for _, etype := range []EncType{AES128SHA1, AES256SHA384} {
		i, a := newInitiator(t, ticketOf(t, grant{etype: etype})), s.Acceptor()
		meet(t, i, a)
		for _, seal := range []bool{false, true} {
			for count := range 100 {
				token, err := i.Security().Wrap([]byte("message"), seal)
				if err != nil {
					t.Fatal(err)
				}
				body := token[headSize:]
				k := len(body) - count%len(body)
				turned := append(append(bytes.Clone(token[:headSize]), body[k:]...), body[:k]...)
				turned[7] = byte(count)
				if got, _, err := a.Security().Unwrap(turned); err != nil || string(got) != "message" {
					t.Fatalf("%v, seal %v, turned by %d: %q, %v", etype, seal, count, got, err)
				}
			}
		}
	}
}
