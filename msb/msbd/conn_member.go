package msbd

import (
	"time"

	"caracal/internal/event"
)

// member is a connection whose packets come from the group: the connection has
// the rest of the protocol.
type member struct {
	sender *sender
	client *client
	began  time.Time
}

// join answers a ReqConnect for packets from the group.
func (s *sender) join(m *member, info *StreamInfo, g *Group, begun event.Playing) {
	if s.Ending() { // it was lost before it began
		s.conn.Streams(-1)
		g.leave(m)
		m.client.close(reasonClosed)
		return
	}
	s.member = m
	s.conn.srv.opt.Bus.Publish(begun)
	s.accept(m.client, info, ConnectResponse{Group: g.to})
}

// announce tells a member that packets of another stream follow.
func (s *sender) announce(info *StreamInfo) {
	if s.member != nil {
		s.info = info
		s.describe(IndStreamInfo)
	}
}

// ended tells a member that the last packet is out.
func (s *sender) ended(why string, failure error) {
	if s.member != nil {
		s.over(why, failure)
	}
}

// leaveGroup forgets the group and tells the world.
func (s *sender) leaveGroup(why string) {
	m := s.member
	if m == nil {
		return
	}
	s.member = nil
	s.conn.Streams(-1)
	s.conn.srv.opt.Group.leave(m)
	ses := m.client.ses
	s.conn.srv.opt.Bus.Publish(event.Stopped{
		Player: ses.Who(), Reason: why, Packets: ses.Packets.Load(), Bytes: ses.Bytes.Load(), Elapsed: time.Since(m.began),
	})
}
