package rtsp

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/pion/rtp"

	"caracal/internal/vector"
)

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{1}).Read(b)
	return b
}

func TestPair(t *testing.T) {
	tests := []struct {
		variable bool
		sizes    [PairCount]int
		heads    [PairCount]string
	}{
		{false, [...]int{1454, 1455, 1456}, [...]string{
			"80e1ffff 00000000 2f73682b c00005ae", "80e10000 00000000 2f73682b 400005af", "80e10001 00000000 2f73682b 400005b0",
		}},
		{true, [...]int{1283, 1284, 1285}, [...]string{
			"80e1ffff 00000000 2f73682b c0000503", "80e10000 00000000 2f73682b 40000504", "80e10001 00000000 2f73682b 40000505",
		}},
	}
	for _, tt := range tests {
		pair := Pair{PayloadType: 97, SSRC: 0x2F73682B, Sequence: 65535, VariableSize: tt.variable}
		for n := 1; n <= PairCount; n++ {
			rnd := randomBytes(pair.Size(n))
			b := pair.Append(nil, n, rnd)
			head := vector.Hex(t, tt.heads[n-1])
			if pair.Size(n) != tt.sizes[n-1] || !bytes.Equal(b, append(head, rnd...)) {
				t.Errorf("variable %t, packet %d: %d random bytes, head %s", tt.variable, n, pair.Size(n), hex.EncodeToString(b[:16]))
			}
			if len(b) > MaxPairSize {
				t.Errorf("packet of %d bytes", len(b))
			}
			var p rtp.Packet
			if err := p.Unmarshal(b); err != nil {
				t.Fatal(err)
			}
			first, following, ok := ParsePair(&p)
			if !ok || first != (n == 1) || following != PairCount-n {
				t.Errorf("packet %d: first %t, %d following, %t", n, first, following, ok)
			}
		}
	}
}

func TestParsePairRefuses(t *testing.T) {
	good := func() *rtp.Packet {
		var p rtp.Packet
		if err := p.Unmarshal(Pair{}.Append(nil, 1, randomBytes(1454))); err != nil {
			t.Fatal(err)
		}
		return &p
	}
	tests := []struct {
		name   string
		change func(p *rtp.Packet)
	}{
		{"timestamp", func(p *rtp.Packet) { p.Timestamp = 1 }},
		{"fragment", func(p *rtp.Packet) { p.Payload[0] &^= payloadLength }},
		{"LocationId", func(p *rtp.Packet) { p.Payload[0] |= payloadLocation }},
		{"size", func(p *rtp.Packet) { p.Payload = p.Payload[:1000] }},
		{"481 bytes", func(p *rtp.Packet) { p.Payload = append([]byte{0x40, 0, 1, 0xE1}, make([]byte, 481)...) }},
		{"nothing", func(p *rtp.Packet) { p.Payload = nil }},
	}
	if _, _, ok := ParsePair(good()); !ok {
		t.Error("a good packet was refused")
	}
	for _, tt := range tests {
		p := good()
		tt.change(p)
		if _, _, ok := ParsePair(p); ok {
			t.Errorf("%s: taken for packet-pair data", tt.name)
		}
	}
}

// The table's sizes are worked by hand from [MS-WMSP] 2.2.3.7.
func TestTCPPairs(t *testing.T) {
	tests := []struct {
		headLen int
		reason  byte
		sizes   [PairCount]int
	}{
		{0, 0x00, [...]int{504, 504, 1048}},
		{250, 0xFA, [...]int{254, 504, 1298}},
		{504, 0xF8, [...]int{0, 504, 1552}},
		{900, 0xF8, [...]int{0, 504, 1552}},
	}
	rnd := randomBytes(MaxTCPPairPayload)
	for _, tt := range tests {
		var b []byte
		for n := 1; n <= PairCount; n++ {
			b = AppendTCPPair(b, n, tt.headLen, rnd)
		}
		if len(b) != TCPPairsSize {
			t.Errorf("head of %d: %d bytes, want %d", tt.headLen, len(b), TCPPairsSize)
		}
		for n := 1; n <= PairCount; n++ {
			if b[4] != tt.reason {
				t.Errorf("head of %d, packet %d: Reason %#x", tt.headLen, n, b[4])
			}
			if _, err := ParseTCPPair(b[:7], n); !errors.Is(err, ErrNeedMore) {
				t.Errorf("head of %d, packet %d: %v for 7 bytes", tt.headLen, n, err)
			}
			size, err := ParseTCPPair(b, n)
			if err != nil || size != tcpPairHead+tt.sizes[n-1] || !bytes.Equal(b[tcpPairHead:size], rnd[:tt.sizes[n-1]]) {
				t.Fatalf("head of %d, packet %d: %d bytes, %v", tt.headLen, n, size, err)
			}
			b = b[size:]
		}
	}
	for _, change := range []struct{ at, to int }{{0, 0x25}, {1, 'D'}, {2, 0xF9}, {4, 0xF9}, {7, 1}} {
		b := AppendTCPPair(nil, 1, 504, rnd)
		b[change.at] = byte(change.to)
		if _, err := ParseTCPPair(b, 1); !errors.Is(err, ErrInvalid) {
			t.Errorf("byte %d as %#x: %v", change.at, change.to, err)
		}
	}
}

func FuzzTCPPair(f *testing.F) {
	f.Add(AppendTCPPair(nil, 1, 100, randomBytes(MaxTCPPairPayload)), 1)
	f.Add(AppendTCPPair(nil, 3, 100, randomBytes(MaxTCPPairPayload)), 3)
	f.Fuzz(func(t *testing.T, b []byte, n int) {
		size, err := ParseTCPPair(b, n)
		if err != nil {
			return
		}
		again := AppendTCPPair(nil, n, int(b[4])|int(b[5])<<8, b[tcpPairHead:size])
		if !bytes.Equal(again, b[:size]) {
			t.Fatalf("%x, want %x", again, b[:size])
		}
	})
}
