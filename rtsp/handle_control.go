package rtsp

import (
	"crypto/rand"

	"caracal/internal/event"
)

// keepAlive answers that the session is still there, [MS-RTSP] 3.2.5.15.
func (c *conn) keepAlive(r *Request, p *player) bool {
	return c.reply(c.answer(r, p, 200))
}

// log takes the player's statistics, [MS-RTSP] 3.2.5.9 and 3.2.5.12.
func (c *conn) log(r *Request, p *player) bool {
	e := event.LogReceived{Player: p.ses.Who(), Form: "xml", Text: string(r.Body)}
	if e.Kind = event.KindOfLog(e.Text); r.Kind == LogConnect {
		e.Kind, e.Form = event.LogConnect, "connect"
	}
	c.srv.opt.Bus.Publish(e)
	return c.reply(c.answer(r, p, 200))
}

// tcpPacketPair sends three packets for a measurement, each in a segment of
// its own, [MS-RTSP] 3.2.5.5.
func (c *conn) tcpPacketPair(r *Request, p *player) bool {
	resp := c.answer(r, p, 200)
	resp.Add("Content-Type", TypePacketPair)
	resp.AddInt("Content-Length", TCPPairsSize)
	head := resp.AppendTo(nil)
	noise := make([]byte, MaxTCPPairPayload)
	rand.Read(noise)
	parts := [][]byte{
		AppendTCPPair(head, 1, len(head), noise),
		AppendTCPPair(nil, 2, len(head), noise),
		AppendTCPPair(nil, 3, len(head), noise),
	}
	c.Post(func() { c.tx.pieces(parts) })
	return true
}

// udpPacketPair sends three RTP packets for a measurement to the
// retransmission stream, [MS-RTSP] 3.2.5.7.
func (c *conn) udpPacketPair(r *Request, p *player) bool {
	variable, err := ParsePacketPair(r.Body)
	p.mu.Lock()
	dst := p.resend
	p.mu.Unlock()
	if err != nil || !dst.IsValid() || !c.overUDP() {
		return c.refuse(r, 400, "no retransmission stream for a packet pair")
	}
	out, err := c.srv.opt.Media.sender(c.Shard)
	if err != nil {
		return c.refuseError(r, err)
	}
	pair := Pair{PayloadType: PayloadRTX, SSRC: p.rtx, Sequence: 1, VariableSize: variable}
	resp := c.answer(r, p, 200)
	c.Post(func() {
		noise := make([]byte, 2048)
		for n := 1; n <= PairCount; n++ {
			rand.Read(noise)
			out.rtp.Queue(dst, pair.Append(nil, n, noise))
			out.rtp.Flush()
		}
		c.tx.reply(resp.AppendTo(nil), false)
	})
	return true
}
