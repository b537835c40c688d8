package wmsp

import (
	"errors"

	"caracal/internal/event"
)

// keepAlive answers that the session is still there, [MS-WMSP] 3.2.5.8.
func (c *conn) keepAlive(r *Request, cl *client, _ []byte) bool {
	resp := c.response(r, cl, nil, min(r.Minor, 1), 200, Pragma{})
	if r.Method == "OPTIONS" {
		resp.Add("Public", "GET, POST, OPTIONS")
		resp.Add("Allow", "OPTIONS")
	}
	return c.reply(r, resp, nil)
}

var errGoodbye = errors.New(reasonStopped)

// stop ends the stream and keeps the session, [MS-WMSP] 3.2.5.10. Who closes the
// connection as well has no more to ask: its session needs no time to run out.
func (c *conn) stop(r *Request, cl *client, _ []byte) bool {
	keep, last := r.KeepAlive(), r.Header.HasToken("Connection", "close")
	resp := c.response(r, cl, nil, min(r.Minor, 1), 200, Pragma{})
	addConnection(resp, r, keep)
	resp.AddInt("Content-Length", 0)
	b := resp.AppendTo(nil)
	if data := cl.dataConn(); data != nil && data != c {
		data.Post(func() { data.tx.finish(cl, reasonStopped) })
	}
	c.Post(func() {
		c.tx.stop(cl, b, !keep)
		if last {
			cl.end(errGoodbye)
		}
	})
	return keep
}

// log takes the player's statistics, [MS-WMSP] 3.2.5.11. Malformed ones are
// handed on as they are, and never refused.
func (c *conn) log(r *Request, cl *client, body []byte) bool {
	e := event.LogReceived{Player: cl.session.Player, Form: "log-line", Text: r.Pragma.LogLine}
	if r.IsType(TypeLogStats) {
		e.Form, e.Text = "xml", string(body)
	}
	c.srv.opt.Bus.Publish(e)
	status := 200
	if r.Agent.AtLeast(9, 0) {
		status = 204
	}
	return c.reply(r, c.response(r, cl, nil, min(r.Minor, 1), status, Pragma{}), nil)
}

// contentInfo tells a cache what it may do with the content, [MS-WMSP]
// 3.2.5.3.
func (c *conn) contentInfo(r *Request, cl *client, _ []byte) bool {
	_, e, err := c.open(r)
	if err != nil {
		return c.refuseError(r, err)
	}
	if e == nil {
		return c.refuse(r, 404, "this point leads elsewhere")
	}
	defer e.Close()
	return c.reply(r, c.response(r, cl, e, min(r.Minor, 1), 200, Pragma{}), nil)
}

// remoteEvent takes an event of a player or cache, [MS-WMSP] 3.2.5.12.
func (c *conn) remoteEvent(r *Request, cl *client, body []byte) bool {
	if _, _, err := c.srv.opt.Points.Lookup(r.Path); err != nil {
		return c.refuseError(r, err)
	}
	re, err := ParseRemoteEvent(body)
	if err != nil {
		c.BadInput(err.Error())
		return c.refuse(r, 400, "unreadable remote event")
	}
	p := event.Player{Protocol: protocolName, Address: c.Addr, Agent: r.Agent.Raw, GUID: r.Pragma.ClientGUID, Target: r.Path}
	if cl != nil {
		p = cl.session.Player
	}
	c.srv.opt.Bus.Publish(event.RemoteEvent{Player: p, Type: int(re.Type), Reason: re.Reason})
	if log := re.Command.Get(ItemRemoteLog); log != "" {
		c.srv.opt.Bus.Publish(event.LogReceived{Player: p, Form: "remote", Text: log})
	}
	return c.reply(r, c.response(r, cl, nil, min(r.Minor, 1), 200, Pragma{}), nil)
}
