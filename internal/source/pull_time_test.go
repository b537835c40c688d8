package source_test

import (
	"bytes"
	"testing"

	"caracal/asf"
	"caracal/internal/fronttest"
	"caracal/internal/source"
)

// Send times that count round, after 49 days, are nothing to any protocol: the
// packets that are pulled are those that were brought, before and behind it.
func TestPullOf49Days(t *testing.T) {
	for scheme := range origins {
		t.Run(scheme, func(t *testing.T) {
			o := startOrigin(t, scheme)
			middle, err := asf.SendTime(o.clip.Packet(35))
			if err != nil {
				t.Fatal(err)
			}
			shift := asf.Shift{Time: -middle}
			for n := range 70 {
				if err := shift.Apply(o.clip.Packet(n)); err != nil {
					t.Fatal(err)
				}
			}
			o.bring(20)
			e := startEdge(t, &source.Pull{URL: o.url(scheme)})
			e.until(20 * fronttest.PacketSize)
			o.bring(50)
			e.until(70 * fronttest.PacketSize)
			if !bytes.Equal(e.got, o.clip.Packets[:len(e.got)]) {
				t.Error("the packets differ")
			}
		})
	}
}
