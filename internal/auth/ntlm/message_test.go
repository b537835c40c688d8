package ntlm

import (
	"bytes"
	"encoding/binary"
	"errors"
	"reflect"
	"testing"
)

// Headers of every length, and what they cannot hold.
func TestHeaders(t *testing.T) {
	for header, want := range map[int]Negotiate{
		16: {Flags: FlagUnicode},
		32: {Flags: FlagUnicode | FlagDomain | FlagWorkstation, Domain: []byte("D"), Workstation: []byte("W")},
		40: {Flags: FlagUnicode | FlagVersion, Version: version4},
	} {
		want.Header = header
		if got, err := ParseNegotiate(want.Append(nil)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, want %+v, %v", got, want, err)
		}
	}
	for header, want := range map[int]Challenge{
		32: {}, 40: {},
		48: {Flags: FlagTargetInfo, Info: Pairs(nil).Append(nil)},
		56: {Flags: FlagVersion | FlagTargetInfo, Info: Pairs(nil).Append(nil), Version: version4},
	} {
		want.Header, want.Target, want.Challenge = header, []byte("SERVER"), nonce4
		if got, err := ParseChallenge(want.Append(nil)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, want %+v, %v", got, want, err)
		}
	}
	for header, want := range map[int]Authenticate{
		52: {}, 60: {SessionKey: make([]byte, 16)}, 64: {Flags: FlagUnicode},
		72: {Flags: FlagVersion, Version: version4},
		88: {Flags: FlagVersion, Version: version4, MIC: random4},
	} {
		want.Header, want.User, want.NT = header, []byte("User"), make([]byte, 24)
		if got, err := ParseAuthenticate(want.Append([]byte("before"))[6:]); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%v, want %v, %v", got, want, err)
		}
	}
}

// The bytes of Windows 95 were 52 and OEM: such a message is taken whole.
func TestShortestAuthenticate(t *testing.T) {
	a := newAcceptor(t, AcceptorOptions{AllowV1: true})
	m, err := ParseAuthenticate(talk(t, newInitiator(t, InitiatorOptions{OEM: true, Method: NTLMv1}), a))
	if err != nil {
		t.Fatal(err)
	}
	m.Header = authenticateShort
	if _, done, err := a.Step(t.Context(), m.Append(nil)); !done || a.Identity().User != "User" {
		t.Error(done, err)
	}
}

// Fields stand in any order, with gaps between them.
func TestFieldOrder(t *testing.T) {
	b := Authenticate{Header: 64}.Append(nil)
	b = append(b, "..User..Dom.....WS.."...)
	for at, span := range map[int][2]int{36: {66, 4}, 28: {72, 3}, 44: {80, 2}} {
		binary.LittleEndian.PutUint16(b[at:], uint16(span[1]))
		binary.LittleEndian.PutUint32(b[at+4:], uint32(span[0]))
	}
	m, err := ParseAuthenticate(b)
	if err != nil || string(m.User) != "User" || string(m.Domain) != "Dom" || string(m.Workstation) != "WS" {
		t.Errorf("%q %q %q, %v", m.User, m.Domain, m.Workstation, err)
	}
}

