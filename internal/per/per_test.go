package per

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"caracal/internal/asn1ref"
)

// kind is a value of a type of the notation, as Erlang writes it and as we do.
type kind struct {
	typ, term string
	code      func(*Coder)
}

func number(typ string, n, lo, hi int64) kind {
	return kind{typ, fmt.Sprint(n), func(c *Coder) { v := n; Int(c, &v, lo, hi); must(c, v == n) }}
}

func octets(typ string, size, lo, hi int) kind {
	want := bytes.Repeat([]byte{0xA5}, size)
	return kind{typ, "<<" + strings.TrimSuffix(strings.Repeat("165,", size), ",") + ">>", func(c *Coder) {
		v := want
		if !c.Writing() {
			v = nil
		}
		c.Octets(&v, lo, hi)
		must(c, bytes.Equal(v, want))
	}}
}

// text is a string of a kind; the field is read into one that is empty before.
func text(typ, want string, code func(c *Coder, v *string)) kind {
	term := fmt.Sprintf("%q", want)
	if typ == "Name" || typ == "OneChar" || typ == "Upto" {
		var quads []string
		for _, r := range want {
			quads = append(quads, fmt.Sprintf("{0,0,%d,%d}", r>>8, r&255))
		}
		term = "[" + strings.Join(quads, ",") + "]"
	}
	return kind{typ, term, func(c *Coder) {
		v := want
		if !c.Writing() {
			v = ""
		}
		code(c, &v)
		must(c, v == want)
	}}
}

// must makes a value that was read wrongly a mistake.
func must(c *Coder, ok bool) {
	if !ok && c.Err() == nil {
		c.Fail(fmt.Errorf("another value was read"))
	}
}

func name(s string) kind { return text("Name", s, func(c *Coder, v *string) { c.BMP(v, 0, 255) }) }
func numeral(s string) kind {
	return text("Numeral", s, func(c *Coder, v *string) { c.Digits(v, 1, 255) })
}
func letters(s string) kind {
	return text("Letters", s, func(c *Coder, v *string) { c.IA5(v, 1, 255) })
}

func enum(typ, term string, n int, extensible bool) kind {
	return kind{typ, term, func(c *Coder) {
		v := uint8(strings.Index("abcde", term))
		if !c.Writing() {
			v = 0xFF
		}
		Enum(c, &v, n, extensible)
		must(c, int(v) == strings.Index("abcde", term))
	}}
}

// way is Way.
type way struct {
	at int
	a  uint8
	b  string
	d  []byte
	e  bool
}

func (w *way) code(c *Coder) {
	c.Choice(&w.at, 3, true, func() {
		switch w.at {
		case 0:
			Int(c, &w.a, 0, 255)
		case 1:
			c.BMP(&w.b, 0, 255)
		case 2:
		case 3:
			c.Octets(&w.d, 4, 255)
		case 4:
			c.Bool(&w.e)
		default:
			c.Skip()
		}
	})
}

// whole is Whole.
type whole struct {
	first         bool
	number        uint16
	text          string
	key           []byte
	way           *way
	tail          uint8
	more          string
	flag          bool
	hasMore, hasF bool
}

func (w *whole) code(c *Coder) {
	added := []Addition{
		{&w.hasMore, func() { c.BMP(&w.more, 0, 255) }},
		{&w.hasF, func() { c.Bool(&w.flag) }},
	}
	more := c.Extensible(added...)
	hasText, hasWay := w.text != "", w.way != nil
	c.Optional(&hasText, &hasWay)
	c.Bool(&w.first)
	Int(c, &w.number, 1, 65535)
	if hasText {
		c.BMP(&w.text, 0, 255)
	}
	c.Octets(&w.key, 4, 4)
	Maybe(c, hasWay, &w.way, func(v *way) { v.code(c) })
	Int(c, &w.tail, 0, 255)
	c.Additions(more, added...)
}

func compound[T any](typ, term string, want T, code func(*T, *Coder)) kind {
	return kind{typ, term, func(c *Coder) {
		v := want
		if !c.Writing() {
			v = *new(T)
		}
		code(&v, c)
		must(c, reflect.DeepEqual(v, want))
	}}
}

// after is a row of strings and bits: where alignment goes wrong, all behind it does.
type after struct {
	text, name, digits string
	short, long        []byte
}

func (a *after) code(c *Coder) {
	bit := true
	c.Bool(&bit)
	c.BMP(&a.text, 0, 1)
	c.Bool(&bit)
	c.BMP(&a.name, 0, 255)
	c.Bool(&bit)
	c.Digits(&a.digits, 0, 3)
	c.Bool(&bit)
	c.Octets(&a.short, 0, 2)
	c.Bool(&bit)
	c.Octets(&a.long, 0, -1)
	n := uint8(5)
	Int(c, &n, 0, 7)
	must(c, bit && n == 5)
}

