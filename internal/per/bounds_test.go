package per

import (
	"bytes"
	"errors"
	"reflect"
	"testing"
)

func TestBounds(t *testing.T) {
	var list []uint16
	long := Write(nil)
	n := MaxElements + 1
	From(long, &n, 0)
	for _, tt := range []struct {
		about string
		in    []byte
		read  func(*Coder)
		want  error
	}{
		{"a list without an end", []byte{0xBF, 0xFF}, func(c *Coder) { List(c, &list, 0, -1, func(*uint16) {}) }, ErrTooMuch},
		{"a list in fragments", []byte{0xC1, 0}, func(c *Coder) { List(c, &list, 0, -1, func(*uint16) {}) }, ErrTooMuch},
		{"an input without an end", make([]byte, MaxOctets+1), func(c *Coder) { var v bool; c.Bool(&v) }, ErrTooMuch},
		{"a fragment of nothing", []byte{0xC0}, func(c *Coder) { var v []byte; c.Octets(&v, 0, -1) }, ErrInvalid},
		{"a fragment of too much", []byte{0xC5}, func(c *Coder) { var v []byte; c.Octets(&v, 0, -1) }, ErrInvalid},
		{"a number of nine octets", []byte{9, 1, 2, 3, 4, 5, 6, 7, 8, 9}, func(c *Coder) { var v int64; Any(c, &v) }, ErrInvalid},
		{"a number of no octets", []byte{0}, func(c *Coder) { var v int64; From(c, &v, 0) }, ErrInvalid},
		{"a number that its field has no room for", []byte{2, 1, 0}, func(c *Coder) { var v uint8; From(c, &v, 0) }, ErrInvalid},
		{"a value above the bound", []byte{0xFF}, func(c *Coder) { var v uint8; Int(c, &v, 0, 5) }, ErrInvalid},
		{"an alternative that is not known", []byte{0xC0}, func(c *Coder) { v := 0; c.Choice(&v, 4, false, c.Skip) }, ErrInvalid},
		{"a digit that is none", []byte{0, 0xF0}, func(c *Coder) { v := ""; c.Digits(&v, 1, 255) }, ErrInvalid},
		{"an enumeration behind its end", []byte{0xE0}, func(c *Coder) { var v uint8; Enum(c, &v, 5, false) }, ErrInvalid},
		{"additions without an end", []byte{0x7F, 0xFF}, func(c *Coder) { c.Additions(true) }, ErrNeedMore},
	} {
		c := Read(tt.in)
		if tt.read(c); !errors.Is(c.Err(), tt.want) {
			t.Errorf("%s: %v, want %v", tt.about, c.Err(), tt.want)
		}
	}
}

// What lies in itself does so a few times only.
func TestDepth(t *testing.T) {
	in := bytes.Repeat([]byte{0x7F}, 128)
	for i := range in {
		in[i] = byte(len(in) - 1 - i)
	}
	c, depth := Read(in), 0
	var dig func()
	dig = func() { depth++; c.Open(dig) }
	if dig(); !errors.Is(c.Err(), ErrTooMuch) || depth > MaxDepth+1 {
		t.Errorf("%d deep: %v", depth, c.Err())
	}
}

// A mistake of who writes is one, not a wrong encoding.
func TestWritesNoOtherValues(t *testing.T) {
	number, text, octets, letters := 8, "x", []byte{1}, "0é"
	for about, write := range map[string]func(*Coder){
		"a number":  func(c *Coder) { Int(c, &number, 0, 7) },
		"a digit":   func(c *Coder) { c.Digits(&text, 1, 255) },
		"octets":    func(c *Coder) { c.Octets(&octets, 2, 4) },
		"a letter":  func(c *Coder) { c.From(&letters, "01", 1, 9) },
		"a skip":    func(c *Coder) { c.Open(c.Skip) },
		"an index":  func(c *Coder) { n := -1; Enum(c, &n, 4, true) },
		"a keyword": func(c *Coder) { n := 4; Enum(c, &n, 4, false) },
	} {
		c := Write(nil)
		if write(c); c.Err() == nil {
			t.Errorf("%s is written", about)
		}
	}
}

// What is read can be written, and is read again as the same.
func FuzzRead(f *testing.F) {
	for _, w := range []whole{
		{first: true, number: 5, key: []byte("Duca"), tail: 9},
		{number: 65535, text: "a", key: []byte("Duca"), way: &way{a: 255}, tail: 9, more: "b", hasMore: true, flag: true, hasF: true},
		{number: 1, key: []byte("McDn"), way: &way{at: 3, d: []byte("abcd")}},
	} {
		c := Write(nil)
		w.code(c)
		b, err := c.Bytes()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		var first, second whole
		c := Read(in)
		if first.code(c); c.Err() != nil || first.way != nil && first.way.at > 4 {
			return
		}
		w := Write(nil)
		first.code(w)
		out, err := w.Bytes()
		if err != nil {
			t.Fatalf("%+v: %v", first, err)
		}
		r := Read(out)
		if second.code(r); r.Err() != nil || !reflect.DeepEqual(first, second) {
			t.Fatalf("%x, %x: %+v, %+v: %v", in, out, first, second, r.Err())
		}
	})
}
