package ntlm

import (
	"bytes"
	"encoding/hex"
	"testing"
	"time"

	"caracal/internal/vector"
)

// [MS-NLMP] 4.2.1.
var (
	nonce4    = [8]byte{0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef}
	client4   = [8]byte{0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa}
	random4   = Key(bytes.Repeat([]byte{0x55}, 16))
	plain4    = unicodeBytes("Plaintext")
	version4  = Version{5, 1, 2600, RevisionW2K3}
	year1601  = time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC)
	password4 = Password("Password")
)

const (
	flags1    = Flags(0xe2028233)
	flags1ESS = Flags(0x820a8233)
	flags2    = Flags(0xe28a8233)
)

func section(t *testing.T, n int) vector.Vector { return vector.Read(t, "section4.txt")[n] }

func expect(t *testing.T, v vector.Vector, key string, got []byte) {
	t.Helper()
	if want := v.Bytes(t, key); len(want) == 0 || !bytes.Equal(got, want) {
		t.Errorf("%s: %s\n got %x\nwant %x", v["name"], key, got, want)
	}
}

func TestVectors1(t *testing.T) {
	v := section(t, 0)
	nt, lm := NTHash(password4), must(LMHash(password4, Windows1252))
	expect(t, v, "ntowf", nt[:])
	expect(t, v, "lmowf", lm[:])
	base := sessionBase1(nt)
	expect(t, v, "base", base[:])
	ntAnswer, lmAnswer := desl(nt, nonce4), desl(lm, nonce4)
	expect(t, v, "nt", ntAnswer[:])
	expect(t, v, "lm", lmAnswer[:])
	keyLM := kxkey1(flags1|FlagLMKey, base, lm, lmAnswer[:], nonce4)
	expect(t, v, "keyLM", keyLM[:])
	for key, f := range map[string]Flags{"wrapped": 0, "wrappedNonNT": FlagNonNTKey, "wrappedLM": FlagLMKey} {
		wrapped := exchange(kxkey1(flags1|f, base, lm, lmAnswer[:], nonce4), random4)
		expect(t, v, key, wrapped[:])
	}
	sealsLike(t, v, newSecurity(flags1, random4, 0, false, false))
}

func TestVectors1Extended(t *testing.T) {
	v := section(t, 1)
	nt := NTHash(password4)
	base := sessionBase1(nt)
	lm := append(client4[:], make([]byte, 16)...)
	expect(t, v, "lm", lm)
	answer := desl(nt, extendedChallenge(nonce4, client4))
	expect(t, v, "nt", answer[:])
	key := kxkey1(flags1ESS, base, Hash{}, lm, nonce4)
	expect(t, v, "key", key[:])
	sign := signKey(key, toServer)
	expect(t, v, "signkey", sign[:])
	expect(t, v, "sealkey", sealKey(flags1ESS, key, toServer, 0))
	sealsLike(t, v, newSecurity(flags1ESS, key, 0, false, false))
}

func TestVectors2(t *testing.T) {
	v := section(t, 2)
	key := ntowf2(NTHash(password4), "User", "Domain")
	expect(t, v, "ntowf2", key[:])
	c := ClientChallenge{Challenge: client4, Pairs: Pairs{
		{PairDomain, unicodeBytes("Domain")}, {PairComputer, unicodeBytes("Server")},
	}}
	temp := c.Append(nil)
	expect(t, v, "temp", temp)
	proof := proof2(key, nonce4, temp)
	expect(t, v, "proof", proof[:])
	base := sessionBase2(key, proof)
	expect(t, v, "base", base[:])
	short := proof2(key, nonce4, client4[:])
	expect(t, v, "lm", append(short[:], client4[:]...))
	wrapped := exchange(base, random4)
	expect(t, v, "wrapped", wrapped[:])
	sign := signKey(random4, toServer)
	expect(t, v, "signkey", sign[:])
	expect(t, v, "sealkey", sealKey(flags2, random4, toServer, 0))
	sealsLike(t, v, newSecurity(flags2, random4, 0, false, false))
}

