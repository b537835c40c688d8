package kerberos

import (
	"bytes"
	"errors"
	"reflect"
	"testing"
)

// No bit of a ticket or of an authenticator can be changed, nor a token be cut.
// What stands around them Kerberos leaves unsigned: the service's name, the
// number of its key, the options. Changing that may fail, or changes nothing.
func TestTampered(t *testing.T) {
	k, err := OpenKeytab(keytabFile(t))
	if err != nil {
		t.Fatal(err)
	}
	// enter gives a service that has seen nothing a token.
	enter := func(token []byte) (Identity, bool) {
		a := newService(t, Options{Keytab: k}).Acceptor()
		_, done, err := a.Step(t.Context(), token)
		if done != (err == nil) {
			t.Fatalf("done %v, %v", done, err)
		}
		return a.Identity(), done
	}
	for _, etype := range allTypes {
		o := ticketOf(t, grant{etype: etype})
		o.Flags, o.Subkey = FlagSign, true
		token := asked(t, o)
		r, err := parseRequest(token[bytes.Index(token, []byte{0x01, 0x00, 0x6E})+2:])
		if err != nil {
			t.Fatal(err)
		}
		want, _ := enter(token)
		free := 0
		for n := range token {
			for bit := range 8 {
				if etype != AES256SHA1 && bit != n%8 { // one type bit by bit, the others byte by byte
					continue
				}
				bad := bytes.Clone(token)
				bad[n] ^= 1 << bit
				got, done := enter(bad)
				if !done {
					continue
				}
				free++
				got.Service = want.Service
				if !reflect.DeepEqual(got, want) || within(token, r.ticket.cipher, n) || within(token, r.authenticator.cipher, n) {
					t.Errorf("%v: byte %d, bit %d: %+v", etype, n, bit, got)
				}
			}
			if _, done := enter(token[:n]); done {
				t.Errorf("%v: cut to %d bytes: taken", etype, n)
			}
		}
		if free > 8*80 {
			t.Errorf("%v: %d bits are free", etype, free)
		}
	}
}

func within(token, part []byte, n int) bool {
	at := bytes.Index(token, part)
	return n >= at && n < at+len(part)
}

// A ticket sealed to another service, to user and user, or with what is no key.
func TestOtherRequests(t *testing.T) {
	s := newService(t, Options{})
	token := asked(t, ticketOf(t, grant{etype: AES256SHA1}))
	options := bytes.Index(token, []byte{0x03, 0x05, 0, 0, 0, 0, 0}) + 3
	userToUser := bytes.Clone(token)
	userToUser[options] |= 0x40
	reply := bytes.Clone(token)
	reply[bytes.Index(token, []byte{0x01, 0x00, 0x6E})] = 2
	failure := frame(oidKerberos, tokenError, []byte("\x7E\x02\x30\x00"))
	for name, tt := range map[string]struct {
		token []byte
		err   error
	}{
		"user to user":   {userToUser, ErrUnsupported},
		"a reply":        {reply, ErrState},
		"an error":       {failure, ErrState},
		"nothing":        {nil, &ParseError{}},
		"another OID":    {frame("\x2A\x03", tokenRequest, nil), ErrUnsupported},
		"no message":     {frame(oidKerberos, tokenRequest, nil), ErrInvalid},
		"too much":       {frame(oidKerberos, tokenRequest, make([]byte, MaxToken)), ErrLimit},
		"what NTLM says": {[]byte("NTLMSSP\x00\x01"), &ParseError{}},
	} {
		_, done, err := s.Acceptor().Step(t.Context(), tt.token)
		var parse *ParseError
		if _, any := tt.err.(*ParseError); any && errors.As(err, &parse) {
			continue
		}
		if !errors.Is(err, tt.err) || done {
			t.Errorf("%s: %v", name, err)
		}
	}
}
