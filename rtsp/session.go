package rtsp

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"caracal/asf"
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
}

// track is one selected stream.
type track struct {
	stream    uint8
	level     asf.Level
	url       string
	transport Transport // as granted
	ssrc      uint32
}

// newPlayer makes the state for content, [MS-RTSP] 3.2.3.
func (c *conn) newPlayer(r *Request, path string, p *point.Point, e point.Entry) (*player, error) {
	pl := &player{srv: c.srv, path: strings.Clone(path), point: p, entry: e, conn: c, agent: r.Agent}
	ses, err := c.srv.opt.Sessions.Admit(event.Player{
		Protocol: protocolName, Address: c.Addr, Agent: strings.Clone(r.Agent.Raw), GUID: strings.Clone(r.Agent.GUID), Target: pl.path,
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
		close(moved)
	})
	<-moved
}

// starts is called on the shard when a stream is about to begin. It says
// whether the session lives and is still on this connection: a Play that was
// posted may find neither.
func (p *player) starts(c *conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gone || p.conn != c {
		return false
	}
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

// selection returns the streams that go out.
func (p *player) selection() *asf.Selection {
	sel := asf.NewSelection(p.entry.Info().Header)
	for _, s := range p.entry.Info().Header.Streams() {
		sel.Set(s.Number(), asf.None)
	}
	for _, t := range p.tracks {
		sel.Set(t.stream, t.level)
	}
	return sel
}

// put selects a stream, in the place of an earlier selection of it.
func (p *player) put(t track) {
	for i := range p.tracks {
		if p.tracks[i].stream == t.stream {
			p.tracks[i] = t
			return
		}
	}
	p.tracks = append(p.tracks, t)
}

// drop deselects a stream.
func (p *player) drop(stream uint8) {
	for i := range p.tracks {
		if p.tracks[i].stream == stream {
			p.tracks = append(p.tracks[:i], p.tracks[i+1:]...)
			return
		}
	}
}

// newSSRC avoids what the session uses already.
func (p *player) newSSRC() uint32 {
	for {
		ssrc := rand.Uint32()
		taken := ssrc == 0 || ssrc == p.rtx
		for _, t := range p.tracks {
			taken = taken || t.ssrc == ssrc
		}
		if !taken {
			return ssrc
		}
	}
}

// stopped is called on the shard when a stream is over.
func (p *player) stopped() {
	p.mu.Lock()
	defer p.mu.Unlock()
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
		p.entry.Close()
		p.ses.Close(why)
	})
}

// carrierURL is the URL of the stream that carries the packets.
func (p *player) carrierURL() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.tracks) == 0 {
		return p.path
	}
	return p.tracks[0].url
}

// baseURL is the URL of the content.
func (p *player) baseURL() string {
	url := p.carrierURL()
	if cut := strings.LastIndexByte(url, '/'); cut > 0 {
		return url[:cut]
	}
	return url
}
