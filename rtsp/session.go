package rtsp

import (
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"caracal/internal/auth"
	"caracal/internal/front"
	"caracal/internal/head"
	"caracal/internal/point"
	"caracal/internal/session"
	"caracal/internal/udp"
)

// player is a session, [MS-RTSP] 3.2.1: what the Session header stands for. It
// outlives its connection until the idle timer ends.
type player struct {
	srv *Server
	id  string
	ses *session.Session
	rtx uint32 // SSRC of the retransmission stream, v-ssrc

	owner auth.Identity // nobody: whoever has the id, at its address
	path  string        // of the content
	point *point.Point

	generation atomic.Uint32 // of the entry, Playlist-gen-id in 3.2.1; 0 for content on demand

	mu       sync.Mutex
	entry    point.Entry   // what is played; of a broadcast or in a list it changes
	left     *point.Listed // the entry before it in a list; nil: none
	conn     *conn         // where its last request came from
	agent    head.Agent
	features head.Features
	paused   int64   // the packet that a Play without a Range begins with
	tracks   []track // in the order of their SETUP
	resend   netip.AddrPort
	blocks   int // Blocksize; 0: not given
	gone     bool

	expects   bool          // a Play before it is told of another entry, Play-Expected-Before-Announce
	predicted bool          // the server has chosen the streams that go out, and the player has not confirmed them
	lag       time.Duration // how far behind it says to be, Specified-Lag-Time
	former    []track       // of an entry that is over; the player may still deselect them

	asked udp.Asked[Missing] // what its NACKs ask for
	owed  front.Owed         // requests after an entry that it was told of
}

// newPlayer makes the state for content, [MS-RTSP] 3.2.3. Whoever ends the session
// as soon as it is admitted waits until it is all there.
func (c *conn) newPlayer(r *Request, path string, p *point.Point, e point.Entry) (*player, error) {
	agent := head.ParseAgent(strings.Clone(r.Agent.Raw)) // or all of the request's head stays with it
	pl := &player{srv: c.srv, owner: c.access.who, path: strings.Clone(path), point: p, entry: e, conn: c, agent: agent}
	pl.generation.Store(point.Generation(e))
	pl.mu.Lock()
	defer pl.mu.Unlock()
	who := c.who(r)
	who.Agent, who.GUID, who.Target = agent.Raw, agent.GUID, pl.path
	who.Via, who.Behind, who.Point = strings.Clone(who.Via), strings.Clone(who.Behind), "/"+p.Name
	ses, err := c.srv.opt.Sessions.Admit(who, pl.end)
	if err != nil {
		return nil, err
	}
	pl.ses = ses
	ok := false
	if pl.id, ok = c.srv.players.Claim(pl, newSessionID); !ok {
		pl.gone = true
		ses.Close(reasonRefused)
		return nil, session.ErrDraining
	}
	pl.rtx = c.srv.newSSRC(pl)
	c.players.Add(1)
	return pl, nil
}

// learn keeps what every request says, [MS-RTSP] 3.2.5.1, and who carries the
// session now: it may have lost its connection and come back on a new one. A
// stream on the old one is over then.
func (p *player) learn(c *conn, r *Request) {
	p.mu.Lock()
	old := p.conn
	p.conn = c
	if !p.gone && old != c {
		old.players.Add(-1)
		c.players.Add(1)
	}
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
		old.tx.suspendOf(p, reasonMoved)
		old.tx.forget(p)
		close(moved)
	})
	<-moved
}

// starts is called on the shard when a stream is about to begin. It returns the
// status to refuse that with when the session has ended or is on another
// connection, or its content is another entry by now, and 0 otherwise: a Play that
// was posted may find either.
func (p *player) starts(c *conn, st *stream) (status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.gone || p.conn != c:
		return 454
	case p.entry != st.play.Entry():
		return 412
	}
	p.continueSequences(st)
	p.paused, p.expects = 0, false
	p.dropFormer()
	p.ses.Watch(p.overUDP())
	p.ses.SetState(session.Streaming)
	return 0
}

// options are the point's; a broadcast over UDP has a pace.
func (p *player) options() point.Options {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.overUDP() && p.entry.Info().Broadcast {
		return p.point.Options.Datagrams()
	}
	return p.point.Options
}

// current returns what is played.
func (p *player) current() point.Entry {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.entry
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
	if st.ending.IsZero() { // else the Play that confirms it may still come
		p.predicted = false
	}
	p.ses.SetState(session.Idle)
}

// leave takes the session out of the registries and returns its connection; nil
// if that has happened before.
func (p *player) leave() *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gone {
		return nil
	}
	p.gone = true
	p.conn.players.Add(-1)
	return p.conn
}

// end ends the session: its stream, its connection and its state.
func (p *player) end(why error) {
	c := p.leave()
	if c == nil {
		return
	}
	c.Post(func() { c.tx.finish(p, why.Error()) })
}

// closed lets go of what the session has; on the shard.
func (p *player) closed(c *conn, why string) {
	p.srv.forget(p)
	c.tx.forget(p)
	p.entry.Close()
	p.ses.Close(why)
}

// close ends a session that its player has torn down.
func (p *player) close(why string) {
	c := p.leave()
	if c == nil {
		return
	}
	p.srv.forget(p)
	c.Post(func() { p.closed(c, why) })
}
