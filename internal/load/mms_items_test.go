package main

import (
	"testing"
	"time"

	"caracal/mms"
)

// heardMMS is what came of a connection's bytes.
type heardMMS struct {
	packets, bytes, lost, jumps, bad int64
	messages, header                 int
}

// hearMMS feeds input in pieces of n bytes.
func hearMMS(input []byte, n int) (heardMMS, error) {
	c := &client{began: time.Unix(0, 0)}
	m := newMMSMedia(c)
	var h heardMMS
	in := &mmsItems{media: &m, message: func(mms.Message) error { h.messages++; return nil }}
	var err error
	for rest := input; len(rest) > 0 && err == nil; {
		piece := rest[:min(n, len(rest))]
		rest = rest[len(piece):]
		_, err = in.feed(piece, time.Unix(1, 0))
	}
	h.packets, h.bytes, h.lost, h.jumps, h.bad = c.packets.Load(), c.bytes.Load(), c.lost.Load(), c.jumps.Load(), c.bad.Load()
	h.header = len(m.header)
	return h, err
}

func mmsInput() []byte {
	b := mms.AppendPacket(nil, 0, 0, &mms.Ping{})
	b = append(b, mms.AppendHeaderPiece(nil, mmsHeaderIncarnation, 0, make([]byte, 150), 100)...)
	b = append(b, mms.AppendHeaderPiece(nil, mmsHeaderIncarnation, 1, make([]byte, 150), 100)...)
	for i := range 5 {
		b = append(mms.AppendDataHead(b, uint32(i+i/3), mmsPlayIncarnation, byte(i), 10), "0123456789"...)
		b = mms.AppendPacket(b, 0, 0, &mms.ReportStreamSwitch{})
	}
	none := mms.TCPMessageHeader{MessageLength: 16}
	b = none.Append(b)
	return mms.AppendDataHead(b, 9, mmsPlayIncarnation, 6, 0)
}

func TestMMSItems(t *testing.T) {
	want := heardMMS{packets: 6, bytes: 50, lost: 1, jumps: 1, messages: 6, header: 150}
	for _, n := range []int{1, 3, 8, 50, 1000} {
		if got, err := hearMMS(mmsInput(), n); err != nil || got != want {
			t.Errorf("in pieces of %d: %+v, %v", n, got, err)
		}
	}
	for _, bad := range [][]byte{
		mms.AppendDataHead(nil, 0, mmsPlayIncarnation, 0, -1),
		{1, 0, 0, 0, 0xCE, 0xFA, 0x0B, 0xB0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
	} {
		if got, err := hearMMS(bad, 5); err == nil || got.bad != 1 {
			t.Errorf("%x: %+v, %v", bad, got, err)
		}
	}
}

func FuzzMMSItems(f *testing.F) {
	f.Add(mmsInput(), 7)
	f.Add(mmsInput()[60:], 1)
	f.Fuzz(func(t *testing.T, input []byte, n int) {
		whole, err := hearMMS(input, max(len(input), 1))
		pieces, err2 := hearMMS(input, max(n, 1))
		if whole != pieces || (err == nil) != (err2 == nil) {
			t.Errorf("at once %+v, %v; in pieces %+v, %v", whole, err, pieces, err2)
		}
	})
}
