package point

import (
	"errors"
	"testing"

	"caracal/asf"
)

// scripted is a packet with a script command of the source, or with a part of one.
func scripted(t *testing.T, number uint32, size, offset int) []byte {
	t.Helper()
	var packets [][]byte
	p, err := asf.NewPacketizer(asf.PacketizerOptions{PacketSize: 400, Preroll: 1000})
	if err != nil {
		t.Fatal(err)
	}
	emit := func(b []byte) error { packets = append(packets, append([]byte(nil), b...)); return nil }
	if err := errors.Join(p.Add(asf.MediaObject{Stream: 3, Number: number, Time: 1000, Key: true, Data: make([]byte, size)}, emit), p.Flush(emit)); err != nil {
		t.Fatal(err)
	}
	return packets[offset]
}

// numbers are those of the script commands that a broadcast has kept.
func numbers(t *testing.T, b *Broadcast) (list []uint8) {
	t.Helper()
	e, err := b.Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for n := range e.(*Live).end() {
		block, err := e.Block(n, nil)
		if err != nil {
			t.Fatal(err)
		}
		var p asf.Packet
		if err := asf.ParsePacket(block.Packet(n), &p); err != nil {
			t.Fatal(err)
		}
		for it := p.Payloads(); it.Next(); {
			if it.Payload.Stream == 3 && it.Payload.Offset == 0 {
				list = append(list, uint8(it.Payload.Object))
			}
		}
	}
	return list
}

// However the source counts its script commands, ours have numbers that are nowhere
// near: not the same as any of the last and the next ones.
func TestCommandNumbersStayApart(t *testing.T) {
	for _, begin := range []uint32{0, 100, 127, 200, 255} {
		b := NewBroadcast(BroadcastOptions{})
		f, err := b.Start(commanded(t))
		if err != nil {
			t.Fatal(err)
		}
		f.Add(frame(t, 0, true))
		for i := range uint32(600) {
			if err := f.Add(scripted(t, begin+i, 10, 0)); err != nil {
				t.Fatal(err)
			}
			for range i % 3 {
				if err := b.Command("TEXT", "ours"); err != nil {
					t.Fatal(err)
				}
			}
		}
		last, theirs := -1, uint8(begin)
		for at, n := range numbers(t, b) {
			if n == theirs {
				theirs++
				continue
			}
			if d := n - theirs; d < apart-1 || d > 256-apart+1 {
				t.Fatalf("from %d: command %d is %d, the source's next is %d", begin, at, n, theirs)
			}
			if int(n) == last {
				t.Fatalf("from %d: two of ours in a row are %d", begin, n)
			}
			last = int(n)
		}
		if theirs != uint8(begin+600) {
			t.Errorf("from %d: the source's are not all there: %d", begin, theirs)
		}
	}
}

// A script command does not come between the parts of one of the source.
func TestCommandWaitsForTheSource(t *testing.T) {
	b := NewBroadcast(BroadcastOptions{})
	f, err := b.Start(commanded(t))
	if err != nil {
		t.Fatal(err)
	}
	f.Add(frame(t, 0, true))
	f.Add(scripted(t, 1, 600, 0))
	if err := b.Command("TEXT", "x"); !errors.Is(err, ErrCommanding) {
		t.Errorf("between two parts: %v", err)
	}
	f.Add(scripted(t, 1, 600, 1))
	if err := b.Command("TEXT", "x"); err != nil {
		t.Errorf("behind the last part: %v", err)
	}
}

// What has no stream for script commands is given one where that is wished, with the
// first number that is free; what has one stays as it is.
func TestCommandStreamIsAdded(t *testing.T) {
	for header, want := range map[string]uint8{string(shortHeader(t)): 2, string(commanded(t)): 3} {
		b := NewBroadcast(BroadcastOptions{Commands: true})
		f, err := b.Start([]byte(header))
		if err != nil {
			t.Fatal(err)
		}
		f.Add(frame(t, 0, true))
		if err := b.Command("URL", "http://host/"); err != nil {
			t.Errorf("a command: %v", err)
		}
		e, err := b.Open(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		h, _, err := asf.ParseHeader(e.Info().HeaderBytes)
		if err != nil || h.CommandStream() != want {
			t.Errorf("stream %d, want %d: %v", h.CommandStream(), want, err)
		}
		if n := len(asf.FindAll[*asf.StreamProperties](h)); n != 2 {
			t.Errorf("%d streams", n)
		}
		f.Close()
	}
}
