package rtsp

import (
	"net/netip"
	"slices"
	"strings"
	"sync"

	"caracal/internal/event"
	"caracal/internal/head"
	"caracal/internal/point"
	"caracal/internal/session"
)

// player is a session, [MS-RTSP] 3.2.1: what the Session header stands for. It
// outlives its connection until the idle timer ends.
type player struct {
	srv *Server
	id  string
	ses *session.Session
	rtx uint32 // SSRC of the retransmission stream, v-ssrc

	path  string // of the content
	point *point.Point
	entry point.Entry

	mu       sync.Mutex
	conn     *conn // where its last request came from
	agent    head.Agent
	features head.Features
	paused   int64   // the packet that a Play without a Range begins with
	tracks   []track // in the order of their SETUP
	resend   netip.AddrPort
	blocks   int // Blocksize; 0: not given
	gone     bool

	asked asked // what its NACKs ask for
}

// newPlayer makes the state for content, [MS-RTSP] 3.2.3. Whoever ends the session
// as soon as it is admitted waits until it is all there.
func (c *conn) newPlayer(r *Request, path string, p *point.Point, e point.Entry) (*player, error) {
	agent := head.ParseAgent(strings.Clone(r.Agent.Raw)) // or all of the request's head stays with it
	pl := &player{srv: c.srv, path: strings.Clone(path), point: p, entry: e, conn: c, agent: agent}
	pl.mu.Lock()
	defer pl.mu.Unlock()
	ses, err := c.srv.opt.Sessions.Admit(event.Player{
		Protocol: protocolName, Address: c.Addr, Agent: agent.Raw, GUID: agent.GUID, Target: pl.path,
	}, pl.end)
	if err != nil {
		return nil, err
	}
	pl.ses = ses
	c.srv.register(pl)
	return pl, nil
}

// learn keeps what every request says, [MS-RTSP] 3.2.5.1, and who carries the
// session now: it may have lost its connection and come back on a new one. A
// stream on the old one is over then.
func (p *player) learn(c *conn, r *Request) {
	p.mu.Lock()
	old := p.conn
	p.conn = c
	if r.HasSupported {
		p.features = r.Supported
	}
	p.mu.Unlock()
	p.ses.Touch()
	if old == c {
		return
	}
	moved := make(chan struct{})
	old.Post(func() {
		old.tx.finishOf(p, reasonMoved)
		old.tx.forget(p)
		close(moved)
	})
	<-moved
}

// starts is called on the shard when a stream is about to begin. It says
// whether the session lives and is still on this connection: a Play that was
// posted may find neither.
func (p *player) starts(c *conn, st *stream) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gone || p.conn != c {
		return false
	}
	p.continueSequences(st)
	p.paused = 0
	p.ses.Watch(p.overUDP())
	p.ses.SetState(session.Streaming)
	return true
}

// overUDP says whether media goes over UDP, Use-UDP in [MS-RTSP] 3.2.1: nothing
// tells then that the player is gone but its silence. The mutex is held.
func (p *player) overUDP() bool {
	return slices.ContainsFunc(p.tracks, func(t track) bool { return t.transport.Lower == LowerUDP })
}

// pausedAt remembers where a Play without a Range goes on.
func (p *player) pausedAt(packet int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paused = packet
}

func (p *player) connection() *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.conn
}

// stopped is called on the shard when a stream is over.
func (p *player) stopped(st *stream) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keepSequences(st)
	p.ses.SetState(session.Idle)
}

// end ends the session: its stream, its connection and its state.
func (p *player) end(why error) {
	p.mu.Lock()
	c, first := p.conn, !p.gone
	p.gone = true
	p.mu.Unlock()
	if !first {
		return
	}
	p.srv.forget(p)
	c.Post(func() {
		c.tx.finish(p, why.Error())
		c.tx.forget(p)
		p.entry.Close()
		p.ses.Close(why.Error())
	})
}

// close takes the session out of the registries.
func (p *player) close(why string) {
	p.mu.Lock()
	first := !p.gone
	p.gone = true
	c := p.conn
	p.mu.Unlock()
	if !first {
		return
	}
	p.srv.forget(p)
	c.Post(func() {
		c.tx.forget(p)
		p.entry.Close()
		p.ses.Close(why)
	})
}