func TestBadFields(t *testing.T) {
	long := bytes.Repeat([]byte{'x'}, 4000)
	good := Authenticate{User: []byte("User"), Domain: []byte("Domain"), Header: 64}.Append(nil)
	for _, tt := range []struct {
		name         string
		size, offset int
		want         error
	}{
		{"out of bounds", 4, len(good) - 3, ErrNeedMore},
		{"far out of bounds", 4, 1<<32 - 2, ErrNeedMore},
		{"longer than all", 1000, 64, ErrNeedMore},
		{"in the header", 4, 51, ErrInvalid},
		{"at the beginning", 4, 0, ErrInvalid},
		{"over another", 4, 69, ErrInvalid},
		{"around another", 6, 64, ErrInvalid},
		{"too long", MaxName + 1, 64, ErrLimit},
	} {
		b := bytes.Clone(good)
		binary.LittleEndian.PutUint16(b[36:], uint16(tt.size))
		binary.LittleEndian.PutUint32(b[40:], uint32(tt.offset))
		if _, err := ParseAuthenticate(b); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	for name, b := range map[string][]byte{
		"session key":  Authenticate{SessionKey: long[:MaxSessionKey+1]}.Append(nil),
		"response":     Authenticate{NT: bytes.Repeat(long, 3)[:MaxResponse+1]}.Append(nil),
		"message":      Authenticate{LM: bytes.Repeat(long, 2), NT: bytes.Repeat(long, 2), User: long}.Append(nil),
		"target info":  Challenge{Flags: FlagTargetInfo, Info: bytes.Repeat(long, 3)[:MaxTargetInfo+1]}.Append(nil),
		"target":       Challenge{Target: long[:MaxName+1]}.Append(nil),
		"workstation":  Negotiate{Flags: FlagWorkstation, Workstation: long[:MaxName+1]}.Append(nil),
		"workstation2": Authenticate{Workstation: long[:MaxName+1]}.Append(nil),
	} {
		if err := parseAs(b, b[8]); !errors.Is(err, ErrLimit) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBadPrefix(t *testing.T) {
	for _, good := range [][]byte{Negotiate{}.Append(nil), Challenge{}.Append(nil), Authenticate{}.Append(nil)} {
		for n := range prefixSize {
			if err := parseAs(flipped(good, n), good[8]); !errors.Is(err, ErrInvalid) {
				t.Errorf("byte %d: %v", n, err)
			}
		}
		for n := range 16 {
			if err := parseAs(good[:n], good[8]); !errors.Is(err, ErrNeedMore) {
				t.Errorf("%d bytes: %v", n, err)
			}
		}
	}
}

// parseAs parses a message of a type.
func parseAs(b []byte, kind byte) error {
	var err error
	switch kind {
	case typeNegotiate:
		_, err = ParseNegotiate(b)
	case typeChallenge:
		_, err = ParseChallenge(b)
	default:
		_, err = ParseAuthenticate(b)
	}
	return err
}

func TestPairs(t *testing.T) {
	list := Pairs{{PairComputer, []byte("A")}, {PairFlags, []byte{2, 0, 0, 0}}, {PairTime, []byte{1, 2, 3, 4, 5, 6, 7, 8}}, {99, nil}}
	got, n, err := ParsePairs(append(list.Append(nil), "behind"...))
	if err != nil || n != len(list.Append(nil)) || len(got) != 4 || got.Flags() != 2 {
		t.Errorf("%v, %d, %v", got, n, err)
	}
	if ft, ok := got.Time(); !ok || ft != 0x0807060504030201 {
		t.Error(ft, ok)
	}
	changed := got.with(PairFlags, []byte{3, 0, 0, 0}).with(PairTargetName, nil)
	if changed.Flags() != 3 || got.Flags() != 2 || len(changed) != 5 {
		t.Error(changed, got)
	}
	for name, tt := range map[string]struct {
		b    []byte
		want error
	}{
		"no end":        {[]byte{1, 0, 1, 0, 'A'}, ErrNeedMore},
		"nothing":       {nil, ErrNeedMore},
		"cut":           {[]byte{1, 0, 9, 0, 'A'}, ErrNeedMore},
		"too many":      {Pairs(make([]Pair, MaxPairs+1)).named().Append(nil), ErrLimit},
		"too long":      {Pairs{{1, make([]byte, MaxTargetInfo)}}.Append(nil), ErrLimit},
		"half a header": {[]byte{1, 0, 0}, ErrNeedMore},
	} {
		if _, _, err := ParsePairs(tt.b); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if (Pairs{{PairFlags, []byte{2}}}).Flags() != 0 {
		t.Error("flags of one byte")
	}
}

func (p Pairs) named() Pairs {
	for i := range p {
		p[i].ID = PairDNSForest
	}
	return p
}

func TestBadClientChallenge(t *testing.T) {
	good := ClientChallenge{}.Append(nil)
	for name, tt := range map[string]struct {
		b    []byte
		want error
	}{
		"short":     {good[:27], ErrNeedMore},
		"no pairs":  {good[:28], ErrNeedMore},
		"version 2": {flipped(good, 0), ErrInvalid},
		"version 0": {flipped(good, 1), ErrInvalid},
		"long":      {make([]byte, clientChallengeSize+MaxTargetInfo+1), ErrLimit},
	} {
		if _, err := ParseClientChallenge(tt.b); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ParseResponse2(good[:15]); !errors.Is(err, ErrNeedMore) {
		t.Error(err)
	}
}
