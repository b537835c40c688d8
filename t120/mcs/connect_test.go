package mcs

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"

	"caracal/internal/asn1ref"
	"caracal/internal/ber"
)

func testParameters() Parameters {
	return Parameters{MaxChannels: 34, MaxUsers: 3, MaxTokens: 0, Priorities: 4, MinThroughput: 1, MaxHeight: 127, MaxPDU: 65535, ProtocolVersion: 2}
}

func TestConnectRoundTrip(t *testing.T) {
	p := testParameters()
	q := Parameters{1, 1<<32 - 1, 128, 1, 0, 1, minMaxPDU, 2}
	for _, m := range []interface{ Append([]byte) []byte }{
		&Initial{Calling: []byte{1}, Called: []byte{1}, Upward: true, Target: p, Min: q, Max: p, Data: bytes.Repeat([]byte("u"), 300)},
		&Initial{Calling: []byte{}, Called: []byte{}, Target: q, Min: q, Max: q, Data: []byte{}},
		&Response{Result: UserRejected, Connection: 1 << 31, Parameters: p, Data: []byte("user data")},
		&Additional{Connection: 18148, Priority: Low}, &Joined{Result: NoSuchDomain},
	} {
		b := m.Append(nil)
		back, err := ParseConnect(b)
		if err != nil || !reflect.DeepEqual(back, m) {
			t.Errorf("%+v: read %+v: %v", m, back, err)
		}
		for n := range len(b) {
			if _, err := ParseConnect(b[:n]); err == nil {
				t.Errorf("%T is taken when cut to %d of %d octets", m, n, len(b))
			}
		}
	}
}

// RDP's beginning of a conference, as its clients are seen to send it.
func TestConnectBytes(t *testing.T) {
	m := &Additional{Connection: 3, Priority: Medium}
	if got, want := m.Append(nil), "\x7f\x67\x06\x02\x01\x03\x0a\x01\x02"; string(got) != want {
		t.Errorf("%x, want %x", got, want)
	}
	j := &Joined{}
	if got, want := j.Append(nil), "\x7f\x68\x03\x0a\x01\x00"; string(got) != want {
		t.Errorf("%x, want %x", got, want)
	}
	p := testParameters()
	want := "\x30\x19\x02\x01\x22\x02\x01\x03\x02\x01\x00\x02\x01\x04\x02\x01\x01\x02\x01\x7f\x02\x03\x00\xff\xff\x02\x01\x02"
	if got := p.append(nil); len(got) != len(want)-1+1 || !bytes.Equal(got[2:], []byte(want[2:])) {
		t.Errorf("%x, want %x", got, want)
	}
}

func TestParametersAgainstErlang(t *testing.T) {
	var values []asn1ref.Value
	all := []Parameters{testParameters(), {}, {1, 128, 255, 256, 65535, 65536, 1<<31 - 1, 1<<32 - 1}}
	for _, p := range all {
		term := "{'Parameters'"
		for _, f := range p.fields() {
			term += fmt.Sprintf(", %d", *f)
		}
		values = append(values, asn1ref.Value{Type: "Parameters", Term: term + "}"})
	}
	for i, want := range asn1ref.Encode(t, "testdata/Mcs.asn1", "ber", values) {
		// The notation has automatic tags, T.125 has not: the length and the numbers are the same.
		got := all[i].append(nil)
		if len(got) != len(want) {
			t.Fatalf("%x, want %x", got, want)
		}
		for at := 2; at < len(got); at += 2 + int(got[at+1]) {
			if !bytes.Equal(got[at+1:at+2+int(got[at+1])], want[at+1:at+2+int(got[at+1])]) {
				t.Errorf("%x, want %x", got, want)
			}
		}
	}
}

func TestConnectRefuses(t *testing.T) {
	for _, b := range [][]byte{
		nil, {0x7f}, {0x7f, 0x64, 0}, ber.Make(ber.Application(connectAdditional), ber.Int(1), ber.Make(ber.Enumerated, []byte{4})),
		ber.Make(ber.Application(connectAdditional), ber.Int(-1), ber.Make(ber.Enumerated, []byte{0})),
		ber.Make(ber.Application(connectInitial), ber.Make(ber.Octets), ber.Make(ber.Octets), ber.Make(ber.Boolean)),
	} {
		if m, err := ParseConnect(b); err == nil {
			t.Errorf("%x is %+v", b, m)
		}
	}
}

func FuzzParseConnect(f *testing.F) {
	p := testParameters()
	f.Add((&Initial{Target: p, Min: p, Max: p, Data: []byte("u")}).Append(nil))
	f.Add((&Response{Parameters: p}).Append(nil))
	f.Add((&Additional{Connection: 1}).Append(nil))
	f.Add((&Joined{}).Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseConnect(b)
		if err != nil {
			return
		}
		again, err := ParseConnect(m.(interface{ Append([]byte) []byte }).Append(nil))
		if err != nil || !reflect.DeepEqual(m, again) {
			t.Fatalf("%+v, %+v: %v", m, again, err)
		}
	})
}
