package rtsp

import (
	"cmp"
	"math"
	"strings"

	"caracal/internal/auth"
	"caracal/internal/cachecontrol"
	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/head"
	"caracal/internal/point"
)

// access is who sends requests on a connection, and what they are told of that.
type access struct {
	front.Visitor
	who auth.Identity // of the present request
	say head.Fields   // what answers to it have of that
}

// ownsOnly says that a request asks for nothing that its session has not been granted,
// or for nothing of the content.
func ownsOnly(k Kind) bool {
	switch k {
	case Describe, GetContentInfo, SendEvent, SelectSetup, Play:
		return false
	}
	return true
}

// admits judges a request, [MS-RTSP] 3.2.5.4 and 3.2.7.12. What may not be served it
// answers, and says whether the connection goes on. p is the session that it names.
func (c *conn) admits(r *Request, p *player) (ok, goOn bool) {
	c.access.who, c.access.say = auth.Identity{}, nil
	if c.Guard() == nil {
		return true, true
	}
	a, last := c.access.Judge(c.Conn, c.accessRequest(r, p))
	if a.Verdict != auth.Allowed {
		c.denied(r, a, last)
		return false, !last
	}
	c.access.who = a.Identity
	for _, challenge := range a.Challenges {
		c.access.say.Add("WWW-Authenticate", challenge)
	}
	if a.Info != "" {
		c.access.say.Add("Authentication-Info", a.Info)
	}
	return true, true
}

// accessRequest is what is judged of a request: in a session its content counts. What
// a Describe has proved holds for the requests behind it, [MS-RTSP] 4.4.6.
func (c *conn) accessRequest(r *Request, p *player) auth.Request {
	req := auth.Request{
		Method: cmp.Or(r.Forwarded.Verb, r.Method), URI: r.Target.Raw, Authorization: r.Header.Values("Authorization"),
		Accept: strings.Join(r.Header.Values("X-Accept-Authentication"), ","), Owned: ownsOnly(r.Kind), Holds: true,
		Shared: r.Forwarded.ByProxy(),
	}
	path := r.Target.Path
	if r.Kind == SelectSetup {
		path, _, _ = SplitControl(path)
	}
	if p != nil {
		req.Owner = p.owner
		if req.Owned || r.Kind == SelectSetup || r.Kind == Play {
			path = p.path
		}
	}
	name := strings.Trim(path, "/")
	if name == "" {
		name = c.srv.opt.Points.Default()
	}
	of := ""
	if pt, _, err := c.srv.opt.Points.Lookup(name); err == nil {
		of = pt.Name
	}
	req.Ask = c.askOf(r, of, name)
	return req
}

// askOf is what a request wants of a point.
func (c *conn) askOf(r *Request, of, name string) auth.Ask {
	ask := c.Ask(of, name, r.Agent.Raw)
	ask.Forwarded = r.Forwarded.ByProxy() || head.IsPassedOn(r.Header)
	return ask
}

// denied answers what may not be served. The connection stays open for the player to
// prove who it is, [MS-RTSP] 3.2.5.4.
func (c *conn) denied(r *Request, a auth.Answer, last bool) {
	status, why, begins := front.RefusalOf(a, r.Header.Has("Authorization"))
	if !begins {
		c.srv.opt.Bus.Publish(event.Refused{Player: c.who(r), Status: status, Reason: why})
	}
	resp := c.response(status, r.CSeq)
	switch status {
	case 401:
		for _, challenge := range a.Challenges {
			resp.Add("WWW-Authenticate", challenge)
		}
	case 503:
		resp.AddInt("Retry-After", int64(math.Ceil(a.Retry.Seconds())))
	}
	c.addVia(resp, r)
	b := resp.AppendTo(nil)
	c.Post(func() { c.tx.reply(b, last) })
}

// addAccess says in an answer what the request's proof ends with.
func (c *conn) addAccess(resp *Response) {
	for _, f := range c.access.say {
		resp.Add(f.Name, f.Value)
	}
}

// caching is what may be done with content: what is not for everybody no proxy gives
// to others.
func (c *conn) caching(r *Request, e point.Entry) cachecontrol.Control {
	control := point.CachingOf(e, r.Cache())
	p, _, err := c.srv.opt.Points.Lookup(r.Target.Path)
	if !c.access.who.IsNobody() || err == nil && p.Guarded.Load() {
		return control.Personal()
	}
	return control
}

// caching is the same of an entry that the player comes to.
func (p *player) caching(e point.Entry) cachecontrol.Control {
	control := e.Info().Caching()
	if !p.owner.IsNobody() || p.point.Guarded.Load() {
		return control.Personal()
	}
	return control
}
