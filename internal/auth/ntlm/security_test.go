package ntlm

import (
	"errors"
	"testing"
)

// What was not negotiated is not done.
func TestNoSecurity(t *testing.T) {
	for _, tt := range []struct {
		name       string
		flags      Flags
		datagram   bool
		mic, wrap  error
		micAt, wAt error
	}{
		{"nothing", FlagExtended | FlagAlwaysSign, false, ErrNoSecurity, ErrNoSecurity, ErrNoSecurity, ErrNoSecurity},
		{"sign", FlagExtended | FlagSign, false, nil, ErrNoSecurity, ErrNoSecurity, ErrNoSecurity},
		{"seal", FlagExtended | FlagSeal, false, nil, nil, ErrNoSecurity, ErrNoSecurity},
		{"datagram", FlagExtended | FlagSeal, true, ErrNoSecurity, ErrNoSecurity, nil, nil},
		{"old datagram", FlagSeal, true, ErrNoSecurity, ErrNoSecurity, nil, ErrNoSecurity},
	} {
		s := newSecurity(tt.flags, random4, 0, false, tt.datagram)
		_, mic := s.MIC(plain4)
		data, _, wrap := s.Wrap(plain4)
		_, micAt := s.MICAt(1, plain4)
		_, wAt := s.WrapExAt(1, sealed(plain4))
		for n, err := range []error{mic, wrap, micAt, wAt} {
			if want := []error{tt.mic, tt.wrap, tt.micAt, tt.wAt}[n]; !errors.Is(err, want) {
				t.Errorf("%s: call %d: %v, want %v", tt.name, n, err, want)
			}
		}
		if wrap != nil && data != nil {
			t.Errorf("%s: data beside an error", tt.name)
		}
		var sig Signature
		if _, err := s.Unwrap(plain4, sig[:]); err == nil {
			t.Errorf("%s: nothing is taken for a signature", tt.name)
		}
		if s.VerifyMIC(plain4, sig[:]) == nil || s.VerifyMICAt(1, plain4, sig[:]) == nil {
			t.Errorf("%s: nothing is taken for a signature", tt.name)
		}
	}
}

// In connection mode a message comes once, and in its turn.
func TestSequence(t *testing.T) {
	for _, f := range []Flags{FlagExtended | FlagKeyExchange, FlagExtended, 0} {
		f |= FlagSign | FlagSeal | Flag128
		client, server := newSecurity(f, random4, 0, false, false), newSecurity(f, random4, 0, true, false)
		var sigs [3]Signature
		for n := range sigs {
			var err error
			if sigs[n], err = client.MIC(plain4); err != nil {
				t.Fatal(err)
			}
		}
		if err := server.VerifyMIC(plain4, sigs[1][:]); !errors.Is(err, ErrSignature) {
			t.Errorf("%#x: out of turn: %v", f, err)
		}
		for n := range sigs {
			if err := server.VerifyMIC(plain4, sigs[n][:]); err != nil {
				t.Errorf("%#x: %d: %v", f, n, err)
			}
			if err := server.VerifyMIC(plain4, sigs[n][:]); !errors.Is(err, ErrSignature) {
				t.Errorf("%#x: %d again: %v", f, n, err)
			}
		}
	}
}

// Without extended session security the server goes on where the client was.
func TestOneStream(t *testing.T) {
	f := FlagSign | FlagSeal | Flag128
	client, server := newSecurity(f, random4, 0, false, false), newSecurity(f, random4, 0, true, false)
	alone := newSecurity(f, random4, 0, false, false)
	for n, from := range []*Security{client, server, client} {
		to := server
		if from == server {
			to = client
		}
		sig, err := from.MIC(plain4)
		if err != nil || to.VerifyMIC(plain4, sig[:]) != nil {
			t.Fatal(n, err)
		}
		if want, err := alone.MIC(plain4); err != nil || sig != want {
			t.Errorf("message %d: %x, want %x, %v", n, sig, want, err)
		}
	}
}

// With extended session security all parts are signed, without it those that say
// so; and a message is not taken for the other side's.
func TestSignedParts(t *testing.T) {
	for f, want := range map[Flags]bool{FlagSign: true, FlagSign | FlagExtended: false} {
		client, server := newSecurity(f, random4, 0, false, false), newSecurity(f, random4, 0, true, false)
		sig, err := client.WrapEx([]Buffer{{Data: []byte("head")}, {Data: plain4, Sign: true}})
		if err != nil {
			t.Fatal(err)
		}
		err = server.UnwrapEx([]Buffer{{Data: []byte("tail")}, {Data: plain4, Sign: true}}, sig[:])
		if (err == nil) != want {
			t.Errorf("%#x: %v", f, err)
		}
	}
	client := newSecurity(FlagSign|FlagExtended, random4, 0, false, false)
	sig, err := client.MIC(plain4)
	if err != nil {
		t.Fatal(err)
	}
	if err := client.VerifyMIC(plain4, sig[:]); !errors.Is(err, ErrSignature) {
		t.Error("a message is sent back to its sender:", err)
	}
}

// SEALKEY's sizes, [MS-NLMP] 3.4.5.3.
func TestSealKeys(t *testing.T) {
	for _, tt := range []struct {
		flags    Flags
		revision uint8
		size     int
		end      byte
		strength int
	}{
		{0, 0, 16, 0x55, 128},
		{FlagLMKey, 0, 8, 0xB0, 40},
		{FlagLMKey | Flag56, 0, 8, 0xA0, 56},
		{FlagDatagram, RevisionW2K3, 8, 0xB0, 40},
		{FlagDatagram | Flag56, RevisionW2K3, 8, 0xA0, 56},
		{FlagDatagram | Flag56, 10, 16, 0x55, 128},
	} {
		key := sealKey(tt.flags, random4, toServer, tt.revision)
		if len(key) != tt.size || key[tt.size-1] != tt.end {
			t.Errorf("%#x: %x", tt.flags, key)
		}
		if got := newSecurity(tt.flags, random4, tt.revision, true, true).Strength(); got != tt.strength {
			t.Errorf("%#x: %d bits", tt.flags, got)
		}
	}
}
