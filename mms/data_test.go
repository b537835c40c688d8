package mms

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"caracal/internal/vector"
)

func TestDataVectors(t *testing.T) {
	vector.Parsed(t, "data.txt", ParseDatagram, func(t *testing.T, v vector.Vector, in []byte, d Data) {
		got := fmt.Sprintf("location=%#x incarnation=%#02x flags=%#02x payload=%d pair=%t",
			d.LocationID, d.PlayIncarnation, d.AFFlags, len(d.Payload), d.IsPair())
		if got != v["expect"] {
			t.Errorf("got  %s\nwant %s", got, v["expect"])
		}
		if out := d.Append(nil); !bytes.Equal(out, in) {
			t.Errorf("appended %x", out)
		}
		for cut := range in {
			if _, _, err := ParseData(in[:cut]); !errors.Is(err, ErrNeedMore) {
				t.Fatalf("%d bytes: %v", cut, err)
			}
		}
	})
}

func TestAppendMediaIsOnePacket(t *testing.T) {
	out := AppendMedia([]byte{1}, 7, 9, 0x105, []byte{0x82, 0}, []byte{0x5D})
	if got := fmt.Sprintf("%x", out); got != "01"+"07000000"+"09"+"05"+"0b00"+"82005d" {
		t.Error(got)
	}
	if got := AppendDataHead(nil, 0, 1, 2, MaxPayload); fmt.Sprintf("%x", got) != "00000000"+"0102"+"ffff" {
		t.Errorf("%x", got)
	}
}

func TestHeaderPieces(t *testing.T) {
	for _, test := range []struct{ size, packet, pieces int }{
		{809, 3200, 1}, {3200, 3200, 1}, {3201, 3200, 2}, {100_000, 1400, 72},
		{MaxPayload + 1, 1 << 20, 2}, {0, 3200, 0}, {10, 0, 0},
	} {
		if got := HeaderPieces(test.size, test.packet); got != test.pieces {
			t.Errorf("%d bytes in packets of %d: %d pieces, want %d", test.size, test.packet, got, test.pieces)
			continue
		}
		header := make([]byte, test.size)
		for i := range header {
			header[i] = byte(i * 7 >> 3)
		}
		var joiner HeaderJoiner
		order := rand.New(rand.NewPCG(1, 2)).Perm(test.pieces)
		for n, i := range order {
			d, err := ParseDatagram(AppendHeaderPiece(nil, 2, i, header, test.packet))
			if err != nil {
				t.Fatal(err)
			}
			if want := i == test.pieces-1; (d.AFFlags == FlagLastPiece) != want || d.AFFlags&FlagPiece == 0 {
				t.Errorf("piece %d of %d has flags %#x", i, test.pieces, d.AFFlags)
			}
			_, _ = joiner.Add(d) // a piece that comes again changes nothing
			whole, err := joiner.Add(d)
			if err != nil || (whole != nil) != (n == test.pieces-1) || whole != nil && !bytes.Equal(whole, header) {
				t.Fatalf("piece %d: %d bytes, %v", n, len(whole), err)
			}
		}
	}
}

func TestHeaderJoinerIsBounded(t *testing.T) {
	var j HeaderJoiner
	if _, err := j.Add(Data{LocationID: MaxPieces}); !errors.Is(err, ErrLimit) {
		t.Error(err)
	}
	var err error
	for i := 0; i < MaxPieces && err == nil; i++ {
		_, err = j.Add(Data{LocationID: uint32(i), Payload: make([]byte, MaxPayload)})
	}
	if !errors.Is(err, ErrLimit) || j.size > MaxHeader {
		t.Error(err, j.size)
	}
}

func TestPairDatagrams(t *testing.T) {
	for n := range PairDatagrams {
		out := AppendPair(nil, n, make([]byte, PairPayload))
		d, err := ParseDatagram(out)
		if err != nil || !d.IsPair() || d.LocationID != PairLocation+uint32(n) || len(out) != 1472 {
			t.Error(n, d.LocationID, len(out), err)
		}
	}
	for _, d := range []Data{{PairLocation + 2, 0xFF, FlagPair, nil}, {PairLocation, 1, FlagPair, nil}, {0, 0xFF, FlagLastPiece, nil}} {
		if d.IsPair() {
			t.Errorf("%+v is no pair", d)
		}
	}
}

