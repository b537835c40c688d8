package point

import (
	"bytes"
	"testing"
	"time"

	"caracal/internal/pace"
)

// A block that is being filled gives what another one gives that is made of all
// packets, as far as it has got.
func TestGrowingBlock(t *testing.T) {
	e := newFake(t)
	const n = 20
	damaged := bytes.Repeat([]byte{0xFF}, fakeSize)
	packets := bytes.Clone(e.packets[:n*fakeSize])
	copy(packets[7*fakeSize:], damaged)
	for _, first := range []int64{0, 100} {
		whole, b := NewBlock(first, fakeSize, packets), NewGrowingBlock(first, fakeSize, n)
		for i := range int64(n) {
			if b.Holds(first+i) || b.Full() {
				t.Fatalf("packet %d is there", i)
			}
			pkt := packets[i*fakeSize:][:fakeSize]
			if b.Append(pkt[1:]) || !b.Append(pkt) || !b.Holds(first+i) {
				t.Fatalf("packet %d", i)
			}
			p := first + i
			if !bytes.Equal(b.Packet(p), pkt) || b.SendTime(p) != whole.SendTime(p) || (b.Outline(p) == nil) != (whole.Outline(p) == nil) {
				t.Errorf("packet %d: due at %d, want %d", i, b.SendTime(p), whole.SendTime(p))
			}
			if len(b.Data()) != int(i+1)*fakeSize {
				t.Errorf("%d bytes", len(b.Data()))
			}
		}
		if !b.Full() || b.Append(packets[:fakeSize]) {
			t.Error("more fits in")
		}
	}
	if b := NewGrowingBlock(5, fakeSize, 1); !b.Append(damaged) || b.SendTime(5) != NoTime || b.Outline(5) != nil {
		t.Errorf("a damaged packet is due at %d", b.SendTime(5))
	}
}

// shorter is content that turns out to end before it claims to.
type shorter struct {
	*fakeEntry
	packets int64
}

func (e shorter) Block(n int64, wake func()) (*Block, error) {
	if n >= e.packets {
		return nil, ErrEnd
	}
	return e.fakeEntry.Block(n, wake)
}

// Content that ends early has come to its natural end.
func TestShorter(t *testing.T) {
	e := shorter{newFake(t), 32}
	s, err := Prepare(e, plain(), Request{Selection: only()})
	if err != nil {
		t.Fatal(err)
	}
	p := NewPlay(e, time.Hour, nil)
	p.Begin(s, time.Unix(1000, 0))
	var mem pace.Scratch
	var it Step
	n := 0
	for p.Next(time.Unix(1000, 0), &mem, &it); it.Kind == Packet; p.Next(time.Unix(1000, 0), &mem, &it) {
		n++
	}
	if n != 32 || it.Kind != End || it.Reason != EndNatural || it.Err != nil {
		t.Errorf("%d packets, then %v, %v, %v", n, it.Kind, it.Reason, it.Err)
	}
}