func sealsLike(t *testing.T, v vector.Vector, s *Security) {
	t.Helper()
	data, sig, err := s.Wrap(plain4)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, v, "sealed", data)
	expect(t, v, "signature", sig[:])
}

// The messages are read and written again, byte for byte.
func TestVectorMessages(t *testing.T) {
	for n := range 3 {
		v := section(t, n)
		c, err := ParseChallenge(v.Bytes(t, "challenge"))
		if err != nil {
			t.Fatal(err)
		}
		expect(t, v, "challenge", c.Append(nil))
		m, err := ParseAuthenticate(v.Bytes(t, "authenticate"))
		if err != nil {
			t.Fatal(err)
		}
		expect(t, v, "authenticate", m.Append(nil))
		if m.Header != authenticateVersion || m.Version != version4 {
			t.Errorf("header %d, version %v", m.Header, m.Version)
		}
		id, err := new(Acceptor).names(m.Flags, m)
		if err != nil || id != (Identity{User: "User", Domain: "Domain", Workstation: "COMPUTER"}) {
			t.Errorf("%+v, %v", id, err)
		}
	}
}

// initiator4 is the client of 4.2.
func initiator4(t *testing.T, m Method) *Initiator {
	random := append(client4[:], random4[:]...)
	o := InitiatorOptions{
		User: "User", Domain: "Domain", Workstation: "COMPUTER", Password: password4, Version: version4,
		Now: func() time.Time { return year1601 }, Rand: bytes.NewReader(random), Method: m, Sign: true, Seal: true,
	}
	i, err := NewInitiator(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := i.Step(nil); err != nil {
		t.Fatal(err)
	}
	return i
}

// The Initiator answers the challenges of 4.2 with its messages; that of 4.2.2
// claims a TargetInfo which the challenge has not.
func TestInitiatorLikeVectors(t *testing.T) {
	for n, m := range []Method{NTLMv1, NTLM2, NTLMv2} {
		v := section(t, n)
		i := initiator4(t, m)
		token, done, err := i.Step(v.Bytes(t, "challenge"))
		if err != nil || !done {
			t.Fatal(done, err)
		}
		if n == 0 {
			token[62] |= 0x80
		}
		expect(t, v, "authenticate", token)
		data, sig, err := i.Security().Wrap(plain4)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, v, "sealed", data)
		expect(t, v, "signature", sig[:])
	}
}

// The Acceptor takes the messages of 4.2, once it has said their challenge.
func TestAcceptorTakesVectors(t *testing.T) {
	for n, m := range []Method{NTLMv1, NTLM2, NTLMv2} {
		v := section(t, n)
		a := newAcceptor(t, AcceptorOptions{AllowV1: true, MaxSkew: -1})
		c, err := ParseChallenge(v.Bytes(t, "challenge"))
		if err != nil {
			t.Fatal(err)
		}
		a.state, a.nonce, a.flags, a.challenge = acceptorChallenged, c.Challenge, c.Flags, v.Bytes(t, "challenge")
		if _, done, err := a.Step(t.Context(), v.Bytes(t, "authenticate")); !done || err != nil {
			t.Fatal(v["name"], done, err)
		}
		want := Identity{User: "User", Domain: "Domain", Workstation: "COMPUTER", Method: m}
		if a.Identity() != want {
			t.Errorf("%+v", a.Identity())
		}
		plain, err := a.Security().Unwrap(v.Bytes(t, "sealed"), v.Bytes(t, "signature"))
		if err != nil || !bytes.Equal(plain, plain4) {
			t.Errorf("%s: %x, %v", v["name"], plain, err)
		}
	}
}

func must[T any](v T, ok bool) T {
	if !ok {
		panic("not ok")
	}
	return v
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
