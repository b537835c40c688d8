package mms_test

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/mms"
)

// wild is a player that does what it likes.
type wild struct {
	*rand.Rand
	s   *server
	udp *net.UDPConn
	id  atomic.Uint32 // its last Client-ID
}

// message is any message of a player, right or wrong.
func (w *wild) message() mms.Appender {
	at := mms.Position{Position: float64(w.IntN(3)), LocationID: uint32(w.IntN(20)), ASFOffset: mms.NoPosition, FrameOffset: 0xFFFFFF}
	if w.IntN(4) == 0 {
		at.Position = -1
	}
	incarnation := uint32(w.IntN(300))
	switch w.IntN(13) {
	case 0:
		return &mms.ReadBlock{OpenFileID: 1, PlayIncarnation: incarnation}
	case 1:
		return &mms.CancelReadBlock{PlayIncarnation: incarnation}
	case 2:
		return &mms.StreamSwitch{Entries: []mms.StreamSwitchEntry{{
			SrcStreamNumber: uint16(w.IntN(4)), DstStreamNumber: uint16(w.IntN(4)), ThinningLevel: mms.Thinning(w.IntN(3))}}}
	case 3, 4, 5:
		return &mms.StartPlaying{OpenFileID: uint32(1 - w.IntN(8)/7), Position: at, PlayIncarnation: incarnation, AccelBandwidth: w.Uint32(), AccelDuration: w.Uint32()}
	case 6:
		return &mms.StartStriding{OpenFileID: 1, Position: at, Rate: float64(w.IntN(14) - 7), PlayIncarnation: incarnation}
	case 7:
		return &mms.StopPlaying{OpenFileID: 1, PlayIncarnation: incarnation}
	case 8:
		return &mms.Logging{}
	case 9:
		return &mms.Pong{}
	}
	return allStreams
}

var allStreams = &mms.StreamSwitch{Entries: []mms.StreamSwitchEntry{
	{SrcStreamNumber: mms.NoStream, DstStreamNumber: 1}, {SrcStreamNumber: mms.NoStream, DstStreamNumber: 2}}}

// greeting is how a life begins, mostly as it should.
func (w *wild) greeting() []mms.Appender {
	funnel := overTCP
	if w.IntN(2) == 0 {
		funnel = udpPlayer{w.udp, w.s.T}.funnel()
	}
	list := []mms.Appender{
		&mms.Connect{SubscriberName: mms.Subscriber{Client: player9}},
		&mms.FunnelInfo{PlayIncarnation: [...]uint32{mms.DisablePacketPair, mms.UsePacketPair, mms.PacketPairUDPHighEntropy}[w.IntN(3)]},
		&mms.ConnectFunnel{FunnelName: funnel},
		&mms.OpenFile{FileName: [...]string{"counted-clip.wmv", "counted-long.wmv", "counted-long.wmv", "none"}[w.IntN(25)/8]},
		allStreams,
	}
	if w.IntN(8) == 0 { // or not
		i, j := w.IntN(len(list)), w.IntN(len(list))
		list[i], list[j] = list[j], list[i]
	}
	return list
}

// live is one connection; the last ones stay open.
func (w *wild) live(stays bool) {
	c, err := w.s.Dial(context.Background(), "tcp", w.s.Address)
	if err != nil {
		return
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(patience))
	read := make(chan struct{})
	go func() {
		defer close(read)
		w.read(c)
	}()
	list := w.greeting()
	for range w.IntN(20) {
		list = append(list, w.message())
	}
	if w.IntN(4) == 0 && !stays {
		list = append(list, &mms.CloseFile{OpenFileID: 1})
	}
	var b []byte
	for i, m := range list {
		b = mms.AppendPacket(b, uint16(i), 0, m)
		if w.IntN(3) > 0 { // some come together
			if _, err := c.Write(b); err != nil {
				break
			}
			b = nil
			w.ask()
		}
	}
	switch {
	case stays:
		<-read
	case w.IntN(3) == 0: // cut short
		c.Write(append(b, 1, 0, 0, 0))
	case w.IntN(3) == 0:
		c.Write(append(b, "\x01\x00\x00\x00nonsense that is no header"...))
		<-read
	default:
		c.SetReadDeadline(time.Now().Add(time.Duration(w.IntN(200)) * time.Millisecond))
		<-read
	}
	c.Close()
	<-read
}

