package kerberos

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/messages"
)

func TestRefusals(t *testing.T) {
	plain := func(o InitiatorOptions) InitiatorOptions { return o }
	clock := func(d time.Duration) func(InitiatorOptions) InitiatorOptions {
		return func(o InitiatorOptions) InitiatorOptions {
			o.Now = func() time.Time { return noon.Add(d) }
			return o
		}
	}
	tests := []struct {
		name   string
		g      grant
		change func(InitiatorOptions) InitiatorOptions
		err    error
	}{
		{"right", grant{}, plain, nil},
		{"a clock nearly too slow", grant{}, clock(-5 * time.Minute), nil},
		{"a clock nearly too fast", grant{}, clock(5 * time.Minute), nil},
		{"a slow clock", grant{}, clock(-5*time.Minute - time.Microsecond), ErrSkew},
		{"a fast clock", grant{}, clock(5*time.Minute + time.Microsecond), ErrSkew},
		{"just expired", grant{start: -time.Hour, end: -4 * time.Minute}, plain, nil},
		{"expired", grant{start: -time.Hour, end: -6 * time.Minute}, plain, ErrExpired},
		{"nearly valid", grant{start: 4 * time.Minute, end: time.Hour}, plain, nil},
		{"not valid yet", grant{start: 6 * time.Minute, end: time.Hour}, plain, ErrNotYet},
		{"marked invalid", grant{flags: []int{7}}, plain, ErrNotYet},
		{"a realm let in", grant{realm: "OTHER.EXAMPLE.COM"}, plain, nil},
		{"realms that a KDC has checked", grant{realm: "OTHER.EXAMPLE.COM", transited: "EVIL", flags: []int{12}}, plain, nil},
		{"realms that none has checked", grant{realm: "OTHER.EXAMPLE.COM", transited: "EVIL"}, plain, ErrRealm},
		{"another realm", grant{realm: "EVIL.EXAMPLE.COM"}, plain, ErrRealm},
		{"a realm in lower case", grant{realm: "example.com"}, plain, ErrRealm},
		{"anonymous", grant{user: []string{"WELLKNOWN", "ANONYMOUS"}}, plain, ErrName},
		{"a control character", grant{user: []string{"alice\n"}}, plain, ErrName},
		{"two parts in one", grant{user: []string{"alice/admin"}}, plain, ErrName},
		{"a realm in the name", grant{user: []string{"alice@OTHER.EXAMPLE.COM"}}, plain, ErrName},
		{"a domain in the name", grant{user: []string{`OTHER\alice`}}, plain, ErrName},
		{"a realm in the realm", grant{realm: "OTHER.EXAMPLE.COM@EXAMPLE.COM"}, plain, ErrName},
		{"an empty name", grant{user: []string{""}}, plain, ErrName},
		{"a long name", grant{user: []string{strings.Repeat("a", MaxName)}}, plain, ErrName},
		{"many parts", grant{user: strings.Split("a/b/c/d/e/f/g/h/i", "/")}, plain, ErrName},
		{"another name in the authenticator", grant{}, func(o InitiatorOptions) InitiatorOptions {
			o.Client.Parts = []string{"bob"}
			return o
		}, ErrDenied},
		{"another realm in the authenticator", grant{}, func(o InitiatorOptions) InitiatorOptions {
			o.Client.Realm = "OTHER.EXAMPLE.COM"
			return o
		}, ErrDenied},
		{"another key", grant{}, func(o InitiatorOptions) InitiatorOptions {
			o.Session = o.Session.clone()
			o.Session.Value[0] ^= 1
			return o
		}, ErrDenied},
		{"DCE style", grant{}, func(o InitiatorOptions) InitiatorOptions { o.Flags = FlagDCE; return o }, ErrUnsupported},
	}
	s := newService(t, Options{Realms: []string{home, "OTHER.EXAMPLE.COM"}})
	for _, tt := range tests {
		for _, etype := range allTypes {
			tt.g.etype = etype
			a := s.Acceptor()
			_, done, err := a.Step(t.Context(), asked(t, tt.change(ticketOf(t, tt.g))))
			if !errors.Is(err, tt.err) || done != (tt.err == nil) {
				t.Errorf("%s, %v: done %v, %v", tt.name, etype, done, err)
			}
			if (a.Identity().Account == "") != (tt.err != nil) || (a.Security() == nil) != (tt.err != nil) {
				t.Errorf("%s, %v: %+v", tt.name, etype, a.Identity())
			}
			if _, _, err := a.Step(t.Context(), nil); !errors.Is(err, ErrState) {
				t.Errorf("%s, %v: a second step: %v", tt.name, etype, err)
			}
		}
	}
}

