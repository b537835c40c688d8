package wmsp

import (
	"crypto/rand"

	"caracal/internal/point"
	"caracal/internal/session"
)

// open finds the content that a request is for. The caller closes the entry.
func (c *conn) open(r *Request) (*point.Point, point.Entry, error) {
	p, e, err := c.srv.opt.Points.OpenFor(r.Path, c.asker(r))
	if err != nil || e == nil {
		return p, nil, err
	}
	if err := sendable(e); err != nil {
		e.Close()
		return nil, nil, err
	}
	return p, e, nil
}

// describe sends the content's header, [MS-WMSP] 3.2.5.4.
func (c *conn) describe(r *Request, cl *client, _ []byte) bool {
	p, e, err := c.open(r)
	if err != nil {
		return c.refuseError(r, err)
	}
	if p.Redirect != "" {
		return c.redirect(r, cl, p.Redirect)
	}
	defer e.Close()
	if proxy := p.ProxyFor("http", r.Path, r.Query); proxy != "" && !r.Forwarded.ByProxy() && !r.Agent.Via {
		return c.sendElsewhere(r, cl, 305, proxy)
	}
	if cl != nil && cl.session.State() != session.Init && cl.session.State() != session.Idle {
		return c.refuse(r, 400, "this session is streaming: stop it first")
	}
	var tokens Pragma
	if cl == nil {
		if r.Pragma.Has(TokenClientID) {
			tokens.ResetStrm = true
			tokens.Present |= TokenResetStrm
		}
		if cl, err = c.newClient(r, p); err != nil {
			return c.refuseError(r, err)
		}
	} else if err = cl.session.Enter(p.Name); err != nil {
		return c.refuseError(r, err)
	}
	cl.come(e)
	c.srv.describedBy(cl)
	if r.Pragma.PipelineExperiment && r.HTTP11() {
		tokens.PipelineExperiment = true
		tokens.Present |= TokenPipelineExperiment
	}
	if r.Pragma.PacketPair {
		tokens.PacketPair = true
		tokens.Present |= TokenPacketPair
	}
	resp := c.response(r, cl, e, min(r.Minor, 1), 200, tokens)
	resp.Add("Content-Type", TypeHeader)
	return c.sendDescription(r, resp, c.appendHeaders(nil, r, e), tokens.PacketPair)
}

// sendDescription sends a Describe response; with a packet-pair experiment
// the head and the first $P, the second $P, and all the rest are a write each.
func (c *conn) sendDescription(r *Request, resp *Response, body []byte, pair bool) bool {
	if !pair {
		return c.reply(r, resp, body)
	}
	keep := r.KeepAlive()
	addConnection(resp, r, keep)
	resp.AddInt("Content-Length", int64(PairsSize+len(body)))
	head := resp.AppendTo(nil)
	noise := make([]byte, MaxPairPayload)
	rand.Read(noise)
	parts := [][]byte{
		AppendPair(head, 1, len(head), noise),
		AppendPair(nil, 2, len(head), noise),
		append(AppendPair(nil, 3, len(head), noise), body...),
	}
	c.Post(func() { c.tx.pieces(parts, !keep) })
	return keep
}
