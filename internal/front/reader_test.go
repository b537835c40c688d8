package front

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net"
	"testing"
)

// Whatever the pieces in which it comes and is taken, what is read is what was sent.
func TestReader(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	sent := make([]byte, 200<<10)
	for i := range sent {
		sent[i] = byte(r.Uint32())
	}
	there, here := net.Pipe()
	go func() {
		defer there.Close()
		for rest := sent; len(rest) > 0; {
			n := min(1+r.IntN(3*readBuffer), len(rest))
			there.Write(rest[:n])
			rest = rest[n:]
		}
	}()
	choose := rand.New(rand.NewPCG(3, 4))
	in, got := newReader(here), []byte(nil)
	for err := error(nil); err == nil; {
		switch choose.IntN(4) {
		case 0:
			err = in.Fill()
		case 1:
			n := choose.IntN(len(in.Buffered()) + 1)
			got = append(got, in.Buffered()[:n]...)
			in.Use(n)
		case 2:
			b := make([]byte, choose.IntN(len(in.Buffered())+1))
			err = in.Full(b)
			got = append(got, b...)
		case 3:
			in.release()
		}
		if err == io.EOF {
			got = append(got, in.Buffered()...)
		}
	}
	if !bytes.Equal(got, sent) {
		t.Errorf("%d bytes of %d, or others", len(got), len(sent))
	}
	if in.drop(); in.buf != nil || in.pooled != nil {
		t.Error("a buffer is kept")
	}
}
