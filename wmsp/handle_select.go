package wmsp

import (
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

// selectStream changes the streams that go out, [MS-WMSP] 3.2.5.7. In
// pipelined mode it comes on the connection that streams, otherwise on one of
// its own. PlayNextEntry, 3.2.5.9, is the same for an entry that has begun or is
// about to.
func (c *conn) selectStream(r *Request, cl *client, _ []byte) bool {
	e, done, err := c.current(r, cl)
	if err != nil {
		return c.refuseError(r, err)
	}
	if e == nil {
		return c.refuse(r, 404, "this point leads elsewhere")
	}
	defer done()
	list, err := switches(r, e.Info().Header)
	if err != nil {
		return c.refuse(r, 400, err.Error())
	}
	what := choice{kind: r.Kind, list: list, lag: time.Duration(r.Pragma.ClientLag) * time.Millisecond}
	data := cl.dataConn()
	if data == nil && r.Kind == PlayNextEntry {
		return c.refuse(r, 400, "nothing is streaming that an entry could follow")
	}
	if data == c {
		yes, no := c.goesOn(r, cl, e, 200), c.goesOn(r, cl, e, 503)
		c.Post(func() { c.tx.selectStreams(what, yes, no) })
		return true
	}
	if data != nil {
		wrong := make(chan error, 1)
		data.Post(func() { wrong <- data.tx.selectFor(cl, what) })
		if err := <-wrong; err != nil {
			return c.refuseError(r, err)
		}
	}
	return c.reply(r, c.response(r, cl, e, min(r.Minor, 1), 200, Pragma{}), nil)
}

// goesOn is a response on the connection that streams: the stream goes on in its body,
// whatever it says, [MS-WMSP] 3.2.5.7.
func (c *conn) goesOn(r *Request, cl *client, e point.Entry, status int) []byte {
	resp := c.response(r, cl, e, 1, status, Pragma{})
	resp.Add("Content-Type", TypeFramed)
	if status == 503 {
		resp.AddInt("Retry-After", retryAfter)
	}
	if r.HTTP11() {
		resp.Add("Transfer-Encoding", "chunked")
	}
	return resp.AppendTo(nil)
}

// switches reads the entries of a request as changes for the core.
func switches(r *Request, h *asf.Header) ([]point.Switch, error) {
	if !r.Pragma.Has(TokenSwitchEntry) {
		return nil, nil
	}
	entries, err := r.Pragma.Switches(decimalStreams(r, h))
	if err != nil {
		return nil, err
	}
	list := make([]point.Switch, 0, len(entries))
	for _, s := range entries {
		if s.To == 0 || s.To > maxStream {
			continue
		}
		sw := point.Switch{From: point.NoStream, To: uint8(s.To), Level: asf.Level(s.Level)}
		if s.From > 0 && s.From <= maxStream {
			sw.From = uint8(s.From)
		}
		list = append(list, sw)
	}
	return list, nil
}

// maxStream is the highest ASF stream number.
const maxStream = 127
