package rtsp

import (
	"errors"
	"time"

	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/head"
	"caracal/internal/point"
	"caracal/internal/session"
)

// handler serves one kind of request and says whether the connection goes on.
// p is nil when the request names no session.
type handler func(c *conn, r *Request, p *player) bool

// handlerOf returns the step of a player's life that a request is, [MS-RTSP]
// 3.2.5.3 to 3.2.5.17, and whether it needs a session.
func handlerOf(k Kind) (serve handler, needsSession bool) {
	switch k {
	case Options:
		return (*conn).options, false
	case Describe:
		return (*conn).describe, false
	case GetContentInfo:
		return (*conn).contentInfo, false
	case SendEvent:
		return (*conn).remoteEvent, false
	case TcpPacketPair:
		return (*conn).tcpPacketPair, false
	case SelectSetup:
		return (*conn).setup, false
	case UdpPacketPair:
		return (*conn).udpPacketPair, true
	case SelectTeardown, Teardown:
		return (*conn).teardown, true
	case SelectParameter:
		return (*conn).selectParameter, true
	case Play:
		return (*conn).play, true
	case Pause:
		return (*conn).pause, true
	case KeepAlive, GetOther:
		return (*conn).keepAlive, false
	case LogConnect, LogPlay:
		return (*conn).log, true
	}
	return nil, false
}

// dispatch does what all requests need, [MS-RTSP] 3.2.5.1, and hands the
// request to its handler.
func (c *conn) dispatch(r *Request) bool {
	if r.Forwarded.Through(c.srv.opt.Via) {
		return c.refuse(r, statusLoop, "this request has come through this server before: the servers that it asks stand in a circle")
	}
	serve, needsSession := handlerOf(r.Kind)
	if serve == nil {
		return c.refuse(r, unknownStatus(r), "not a request of this protocol")
	}
	var p *player
	if r.Session.ID != "" && r.Kind != SendEvent {
		if p, _ = c.srv.players.Find(r.Session.ID); p == nil {
			return c.refuse(r, 454, "unknown session")
		}
		if p.ses.Player.Address.Addr() != c.Addr.Addr() {
			return c.refuse(r, 454, "another player's session")
		}
	}
	owed := p != nil && p.owed.Take()
	if !owed && c.TooMany(time.Now()) && r.Kind != Teardown { // what ends something is no load
		return c.refuseLimit(r, 503, "too many requests", front.LimitRequests)
	}
	if p == nil && needsSession {
		return c.refuse(r, 454, "no session")
	}
	if ok, goOn := c.admits(r, p); !ok {
		return goOn
	}
	if p != nil {
		p.learn(c, r)
		c.last = p
	}
	if !owed && c.pulse.take(r.Kind, p.streams(), time.Now()) {
		return c.refuse(r, 503, "too many requests")
	}
	if status, why := preconditions(r, p); status != 0 {
		return c.refuse(r, status, why)
	}
	return serve(c, r, p)
}

// preconditions are what a request says must be so, [MS-RTSP] 3.2.5.1. The
// status is 0 when all is.
func preconditions(r *Request, p *player) (status int, why string) {
	if r.Header.Has("If-None-Match") {
		if _, err := ParseEntityTags(r.Header.Get("If-None-Match")); err != nil {
			return 400, err.Error()
		}
	}
	over := p != nil && r.GenID != 0 && r.GenID != p.generation.Load()
	switch {
	case over && r.Kind != Play && r.Kind != Teardown:
		return 412, errOver.Error()
	case over && p.generation.Load() != 0, !r.Header.Has("If-Match"):
		return 0, "" // a Play of an entry that is over is told what is not
	}
	tags, err := ParseEntityTags(r.Header.Get("If-Match"))
	if err != nil {
		return 412, err.Error()
	}
	if p != nil && !tags.Match(entityTag(p.current().Info())) {
		return 412, changed
	}
	return 0, ""
}

// errOver answers a request for an entry that is not played any more.
var errOver = errors.New("rtsp: that entry is over")

const changed = "the content is not that any more"

// stillMatches is what X-Playlist-Gen-Id and If-Match demand of a request that
// makes a session: preconditions has no content to compare with then.
func stillMatches(r *Request, e point.Entry) bool {
	if r.GenID != 0 && r.GenID != point.Generation(e) {
		return false
	}
	if !r.Header.Has("If-Match") {
		return true
	}
	tags, err := ParseEntityTags(r.Header.Get("If-Match"))
	return err == nil && tags.Match(entityTag(e.Info()))
}

