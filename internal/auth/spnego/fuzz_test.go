package spnego

import (
	"bytes"
	"reflect"
	"testing"

	"caracal/internal/vector"
)

func FuzzNegTokenInit(f *testing.F) {
	for _, v := range vector.Read(f, "section4.txt") {
		_, inner, err := Unframe(v.Bytes(f, "token"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(inner)
	}
	f.Add(NegTokenInit{Mechanisms: []OID{Kerberos, NTLM}, Flags: []byte{1}, Token: []byte("t"), MIC: []byte("m")}.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseNegTokenInit(b)
		if err != nil {
			return
		}
		out := m.Append(nil)
		back, err := ParseNegTokenInit(out)
		m.List, back.List = nil, nil
		if err != nil || !reflect.DeepEqual(m, back) || len(m.Mechanisms) > MaxMechanisms {
			t.Fatalf("%+v\n%+v\n%v", m, back, err)
		}
	})
}

func FuzzNegTokenResp(f *testing.F) {
	f.Add(NegTokenResp{State: RequestMIC, Mechanism: NTLM, Token: []byte("t"), MIC: []byte("m")}.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseNegTokenResp(b)
		if err != nil {
			return
		}
		if back, err := ParseNegTokenResp(m.Append(nil)); err != nil || !reflect.DeepEqual(m, back) {
			t.Fatalf("%+v\n%+v\n%v", m, back, err)
		}
	})
}

// Anything may come in three turns. Who is done has said the mechanism's tokens,
// and proved the list if its first choice was not taken.
func FuzzAcceptor(f *testing.F) {
	hello := Frame(negotiate, NegTokenInit{Mechanisms: []OID{first}, Token: []byte("toy 1")}.Append(nil))
	late := Frame(negotiate, NegTokenInit{Mechanisms: []OID{NTLM, first}}.Append(nil))
	f.Add(hello, NegTokenResp{State: NoState, Token: []byte("toy 3")}.Append(nil), []byte{})
	f.Add(late, NegTokenResp{State: NoState, Token: []byte("toy 1")}.Append(nil), NegTokenResp{State: NoState, Token: []byte("toy 3"), MIC: []byte("m")}.Append(nil))
	f.Add([]byte("NTLMSSP\x00"), []byte{}, []byte{})
	f.Fuzz(func(t *testing.T, one, two, three []byte) {
		a, err := NewAcceptor(server(3))
		if err != nil {
			t.Fatal(err)
		}
		said := 0
		for _, token := range [][]byte{one, two, three} {
			said += bytes.Count(token, []byte("toy 1")) + bytes.Count(token, []byte("toy 3"))
			_, done, err := a.Step(t.Context(), token)
			if done && (err != nil || said < 2 && a.Mechanism() == first || a.proof.required && !a.proof.received) {
				t.Fatalf("%x, %x, %x: %v", one, two, three, err)
			}
		}
	})
}

func FuzzInitiator(f *testing.F) {
	f.Add(NegTokenResp{State: AcceptIncomplete, Mechanism: first, Token: []byte("toy 2")}.Append(nil), []byte{}, false)
	f.Add(NegTokenResp{State: AcceptCompleted, Mechanism: first, Token: []byte("toy 2")}.Append(nil), []byte{}, false)
	f.Add(NegTokenResp{State: RequestMIC, Mechanism: second}.Append(nil), NegTokenResp{State: AcceptCompleted}.Append(nil), true)
	f.Fuzz(func(t *testing.T, one, two []byte, noToken bool) {
		i, err := NewInitiator(InitiatorOptions{NoToken: noToken, Mechanisms: []Mechanism{
			toys(first, toy{legs: 3, key: "key"}), toys(second, toy{legs: 2, key: "other"}),
		}})
		if err != nil {
			t.Fatal(err)
		}
		for _, token := range [][]byte{nil, one, two} {
			_, done, err := i.Step(t.Context(), token)
			if done && (err != nil || !i.done || i.Mechanism() == second && !i.proof.received) {
				t.Fatalf("%x, %x: %v", one, two, err)
			}
		}
	})
}
