package x224

import (
	"bytes"
	"errors"
	"io"
	"net"
	"reflect"
	"testing"
	"testing/synctest"
	"time"
)

// What rdesktop and mstsc begin with, and what servers answer.
func TestKnownBytes(t *testing.T) {
	for _, tt := range []struct {
		bytes string
		tpdu  TPDU
	}{
		{"\x03\x00\x00\x0b\x06\xe0\x00\x00\x00\x00\x00", TPDU{Kind: Request, Data: []byte{}}},
		{"\x03\x00\x00\x0b\x06\xd0\x00\x00\x12\x34\x00", TPDU{Kind: Confirm, Source: 0x1234, Data: []byte{}}},
		{"\x03\x00\x00\x0e\x09\xe0\x00\x00\x00\x05\x00\xc0\x01\x0b", TPDU{Kind: Request, Source: 5, MaxSize: 2048, Data: []byte{}}},
		{"\x03\x00\x00\x0b\x06\x80\x00\x00\x00\x00\x80", TPDU{Kind: Disconnect, Reason: 0x80, Data: []byte{}}},
		{"\x03\x00\x00\x09\x04\x70\x00\x07\x03", TPDU{Kind: Error, Dest: 7, Reason: 3, Data: []byte{}}},
		{"\x03\x00\x00\x08\x02\xf0\x80\x28", TPDU{Kind: Data, End: true, Data: []byte{0x28}}},
		{"\x03\x00\x00\x08\x02\xf0\x00\x28", TPDU{Kind: Data, Data: []byte{0x28}}},
	} {
		if got := tt.tpdu.Append(nil); string(got) != tt.bytes {
			t.Errorf("%s: %x, want %x", tt.tpdu.Kind, got, tt.bytes)
		}
		body, rest, err := Split([]byte(tt.bytes + "rest"))
		if err != nil || string(rest) != "rest" {
			t.Fatalf("%x: %q, %v", tt.bytes, rest, err)
		}
		if got, err := Parse(body); err != nil || !reflect.DeepEqual(got, tt.tpdu) {
			t.Errorf("%x: %+v, want %+v: %v", tt.bytes, got, tt.tpdu, err)
		}
	}
}

// A cookie of RDP stands where parameters would.
func TestCookie(t *testing.T) {
	head := "\xe0\x00\x00\x00\x00\x00Cookie: mstshash=user\r\n"
	got, err := Parse([]byte(string(rune(len(head))) + head))
	if err != nil || got.Kind != Request {
		t.Errorf("%+v: %v", got, err)
	}
}

func TestRefused(t *testing.T) {
	for _, b := range []string{
		"\x02\x00\x00\x0b\x06\xe0\x00\x00\x00\x00\x00", "\x03\x00\x00\x06\x01\xf0", "\x03\x00\x00\x00", "\x03\x00\x00\x07\xff\xf0\x80",
		"\x03\x00\x00\x07\x03\xf0\x80", "\x03\x00\x00\x07\x01\xf0\x80", "\x03\x00\x00\x0b\x06\x10\x00\x00\x00\x00\x00",
		"\x03\x00\x00\x08\x03\xe0\x00\x00", "\x03\x00\x00\x08\x03\x70\x00\x00", "\x03\x00\x00\x0b\x06\xd0\x00\x00\x12\x34\x20",
	} {
		body, _, err := Split([]byte(b))
		if err == nil {
			_, err = Parse(body)
		}
		if !errors.Is(err, ErrInvalid) {
			t.Errorf("%x: %v", b, err)
		}
	}
}

// pair is a connection with both ends, of which the caller takes TPDUs of a size.
func pair(t *testing.T, caller, called Options) (*Conn, *Conn) {
	t.Helper()
	a, b := net.Pipe()
	t.Cleanup(func() { a.Close(); b.Close() })
	accepted := make(chan *Conn, 1)
	go func() {
		c, err := Accept(b, called)
		if err != nil {
			t.Error(err)
		}
		accepted <- c
	}()
	c, err := Dial(a, caller)
	if err != nil {
		t.Fatal(err)
	}
	return c, <-accepted
}

