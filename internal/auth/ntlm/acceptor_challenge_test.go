package ntlm

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"
)

// What is granted of what is wanted, [MS-NLMP] 2.2.2.5 and 3.2.5.1.1.
func TestGrantedFlags(t *testing.T) {
	const always = FlagTarget | FlagNTLM | FlagAlwaysSign | FlagTargetServer
	lm := AcceptorOptions{AllowV1: true, LookupLM: lookupAlways(Hash{})}
	for _, tt := range []struct {
		name       string
		o          AcceptorOptions
		want, then Flags
	}{
		{"unicode", AcceptorOptions{}, FlagUnicode | FlagOEM, always | FlagUnicode},
		{"oem", AcceptorOptions{}, FlagOEM, always | FlagOEM},
		{"target info", AcceptorOptions{}, FlagOEM | FlagTarget, always | FlagOEM | FlagTargetInfo},
		{
			"extended alone", lm, FlagOEM | FlagExtended | FlagLMKey | FlagNonNTKey,
			always | FlagOEM | FlagExtended | FlagTargetInfo,
		},
		{"LM key", lm, FlagOEM | FlagLMKey | FlagNonNTKey, always | FlagOEM | FlagLMKey | FlagNonNTKey},
		{"no LM key", AcceptorOptions{AllowV1: true}, FlagOEM | FlagLMKey | FlagNonNTKey, always | FlagOEM},
		{"strength", AcceptorOptions{}, FlagOEM | Flag128 | Flag56, always | FlagOEM | Flag128 | Flag56},
		{"key for nothing", AcceptorOptions{}, FlagOEM | FlagKeyExchange, always | FlagOEM},
		{
			"key", AcceptorOptions{}, FlagOEM | FlagKeyExchange | FlagSign,
			always | FlagOEM | FlagKeyExchange | FlagSign,
		},
		{"sealing", AcceptorOptions{}, FlagOEM | FlagSeal | FlagSign, always | FlagOEM | FlagSeal | FlagSign},
		{"no datagram", AcceptorOptions{}, FlagOEM | FlagDatagram, always | FlagOEM},
		{
			"datagram", AcceptorOptions{Datagram: true}, FlagOEM | FlagDatagram,
			always | FlagOEM | FlagDatagram | FlagKeyExchange,
		},
		{"reserved", AcceptorOptions{}, FlagOEM | 1<<3 | 1<<8 | 1<<27 | FlagTargetDomain, always | FlagOEM},
	} {
		a := newAcceptor(t, tt.o)
		a.o.LookupLM = tt.o.LookupLM
		reply, _, err := a.Step(t.Context(), Negotiate{Flags: tt.want}.Append(nil))
		if err != nil {
			t.Fatal(tt.name, err)
		}
		if m, err := ParseChallenge(reply); err != nil || m.Flags != tt.then {
			t.Errorf("%s: %#x, want %#x, %v", tt.name, uint32(m.Flags), uint32(tt.then), err)
		}
	}
	if _, _, err := newAcceptor(t, AcceptorOptions{}).Step(t.Context(), Negotiate{}.Append(nil)); !errors.Is(err, ErrInvalid) {
		t.Error("no character set:", err)
	}
}

// The names, the time, and a nonce that is never the same.
func TestChallengeContents(t *testing.T) {
	hello := Negotiate{Flags: FlagUnicode | FlagVersion | FlagExtended}.Append(nil)
	seen := map[[8]byte]bool{}
	for _, joined := range []bool{false, true} {
		a := newAcceptor(t, AcceptorOptions{Joined: joined, DNSDomain: "example.com", DNSForest: "forest.example.com"})
		reply, done, err := a.Step(t.Context(), hello)
		if err != nil || done {
			t.Fatal(done, err)
		}
		m, err := ParseChallenge(reply)
		if err != nil {
			t.Fatal(err)
		}
		target, kind := "SERVER", FlagTargetServer
		if joined {
			target, kind = "Domain", FlagTargetDomain
		}
		if !bytes.Equal(m.Target, unicodeBytes(target)) || !m.Flags.Has(kind) || m.Version != ourVersion || seen[m.Challenge] {
			t.Errorf("%+v", m)
		}
		seen[m.Challenge] = true
		pairs, n, err := ParsePairs(m.Info)
		if err != nil || n != len(m.Info) {
			t.Fatal(n, err)
		}
		for id, want := range map[uint16]string{
			PairDomain: "Domain", PairComputer: "SERVER", PairDNSDomain: "example.com",
			PairDNSComputer: "server.example.com", PairDNSForest: "forest.example.com",
		} {
			if got, _ := pairs.Get(id); !bytes.Equal(got, unicodeBytes(want)) {
				t.Errorf("%d: %q", id, got)
			}
		}
		if at, ok := pairs.Time(); !ok || at != NewFileTime(now2003) {
			t.Error(at, ok)
		}
	}
}