// entityTag is what players find in the description and give back with
// If-Match.
func entityTag(info *point.Info) string { return `"` + sdpTag(info) + `"` }

// sdpTag is the value of a=etag, in the braces of a GUID.
func sdpTag(info *point.Info) string { return "{" + info.Tag + "}" }

func unknownStatus(r *Request) int {
	if r.Kind == SetOther {
		return 451 // parameter not understood
	}
	return 501
}

// response begins a response, [MS-RTSP] 3.2.5.2.
func (c *conn) response(status int, cseq int64) *Response {
	resp := NewResponse(status, cseq)
	resp.Add("Server", c.srv.opt.Name)
	resp.AddDate(time.Now())
	return resp
}

// answer begins a response to a player with its session, if it has one.
func (c *conn) answer(r *Request, p *player, status int) *Response {
	resp := c.response(status, r.CSeq)
	if p != nil {
		resp.Add("Session", Session{ID: p.id, Timeout: uint32(c.srv.opt.SessionTimeout / time.Second)}.String())
		resp.entry = &p.generation
	}
	c.addVia(resp, r)
	c.addAccess(resp)
	if r.Kind != GetContentInfo && r.Kind != SendEvent { // 3.2.5.2
		resp.Add("Supported", ServerFeatures.String())
	}
	return resp
}

// reply sends a response and says that the connection goes on.
func (c *conn) reply(resp *Response) bool {
	c.Post(func() { c.tx.reply(resp.AppendTo(nil), false) })
	return true
}

// who is behind a request that belongs to no session.
func (c *conn) who(r *Request) event.Player {
	return event.Player{
		Protocol: protocolName, Address: c.Addr, Local: c.Local, Agent: r.Agent.Raw, GUID: r.Agent.GUID, Target: r.Target.Path,
		Via: head.JoinVia(r.Forwarded.Via), Behind: r.Forwarded.Agent, Account: c.access.who.Account,
	}
}

// refuse answers an error.
func (c *conn) refuse(r *Request, status int, why string) bool {
	return c.refuseLimit(r, status, why, "")
}

// refuseLimit is refuse by a limit, if it has a name.
func (c *conn) refuseLimit(r *Request, status int, why, limit string) bool {
	c.srv.opt.Bus.Publish(event.Refused{
		Player: c.who(r), Status: status, Reason: why, Limit: limit,
	})
	resp := c.response(status, r.CSeq)
	c.addVia(resp, r)
	c.addAccess(resp)
	return c.reply(resp)
}

// refuseError is refuse with the status that fits an error of the core.
func (c *conn) refuseError(r *Request, err error) bool {
	status := 500
	for _, known := range []struct {
		err    error
		status int
	}{
		{point.ErrNotFound, 404}, {point.ErrNotLive, 404}, {point.ErrForbidden, 403}, {point.ErrNotMedia, 415}, {point.ErrPosition, 457},
		{point.ErrBusy, 503}, {session.ErrDraining, 503}, {session.ErrEnded, 454},
		{session.ErrFull, 503}, {session.ErrPointFull, 503}, {session.ErrAddressFull, 503}, {session.ErrAccountFull, 503},
		{session.ErrBandwidth, statusBandwidth}, {session.ErrPlayerBandwidth, statusBandwidth},
	} {
		if errors.Is(err, known.err) {
			status = known.status
			break
		}
	}
	return c.refuseLimit(r, status, err.Error(), session.LimitOf(err))
}

// statusBandwidth is Not Enough Bandwidth, RFC 2326 11.3.8.
const statusBandwidth = 453

// redirect sends the player to another server.
func (c *conn) redirect(r *Request, url string) bool { return c.sendElsewhere(r, 302, url) }

// sendElsewhere sends the player to another place with a 302 or a 305. The
// connection is over then, [MS-RTSP] 3.2.5.4.
func (c *conn) sendElsewhere(r *Request, status int, url string) bool {
	resp := c.response(status, r.CSeq)
	resp.Add("Location", url)
	b := resp.AppendTo(nil)
	c.Post(func() { c.tx.reply(b, true) })
	return false // 3.2.5.4
}
