package mms

import (
	"context"
	"net/netip"
	"slices"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/point"
)

// sessions is how many there are.
func (r *rig) sessions() int {
	now, _ := r.conn.srv.opt.Sessions.Count()
	return now
}

// What is posted behind the end of a connection counts for nothing, and leaves
// nothing.
func TestCommandsBehindTheEnd(t *testing.T) {
	r := newRig(t, true)
	late, err := r.conn.newPlayer(Subscriber{Client: "NSPlayer/9.0.0.2980"})
	if err != nil {
		t.Fatal(err)
	}
	r.do(func() {
		r.round(time.Now())
		r.stream = nil
		r.player.asked.Add([]Sequence{1}, maxAsked)
		r.resends.waiting = []Sequence{2}
		r.Close()
		before := r.resends
		r.resend()
		r.loaded()
		if r.resends.resent != before.resent || r.resends.unknown != before.unknown {
			t.Error("copies behind the end")
		}
		r.describe(&ReportReadBlock{}, &headerOut{bytes: []byte{1}, packetSize: 1})
		if r.header != nil {
			t.Error("a header behind the end")
		}
		if next := r.drain(time.Now()); !next.IsZero() {
			t.Error("more is due behind the end")
		}
		r.connect(late, &ReportConnectedEX{})
		if n := r.sessions(); n != 1 {
			t.Errorf("%d sessions", n)
		}
	})
	r.conn.Streams(+1)
	r.do(func() {
		r.play(&ReportStartedPlaying{}, r.st, r.start, event.Playing{})
		if r.stream != nil || r.conn.Streaming() {
			t.Error("a stream behind the end")
		}
	})
	r.do(func() {
		r.Fail("gone")
		if n := r.sessions(); n != 0 || len(r.conn.srv.players.All()) != 0 {
			t.Errorf("%d sessions", n)
		}
	})
}

// A connection that breaks while it is told of a stream streams nothing.
func TestPlayOnABrokenConnection(t *testing.T) {
	r := newRig(t, false)
	r.conn.Streams(+1)
	r.do(func() {
		r.stream = nil
		broken := &breaking{conn: r.conn}
		r.play(broken, r.st, r.start, event.Playing{})
		if r.stream != nil || r.conn.Streaming() {
			t.Error("it streams")
		}
	})
}

// breaking is a message while which the connection is lost.
type breaking struct{ conn *conn }

func (b *breaking) Append(to []byte) []byte {
	b.conn.tx.Fail("broken")
	return to
}

// A new Play begins with a number after which AFFlags is not 0xFF, ends the one
// before, and drops what is left of a header.
func TestPlayReplaces(t *testing.T) {
	r := newRig(t, true)
	sub := r.conn.srv.opt.Bus.Subscribe(16)
	defer sub.Close()
	r.conn.Streams(+1)
	r.conn.Streams(+1)
	st, err := r.conn.newStream(5, time.Second, asf.NewSelection(r.entry.info.Header), &r.start)
	if err != nil {
		t.Fatal(err)
	}
	r.do(func() {
		r.next = 0xFF
		r.header = &headerOut{}
		r.play(&ReportStartedPlaying{}, st, r.start, event.Playing{})
		if r.next != 0x100 || r.header != nil || r.stream != st || r.resends.bound != st.limit {
			t.Errorf("next is %#x", r.next)
		}
	})
	if e, ok := (<-sub.C()).Event.(event.Stopped); !ok || e.Reason != reasonReplaced {
		t.Errorf("%+v", e)
	}
	r.do(func() { r.finishStream(reasonStopped) })
	if r.conn.Streaming() {
		t.Error("it streams for ever")
	}
}

// A player that asks for copies is not silent, and one that has not come to the
// end is not left for asking.
func TestAskingKeeps(t *testing.T) {
	r := newRig(t, true)
	r.do(func() {
		r.round(time.Now())
		r.resend()
		if !r.leave.IsZero() {
			t.Error("left for asking")
		}
		r.leave = time.Now().Add(time.Millisecond)
		r.resend()
		if time.Until(r.leave) < leaveTime/2 {
			t.Error("left while it asks")
		}
	})
}

// Over TCP there is nothing to send again.
func TestCopiesOverTCP(t *testing.T) {
	r := newRig(t, false)
	r.do(func() {
		r.player.asked.Add([]Sequence{0, 1}, maxAsked)
		r.resend()
		if r.resends.unknown != 2 {
			t.Errorf("%d are not known", r.resends.unknown)
		}
	})
}

// What waits for storage is bounded.
func TestWaitingCopiesAreBounded(t *testing.T) {
	var r resends
	for n := range Sequence(2 * maxAsked) {
		r.wait(n)
	}
	if len(r.waiting) != maxAsked || r.refused != maxAsked {
		t.Errorf("%d wait, %d are refused", len(r.waiting), r.refused)
	}
}

// What is older than ten seconds is not known, even if nothing came after it, nor
// is a number that was left out.
func TestSentLogForgets(t *testing.T) {
	var l SentLog
	now := time.Now()
	l.Add(0xFE, Sent{Keep: 1, At: now})
	l.Add(0x100, Sent{Keep: 1, At: now})
	for _, k := range []struct {
		seq   Sequence
		after time.Duration
		known bool
	}{{0xFE, 0, true}, {0xFF, 0, false}, {0x100, sentSpan, true}, {0x100, sentSpan + 1, false}} {
		if _, ok := l.Find(k.seq, now.Add(k.after)); ok != k.known {
			t.Errorf("%#x after %v: %v", k.seq, k.after, ok)
		}
	}
}

