package wmsp

import (
	"errors"
	"time"

	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/head"
	"caracal/internal/point"
	"caracal/internal/session"
)

// handler serves one kind of request and says whether the connection may
// carry another. cl is nil when the request named no client-id or one that
// nobody has.
type handler func(c *conn, r *Request, cl *client, body []byte) bool

// handlerOf returns the step of a player's life that a request is, [MS-WMSP]
// 3.2.5.3 to 3.2.5.12, and whether it needs a known client-id, 3.2.5.1. What
// is not here is refused.
func handlerOf(k Kind) (serve handler, needsClient bool) {
	switch k {
	case Describe:
		return (*conn).describe, false
	case Play:
		return (*conn).play, false
	case GetContentInfo:
		return (*conn).contentInfo, false
	case SendEvent:
		return (*conn).remoteEvent, false
	case KeepAlive:
		return (*conn).keepAlive, true
	case Log:
		return (*conn).log, true
	case Pipeline:
		return (*conn).pipeline, true
	case SelectStream, PlayNextEntry:
		return (*conn).selectStream, true
	case Stop:
		return (*conn).stop, true
	}
	return nil, false
}

// dispatch does what all requests need and hands the request to its handler.
func (c *conn) dispatch(r *Request, body []byte) bool {
	if r.Forwarded.Through(c.srv.opt.Via) {
		return c.refuse(r, 508, "this request has come through this server before: the servers that it asks stand in a circle")
	}
	cl := c.srv.findClient(r)
	owed := cl != nil && (cl.owed.Take() || cl.leaves(r.Kind))
	if !owed && c.TooMany(time.Now()) {
		return c.refuseLimit(r, 503, "too many requests", front.LimitRequests)
	}
	serve, needsClient := handlerOf(r.Kind)
	if serve == nil {
		return c.refuse(r, 400, "not a request of this protocol")
	}
	if cl == nil && needsClient && !(r.Kind == KeepAlive && r.Method == "OPTIONS") {
		return c.refuse(r, 400, "unknown or missing client-id")
	}
	if ok, goOn := c.admits(r, cl); !ok {
		return goOn
	}
	if cl != nil {
		cl.learn(r)
	}
	return serve(c, r, cl, body)
}

// leaves says that a request is one of those with which a player leaves: Stop, and one
// log for what it has had.
func (cl *client) leaves(k Kind) bool {
	return k == Stop || k == Log && cl.unsaid.Swap(false)
}

// who is behind a request that belongs to no session.
func (c *conn) who(r *Request) event.Player {
	return event.Player{
		Protocol: protocolName, Address: c.from, Local: c.Local, Agent: r.Agent.Raw, GUID: r.Pragma.ClientGUID, Target: r.Path,
		Via: head.JoinVia(r.Forwarded.Via), Behind: r.Forwarded.Agent, Account: c.access.who.Account,
	}
}

// refuse answers an error and says whether the connection goes on.
func (c *conn) refuse(r *Request, status int, why string) bool {
	return c.refuseLimit(r, status, why, "")
}

// refuseLimit is refuse by a limit, if it has a name.
func (c *conn) refuseLimit(r *Request, status int, why, limit string) bool {
	c.srv.opt.Bus.Publish(event.Refused{
		Player: c.who(r), Status: status, Reason: why, Limit: limit,
	})
	resp := c.plainResponse(r, status)
	if status == 503 {
		resp.AddInt("Retry-After", retryAfter)
	}
	c.addVia(resp, r)
	c.addAccess(resp)
	return c.reply(r, resp, []byte(why+"\n"))
}

// retryAfter is how long who is refused is told to wait, seconds.
const retryAfter = 10

// refuseError is refuse with the status that fits an error of the core.
func (c *conn) refuseError(r *Request, err error) bool {
	status := 500
	for _, known := range []struct {
		err    error
		status int
	}{
		{point.ErrNotFound, 404}, {point.ErrNotLive, 404}, {point.ErrForbidden, 403}, {point.ErrNotMedia, 415}, {point.ErrPosition, 416}, {errNoEntry, 400}, {errTaken, 400}, {errTheirs, 403},
		{point.ErrBusy, 503}, {session.ErrDraining, 503}, {session.ErrEnded, 503},
		{session.ErrFull, 503}, {session.ErrPointFull, 503}, {session.ErrAddressFull, 503}, {session.ErrAccountFull, 503},
		{session.ErrBandwidth, 503}, {session.ErrPlayerBandwidth, 503},
	} {
		if errors.Is(err, known.err) {
			status = known.status
			break
		}
	}
	return c.refuseLimit(r, status, err.Error(), session.LimitOf(err))
}

// reply sends a response with a body of known length.
func (c *conn) reply(r *Request, resp *Response, body []byte) bool {
	return c.replyAndKeep(r, resp, body, r.KeepAlive())
}

// replyAndKeep is reply, and the connection goes on or does not.
func (c *conn) replyAndKeep(r *Request, resp *Response, body []byte, keep bool) bool {
	addConnection(resp, r, keep)
	resp.AddInt("Content-Length", int64(len(body)))
	b := append(resp.AppendTo(make([]byte, 0, 1024+len(body))), body...)
	c.Post(func() { c.tx.reply(b, !keep) })
	return keep
}

// addConnection says what becomes of the connection where the version of HTTP
// does not say it.
func addConnection(resp *Response, r *Request, keep bool) {
	switch {
	case keep && !r.HTTP11():
		resp.Add("Connection", "Keep-Alive")
	case !keep && r.HTTP11():
		resp.Add("Connection", "close")
	}
}
