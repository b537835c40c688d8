package gcc

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"testing"

	"caracal/internal/asn1ref"
	"caracal/internal/per"
)

var none = regexp.MustCompile(`\bnone\b( *[,}\]])`)

// term has asn1's word for what is not there; the name of an alternative stays.
func term(s string) string {
	return string(bytes.ReplaceAll(none.ReplaceAll([]byte(s), []byte("asn1_NOVALUE$1")), []byte("none_"), []byte("none")))
}

// Each message is encoded as Erlang's asn1 does it, and read back as it was; cut off
// anywhere it is none.
func TestAgainstErlang(t *testing.T) {
	var values []asn1ref.Value
	connects, controls := connectSamples(), controlSamples()
	for _, s := range connects {
		values = append(values, asn1ref.Value{Type: "Connect", Term: term(s.term)})
	}
	for _, s := range controls {
		values = append(values, asn1ref.Value{Type: "PDU", Term: term(s.term)})
	}
	encoded := asn1ref.Encode(t, "testdata/Gcc.asn1", "per", values)
	var envelopes []asn1ref.Value
	for _, b := range encoded[:len(connects)] {
		pdu := fmt.Sprint(b)
		envelopes = append(envelopes, asn1ref.Value{Type: "Data", Term: "{x, {object, {0,0,20,124,0,1}}, <<" + commas(pdu[1:len(pdu)-1]) + ">>}"})
	}
	for i, want := range asn1ref.Encode(t, "testdata/Gcc.asn1", "per", envelopes) {
		check(t, connects[i].message, want, func(b []byte) (Connect, error) { return ParseConnect(b) }, AppendConnect)
	}
	for i, want := range encoded[len(connects):] {
		check(t, controls[i].message, want, Parse, Append)
	}
}

func commas(s string) string { return string(bytes.ReplaceAll([]byte(s), []byte(" "), []byte(","))) }

func check[M any](t *testing.T, m M, want []byte, parse func([]byte) (M, error), write func([]byte, M) ([]byte, error)) {
	t.Helper()
	if got, err := write(nil, m); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%T: %x, want %x: %v", m, got, want, err)
	}
	if back, err := parse(want); err != nil || !reflect.DeepEqual(back, m) {
		t.Errorf("%T: read %+v, want %+v: %v", m, back, m, err)
	}
	for n := range want {
		if _, err := parse(want[:n]); err == nil && n < len(want)-1 {
			t.Errorf("%T is taken when cut to %d of %d octets", m, n, len(want))
		}
	}
}

// Every message has a sample.
func TestSamplesAreComplete(t *testing.T) {
	seen := map[reflect.Type]bool{}
	for _, s := range connectSamples() {
		seen[reflect.TypeOf(s.message)] = true
	}
	for _, s := range controlSamples() {
		seen[reflect.TypeOf(s.message)] = true
	}
	for _, make := range connects {
		if m := make(); !seen[reflect.TypeOf(m)] {
			t.Errorf("%T has none", m)
		}
	}
	for part, list := range controls {
		for at, make := range list {
			m := make()
			if p, a := m.place(); p != part || a != at || !seen[reflect.TypeOf(m)] {
				t.Errorf("%T at %d, %d says %d, %d; it has a sample: %t", m, part, at, p, a, seen[reflect.TypeOf(m)])
			}
		}
	}
}

// RDP begins so: the beginning of its user data is known from many captures.
func TestAsRDPHasIt(t *testing.T) {
	in := []byte("\x00\x05\x00\x14\x7c\x00\x01\x0e\x00\x08\x00\x10\x00\x01\xc0\x00Duca")
	in = append(append(in, 4), 1, 2, 3, 4)
	in[7] = byte(len(in) - 8)
	m, err := ParseConnect(in)
	create, ok := m.(*CreateRequest)
	if err != nil || !ok || create.Name.Numeric != "1" || len(create.UserData) != 1 || create.UserData[0].Key != duca || len(create.UserData[0].Value) != 4 {
		t.Fatalf("%+v: %v", m, err)
	}
	if got, err := AppendConnect(nil, m); err != nil || !bytes.Equal(got, in) {
		t.Errorf("%x, want %x: %v", got, in, err)
	}
}

func TestWhatCameLater(t *testing.T) {
	c := per.Write(nil)
	(&Key{Object: family + "\x02"}).code(c)
	later := []byte{0x80, 1, 0} // the first alternative behind the marker
	c.Octets(&later, 0, -1)
	b, _ := c.Bytes()
	if _, err := ParseConnect(b); !errors.Is(err, ErrUnknown) {
		t.Errorf("%x: %v", b, err)
	}
	c = per.Write(nil)
	(&Key{NonStandard: "other"}).code(c)
	c.Octets(&later, 0, -1)
	b, _ = c.Bytes()
	if _, err := ParseConnect(b); !errors.Is(err, ErrOther) {
		t.Errorf("%x: %v", b, err)
	}
	if m, err := Parse([]byte{0xA0, 0, 1, 0}); !errors.Is(err, ErrUnknown) {
		t.Errorf("%+v: %v", m, err)
	}
}

func TestBadMessages(t *testing.T) {
	for _, m := range []Control{
		&NotSupported{Request: &LockResponse{}}, &InvokeIndication{}, &EjectRequest{Node: 7}, &AllocateHandleRequest{Number: 1025},
		&TextMessage{string(bytes.Repeat([]byte("x"), 256))}, &AddRequest{Node: 1001}, &PermissionGrant{Waiting: []uint16{}},
	} {
		if b, err := Append(nil, m); err == nil {
			t.Errorf("%T is written: %x", m, b)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range controlSamples() {
		if b, err := Append(nil, s.message); err == nil {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) { again(t, b, Parse, Append) })
}

func FuzzParseConnect(f *testing.F) {
	for _, s := range connectSamples() {
		if b, err := AppendConnect(nil, s.message); err == nil {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) { again(t, b, ParseConnect, AppendConnect) })
}

// again writes what was read, and reads that: it is the same. What came later than the
// messages known here cannot be written.
func again[M any](t *testing.T, b []byte, parse func([]byte) (M, error), write func([]byte, M) ([]byte, error)) {
	first, err := parse(b)
	if err != nil {
		return
	}
	out, err := write(nil, first)
	if err != nil {
		if !errors.Is(err, per.ErrInvalid) {
			t.Fatalf("%x: %+v: %v", b, first, err)
		}
		return
	}
	second, err := parse(out)
	if err != nil || !reflect.DeepEqual(first, second) {
		t.Fatalf("%x, %x: %+v, %+v: %v", b, out, first, second, err)
	}
}
