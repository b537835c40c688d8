package rtsp

import (
	"bytes"
	"errors"
	"testing"
	"time"
)

// sentClip sends the welcome clip from sequence number first, as a server does,
// and keeps what went out.
func sentClip(t testing.TB, r *Resender, f *Framing, form PayloadForm, packets [][]byte, first uint16) map[uint16][]byte {
	t.Helper()
	out := map[uint16][]byte{}
	var u Unit
	seq := first
	for n, pkt := range packets {
		if err := u.Read(pkt, form, 0); err != nil {
			t.Fatal(err)
		}
		for i := range f.Fragments(&u) {
			g := f.Fragment(nil, &u, uint32(n), seq, i)
			b := append(g.Head, g.Body...)
			out[seq] = b
			r.Log.Add(seq, Sent{Packet: int64(n), Keep: ^uint64(0), Timestamp: u.SendTime, Fragment: uint16(i), Size: uint16(len(b))})
			seq++
		}
	}
	return out
}

func TestResenderRebuildsEveryPacket(t *testing.T) {
	packets := samplePackets(t)
	load := func(s Sent) ([]byte, error) { return packets[s.Packet], nil }
	for _, form := range []PayloadForm{FormStandard, FormExplicit} {
		f := &Framing{PayloadType: 96, SSRC: 9, Size: 600, Location: true}
		var r Resender
		sent := sentClip(t, &r, f, form, packets, 65000)
		now := time.Unix(1000, 0)
		known := 0
		for seq, want := range sent {
			if _, ok := r.Log.Find(seq); !ok {
				continue // older than 10 s
			}
			known++
			now = now.Add(time.Second / ResendRate)
			var u Unit
			g, ok := r.Rebuild(nil, f, form, &u, seq, now, load)
			if !ok || !bytes.Equal(append(g.Head, g.Body...), want) {
				t.Fatalf("packet %d is not what was sent", seq)
			}
		}
		if known < 100 || known == len(sent) || int(r.Resent) != known || r.Refused+r.Unknown != 0 {
			t.Errorf("%d of %d known; %d resent, %d refused, %d unknown", known, len(sent), r.Resent, r.Refused, r.Unknown)
		}
	}
}

// What cannot be made again exactly is not sent.
func TestResenderRefuses(t *testing.T) {
	packets := samplePackets(t)
	tests := []struct {
		name string
		back uint16
		load func(Sent) ([]byte, error)
	}{
		{"unknown", 60000, func(Sent) ([]byte, error) { return nil, errors.New("not to be asked for") }},
		{"not to be had", 1, func(Sent) ([]byte, error) { return nil, errors.New("gone") }},
		{"not a packet", 1, func(Sent) ([]byte, error) { return []byte{0x82}, nil }},
		{"another packet", 1, func(s Sent) ([]byte, error) { return packets[s.Packet-20], nil }},
		{"another size", 1, func(s Sent) ([]byte, error) { return withoutLastByte(t, packets[s.Packet]), nil }},
	}
	for _, tt := range tests {
		f := &Framing{PayloadType: 96, SSRC: 9, Size: 600}
		var r Resender
		last := uint16(len(sentClip(t, &r, f, FormStandard, packets, 0)))
		var u Unit
		if _, ok := r.Rebuild(nil, f, FormStandard, &u, last-tt.back, time.Unix(1, 0), tt.load); ok || r.Unknown != 1 || r.Resent != 0 {
			t.Errorf("%s: sent %t, %d unknown", tt.name, ok, r.Unknown)
		}
	}
}

// withoutLastByte takes a byte off what is sent of a packet.
func withoutLastByte(t *testing.T, pkt []byte) []byte {
	t.Helper()
	b := stripped(t, pkt, FormStandard)
	return b[:len(b)-1]
}

func TestResendAllocatesNothing(t *testing.T) {
	packets := samplePackets(t)
	load := func(s Sent) ([]byte, error) { return packets[s.Packet], nil }
	f := &Framing{PayloadType: 96, SSRC: 9, Size: 600}
	var r Resender
	last := uint16(len(sentClip(t, &r, f, FormStandard, packets, 0)))
	buf := make([]byte, 0, MaxFragmentHead)
	var u Unit
	now := time.Unix(1, 0)
	if n := testing.AllocsPerRun(50, func() {
		now = now.Add(time.Second)
		for back := range uint16(100) {
			if _, ok := r.Rebuild(buf, f, FormStandard, &u, last-1-back, now, load); !ok {
				t.Fatal("not sent again")
			}
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
