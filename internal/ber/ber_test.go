package ber

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"testing"
)

func TestRead(t *testing.T) {
	tests := []struct {
		in   string
		body string
		rest string
		err  error
	}{
		{"\x04\x00", "", "", nil},
		{"\x04\x02abc", "ab", "c", nil},
		{"\x04\x81\x02abc", "ab", "c", nil},
		{"\x04\x84\x00\x00\x00\x01ab", "a", "b", nil},
		{"", "", "", ErrNeedMore},
		{"\x04", "", "", ErrNeedMore},
		{"\x04\x02a", "", "", ErrNeedMore},
		{"\x04\x82\x01", "", "", ErrNeedMore},
		{"\x04\x84\xff\xff\xff\xffab", "", "", ErrNeedMore},
		{"\x04\x80ab\x00\x00", "", "", ErrInvalid},
		{"\x04\x85\x00\x00\x00\x00\x01a", "", "", ErrInvalid},
		{"\x1f\x81\x01\x00", "", "", ErrInvalid},
		{"\x7f\x65\x02ab", "ab", "", nil},
		{"\x7f\x1e\x00", "", "", ErrInvalid},
		{"\x7f\x65", "", "", ErrNeedMore},
	}
	for _, tt := range tests {
		e, rest, err := Read([]byte(tt.in))
		if string(e.Body) != tt.body || string(rest) != tt.rest || !errors.Is(err, tt.err) {
			t.Errorf("%q: %q, %q, %v", tt.in, e.Body, rest, err)
		}
	}
}

func TestFields(t *testing.T) {
	one := Make(Context(1), []byte("1"))
	three := Make(Context(3), []byte("3"))
	got, err := Fields(append(bytes.Clone(one), three...), 3)
	if err != nil || got[0] != nil || string(got[1]) != "1" || got[2] != nil {
		t.Error(got, err)
	}
	for _, wrong := range [][]byte{append(bytes.Clone(three), one...), append(bytes.Clone(one), one...), {0x04, 0}, {0xA0, 1}} {
		if _, err := Fields(wrong, 4); err == nil {
			t.Errorf("%x is taken", wrong)
		}
	}
}

// The standard library reads what is written here.
func TestAppend(t *testing.T) {
	for _, size := range []int{0, 1, 127, 128, 255, 256, 65535, 65536, 1 << 24} {
		body := make([]byte, size)
		full := Make(Octets, body[:size/2], body[size/2:])
		var back []byte
		if rest, err := asn1.Unmarshal(full, &back); err != nil || len(rest) > 0 || len(back) != size {
			t.Error(size, err)
		}
		if e, rest, err := Read(full); err != nil || len(rest) > 0 || len(e.Body) != size || len(e.Full) != len(full) {
			t.Error(size, err)
		}
	}
	for _, n := range []int64{0, 1, -1, 127, 128, -128, -129, 255, 256, 1 << 31, -1 << 31, 1<<63 - 1, -1 << 63} {
		var back int64
		if _, err := asn1.Unmarshal(Int(n), &back); err != nil || back != n {
			t.Error(n, back, err)
		}
	}
	if _, err := Only(append(Int(1), 0), Integer); err == nil {
		t.Error("what follows is not seen")
	}
	if _, _, err := Expect(Int(1), Octets); err == nil {
		t.Error("another tag is taken")
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("\x30\x07\xa0\x02\x04\x00\xa2\x01\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, rest, err := Read(b)
		if err != nil {
			return
		}
		if len(e.Full)+len(rest) != len(b) || !bytes.HasSuffix(e.Full, e.Body) {
			t.Fatalf("%x: %+v, %x", b, e, rest)
		}
		_, _ = Fields(e.Body, 5)
	})
}
