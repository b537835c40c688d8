package rtsp

import (
	"cmp"

	"caracal/internal/front"
	"caracal/internal/head"
	"caracal/internal/point"
	"caracal/internal/pull"
	"caracal/internal/remote"
)

// cacheHeaders say what caches may do with content, and by what they know it
// again, [MS-RTSP] 3.2.5.2 and 3.2.7.5.
func (c *conn) cacheHeaders(resp *Response, r *Request, e point.Entry) {
	info := e.Info()
	resp.Add("Cache-Control", c.caching(r, e).RTSP())
	if !info.Broadcast && !info.Modified.IsZero() {
		resp.Add("Last-Modified", head.Date(info.Modified))
	}
	resp.Add("ETag", entityTag(info))
}

// contentInfo tells a cache what it may do, [MS-RTSP] 3.2.5.3.
func (c *conn) contentInfo(r *Request, p *player) bool {
	pt, e, err := c.srv.opt.Points.OpenFor(r.Target.Path, c.asker(r))
	if err != nil {
		return c.refuseError(r, err)
	}
	if e == nil {
		return c.redirect(r, pt.Redirect)
	}
	defer e.Close()
	resp := c.answer(r, p, 200)
	c.cacheHeaders(resp, r, e)
	return c.reply(resp)
}

// remoteEvent takes an event of a player or cache, [MS-RTSP] 3.2.5.16, if the
// server wants to hear of it, 2.2.6.2.10.
func (c *conn) remoteEvent(r *Request, _ *player) bool {
	control, err := c.srv.opt.Points.CachingFor(r.Target.Path, c.asker(r), r.Cache())
	if err != nil {
		return c.refuseError(r, err)
	}
	e, err := remote.Parse(r.Body)
	if err != nil {
		c.BadInput(err.Error())
		return c.refuse(r, 400, "unreadable remote event")
	}
	if !control.Subscribes(e.Type.String()) {
		return c.refuse(r, 400, "nobody has asked for "+e.Type.String())
	}
	who := c.who(r)
	if p, _ := c.srv.players.Find(r.Session.ID); p != nil && p.ses.Player.Address.Addr() == c.Addr.Addr() && p.owner.Same(c.access.who) {
		who = p.ses.Who()
	}
	front.PublishRemote(c.srv.opt.Bus, who, &e)
	return c.reply(c.answer(r, nil, 200))
}

// statusLoop refuses a request that goes round in a circle. RTSP has no status for
// it; this is that of HTTP (RFC 5842).
const statusLoop = 508

// addVia says through which servers the content comes, so that one that stands
// among them notices, RFC 2326 12.43.
func (c *conn) addVia(resp *Response, r *Request) {
	p, _, err := c.srv.opt.Points.Lookup(r.Target.Path)
	if err == nil && p.Via != nil && c.srv.opt.Via != "" {
		resp.Add("Via", pull.Through(p.Via(), head.Hop{Protocol: "RTSP/1.0", By: c.srv.opt.Via}))
	}
}

// asker is for whom a request asks.
func (c *conn) asker(r *Request) point.Asker {
	f := &r.Forwarded
	return point.Asker{
		Allowed: true, May: c.May(c.access.who, c.askOf(r, "", "")),
		Via: head.JoinVia(f.Via), Agent: cmp.Or(f.Agent, r.Agent.Raw), Verb: cmp.Or(f.Verb, r.Method),
		MaxForwards: f.MaxForwards, HasMaxForwards: f.HasMaxForwards,
		Player: c.Addr.Addr().String() + " " + cmp.Or(r.Agent.GUID, r.Agent.Raw),
	}
}