// read takes what comes, until the end.
func (w *wild) read(c net.Conn) {
	in := mms.NewDataReader(c)
	for {
		item, err := in.Next()
		if err != nil {
			io.Copy(io.Discard, c)
			return
		}
		if item.Message.MID == mms.MIDReportFunnelInfo {
			if r, err := mms.ParseReportFunnelInfo(item.Message.Body); err == nil {
				w.id.Store(r.Cubs)
			}
		}
	}
}

// ask asks for copies: for its own, and for those of whoever had its number.
func (w *wild) ask() {
	r := mms.ResendRequest{ClientID: w.id.Load(), SourceID: 1, NumPackets: 1 + w.IntN(mms.MaxResend)}
	for i := range r.NumPackets {
		r.Packets[i] = mms.Sequence(w.IntN(60))
	}
	w.udp.WriteToUDP(r.Append(nil), &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(w.s.media.Port())})
}

// pollers are the goroutines of the package pace that stay once they are needed.
const pollers = 2

// Whatever players do over TCP and UDP, while an operator ends sessions and the
// server shuts down, nothing of them is left.
func TestNothingIsLeft(t *testing.T) {
	const players, lives = 16, 20
	before := runtime.NumGoroutine()
	s := startServer(t)
	clip, long := s.Count("clip.wmv", "counted-clip.wmv"), s.Count("long.wmv", "counted-long.wmv")
	var all, stay sync.WaitGroup
	for n := range players {
		udp := newUDPPlayer(t).UDPConn
		w := &wild{Rand: rand.New(rand.NewPCG(1, uint64(n))), s: s, udp: udp}
		stay.Add(1)
		all.Go(func() {
			for range lives {
				w.live(false)
			}
			stay.Done()
			w.live(true)
		})
	}
	operator := rand.New(rand.NewPCG(2, 2))
	early := make(chan struct{})
	go func() { stay.Wait(); close(early) }()
	for over := false; !over; {
		select {
		case <-early:
			over = true
		case <-time.After(10 * time.Millisecond):
		}
		if list := s.Sessions.All(); len(list) > 0 {
			list[operator.IntN(len(list))].End(errors.New("ended by the operator"))
		}
		fronttest.EventsOf[event.Connected](s.Rig)
	}
	s.WaitFor("some stay", func() bool { return s.Players() > 0 })
	s.Stop()
	all.Wait()
	s.empty(clip, long)
	s.WaitFor("no goroutine is left", func() bool { return runtime.NumGoroutine() <= before+pollers })
}

// empty checks that nothing is left of any session, and that all was told.
func (s *server) empty(content ...*fronttest.Counted) {
	s.T.Helper()
	if now, total := s.Sessions.Count(); now != 0 || total == 0 || s.Connections() != 0 || s.Players() != 0 {
		s.T.Errorf("%d sessions of %d, %d connections, %d players", now, total, s.Connections(), s.Players())
	}
	for _, o := range content {
		if o.InUse.Load() != 0 || o.Late.Load() != 0 {
			s.T.Errorf("%d entries are open, %d were used when they were closed", o.InUse.Load(), o.Late.Load())
		}
	}
	began, ended := len(fronttest.EventsOf[event.Connected](s.Rig)), len(fronttest.EventsOf[event.Disconnected](s.Rig))
	played, stopped := len(fronttest.EventsOf[event.Playing](s.Rig)), len(fronttest.EventsOf[event.Stopped](s.Rig))
	s.T.Logf("%d sessions, %d streams", began, played)
	if began != ended || played != stopped || played == 0 {
		s.T.Errorf("%d sessions began and %d ended, %d streams began and %d ended", began, ended, played, stopped)
	}
}
