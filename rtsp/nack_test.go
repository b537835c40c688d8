package rtsp

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/pion/rtcp"

	"caracal/internal/vector"
)

func describeNacks(b []byte) string {
	ssrc, missing, err := ParseNacks(nil, b)
	if err != nil {
		return err.Error()
	}
	s := fmt.Sprintf("%d:", ssrc)
	for _, m := range missing {
		s += fmt.Sprintf(" %08x/%d", m.SSRC, m.Sequence)
	}
	return s
}

func TestNackVectors(t *testing.T) {
	for _, v := range vector.Read(t, "nack.txt") {
		t.Run(v["name"], func(t *testing.T) {
			if got := describeNacks(v.Bytes(t, "hex")); got != v["expect"] {
				t.Errorf("got  %s\nwant %s", got, v["expect"])
			}
		})
	}
}

// However many packets one RTCP packet asks for, 128 are looked for.
func TestNacksAreBounded(t *testing.T) {
	b := appendSDES(nil, 1, NackCNAME(4294967295))
	b = appendRTCPHead(b, rtcp.TypeTransportSpecificFeedback, nackFormat, 8+4*1000)
	b = append(b, make([]byte, 8)...)
	for n := range 1000 {
		b = binary.BigEndian.AppendUint32(b, uint32(17*n)<<16|0xFFFF)
	}
	ssrc, missing, err := ParseNacks(nil, b)
	if err != nil || ssrc != 4294967295 || len(missing) != MaxMissing {
		t.Fatalf("%d asked for, ssrc %d, %v", len(missing), ssrc, err)
	}
	for n, m := range missing {
		if int(m.Sequence) != n {
			t.Fatalf("packet %d is %d", n, m.Sequence)
		}
	}
	dst := make([]Missing, 0, MaxMissing)
	if n := testing.AllocsPerRun(10, func() { ParseNacks(dst, b) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// What a client asks for arrives; pion's parser reads the same once E, which it
// takes for a part of the format, is cleared.
func TestAppendNacks(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, gap := range []int{1, 3, 16, 17, 400} {
		for _, count := range []int{0, 1, 2, 17, 33, 128, 129, 500} {
			lost := make([]uint16, count)
			seq := uint16(65000)
			for i := range lost {
				seq += uint16(1 + rnd.IntN(gap))
				lost[i] = seq
			}
			checkNacks(t, lost)
		}
	}
}

func checkNacks(t *testing.T, lost []uint16) {
	t.Helper()
	for len(lost) > 0 {
		b, taken := AppendNacks(nil, 1, 2, 3, lost)
		if taken == 0 || taken > MaxMissing {
			t.Fatalf("%d of %d taken", taken, len(lost))
		}
		ssrc, missing, err := ParseNacks(nil, b)
		if err != nil || ssrc != 3 || len(missing) != taken {
			t.Fatalf("%d of %d read, ssrc %d, %v", len(missing), taken, ssrc, err)
		}
		for i, m := range missing {
			if m != (Missing{2, lost[i]}) {
				t.Fatalf("packet %d: %+v, want %d", i, m, lost[i])
			}
		}
		if got := pionNacks(t, b); !slices.Equal(got, lost[:taken]) {
			t.Fatalf("pion reads %d, want %d", got, lost[:taken])
		}
		lost = lost[taken:]
	}
}

func pionNacks(t *testing.T, b []byte) (lost []uint16) {
	t.Helper()
	for at := 0; at < len(b); at += 4 + 4*int(binary.BigEndian.Uint16(b[at+2:])) {
		if b[at+1] == byte(rtcp.TypeTransportSpecificFeedback) {
			b[at] &^= nackE
		}
	}
	all, err := rtcp.Unmarshal(b)
	if err != nil {
		t.Fatal(err)
	}
	messages := 0
	for _, p := range all {
		if n, ok := p.(*rtcp.TransportLayerNack); ok {
			messages++
			for _, pair := range n.Nacks {
				lost = append(lost, pair.PacketList()...)
			}
		}
	}
	if messages > maxNacks {
		t.Fatalf("%d NACK messages", messages)
	}
	return lost
}

func FuzzNacks(f *testing.F) {
	for _, v := range vector.Read(f, "nack.txt") {
		f.Add(v.Bytes(f, "hex"))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		ssrc, missing, err := ParseNacks(nil, b)
		if len(missing) > MaxMissing || err != nil && missing != nil {
			t.Fatalf("%d missing, %v", len(missing), err)
		}
		if len(missing) == 0 {
			return
		}
		var again []byte
		for _, m := range missing {
			again, _ = AppendNacks(nil, 1, m.SSRC, ssrc, []uint16{m.Sequence})
			if got := describeNacks(again); got != fmt.Sprintf("%d: %08x/%d", ssrc, m.SSRC, m.Sequence) {
				t.Fatalf("written and read: %s", got)
			}
		}
		if !strings.HasSuffix(NackCNAME(ssrc), nackCNAME) {
			t.Fatal(NackCNAME(ssrc))
		}
	})
}
