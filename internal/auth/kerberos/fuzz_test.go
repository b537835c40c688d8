package kerberos

import (
	"bytes"
	"testing"

	"caracal/internal/ber"
)

// Anything may come; nobody whose ticket the KDC has not made gets in, and who
// has one is who it says.
func FuzzAcceptor(f *testing.F) {
	for _, etype := range allTypes {
		o := ticketOf(f, grant{etype: etype})
		o.Flags, o.Subkey = FlagMutual, true
		token, _, err := newInitiator(f, o).Step(f.Context(), nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(token)
	}
	k, err := OpenKeytab(keytabFile(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, token []byte) {
		a := newService(t, Options{Keytab: k}).Acceptor()
		_, done, err := a.Step(t.Context(), token)
		if done != (err == nil) || done && a.Identity().Account != "alice" {
			t.Fatalf("%+v, %v, %v", a.Identity(), done, err)
		}
	})
}

// FuzzInside lets the fuzzer write what a KDC and a client seal.
func FuzzInside(f *testing.F) {
	o := ticketOf(f, grant{etype: RC4})
	i := newInitiator(f, o)
	if _, _, err := i.Step(f.Context(), nil); err != nil {
		f.Fatal(err)
	}
	r, err := parseRequest(ber.Make(ber.Application(14), ber.Make(ber.Sequence,
		field(0, ber.Int(5)), field(1, ber.Int(14)), field(2, ber.Make(ber.BitString, []byte{0, 0, 0, 0, 0})),
		field(3, o.Ticket), field(4, encrypted(RC4, nil)))))
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range theKeys().Entries {
		if EncType(e.Key.KeyType) == RC4 {
			plain, err := Key{RC4, e.Key.KeyValue}.decrypt(r.ticket.cipher, usageTicket)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(plain, i.authenticator(7), replyPart{time: noon, seq: 1, subkey: &o.Session}.plain())
		}
	}
	f.Fuzz(func(t *testing.T, inTicket, inAuthenticator, inReply []byte) {
		if got, err := parseTicket(inTicket); err == nil && !got.key.usable() {
			t.Fatalf("%+v", got)
		}
		if got, err := parseAuthenticator(inAuthenticator); err == nil && got.subkey != nil && !got.subkey.usable() {
			t.Fatalf("%+v", got)
		}
		if got, err := parsePart(inReply); err == nil && got.subkey != nil && !got.subkey.usable() {
			t.Fatalf("%+v", got)
		}
	})
}

func FuzzKeytab(f *testing.F) {
	b, err := theKeys().Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte("\x05\x02\xff\xff\xff\xfe\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := ParseKeytab(b)
		if err != nil && all != nil {
			t.Fatal(all, err)
		}
		for _, e := range all {
			if !e.Key.usable() || len(e.Principal.Parts) > MaxParts {
				t.Fatal(e)
			}
		}
	})
}

// FuzzTokens gives anything to who verifies and unwraps.
func FuzzTokens(f *testing.F) {
	var pairs [][2]Security
	for _, etype := range allTypes {
		size, _, _ := etype.sizes()
		key := Key{etype, bytes.Repeat([]byte{7}, size)}
		from, to := Security{key: key, initiator: true}, Security{key: key}
		pairs = append(pairs, [2]Security{from, to})
		mic, err := from.MIC([]byte("message"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(mic, []byte("message"))
		for _, seal := range []bool{false, true} {
			token, err := from.Wrap([]byte("message"), seal)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(token, []byte("message"))
		}
	}
	f.Fuzz(func(t *testing.T, token, message []byte) {
		for _, p := range pairs {
			to := p[1]
			seq, err := to.VerifyMICAt(message, token)
			if err == nil && to.key.Type != RC4 {
				if again, _ := p[0].mic4121(message, seq, true); !bytes.Equal(again, token) {
					t.Fatalf("%v: %x", to.key.Type, token)
				}
			}
			if got, _, err := to.Unwrap(token); err == nil && len(got) > len(token) {
				t.Fatalf("%v: %x", to.key.Type, token)
			}
		}
	})
}
