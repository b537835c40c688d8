package msb

import (
	"bytes"
	"fmt"
	"testing"

	"caracal/internal/vector"
)

func TestPacketVectors(t *testing.T) {
	for _, v := range vector.Read(t, "packets.txt") {
		t.Run(v["name"], func(t *testing.T) {
			in := v.Bytes(t, "hex")
			got, err := describePacket(t, in)
			if want, bad := v["error"]; bad {
				if err == nil || err.Error() != want {
					t.Fatalf("error %v, want %s", err, want)
				}
				return
			}
			if err != nil || got != v["expect"] {
				t.Errorf("got  %s, %v\nwant %s", got, err, v["expect"])
			}
		})
	}
}

func describePacket(t *testing.T, in []byte) (string, error) {
	if IsBeacon(in) {
		if out := AppendBeacon(nil); !bytes.Equal(out, in) || len(out) != BeaconSize {
			t.Errorf("appended %x", out)
		}
		return "beacon", nil
	}
	p, err := ParsePacket(in)
	if err != nil {
		return "", err
	}
	if out := p.Append(nil); !bytes.Equal(out, in) || p.Size() != len(in) {
		t.Errorf("appended %x of %d bytes", out, p.Size())
	}
	c, err := ParseCorrection(p.ASF)
	if err != nil {
		return "", err
	}
	if out := c.Append(nil); c.Size == CorrectionSize && !bytes.HasPrefix(p.ASF, out) {
		t.Errorf("appended %x", out)
	}
	return fmt.Sprintf("id=%d stream=%#04x format=%d asf=%d parity=%t type=%d number=%d cycle=%d size=%d",
		p.ID, uint16(p.Stream), p.Stream.Format(), len(p.ASF), c.Parity, c.Type, c.Number, c.Cycle, c.Size), nil
}

// The highest bit changes with every entry, whatever its format; the unused
// bits are 0 and do not count.
func TestStreamID(t *testing.T) {
	for _, tt := range []struct {
		now  StreamID
		f    FormatID
		next StreamID
	}{
		{0x0001, 1, 0x8001}, {0x8001, 1, 0x0001}, {0x8001, 2, 0x0002}, {0x7801, 0xFFFF, 0x87FF},
	} {
		if got := tt.now.Next(tt.f); got != tt.next || got.Same(tt.now) {
			t.Errorf("after %#04x with format %d: %#04x, want %#04x", uint16(tt.now), tt.f, uint16(got), uint16(tt.next))
		}
	}
	if !StreamID(0x0001).Same(0x7801) || StreamID(1).Same(2) || StreamID(1).Same(0x8001) {
		t.Error("Same looks at the wrong bits")
	}
}
