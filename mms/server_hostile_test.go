package mms_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/fronttest"
	"caracal/mms"
)

// hostileMost is how much memory one connection may have the server keep, bytes:
// a header of 600 KB that it does not read, and its messages.
const hostileMost = 2 << 20

// What a connection can make the server keep is bounded, whatever it asks for and
// however little it reads.
func TestMemoryOfHostileConnections(t *testing.T) {
	const header, conns = 600 << 10, 8
	flood := func(n int, m mms.Appender) (b []byte) {
		for range n {
			b = mms.AppendPacket(b, 0, 0, m)
		}
		return b
	}
	every := make([]mms.StreamSwitchEntry, mms.MaxStreamSwitches)
	for i := range every {
		every[i] = mms.StreamSwitchEntry{SrcStreamNumber: uint16(i), DstStreamNumber: uint16(i / 2)}
	}
	open := flood(1, &mms.OpenFile{FileName: "large.wmv"})
	var play []byte
	for n := range 200 {
		play = append(play, flood(1, &mms.StartPlaying{OpenFileID: 1, Position: beginning, PlayIncarnation: uint32(n)})...)
	}
	for _, k := range []struct {
		name string
		b    []byte
	}{
		{"long names", flood(200, &mms.OpenFile{FileName: strings.Repeat("x", 8000)})},
		{"FunnelInfo", flood(200, &mms.FunnelInfo{PlayIncarnation: mms.UsePacketPair})},
		{"ReadBlock", append(open, flood(8, &mms.ReadBlock{OpenFileID: 1})...)},
		{"StreamSwitch", append(open, flood(200, &mms.StreamSwitch{Entries: every})...)},
		{"StartPlaying", append(append(open, flood(1, allStreams)...), play...)},
		{"half a message", flood(1, &mms.OpenFile{FileName: strings.Repeat("x", 8000)})[:8000]},
	} {
		t.Run(k.name, func(t *testing.T) {
			s := startServer(t)
			c := makeClip(60, &asf.RawObject{GUID: asf.IDMetadataLibrary, Data: make([]byte, header)})
			s.Publish("large.wmv", c.File(), fronttest.Paced())
			warm := s.ready(player9, "large.wmv")
			before := heap()
			var list []*peer
			for range conns {
				p := s.connect()
				p.greet(player9)
				p.funnel(overTCP)
				p.SetWriteDeadline(time.Now().Add(time.Second)) // the server may read no more
				p.Write(k.b)
				list = append(list, p)
			}
			warm.say(&mms.StreamSwitch{}) // nobody else notices
			want(warm, mms.MIDReportStreamSwitch, mms.ParseReportStreamSwitch)
			s.WaitFor("memory is given back", func() bool { return (heap()-before)/conns <= hostileMost })
			runtime.KeepAlive(list)
		})
	}
}

// heap is how much memory is in use, bytes.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// Who is refused a funnel has to ask for another: the one before is no more.
func TestRefusedFunnelIsNone(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		p := s.connect()
		p.greet(player9)
		p.funnel(overTCP)
		p.say(&mms.ConnectFunnel{FunnelName: `\\192.0.2.2\UDP\53`})
		now(p, mms.MIDReportDisconnectedFunnel, mms.ParseReportDisconnectedFunnel)
		p.say(&mms.OpenFile{FileName: "clip.wmv"})
		p.closed()
		s.refused("out of order")
	})
}