// Who a ticket is for must not be who another one's name reads as.
func TestAccounts(t *testing.T) {
	s := newService(t, Options{Realms: []string{home, "OTHER"}})
	tests := []struct {
		g    grant
		want string
	}{
		{grant{user: []string{"alice", "admin"}}, "alice/admin"},
		{grant{user: []string{"Jürgen"}}, "Jürgen"},
		{grant{realm: "OTHER"}, "alice"},
	}
	for _, tt := range tests {
		tt.g.etype = AES256SHA1
		a := s.Acceptor()
		if _, _, err := a.Step(t.Context(), asked(t, ticketOf(t, tt.g))); err != nil || a.Identity().Account != tt.want {
			t.Errorf("%+v: %q, %v", tt.g, a.Identity().Account, err)
		}
	}
}

// Keys of services that are not named do not count.
func TestServices(t *testing.T) {
	for name, want := range map[string]error{"HTTP/www.example.com": nil, "http/WWW.example.com": nil, "host/www.example.com": ErrNoKey} {
		keys, file := keytab.New(), filepath.Join(t.TempDir(), "keytab")
		for _, e := range []struct {
			service, secret string
		}{{"HTTP/www.example.com", "a long secret"}, {"host/www.example.com", "another secret"}} {
			if err := keys.AddEntry(e.service, home, e.secret, noon, 3, int32(AES256SHA1)); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(file, keytabBytes(t, keys), 0o600); err != nil {
			t.Fatal(err)
		}
		k, err := OpenKeytab(file)
		if err != nil {
			t.Fatal(err)
		}
		s := newService(t, Options{Keytab: k, Services: []string{name}})
		if _, _, err := s.Acceptor().Step(t.Context(), asked(t, ticketOf(t, grant{etype: AES256SHA1}))); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
		o := Options{Keytab: k, Realms: []string{home}, Services: []string{name, "HTTP/none"}, Now: time.Now}
		if _, err := NewService(o); !errors.Is(err, ErrNoKeyOf) {
			t.Errorf("a service without a key: %v", err)
		}
	}
}

func TestInitiatorIsNotFooled(t *testing.T) {
	s := newService(t, Options{})
	for _, etype := range allTypes {
		o := ticketOf(t, grant{etype: etype})
		o.Flags = FlagMutual
		i := newInitiator(t, o)
		token, _, err := i.Step(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		reply, _, err := s.Acceptor().Step(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		var m messages.APRep
		if _, _, inner, err := unframe(reply, MaxToken); err != nil || m.Unmarshal(inner) != nil {
			t.Fatal(err)
		}
		begun := *i
		for n := range reply {
			bad := bytes.Clone(reply)
			bad[n] ^= 1
			again := begun
			_, done, err := again.Step(t.Context(), bad)
			if done != (err == nil) || done && within(reply, m.EncPart.Cipher, n) {
				t.Fatalf("%v: byte %d of %d: done %v, %v", etype, n, len(reply), done, err)
			}
			again = begun
			if _, done, _ := again.Step(t.Context(), reply[:n]); done {
				t.Fatalf("%v: cut to %d bytes: taken", etype, n)
			}
		}
		o.Now = func() time.Time { return noon.Add(time.Microsecond) }
		other := newInitiator(t, o)
		if _, _, err := other.Step(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if _, _, err := other.Step(t.Context(), reply); !errors.Is(err, ErrDenied) {
			t.Errorf("%v: the answer to another: %v", etype, err)
		}
		if other.Security() != nil {
			t.Errorf("%v: there is a key", etype)
		}
	}
}

func TestReplay(t *testing.T) {
	now := noon
	s := newService(t, Options{Now: func() time.Time { return now }})
	o := ticketOf(t, grant{etype: AES256SHA1})
	token := asked(t, o)
	try := func() error {
		_, _, err := s.Acceptor().Step(context.Background(), token)
		return err
	}
	if err := try(); err != nil {
		t.Fatal(err)
	}
	for past := time.Duration(0); past <= 5*time.Minute; past += 10 * time.Second {
		now = noon.Add(past)
		if err := try(); !errors.Is(err, ErrReplay) {
			t.Fatalf("after %v: %v", past, err)
		}
		// Others come in between, so that generations change.
		other := o
		other.Now = func() time.Time { return now }
		if _, _, err := s.Acceptor().Step(t.Context(), asked(t, other)); err != nil {
			t.Fatal(err)
		}
	}
	if now = noon.Add(6 * time.Minute); !errors.Is(try(), ErrSkew) {
		t.Error("an old authenticator is taken")
	}
}

// A client whose clock is fast can be copied for twice as long.
func TestReplayOfAFastClock(t *testing.T) {
	r := replays{skew: 5 * time.Minute}
	for start := range 40 {
		r = replays{skew: 5 * time.Minute}
		at := noon.Add(time.Duration(start) * time.Minute)
		if err := r.add(noon, "x", []byte("first")); err != nil {
			t.Fatal(err)
		}
		if err := r.add(at, "x", []byte("second")); err != nil {
			t.Fatal(err)
		}
		for past := range 11 {
			if err := r.add(at.Add(time.Duration(past)*time.Minute), "x", []byte("second")); !errors.Is(err, ErrReplay) {
				t.Fatalf("%d minutes after %d: %v", past, start, err)
			}
		}
	}
}

func TestReplaysAreBounded(t *testing.T) {
	r := replays{skew: time.Minute}
	add := func(who string, n int) error { return r.add(noon, who, []byte{byte(n), byte(n >> 8), byte(n >> 16)}) }
	for n := range MaxOneUser / 2 {
		if err := add("first", n); err != nil {
			t.Fatal(n, err)
		}
	}
	if err := add("first", MaxOneUser); !errors.Is(err, ErrBusy) {
		t.Error(err)
	}
	if err := add("first", 0); !errors.Is(err, ErrReplay) {
		t.Error(err)
	}
	for n := MaxOneUser / 2; n < MaxReplays/2; n++ {
		if err := add(string(rune('A'+n/1000)), n); err != nil {
			t.Fatal(n, err)
		}
	}
	if err := add("last", MaxReplays); !errors.Is(err, ErrBusy) {
		t.Error(err)
	}
	if err := r.add(noon.Add(2*time.Minute), "last", []byte("new")); err != nil {
		t.Error("the next generation:", err)
	}
}

func TestKeytabReload(t *testing.T) {
	file := keytabFile(t)
	right, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	k, err := OpenKeytab(file)
	if err != nil {
		t.Fatal(err)
	}
	var told []error
	s := newService(t, Options{Keytab: k, Trouble: func(err error) { told = append(told, err) }})
	enter := func() error {
		_, _, err := s.Acceptor().Step(t.Context(), asked(t, ticketOf(t, grant{etype: AES256SHA1})))
		return err
	}
	write := func(b []byte) { // as ktutil and others do, in one step
		next := filepath.Join(t.TempDir(), "next")
		if err := os.WriteFile(next, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(next, file); err != nil {
			t.Fatal(err)
		}
	}
	for _, wrong := range [][]byte{nil, right[:20], right[:2], []byte("5\x02")} {
		told = nil
		write(wrong)
		if err := errors.Join(enter(), enter()); err != nil || len(told) != 1 {
			t.Errorf("%d bytes: %v, told %v", len(wrong), err, told)
		}
		write(right)
		if err := enter(); err != nil {
			t.Error(err)
		}
	}
	other := keytab.New()
	if err := other.AddEntry("HTTP/www.example.com", home, "another secret", noon, 4, int32(AES256SHA1)); err != nil {
		t.Fatal(err)
	}
	write(keytabBytes(t, other))
	if err := enter(); !errors.Is(err, ErrNoKey) {
		t.Error("another key:", err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	told = nil
	if err := enter(); !errors.Is(err, ErrNoKey) || len(told) != 1 {
		t.Error("no file:", err, told)
	}
	if _, err := OpenKeytab(file); err == nil {
		t.Error("a missing keytab is opened")
	}
}

// MIT's programs and others write what is read.
func TestParseKeytab(t *testing.T) {
	b := keytabBytes(t, theKeys())
	all, err := ParseKeytab(b)
	if err != nil || len(all) != len(allTypes) {
		t.Fatal(all, err)
	}
	for n, e := range all {
		want := theKeys().Entries[n]
		if e.Principal.String() != "HTTP/www.example.com@EXAMPLE.COM" || e.Version != 3 || e.Key.Type != allTypes[n] ||
			string(e.Key.Value) != string(want.Key.KeyValue) {
			t.Errorf("%v", e)
		}
	}
	size := int(beUint32(b[2:]))
	hole := append([]byte{}, b...)
	copy(hole[2:], []byte{0xFF, 0xFF, byte(^(size - 1) >> 8), byte(^(size - 1))})
	if rest, err := ParseKeytab(hole); err != nil || len(rest) != len(all)-1 {
		t.Error("a hole:", rest, err)
	}
	for n := range b {
		got, err := ParseKeytab(b[:n])
		if err == nil && len(got) >= len(all) {
			t.Errorf("cut to %d bytes: %d keys", n, len(got))
		}
	}
}

func TestRandomFails(t *testing.T) {
	empty := strings.NewReader("")
	s := newService(t, Options{Rand: empty})
	o := ticketOf(t, grant{etype: AES128SHA1})
	o.Flags = FlagMutual
	a := s.Acceptor()
	if _, done, err := a.Step(t.Context(), asked(t, o)); !errors.Is(err, io.EOF) || done || a.Identity().Account != "" || a.Security() != nil {
		t.Error(done, err)
	}
	o.Rand = empty
	if _, _, err := newInitiator(t, o).Step(t.Context(), nil); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}
