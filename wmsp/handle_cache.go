package wmsp

import (
	"cmp"

	"caracal/internal/front"
	"caracal/internal/head"
	"caracal/internal/point"
	"caracal/internal/pull"
	"caracal/internal/remote"
)

// contentInfo tells a cache what it may do with the content, [MS-WMSP]
// 3.2.5.3.
func (c *conn) contentInfo(r *Request, cl *client, _ []byte) bool {
	p, e, err := c.open(r)
	if err != nil {
		return c.refuseError(r, err)
	}
	if e == nil {
		return c.redirect(r, cl, p.Redirect)
	}
	defer e.Close()
	return c.reply(r, c.response(r, cl, e, min(r.Minor, 1), 200, Pragma{}), nil)
}

// remoteEvent takes an event of a player or cache, [MS-WMSP] 3.2.5.12, if the
// server wants to hear of it, 2.2.1.1.10.
func (c *conn) remoteEvent(r *Request, cl *client, body []byte) bool {
	control, err := c.srv.opt.Points.CachingFor(r.Path, c.asker(r), r.Cache())
	if err != nil {
		return c.refuseError(r, err)
	}
	e, err := remote.Parse(body)
	if err != nil {
		c.BadInput(err.Error())
		return c.refuse(r, 400, "unreadable remote event")
	}
	if !control.Subscribes(e.Type.String()) {
		return c.refuse(r, 400, "nobody has asked for "+e.Type.String())
	}
	who := c.who(r)
	if cl != nil {
		who = cl.session.Who()
	}
	front.PublishRemote(c.srv.opt.Bus, who, &e)
	return c.reply(r, c.response(r, cl, nil, min(r.Minor, 1), 200, Pragma{}), nil)
}

// addVia says through which servers the content comes, so that one that stands
// among them notices, RFC 2616 14.45.
func (c *conn) addVia(resp *Response, r *Request) {
	p, _, err := c.srv.opt.Points.Lookup(r.Path)
	if err == nil && p.Via != nil && c.srv.opt.Via != "" {
		resp.Add("Via", pull.Through(p.Via(), head.Hop{Protocol: "HTTP/1.1", By: c.srv.opt.Via}))
	}
}

// asker is for whom a request asks.
func (c *conn) asker(r *Request) point.Asker {
	f := &r.Forwarded
	return point.Asker{
		Allowed: true, May: c.May(c.access.who, c.askOf(r, "", "")),
		Via: head.JoinVia(f.Via), Agent: cmp.Or(f.Agent, r.Agent.Raw), Verb: cmp.Or(f.Verb, r.Method),
		MaxForwards: f.MaxForwards, HasMaxForwards: f.HasMaxForwards,
		Player: c.from.Addr().String() + " " + cmp.Or(short(r.Pragma.ClientGUID), short(r.Agent.Raw)),
	}
}