func kinds() []kind {
	list := []kind{
		{"Bit", "true", func(c *Coder) { v := true; c.Bool(&v); must(c, v) }},
		number("Wide", 65536, 0, 65536), number("Wide", 0, 0, 65536), number("Signed", -32768, -32768, 32767),
		octets("Pair", 2, 2, 2), octets("Four", 4, 4, 4), octets("Short", 0, 0, 2), octets("Short", 1, 0, 2),
		octets("Key", 4, 4, 255), octets("Key", 255, 4, 255),
		name(""), name("a"), name("Ünï€"), name(strings.Repeat("x", 255)),
		text("OneChar", "Z", func(c *Coder, v *string) { c.BMP(v, 1, 1) }),
		text("Two", "ab", func(c *Coder, v *string) { c.IA5(v, 2, 2) }),
		numeral("0"), numeral("0123456789"), numeral(strings.Repeat("9", 255)), letters("a"), letters("hello, world"),
		enum("Kind", "a", 3, true), enum("Kind", "c", 3, true), enum("Kind", "d", 3, true), enum("Kind", "e", 3, true), enum("Plain", "e", 5, false),
		compound("Way", "{a, 7}", way{a: 7}, (*way).code), compound("Way", "{c, 'NULL'}", way{at: 2}, (*way).code),
		compound("Way", "{b, [{0,0,1,2}]}", way{at: 1, b: "\u0102"}, (*way).code),
		compound("Way", "{d, <<1,2,3,4>>}", way{at: 3, d: []byte{1, 2, 3, 4}}, (*way).code),
		compound("Way", "{e, true}", way{at: 4, e: true}, (*way).code),
		compound("List", "[]", []uint16(nil), codeIDs), compound("List", "[1, 65535, 7]", []uint16{1, 65535, 7}, codeIDs),
		compound("Whole", "{'Whole', true, 5, asn1_NOVALUE, <<\"Duca\">>, asn1_NOVALUE, 9, asn1_NOVALUE, asn1_NOVALUE}",
			whole{first: true, number: 5, key: []byte("Duca"), tail: 9}, (*whole).code),
		compound("Whole", "{'Whole', false, 65535, [{0,0,0,97}], <<\"Duca\">>, {a, 255}, 9, [{0,0,0,98}], true}",
			whole{number: 65535, text: "a", key: []byte("Duca"), way: &way{a: 255}, tail: 9, more: "b", hasMore: true, flag: true, hasF: true}, (*whole).code),
		compound("Whole", "{'Whole', false, 1, asn1_NOVALUE, <<\"Duca\">>, asn1_NOVALUE, 9, asn1_NOVALUE, false}",
			whole{number: 1, key: []byte("Duca"), tail: 9, hasF: true}, (*whole).code),
	}
	for _, n := range []int64{0, 1, 7} {
		list = append(list, number("Small", n, 0, 7))
	}
	for _, n := range []int64{0, 128, 255} {
		list = append(list, number("Octet", n, 0, 255), number("Odd", 3+n*197/255, 3, 200), number("Id", 1+n*65534/255, 1, 65535))
	}
	for _, n := range []int64{0, 255, 256, 1 << 16, 1<<24 - 1, 1 << 24, 1<<32 - 1} {
		list = append(list, number("Wider", n, 0, 1<<32-1), unbounded("Upward", n, func(c *Coder, v *int64) { From(c, v, 0) }))
	}
	for _, n := range []int64{0, 1, -1, 127, 128, -128, -129, 32767, -32768, 1 << 40, -1 << 40} {
		list = append(list, unbounded("Free", n, Any[int64]))
	}
	for _, n := range []int{0, 1, 127, 128, 16383, 16384, 16385, 32768, 65535, 65536, 70000} {
		list = append(list, octets("Long", n, 0, -1))
	}
	return append(list, rows()...)
}

// rows are those of After, with and without each of its strings.
func rows() (list []kind) {
	for i := range 32 {
		a := after{short: []byte{}, long: []byte{}}
		terms := []string{"[]", "[]", `""`, "<<>>", "<<>>"}
		if i&1 != 0 {
			a.text, terms[0] = "t", "[{0,0,0,116}]"
		}
		if i&2 != 0 {
			a.name, terms[1] = "n", "[{0,0,0,110}]"
		}
		if i&4 != 0 {
			a.digits, terms[2] = "42", `"42"`
		}
		if i&8 != 0 {
			a.short, terms[3] = []byte{1, 2}, "<<1,2>>"
		}
		if i&16 != 0 {
			a.long, terms[4] = []byte{3}, "<<3>>"
		}
		term := fmt.Sprintf("{'After', true, %s, true, %s, true, %s, true, %s, true, %s, 5}", terms[0], terms[1], terms[2], terms[3], terms[4])
		list = append(list, compound("After", term, a, (*after).code))
	}
	return list
}

func unbounded(typ string, n int64, code func(*Coder, *int64)) kind {
	return kind{typ, fmt.Sprint(n), func(c *Coder) {
		v := n
		if !c.Writing() {
			v = -7
		}
		code(c, &v)
		must(c, v == n)
	}}
}

func codeIDs(v *[]uint16, c *Coder) { List(c, v, 0, 10, func(n *uint16) { Int(c, n, 1, 65535) }) }

// What we write is what Erlang's asn1 writes, and it is read back as it was.
func TestAgainstErlang(t *testing.T) {
	all := kinds()
	var values []asn1ref.Value
	for _, k := range all {
		values = append(values, asn1ref.Value{Type: k.typ, Term: k.term})
	}
	for i, want := range asn1ref.Encode(t, "testdata/Kinds.asn1", "per", values) {
		k := all[i]
		w := Write(nil)
		k.code(w)
		got, err := w.Bytes()
		if len(got) == 0 && err == nil {
			got = []byte{0} // as a whole encoding, X.691 10.1.3
		}
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s %.60s: %x, want %x: %v", k.typ, k.term, clipped(got), clipped(want), err)
		}
		r := Read(want)
		if k.code(r); r.Err() != nil || len(r.Rest()) > 0 {
			t.Errorf("%s %.60s: read %v, %d left", k.typ, k.term, r.Err(), len(r.Rest()))
		}
		for n := range min(len(want)-1, 40) {
			r := Read(want[:n])
			if k.code(r); r.Err() == nil {
				t.Errorf("%s %.60s: taken when cut to %d octets", k.typ, k.term, n)
			}
		}
	}
}

func clipped(b []byte) []byte { return b[:min(len(b), 40)] }