func TestMessages(t *testing.T) {
	for _, size := range []int{0, 128, 2048} {
		a, b := pair(t, Options{MaxSize: size}, Options{})
		for _, n := range []int{1, 125, 126, 10000, MaxPacket - DataHead} {
			message := bytes.Repeat([]byte{byte(n)}, n)
			go b.Net.Write(b.Append(nil, message))
			if got, err := a.Receive(); err != nil || !bytes.Equal(got, message) {
				t.Fatalf("size %d: %d octets: %v", size, len(got), err)
			}
		}
		if want := size - 3; size > 0 && b.Largest() != want {
			t.Errorf("%d octets, want %d", b.Largest(), want)
		}
		go b.Net.Write(AppendDisconnect(nil))
		if _, err := a.Receive(); err != io.EOF {
			t.Errorf("behind the end: %v", err)
		}
	}
}

func TestBadMessages(t *testing.T) {
	for about, send := range map[string]func(net.Conn){
		"too large":            func(c net.Conn) { c.Write(AppendMessage(nil, make([]byte, 300), 100)) },
		"a CR in the middle":   func(c net.Conn) { c.Write((&TPDU{Kind: Request}).Append(nil)) },
		"ended in a message":   func(c net.Conn) { c.Write(AppendData(nil, []byte("half"), false)); c.Close() },
		"ended in a packet":    func(c net.Conn) { c.Write([]byte{3, 0, 0}); c.Close() },
		"a length of no octet": func(c net.Conn) { c.Write([]byte{3, 0, 0, 0}) },
	} {
		a, b := pair(t, Options{}, Options{MaxMessage: 200})
		go send(a.Net)
		if m, err := b.Receive(); err == nil || err == io.EOF {
			t.Errorf("%s: %q, %v", about, m, err)
		}
	}
}

// A packet that has begun has to end; between packets a peer may take its time.
func TestUnfinished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := pair(t, Options{}, Options{Unfinished: 30 * time.Second})
		go func() {
			time.Sleep(24 * time.Hour)
			a.Net.Write(a.Append(nil, []byte("late")))
			time.Sleep(time.Hour)
			a.Net.Write([]byte{3, 0, 0, 100, 2})
		}()
		if m, err := b.Receive(); err != nil || string(m) != "late" {
			t.Errorf("%q, %v", m, err)
		}
		began := time.Now()
		if _, err := b.Receive(); err == nil || time.Since(began) != time.Hour+30*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
	})
}

func TestHandshakeEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, dial := range []bool{true, false} {
			a, b := net.Pipe()
			began, err := time.Now(), error(nil)
			if dial {
				go io.Copy(io.Discard, b)
				_, err = Dial(a, Options{Handshake: 5 * time.Second})
			} else {
				_, err = Accept(a, Options{Handshake: 5 * time.Second})
			}
			if err == nil || time.Since(began) != 5*time.Second {
				t.Errorf("after %v: %v", time.Since(began), err)
			}
			a.Close()
			b.Close()
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, tpdu := range []TPDU{
		{Kind: Request, Source: 1, MaxSize: 2048, Calling: []byte("a"), Called: []byte("b")}, {Kind: Data, End: true, Data: []byte("x")},
		{Kind: Disconnect, Reason: 1}, {Kind: Error, Reason: 1}, {Kind: Confirm, Dest: 1},
	} {
		f.Add(tpdu.Append(nil))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		body, _, err := Split(b)
		if err != nil {
			return
		}
		first, err := Parse(body)
		if err != nil {
			return
		}
		again, _, err := Split(first.Append(nil))
		if err != nil {
			t.Fatal(err)
		}
		if second, err := Parse(again); err != nil || second.Kind != first.Kind || !bytes.Equal(second.Data, first.Data) || second.MaxSize != first.MaxSize {
			t.Fatalf("%+v, %+v: %v", first, second, err)
		}
	})
}
