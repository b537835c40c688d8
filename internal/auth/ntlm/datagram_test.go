package ntlm

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"testing"

	"caracal/internal/vector"
)

// A real session of a client and a server of Microsoft's, seen from the server.
func TestDatagramOfOffice(t *testing.T) {
	v := vector.Read(t, "datagram.txt")[0]
	a := newAcceptor(t, AcceptorOptions{Datagram: true, MaxSkew: -1})
	a.o.Lookup = func(context.Context, string, string) ([16]byte, error) { return NTHash("Pa$$word"), nil }
	a.challenge = v.Bytes(t, "challenge")
	c, err := ParseChallenge(a.challenge)
	if err != nil {
		t.Fatal(err)
	}
	a.state, a.nonce, a.flags = acceptorChallenged, c.Challenge, c.Flags
	if _, done, err := a.Step(t.Context(), v.Bytes(t, "authenticate")); !done || err != nil {
		t.Fatal(done, err)
	}
	if id := a.Identity(); id != (Identity{"User", "COSMO", "COSMO-OCS-R2", NTLMv2, false}) {
		t.Errorf("%+v", id)
	}
	for range 2 { // no state is kept
		if err := a.Security().VerifyMICAt(100, []byte(v["request"]), v.Bytes(t, "requestMIC")); err != nil {
			t.Error(err)
		}
		sig, err := a.Security().MICAt(100, []byte(v["response"]))
		if want := v.Bytes(t, "responseMIC"); err != nil || !bytes.Equal(sig[:], want) {
			t.Errorf("%x, want %x, %v", sig, want, err)
		}
	}
}

// Answers of Windows' own clients without extended session security. That of
// Windows 7 proves with its MIC that we find its session key.
func TestRecordedAnswers(t *testing.T) {
	for _, v := range vector.Read(t, "recorded.txt") {
		a := newAcceptor(t, AcceptorOptions{Datagram: true, AllowV1: true, MaxSkew: -1})
		a.o.Lookup = lookupAlways(NTHash(Password(v["password"])))
		a.challenge = v.Bytes(t, "challenge")
		c, err := ParseChallenge(a.challenge)
		if err != nil {
			t.Fatal(err)
		}
		a.state, a.nonce, a.flags = acceptorChallenged, c.Challenge, c.Flags
		other, changed := *a, *a
		_, done, err := a.Step(t.Context(), v.Bytes(t, "authenticate"))
		if id := a.Identity(); !done || id.User != v["user"] || id.Method.String() != v["method"] {
			t.Errorf("%s: %+v, %v", v["name"], id, err)
		}
		other.o.Lookup = lookupAlways(NTHash("another"))
		if _, _, err := other.Step(t.Context(), v.Bytes(t, "authenticate")); !errors.Is(err, ErrDenied) {
			t.Errorf("%s: another password: %v", v["name"], err)
		}
		changed.challenge = flipped(changed.challenge, 60)
		_, _, err = changed.Step(t.Context(), v.Bytes(t, "authenticate"))
		if (v["mic"] == "yes") != errors.Is(err, ErrMIC) {
			t.Errorf("%s: another challenge: %v", v["name"], err)
		}
	}
}

// The server's signatures without extended session security.
func TestDatagramWithoutExtended(t *testing.T) {
	v := vector.Read(t, "datagram.txt")[1]
	key := Key(v.Bytes(t, "key"))
	server := newSecurity(FlagSign|FlagDatagram|Flag128, key, 0, true, true)
	sig, err := server.MICAt(100, []byte(v["response"]))
	if want := v.Bytes(t, "responseMIC"); err != nil || !bytes.Equal(sig[8:], want[8:]) {
		t.Errorf("%x, want %x, %v", sig, want, err)
	}
	client := newSecurity(FlagSign|FlagDatagram|Flag128, key, 0, false, true)
	if err := client.VerifyMICAt(100, []byte(v["response"]), v.Bytes(t, "responseMIC")); err != nil {
		t.Error(err)
	}
}

// [MS-SIP] tells no key, and its names were changed after the signatures were
// made. But all signatures of one of its sessions end alike, whatever cnum and
// snum say, and whoever signs: RC4 begins anew, with one key, and SeqNum stays.
func TestLikeSIPExamples(t *testing.T) {
	sessions := [][]string{
		{"0100000066363861cf249229af0f9ad1", "0100000000000000E82E2E0BAF0F9AD1"}, // client, server
		{
			"0100000038393462892479edd2994f63", "01000000363039624edf6834d2994f63",
			"0100000066333133cfcfdde1d2994f63", "0100000064326166c2bdf103d2994f63",
		},
	}
	f := FlagSign | FlagDatagram | Flag128
	client, server := newSecurity(f, random4, 0, false, true), newSecurity(f, random4, 0, true, true)
	var ours []string
	for _, s := range []*Security{client, server, client} {
		sig, err := s.MICAt(100, []byte{byte(len(ours))})
		if err != nil {
			t.Fatal(err)
		}
		ours = append(ours, hex.EncodeToString(sig[:]))
	}
	for _, session := range append(sessions, ours) {
		first := unhex(t, session[0])
		for _, s := range session[1:] {
			if sig := unhex(t, s); !bytes.Equal(sig[12:], first[12:]) || bytes.Equal(sig[8:12], first[8:12]) {
				t.Errorf("%x beside %x", sig, first)
			}
		}
	}
}

// In datagram mode messages come in any order, and not under another number.
func TestDatagramOutOfOrder(t *testing.T) {
	for _, f := range []Flags{FlagExtended | FlagKeyExchange, FlagExtended, 0} {
		f |= FlagSign | FlagSeal | FlagDatagram | Flag128
		client, server := newSecurity(f, random4, 0, false, true), newSecurity(f, random4, 0, true, true)
		sigs := map[uint32]Signature{}
		for _, seq := range []uint32{1, 2, 100, 1 << 31} {
			sigs[seq] = mustMIC(t, client, seq)
		}
		for _, seq := range []uint32{1 << 31, 2, 100, 1, 2} {
			sig := sigs[seq]
			if err := server.VerifyMICAt(seq, plain4, sig[:]); err != nil {
				t.Errorf("%#x: %d: %v", f, seq, err)
			}
			if err := server.VerifyMICAt(seq+1, plain4, sig[:]); !errors.Is(err, ErrSignature) {
				t.Errorf("%#x: %d as %d: %v", f, seq, seq+1, err)
			}
		}
	}
}

func mustMIC(t *testing.T, s *Security, seq uint32) Signature {
	t.Helper()
	sig, err := s.MICAt(seq, plain4)
	if err != nil {
		t.Fatal(err)
	}
	return sig
}
