package ntlm

import (
	"bytes"
	"reflect"
	"testing"

	"caracal/internal/vector"
)

// seed adds the messages of [MS-NLMP] 4.2 and our own.
func seed(f *testing.F, key string, own ...[]byte) {
	for _, v := range vector.Read(f, "section4.txt") {
		f.Add(v.Bytes(f, key))
	}
	for _, b := range own {
		f.Add(b)
	}
}

func FuzzNegotiate(f *testing.F) {
	f.Add(Negotiate{Flags: FlagDomain | FlagWorkstation, Domain: []byte("D"), Workstation: []byte("W")}.Append(nil))
	f.Add(Negotiate{Flags: FlagVersion, Version: version4}.Append(nil))
	f.Add(Negotiate{Header: negotiateShort}.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) { again(t, b, ParseNegotiate, Negotiate.Append) })
}

func FuzzChallenge(f *testing.F) {
	seed(f, "challenge", Challenge{Header: challengeShort}.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) { again(t, b, ParseChallenge, Challenge.Append) })
}

func FuzzAuthenticate(f *testing.F) {
	seed(f, "authenticate", Authenticate{Header: authenticateShort, LM: []byte("x")}.Append(nil), Authenticate{}.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) { again(t, b, ParseAuthenticate, Authenticate.Append) })
}

// again parses, writes and parses: both times the same comes of it, but for a
// gap that hid how short a header was.
func again[T any](t *testing.T, b []byte, parse func([]byte) (T, error), write func(T, []byte) []byte) {
	in := bytes.Clone(b)
	m, err := parse(b)
	if !bytes.Equal(b, in) {
		t.Fatal("the input was changed")
	}
	if err != nil {
		return
	}
	out := write(m, nil)
	if len(out) > len(b) {
		t.Fatalf("%d bytes became %d", len(b), len(out))
	}
	if back, err := parse(out); err != nil || !reflect.DeepEqual(m, back) {
		t.Fatalf("%+v\n%+v\n%v", m, back, err)
	}
}

func FuzzPairs(f *testing.F) {
	f.Add(Pairs{{PairFlags, []byte{2, 0, 0, 0}}, {PairTime, make([]byte, 8)}}.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, n, err := ParsePairs(b)
		if err != nil {
			return
		}
		list.Flags()
		list.Time()
		if got := list.Append(nil); len(got) != n || len(list) > MaxPairs {
			t.Fatalf("%d pairs, %d bytes of %d", len(list), len(got), n)
		}
	})
}

func FuzzResponse2(f *testing.F) {
	f.Add(append(make([]byte, 16), ClientChallenge{Challenge: client4}.Append(nil)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ParseResponse2(b)
		if err != nil {
			return
		}
		back, err := ParseClientChallenge(r.Client.Append(nil))
		if err != nil || back.Time != r.Client.Time || len(back.Pairs) != len(r.Client.Pairs) {
			t.Fatalf("%+v\n%+v\n%v", r.Client, back, err)
		}
	})
}

func FuzzText(f *testing.F) {
	f.Add(uint32(FlagUnicode), uint8(0), []byte("J\x00\xfc\x00"))
	f.Add(uint32(FlagOEM), uint8(2), []byte("J\xfc"))
	f.Fuzz(func(t *testing.T, flags uint32, page uint8, b []byte) {
		p := CodePage(page % 3)
		s, err := p.Text(Flags(flags), b)
		if err == nil && !bytes.Equal(p.encodeText(Flags(flags), s), b) {
			t.Fatalf("%x became %q", b, s)
		}
	})
}

// Anything may come in both turns; nobody who does not know the password gets in.
func FuzzAcceptor(f *testing.F) {
	for _, v := range vector.Read(f, "section4.txt") {
		f.Add(Negotiate{Flags: flags2}.Append(nil), v.Bytes(f, "authenticate"), uint8(0xFF))
	}
	f.Add([]byte(nil), Authenticate{LM: []byte{0}, Flags: FlagUnicode}.Append(nil), uint8(0))
	f.Fuzz(func(t *testing.T, first, second []byte, options uint8) {
		on := func(n int) bool { return options>>n&1 != 0 }
		a := newAcceptor(t, AcceptorOptions{
			AllowV1: on(0), Datagram: on(1), AllowAnonymous: on(2), NoTimestamp: on(3), CodePage: CodePage(options >> 4 % 3),
		})
		if on(4) {
			a.o.LookupLM = lookupAlways(must(LMHash(password4, Windows1252)))
		}
		for _, token := range [][]byte{first, second, second} {
			if _, done, err := a.Step(t.Context(), token); done && (err != nil || !a.Identity().Anonymous) {
				t.Fatalf("%+v got in, %v", a.Identity(), err)
			}
		}
	})
}

func FuzzInitiator(f *testing.F) {
	for _, v := range vector.Read(f, "section4.txt") {
		for m := range NTLMv1 + 1 {
			f.Add(v.Bytes(f, "challenge"), uint8(m))
		}
	}
	f.Fuzz(func(t *testing.T, challenge []byte, options uint8) {
		i := newInitiator(t, InitiatorOptions{Method: Method(options % 3), Datagram: options&4 != 0, Sign: options&8 != 0, OEM: options&16 != 0})
		if options&4 == 0 {
			if _, _, err := i.Step(nil); err != nil {
				t.Fatal(err)
			}
		}
		token, done, err := i.Step(challenge)
		if done != (err == nil) {
			t.Fatal(done, err)
		}
		if !done {
			return
		}
		if _, err := ParseAuthenticate(token); err != nil {
			t.Fatal(err)
		}
	})
}

// Only the signature that was made opens a message, in whatever mode.
func FuzzUnwrap(f *testing.F) {
	f.Add(uint32(flags2), []byte("Plaintext"), []byte("0123456789abcdef"))
	f.Fuzz(func(t *testing.T, flags uint32, message, sig []byte) {
		fl := Flags(flags)
		s := newSecurity(fl, random4, uint8(flags>>8), true, fl.Has(FlagDatagram))
		own := newSecurity(fl, random4, uint8(flags>>8), false, fl.Has(FlagDatagram))
		kept := bytes.Clone(message)
		var err error
		var want Signature
		if s.datagram {
			err = s.VerifyMICAt(100, message, sig)
			want, _ = own.MICAt(100, message)
		} else {
			err = s.VerifyMIC(message, sig)
			want, _ = own.MIC(message)
		}
		if !bytes.Equal(message, kept) || (err == nil) != (s.Signs() && s.same(want, sig)) {
			t.Fatalf("%x of %x: %v", sig, message, err)
		}
	})
}
