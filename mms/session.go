package mms

import (
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"

	"caracal/asf"
	"caracal/internal/auth"
	"caracal/internal/event"
	"caracal/internal/head"
	"caracal/internal/point"
	"caracal/internal/session"
	"caracal/internal/udp"
)

// player is the session of a connection, [MS-MMSP] 3.2.1, from its Connect on.
// What has no comment belongs to the connection's goroutine.
type player struct {
	conn *conn
	id   uint32 // Client-ID
	ses  *session.Session

	subscriber Subscriber // Client-Version
	agent      head.Agent
	udp        netip.AddrPort // Client-Port at the player's address; not valid: TCP
	funnelInfo bool           // it has sent FunnelInfo
	pair       bool           // UDP-Packet-Pair
	pairs      int            // packet pairs over TCP that were sent
	blocks     int            // ReadBlock messages that were answered

	path   string
	point  *point.Point
	entry  point.Entry // changed while mu is held
	header []byte      // the ASF file header, as this player gets it

	levels   map[uint8]asf.Level // of the streams; those that are not in it have None
	selected bool                // there was a StreamSwitch
	accel    uint32              // of the Fast Start that was granted last, bits a second

	asked udp.Asked[Sequence] // what it wants again

	mu   sync.Mutex
	gone bool // the entry is closed

	entered atomic.Pointer[entered] // what the shard has turned to since
}

// maxKept is how much of a string of the player's is kept, bytes.
const maxKept = 256

// short returns a copy: what it is part of is not kept with it.
func short(s string) string { return strings.Clone(strings.ToValidUTF8(s[:min(len(s), maxKept)], "")) }

// newPlayer admits who connects.
func (c *conn) newPlayer(who Subscriber) (*player, error) {
	if d := c.Guard().AdmitsTo(protocolName, c.Addr.Addr()); d.Verdict != auth.Allowed {
		return nil, &refusal{Decision: d}
	}
	who = Subscriber{Client: short(who.Client)} // nobody asks for the proxies
	p := &player{conn: c, subscriber: who, agent: who.Agent(), levels: map[uint8]asf.Level{}}
	ses, err := c.srv.opt.Sessions.Admit(p.describe(c), p.end)
	if err != nil {
		return nil, err
	}
	p.ses = ses
	ok := false
	if p.id, ok = c.srv.players.Claim(p, newClientID); !ok {
		ses.Close(reasonRefused)
		return nil, session.ErrDraining
	}
	return p, nil
}

// describe is who connects, for the events.
func (p *player) describe(c *conn) event.Player {
	return event.Player{Protocol: protocolName, Address: c.Addr, Local: c.Local, Agent: short(p.agent.Raw), GUID: short(p.agent.GUID)}
}

// opened makes e the content of the session. It fails when the connection was
// lost meanwhile, and e is closed then.
func (p *player) opened(pt *point.Point, e point.Entry) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gone {
		e.Close()
		return false
	}
	p.point, p.entry = pt, e
	return true
}

// close takes the session out of the registries; the shard calls it when the
// connection is lost.
func (p *player) close(why string) {
	p.conn.srv.players.Release(p.id)
	p.mu.Lock()
	first := !p.gone
	p.gone = true
	e := p.entry
	p.mu.Unlock()
	if first && e != nil {
		e.Close()
	}
	if turned := p.entered.Swap(nil); turned != nil {
		turned.entry.Close()
	}
	p.ses.Close(why)
}

// end ends the session in the protocol's words: its stream and its connection.
func (p *player) end(why error) {
	c := p.conn
	c.Post(func() { c.tx.finish(why.Error()) })
}

// overUDP says whether data packets go over UDP.
func (p *player) overUDP() bool { return p.udp.IsValid() }

// transport is what they go over, for events.
func (p *player) transport() string {
	if p.overUDP() {
		return "UDP"
	}
	return "TCP"
}
