package wmsp

import (
	"bytes"
	"net/http/httptest"
	"testing"
	"time"

	"caracal/internal/event"
	"caracal/internal/point"
	"caracal/internal/session"
)

// Whatever an encoder sends, the broadcast has its source no longer when the
// session is over, and no packet that players cannot be sent.
func FuzzPushReceive(f *testing.F) {
	header := testPushHeader(100)
	packet := append([]byte{0x82, 0, 0, 0x08, 0x5D, 69, 1, 0, 0, 0, 2, 0, 0x81, 0, 0, 0, 0, 0, 8, 4, 0, 0, 0, 0xA0, 0, 0, 0, 1, 2, 3, 4},
		make([]byte, 68)...)
	one := AppendPush(AppendPush(nil, FrameHeader, header), FrameData, packet)
	f.Add(AppendE(AppendPush(AppendPushChange(AppendE(bytes.Clone(one), ReasonEntryDone), header), FrameData, packet), ReasonDone))
	f.Add(AppendPush(one, FrameFill, make([]byte, 3)))
	f.Add(append(AppendHeader(nil, 0, header), frameD(0, string(packet))...))
	f.Fuzz(func(t *testing.T, b []byte) {
		s := NewPushServer(PushOptions{Sessions: session.NewManager(session.Options{}, &event.Bus{})})
		live := point.NewBroadcast(point.BroadcastOptions{Bytes: 1 << 20})
		p := &PushPoint{Name: "live", Broadcast: live}
		r := httptest.NewRequest("POST", "/live", bytes.NewReader(b))
		ses, err := s.newSession(r, p)
		if err != nil {
			t.Fatal(err)
		}
		if err := ses.begin(r, s.who(r)); err != nil {
			t.Fatal(err)
		}
		src := ses.source()
		body := newPushBody(httptest.NewRecorder(), r, src, time.Minute)
		_ = ses.receive(body, src) // any end will do
		body.close()
		if e, err := live.Open(t.Context(), ""); err == nil {
			for n := range int64(src.session.Packets.Load()) {
				if b, err := e.Block(n, nil); err == nil && len(b.Packet(n)) != e.Info().PacketSize {
					t.Fatalf("packet %d has %d bytes", n, len(b.Packet(n)))
				}
			}
		}
		ses.over(nil)
		if _, err := live.Open(t.Context(), ""); err == nil {
			t.Fatal("the broadcast goes on")
		}
	})
}
