package spnego

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"caracal/internal/ber"
	"caracal/internal/vector"
)

// The one example of [MS-SPNG].
func TestSection4(t *testing.T) {
	for _, v := range vector.Read(t, "section4.txt") {
		token := v.Bytes(t, "token")
		oid, inner, err := Unframe(token)
		if err != nil || oid != negotiate {
			t.Fatal(oid, err)
		}
		m, err := ParseNegTokenInit(inner)
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Mechanisms) != 2 || m.Mechanisms[0].String() != "1.3.6.1.4.1.311.2.2.30" || m.Mechanisms[1] != NTLM ||
			m.Hint != ServerHint || len(m.Token) != 254 || m.MIC != nil || m.Flags != nil {
			t.Errorf("%+v", m)
		}
		if !bytes.Equal(Frame(negotiate, m.Append(nil)), token) {
			t.Error("written otherwise")
		}
	}
}

func TestNegTokenInit(t *testing.T) {
	tests := []NegTokenInit{
		{Mechanisms: []OID{Kerberos}},
		{Mechanisms: []OID{KerberosMS, Kerberos, NTLM}, Token: []byte("token")},
		{Mechanisms: []OID{NTLM}, Token: []byte{}, MIC: []byte{}},
		{Mechanisms: []OID{NTLM}, Flags: []byte{1, 2}, MIC: []byte("mic")},
		{Mechanisms: []OID{NTLM}, Hint: "hint", MIC: []byte("mic")},
		{Mechanisms: []OID{NTLM}, Token: bytes.Repeat([]byte{1}, 40000)},
	}
	for _, m := range tests {
		b := m.Append(nil)
		got, err := ParseNegTokenInit(b)
		if err != nil {
			t.Errorf("%+v: %v", m, err)
			continue
		}
		if !bytes.Equal(got.List, encodeList(m.Mechanisms)) {
			t.Errorf("list %x", got.List)
		}
		got.List = nil
		if !reflect.DeepEqual(got, m) {
			t.Errorf("%+v became %+v", m, got)
		}
		for n := range min(len(b), 200) {
			if _, err := ParseNegTokenInit(b[:n]); err == nil {
				t.Errorf("%+v cut to %d bytes: taken", m, n)
			}
		}
	}
}

func TestNegTokenResp(t *testing.T) {
	for _, m := range []NegTokenResp{
		{State: NoState}, {State: AcceptCompleted}, {State: Reject}, {State: RequestMIC, Mechanism: Kerberos},
		{State: AcceptIncomplete, Mechanism: NTLM, Token: []byte("token"), MIC: []byte("mic")}, {State: NoState, Token: []byte{}},
	} {
		b := m.Append(nil)
		if got, err := ParseNegTokenResp(b); err != nil || !reflect.DeepEqual(got, m) {
			t.Errorf("%+v became %+v, %v", m, got, err)
		}
		for n := range b {
			if _, err := ParseNegTokenResp(b[:n]); err == nil {
				t.Errorf("%+v cut to %d bytes: taken", m, n)
			}
		}
	}
}

// What is wrong in one way each.
func TestWrongTokens(t *testing.T) {
	seq := func(fields ...[]byte) []byte { return ber.Make(ber.Sequence, bytes.Join(fields, nil)) }
	list := func(oids ...string) []byte {
		var all []byte
		for _, o := range oids {
			all = ber.Append(all, ber.OID, []byte(o))
		}
		return ber.Make(ber.Context(0), ber.Make(ber.Sequence, all))
	}
	octets := func(n int, tag ber.Tag, b []byte) []byte { return ber.Make(ber.Context(n), ber.Make(tag, b)) }
	many := make([]string, MaxMechanisms+1)
	for n := range many {
		many[n] = "\x2A"
	}
	for name, body := range map[string][]byte{
		"no list":              seq(),
		"an empty OID":         seq(list("")),
		"a long OID":           seq(list(string(make([]byte, MaxOID+1)))),
		"many OIDs":            seq(list(many...)),
		"no OID in the list":   seq(ber.Make(ber.Context(0), seq(ber.Int(1)))),
		"the token is no text": seq(list("\x2A"), octets(2, ber.Integer, []byte{1})),
		"order":                seq(octets(2, ber.Octets, nil), list("\x2A")),
		"twice":                seq(list("\x2A"), list("\x2A")),
		"a long MIC":           seq(list("\x2A"), octets(3, ber.Octets, make([]byte, MaxMIC+1))),
		"two values":           seq(list("\x2A"), ber.Make(ber.Context(2), ber.Make(ber.Octets), ber.Make(ber.Octets))),
	} {
		if m, err := ParseNegTokenInit(ber.Make(ber.Context(0), body)); err == nil {
			t.Errorf("%s: %+v", name, m)
		}
	}
	for name, body := range map[string][]byte{
		"a state of two bytes": seq(octets(0, ber.Enumerated, []byte{0, 0})),
		"an unknown state":     seq(octets(0, ber.Enumerated, []byte{4})),
		"an integer's state":   seq(octets(0, ber.Integer, []byte{0})),
		"a long OID":           seq(octets(1, ber.OID, make([]byte, MaxOID+1))),
	} {
		if m, err := ParseNegTokenResp(ber.Make(ber.Context(1), body)); err == nil {
			t.Errorf("%s: %+v", name, m)
		}
	}
	if _, err := ParseNegTokenInit(make([]byte, MaxToken+1)); !errors.Is(err, ErrLimit) {
		t.Error(err)
	}
}

func TestOID(t *testing.T) {
	for oid, want := range map[OID]string{
		Kerberos: "1.2.840.113554.1.2.2", KerberosMS: "1.2.840.48018.1.2.2", NTLM: "1.3.6.1.4.1.311.2.2.10",
		negotiate: "1.3.6.1.5.5.2", "": "", "\x88\x37": "2.999",
	} {
		if got := oid.String(); got != want {
			t.Errorf("%x: %s, want %s", string(oid), got, want)
		}
	}
}
