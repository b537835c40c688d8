package msbd

import (
	"net"
	"net/netip"
	"time"

	"caracal/asf"
	"caracal/internal/pace"
	"caracal/internal/point"
	"caracal/internal/udp"
)

// turnGrace is how long the packets of a stream wait for its StreamInfo, which goes
// another way, and the end for the last packets.
const turnGrace = 500 * time.Millisecond

// Group is a multicast group that packets are sent to for as long as a client has
// asked for that, [MS-MSBD] 2.2.10: there is one stream of them, whatever the
// number of clients. Between start and Close all that has no comment belongs to its
// shard.
type Group struct {
	to    netip.AddrPort // constant
	c     *net.UDPConn   // constant
	shard *pace.Shard    // constant
	out   *udp.Sender
	task  *pace.Task

	members map[*member]bool
	entry   point.Entry // that the Play began with
	play    *point.Play // nil: nobody listens
	info    *StreamInfo
	count   int       // streams that there were
	next    uint32    // dwPacketId
	rest    time.Time // nothing is sent before
	packets int       // in this run

	ending  bool // the last packet is out; the members are told after rest
	why     string
	failure error
}

// start gives the group to a server.
func (g *Group) start(s *Server) {
	g.members = map[*member]bool{}
	g.shard = s.opt.Shards.Pick()
	g.task = g.shard.NewTask(g.run)
}

// Close stops sending and closes the socket.
func (g *Group) Close() error {
	if g.shard != nil {
		stopped := make(chan struct{})
		g.shard.Post(func() { g.stop(); close(stopped) })
		<-stopped
	}
	return g.c.Close()
}

// admit has a client get an entry from the group, which may be at it already.
func (g *Group) admit(c *conn, entry point.Entry) error {
	if err := distributable(entry.Info(), MaxGroupASFPacket); err != nil {
		return err
	}
	batch := c.options().Batch
	start, err := point.Prepare(entry, point.Options{Batch: batch, Speed: 1, MaxSpeed: 1}, point.Request{
		Selection: asf.NewSelection(entry.Info().Header),
	})
	if err != nil {
		return err
	}
	m := &member{sender: c.tx, client: c.client, began: time.Now()}
	begun := c.playing(entry, start)
	c.Streams(+1)
	g.shard.Post(func() {
		g.begin(entry, batch, start)
		g.members[m] = true
		info := g.info
		c.Post(func() { c.tx.join(m, info, g, begun) })
	})
	return nil
}

// begin starts the stream for the first client; others hear what it hears.
func (g *Group) begin(entry point.Entry, batch time.Duration, start point.Start) {
	if g.play != nil {
		entry.Close()
		return
	}
	g.entry, g.ending, g.rest = entry, false, time.Time{}
	g.describe(entry.Info())
	g.play = point.NewPlay(entry, batch, g.task.Kick)
	g.play.Begin(start, time.Now().Add(turnGrace)) // the client has to join the group
	g.task.Wake()
}

func (g *Group) describe(info *point.Info) {
	g.count++
	g.info = describe(info, nthStream(g.count))
}

// leave is told that a client has gone. Any goroutine may call it.
func (g *Group) leave(m *member) {
	g.shard.Post(func() {
		if delete(g.members, m); len(g.members) == 0 {
			g.stop()
		}
	})
}

// stop ends the stream: nobody listens any more.
func (g *Group) stop() {
	if g.play == nil {
		return
	}
	g.play.Stop()
	g.entry.Close()
	g.play, g.entry = nil, nil
	g.task.Stop()
}

// run sends what is due and says when more will be.
func (g *Group) run(now time.Time) time.Time {
	switch {
	case g.play == nil:
		return time.Time{}
	case now.Before(g.rest):
		return g.rest
	case g.ending:
		g.end()
		return time.Time{}
	}
	g.packets = 0
	size, last := g.play.Run(now, &g.shard.Scratch, point.MaxRunBytes, g.carry)
	if size > 0 {
		g.out.Flush() // what the socket does not take is lost
		for m := range g.members {
			m.client.ses.Packets.Add(uint64(g.packets))
			m.client.ses.Bytes.Add(uint64(size))
		}
	}
	if last.Kind != point.End {
		return last.At
	}
	g.rest = now.Add(turnGrace)
	if last.Reason == point.EndChange {
		g.turn(last.Next)
	} else {
		g.ending, g.why, g.failure = true, last.Reason.String(), last.Err
	}
	return g.rest
}

// carry queues an ASF packet, whole and with its padding.
func (g *Group) carry(it *point.Step) int {
	head := AppendPacketHead(g.shard.Scratch.Grab(PacketHeadSize)[:0], g.next, g.info.Stream, len(it.Data))
	g.out.Queue(g.to, head, it.Data)
	g.next++
	g.packets++
	return len(head) + len(it.Data)
}

// turn goes on with what follows an entry, behind its StreamInfo.
func (g *Group) turn(next point.Entry) {
	if err := distributable(next.Info(), MaxGroupASFPacket); err != nil {
		g.ending, g.why = true, err.Error()
		return
	}
	g.describe(next.Info())
	info := g.info
	for m := range g.members {
		m.sender.conn.Post(func() { m.sender.announce(info) })
	}
	g.play.Turn(next)
}

// end tells all clients that nothing follows.
func (g *Group) end() {
	why, failure := g.why, g.failure
	for m := range g.members {
		m.sender.conn.Post(func() { m.sender.ended(why, failure) })
	}
	clear(g.members)
	g.stop()
}