func TestFileTime(t *testing.T) {
	for at, want := range map[time.Time]FileTime{
		year1601: 0, year1601.Add(-time.Hour): 0, year1601.Add(1500): 15,
		time.Unix(0, 0):               116444736000000000,
		now2003.Add(time.Millisecond): NewFileTime(now2003) + 10000,
	} {
		if got := NewFileTime(at); got != want {
			t.Errorf("%v: %d, want %d", at, got, want)
		}
	}
}

// A workstation of Windows 95's days speaks first: 32 bytes, OEM names in an
// order of its own.
func TestOldNegotiate(t *testing.T) {
	b := unhex(t, "4e544c4d53535000010000000732000006000600"+"2b0000000b000b0020000000"+
		"574f524b53544154494f4e444f4d41494e")
	m, err := ParseNegotiate(b)
	if err != nil || string(m.Workstation) != "WORKSTATION" || string(m.Domain) != "DOMAIN" || m.Header != negotiateOld {
		t.Errorf("%+v, %v", m, err)
	}
	clear(b[12:16]) // without the flags the fields say nothing, and may be anything
	copy(b[16:], bytes.Repeat([]byte{0xFF}, 16))
	if m, err := ParseNegotiate(b); err != nil || m.Workstation != nil || m.Domain != nil {
		t.Errorf("%+v, %v", m, err)
	}
}

// An account that does not exist is as much work as a wrong password.
func TestUnknownUserCostsTheSame(t *testing.T) {
	for _, m := range []Method{NTLMv2, NTLM2, NTLMv1} {
		costs := map[string]float64{}
		for user, password := range map[string]Password{"User": "wrong", "Usxr": "wrong"} {
			a := newAcceptor(t, AcceptorOptions{AllowV1: true})
			hash := NTHash(password4)
			a.o.Lookup = func(_ context.Context, _, user string) ([16]byte, error) {
				if user == "User" {
					return hash, nil
				}
				return [16]byte{}, ErrNoUser
			}
			token := talk(t, newInitiator(t, InitiatorOptions{User: user, Password: password, Method: m, NoMIC: true}), a)
			costs[user] = testing.AllocsPerRun(20, func() {
				asked := *a
				if _, _, err := asked.Step(t.Context(), token); !errors.Is(err, ErrDenied) {
					t.Fatal(err)
				}
			})
		}
		if costs["User"] != costs["Usxr"] {
			t.Errorf("%s: %v", m, costs)
		}
	}
}

// A server that takes away what was asked for gets no answer.
func TestInitiatorRefuses(t *testing.T) {
	info := Pairs{{PairComputer, []byte("S")}, {PairDomain, []byte("D")}}.Append(nil)
	base := FlagUnicode | FlagNTLM | FlagTargetInfo | FlagExtended
	for _, tt := range []struct {
		name string
		o    InitiatorOptions
		c    Challenge
		want error
	}{
		{"fine", InitiatorOptions{}, Challenge{Flags: base, Info: info}, nil},
		{"nothing told", InitiatorOptions{}, Challenge{Flags: base &^ FlagTargetInfo}, nil},
		{"no character set", InitiatorOptions{}, Challenge{Flags: base &^ FlagUnicode}, ErrInvalid},
		{"no signing", InitiatorOptions{Sign: true}, Challenge{Flags: base, Info: info}, ErrNoSecurity},
		{"no sealing", InitiatorOptions{Seal: true}, Challenge{Flags: base | FlagSign, Info: info}, ErrNoSecurity},
		{"no names", InitiatorOptions{Sign: true}, Challenge{Flags: base | FlagSign}, ErrInvalid},
		{"bad pairs", InitiatorOptions{}, Challenge{Flags: base, Info: []byte{1}}, ErrNeedMore},
		{"no datagram", InitiatorOptions{Datagram: true}, Challenge{Flags: base | FlagSign, Info: info}, ErrInvalid},
	} {
		i := newInitiator(t, tt.o)
		if !tt.o.Datagram {
			if _, _, err := i.Step(nil); err != nil {
				t.Fatal(err)
			}
		}
		if _, done, err := i.Step(tt.c.Append(nil)); done != (tt.want == nil) || !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if _, _, err := i.Step(tt.c.Append(nil)); !errors.Is(err, ErrState) {
			t.Errorf("%s: again: %v", tt.name, err)
		}
	}
}
