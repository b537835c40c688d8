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
	e := event.LogReceived{Player: cl.session.Who(), Form: "log-line", Text: r.Pragma.LogLine}
	if r.IsType(TypeLogStats) {
		e.Form, e.Text = "xml", string(body)
	}
	e.Kind = event.KindOfLog(e.Text)
	c.srv.opt.Bus.Publish(e)
	status := 200
	if r.Agent.AtLeast(9, 0) {
		status = 204
	}
	return c.reply(r, c.response(r, cl, nil, min(r.Minor, 1), status, Pragma{}), nil)
}