func TestPairMessagesHaveTheirSize(t *testing.T) {
	for n, size := range map[int]int{1: 512, 2: 512, 3: 1056} {
		m := NewReportFunnelInfo(AnswerPacketPair(UsePacketPair), 1)
		m.Pair = make([]byte, PairMessagePayload(n))
		if got := len(AppendPacket(nil, 0, 0, &m)); got != size {
			t.Errorf("packet %d has %d bytes, want %d", n, got, size)
		}
	}
	for asked, want := range map[uint32]uint32{
		UsePacketPair:            PacketPairTCPHighEntropy,
		PacketPairTCPHighEntropy: PacketPairTCPHighEntropy,
		PacketPairUDPHighEntropy: PacketPairUDPHighEntropy,
		DisablePacketPair:        DisablePacketPair,
		0x00F0F0F0:               DisablePacketPair, // FFmpeg
	} {
		if got := AnswerPacketPair(asked); got != want {
			t.Errorf("%#x is answered %#x", asked, got)
		}
	}
}

func TestSequence(t *testing.T) {
	for s, want := range map[Sequence]Sequence{0: 0, 0xFE: 0xFE, 0xFF: 0x100, 0x1FF: 0x200, 0x100: 0x100, 0xFFFFFFFF: 0} {
		if got := s.Restart(); got != want {
			t.Errorf("after %#x comes %#x, want %#x", s-1, got, want)
		}
	}
	for _, test := range []struct {
		next  Sequence
		flags byte
		want  Sequence
	}{
		{0, 0, 0}, {0x100, 0xFF, 0xFF}, {0xFF, 0, 0x100}, {0x1234, 0x34, 0x1234}, {0x1234, 0x30, 0x1230},
		{0x12F0, 0x10, 0x1310}, {0x1310, 0xF0, 0x12F0}, {0xFFFFFFFF, 0, 0},
	} {
		if got := test.next.Near(test.flags); got != test.want || got.AFFlags() != test.flags {
			t.Errorf("%#x near %#x: %#x, want %#x", test.flags, test.next, got, test.want)
		}
	}
}

func TestDataAllocatesNothing(t *testing.T) {
	packet := make([]byte, 3200)
	buf := make([]byte, 0, 4096)
	resend := (&ResendRequest{1, 1, 3, [MaxResend]Sequence{1, 2, 3}}).Append(nil)
	ping := &Ping{}
	if n := testing.AllocsPerRun(100, func() {
		buf = AppendDataHead(buf[:0], 1, 2, 3, len(packet))
		buf = AppendMedia(buf[:0], 1, 2, 3, packet[:8], packet[8:])
		buf = AppendHeaderPiece(buf[:0], 1, 0, packet, 3200)
		buf = AppendPacket(buf[:0], 1, 2, ping)
		if _, err := ParseResendRequest(resend); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkAppendMedia(b *testing.B) {
	packet := make([]byte, 3200)
	buf := make([]byte, 0, 4096)
	b.ReportAllocs()
	b.SetBytes(int64(len(packet)))
	for i := 0; b.Loop(); i++ {
		buf = AppendMedia(buf[:0], uint32(i), 9, Sequence(i), packet[:16], packet[16:])
	}
}

func BenchmarkAppendDataHead(b *testing.B) {
	buf := make([]byte, 0, DataHeadSize)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		buf = AppendDataHead(buf[:0], uint32(i), 9, byte(i), 3200)
	}
}

func BenchmarkParseResendRequest(b *testing.B) {
	in := (&ResendRequest{1, 1, MaxResend, [MaxResend]Sequence{}}).Append(nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseResendRequest(in); err != nil {
			b.Fatal(err)
		}
	}
}
