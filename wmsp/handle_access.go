package wmsp

import (
	"cmp"
	"errors"
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

// ownsOnly says that a request asks for nothing that its session has not been granted.
func ownsOnly(k Kind) bool { return k == KeepAlive || k == Log || k == Pipeline || k == Stop }

// admits judges a request, [MS-WMSP] 3.2.5.1. What may not be served it answers, and
// says whether the connection goes on. cl is the session that it names.
func (c *conn) admits(r *Request, cl *client) (ok, goOn bool) {
	c.access.who, c.access.say = auth.Identity{}, nil
	if c.Guard() == nil {
		return true, true
	}
	a, last := c.access.Judge(c.Conn, c.accessRequest(r, cl))
	if a.Verdict != auth.Allowed {
		return false, c.denied(r, a, last)
	}
	c.access.who = a.Identity
	for _, challenge := range a.Challenges {
		c.access.say.Add("WWW-Authenticate", challenge)
	}
	if a.Info != "" {
		c.access.say.Add("Authentication-Info", a.Info)
	}
	if cl == nil {
		return true, true
	}
	if err := cl.adopt(a.Identity); err != nil {
		return false, c.refuseError(r, err)
	}
	return true, true
}

// accessRequest is what is judged of a request: in a session that is all that it
// asks for, the session's content counts.
func (c *conn) accessRequest(r *Request, cl *client) auth.Request {
	path, owned := r.Path, ownsOnly(r.Kind)
	req := auth.Request{
		Method: cmp.Or(r.Forwarded.Verb, r.Method), URI: r.Target, Authorization: r.Header.Values("Authorization"),
		Accept: strings.Join(r.Header.Values("X-Accept-Authentication"), ","), Owned: owned, Holds: owned,
		Shared: r.Forwarded.ByProxy() || r.Agent.Via,
	}
	if cl != nil {
		req.Owner = cl.whose()
		if owned {
			path = cl.pair.path
		}
	}
	name := strings.Trim(path, "/")
	if name == "" {
		name = c.srv.opt.Points.Default()
	}
	of := ""
	if p, _, err := c.srv.opt.Points.Lookup(name); err == nil {
		of = p.Name
	}
	req.Ask = c.askOf(r, of, name)
	return req
}

// askOf is what a request wants of a point. Its player may be behind a proxy that is
// trusted, and then has the address that this says.
func (c *conn) askOf(r *Request, of, name string) auth.Ask {
	ask := c.Ask(of, name, r.Agent.Raw)
	ask.Address = c.from.Addr()
	ask.Forwarded = r.Forwarded.ByProxy() || r.Agent.Via || head.IsPassedOn(r.Header)
	return ask
}

// denied answers what may not be served. The connection stays open for the player to
// prove who it is, [MS-WMSP] 3.2.5.1, whatever it says of HTTP 1.0.
func (c *conn) denied(r *Request, a auth.Answer, last bool) bool {
	status, why, begins := front.RefusalOf(a, r.Header.Has("Authorization"))
	if !begins {
		c.srv.opt.Bus.Publish(event.Refused{Player: c.who(r), Status: status, Reason: why})
	}
	resp := c.plainResponse(r, status)
	keep := r.KeepAlive()
	switch status {
	case 401:
		keep = !r.Header.HasToken("Connection", "close")
		for _, challenge := range a.Challenges {
			resp.Add("WWW-Authenticate", challenge)
		}
	case 503:
		resp.AddInt("Retry-After", int64(math.Ceil(a.Retry.Seconds())))
	}
	c.addVia(resp, r)
	resp.Add("Cache-Control", "no-cache")
	resp.Add("Content-Type", TypeText)
	return c.replyAndKeep(r, resp, []byte(why+"\n"), keep && !last)
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
	p, _, err := c.srv.opt.Points.Lookup(r.Path)
	if !c.access.who.IsNobody() || err == nil && p.Guarded.Load() {
		return control.Personal()
	}
	return control
}

// errTheirs answers who wants to be another one in a session.
var errTheirs = errors.New("wmsp: this is somebody else's session")

// whose is the account that the session is of, nobody's if it is of none.
func (cl *client) whose() auth.Identity {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	return cl.owner
}

// adopt has a session that was nobody's be of who has proved to be id, unless it
// streams: that began without.
func (cl *client) adopt(id auth.Identity) error {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	switch {
	case id.IsNobody(), cl.owner.Same(id):
		return nil
	case !cl.owner.IsNobody():
		return errTheirs
	case cl.data != nil:
		return nil
	}
	if err := cl.session.SetAccount(id.Account); err != nil {
		return err
	}
	cl.owner = id
	cl.srv.unpair(cl) // from Plays of nobody
	return nil
}