// A header goes out piece after piece, each when it is due, also if nobody knows
// the rate of the content.
func TestHeaderPiecesLeaveAtOnce(t *testing.T) {
	r := newRig(t, true)
	out, err := r.conn.srv.opt.Media.port.Sender(r.conn.Shard)
	if err != nil {
		t.Fatal(err)
	}
	dst := netip.MustParseAddrPort(r.sock.LocalAddr().String())
	r.do(func() {
		r.leave = time.Now()
		r.describe(&ReportReadBlock{}, &headerOut{bytes: make([]byte, 200), packetSize: 100, dst: dst, out: out, pair: true})
		if !r.leave.IsZero() {
			t.Error("who asks for the header is left")
		}
		at := r.header.due()
		if want := r.header.began.Add(108 * 8 * time.Second / slowest); !at.Equal(want) {
			t.Errorf("the next piece after %v", at.Sub(r.header.began))
		}
		r.header.began = time.Now().Add(time.Hour) // until it is told to go on
	})
	first, second := r.datagram(t), r.datagram(t)
	if len(first) != PairPayload+DataHeadSize || slices.Max(first[DataHeadSize:]) == 0 || slices.Equal(first[DataHeadSize:], second[DataHeadSize:]) {
		t.Error("no packet pair of random bytes")
	}
	if n := len(r.datagram(t)); n != 108 {
		t.Errorf("a piece of %d bytes", n)
	}
	r.do(func() {
		r.sendHeader(r.header.due())
		if r.header != nil {
			t.Error("a piece is late")
		}
	})
	if n := len(r.datagram(t)); n != 108 {
		t.Errorf("a piece of %d bytes", n)
	}
}

// Over UDP a point's own haste counts for nothing.
func TestOptionsOverUDP(t *testing.T) {
	r := newRig(t, true)
	r.player.point = &point.Point{Options: point.Options{Batch: time.Second, Unpaced: true, Speed: 3, MaxSpeed: 5, MaxAccel: 1e6, Burst: time.Second}}
	r.entry.info.BitRate = 100_000
	want := point.Request{Selection: asf.NewSelection(r.entry.info.Header)}
	fast := want
	fast.AccelBW, fast.AccelDuration = 200_000, time.Second
	half := want
	half.AccelBW = 200_000
	usual := point.Options{Batch: udpBatch, Speed: 1, MaxSpeed: 1, MaxAccel: 110_000, Burst: udpBurst}
	asked := usual
	asked.MaxAccel, asked.Burst = 1e6, time.Second
	for _, k := range []struct {
		want point.Request
		o    point.Options
	}{{want, usual}, {fast, asked}, {half, usual}} {
		if o := r.player.options(k.want); o != k.o {
			t.Errorf("%+v, want %+v", o, k.o)
		}
	}
	r.player.point.Options.Burst = 0 // and none is none
	if o := r.player.options(want); o.Burst != 0 {
		t.Errorf("%+v", o)
	}
}

// closing is content that counts how often it is closed.
type closing struct {
	*rigEntry
	closed int
}

func (c *closing) Close() error { c.closed++; return nil }

// Content that is found when the connection is gone is closed, once.
func TestOpenedTooLate(t *testing.T) {
	r := newRig(t, false)
	p, err := r.conn.newPlayer(Subscriber{})
	if err != nil {
		t.Fatal(err)
	}
	e := &closing{rigEntry: r.entry}
	p.close("gone")
	if p.opened(&point.Point{}, e) || p.entry != nil || e.closed != 1 {
		t.Errorf("closed %d times", e.closed)
	}
	if p, err = r.conn.newPlayer(Subscriber{}); err != nil {
		t.Fatal(err)
	}
	if !p.opened(&point.Point{}, e) {
		t.Fatal("not opened")
	}
	p.close("gone")
	p.close("again")
	if e.closed != 2 || len(r.conn.srv.players.All()) != 1 || r.sessions() != 1 {
		t.Errorf("closed %d times", e.closed)
	}
}

// What does not fit into data packets is not opened, and closed.
func TestTooLargePackets(t *testing.T) {
	for _, overUDP := range []bool{false, true} {
		r := newRig(t, overUDP)
		r.conn.state = stateFunnel
		for _, size := range []int{MaxPayload, MaxDatagramPayload} {
			for more, ok := range []bool{true, false} {
				e := &closing{rigEntry: newRigEntry()}
				e.info.PacketSize = size + more
				fits := ok || !overUDP && size < MaxPayload
				if overUDP && size == MaxPayload {
					fits = false
				}
				if err := r.player.sendable(e); (err == nil) != fits {
					t.Errorf("over UDP %v: %d bytes: %v", overUDP, e.info.PacketSize, err)
				}
				r.conn.srv.opt.Points.Add(&point.Point{Name: "x", Opener: opener{e}})
				r.conn.player, r.conn.state = r.player, stateFunnel
				if _, err := r.conn.openFile((&OpenFile{FileName: "x"}).Append(nil)[messageHeadSize:]); err != nil {
					t.Error(err)
				}
				if opened := e.closed == 0; opened != fits || opened != (r.conn.state == stateOpen) {
					t.Errorf("over UDP %v: %d bytes: closed %d times", overUDP, e.info.PacketSize, e.closed)
				}
				r.do(func() {})
			}
		}
	}
}

// opener has one piece of content.
type opener struct{ e point.Entry }

func (o opener) Open(context.Context, string) (point.Entry, error) { return o.e, nil }
func (o opener) List() ([]point.Item, error)                       { return nil, nil }
