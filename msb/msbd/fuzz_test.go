package msbd

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"testing"

	"caracal/internal/vector"
)

func seed(f *testing.F) {
	for _, v := range vector.Read(f, "messages.txt") {
		f.Add(v.Bytes(f, "hex"))
	}
}

// FuzzMessage parses any message with all that is in it. What is parsed can be
// written, and is then parsed to the same.
func FuzzMessage(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, in []byte) {
		m, n, err := ParseMessage(in)
		if err != nil || n != len(in) {
			return
		}
		if m.Size() != n || len(m.Body) != n-HeadSize {
			t.Fatalf("%d bytes of %d", m.Size(), n)
		}
		got, err := parseAny(in)
		if err != nil {
			if parse := (*ParseError)(nil); !errors.As(err, &parse) || parse.Offset > len(in) {
				t.Fatal(err)
			}
			return
		}
		_, out := describeAny(got)
		again, err := parseAny(out)
		if err != nil {
			t.Fatalf("%v of %x", err, out)
		}
		if a, ok := got.(Message); ok {
			b := again.(Message)
			if a.ID != b.ID || a.HR != b.HR || !bytes.Equal(a.Body, b.Body) {
				t.Fatalf("%+v, want %+v", b, a)
			}
			return
		}
		first, _ := describeAny(got)
		second, _ := describeAny(again)
		if first != second || !reflect.DeepEqual(reflect.TypeOf(got), reflect.TypeOf(again)) {
			t.Fatalf("%s\n%s", first, second)
		}
	})
}

// FuzzReader reads what either side might send, in pieces of any size. It neither
// panics nor keeps more than it may, and gives out what was sent.
func FuzzReader(f *testing.F) {
	for _, v := range vector.Read(f, "messages.txt") {
		f.Add(v.Bytes(f, "hex"), 1)
		f.Add(append(v.Bytes(f, "hex"), v.Bytes(f, "hex")...), 7)
	}
	f.Fuzz(func(t *testing.T, in []byte, piece int) {
		r := NewReader(&pieces{in, max(piece, 1)})
		var out []byte
		for {
			m, err := r.Next()
			if err != nil {
				if parse := (*ParseError)(nil); err != io.EOF && err != io.ErrUnexpectedEOF && !errors.As(err, &parse) {
					t.Fatal(err)
				}
				break
			}
			out = append(out, in[len(out):][:m.Size()]...)
			if !bytes.HasSuffix(out, m.Body) {
				t.Fatalf("%x at %d", m.Body, len(out))
			}
		}
		if len(r.buf) > max(readerFirst, 2*len(in)) || len(r.buf) > MaxMessage {
			t.Fatalf("%d bytes are kept of %d", len(r.buf), len(in))
		}
	})
}

// pieces gives out a few bytes at a time.
type pieces struct {
	b []byte
	n int
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.b) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.b[:min(p.n, len(p.b))])
	p.b = p.b[n:]
	return n, nil
}
