package asf

import (
	"bytes"
	"testing"
)

// Head and span are the packet that the file has, but for its padding.
func TestOutlineOfClip(t *testing.T) {
	for _, size := range clipSizes {
		c := makeClip(t, size)
		shorter := 0
		for i, pkt := range c.packets {
			var o Outline
			if err := o.Read(pkt); err != nil || !o.Valid() {
				t.Fatalf("packet %d: %v", i, err)
			}
			bare := append(bytes.Clone(o.Head()), pkt[o.From:o.To]...)
			if len(bare) < len(pkt) {
				shorter++
			}
			var p, q Packet
			if ParsePacket(pkt, &p) != nil || ParsePacket(bare, &q) != nil {
				t.Fatalf("packet %d: its outline cannot be parsed", i)
			}
			if q.PaddingLength != 0 || len(q.Padding) != 0 || q.Length != 0 || q.SendTime != o.SendTime || q.SendTime != p.SendTime {
				t.Fatalf("packet %d: %+v", i, q)
			}
			full, err := AppendPadded(nil, bare, len(pkt))
			if err != nil || !bytes.Equal(full, pkt) {
				t.Fatalf("packet %d is not itself when it is filled up again: %v", i, err)
			}
			key := false
			for it := p.Payloads(); it.Next(); {
				key = key || it.Payload.Key
			}
			if o.Key != key {
				t.Errorf("packet %d: key frame %v", i, o.Key)
			}
		}
		if shorter == 0 {
			t.Error("no packet had padding")
		}
	}
}

func TestOutlineRefuses(t *testing.T) {
	for _, v := range packetVectors(t, "errors.txt") {
		var o Outline
		var p Packet
		if err := o.Read(v.wire); (err == nil) != (ParsePacket(v.wire, &p) == nil) || err != nil && o.Valid() {
			t.Errorf("%s: %v", v.name, err)
		}
	}
}
