package rtsp

// setupFEC has FEC packets sent beside a stream, [MS-RTSP] 2.2.2 and 4.4.4.4.
// They belong to the RTP session of the stream's own packets, 2.2.2.1, so that
// the stream has to be set up over UDP before, and client_port has to be its
// port: another one would make another RTP session. Over TCP nothing is lost.
func (c *conn) setupFEC(r *Request, p *player, control Control) bool {
	if p == nil {
		return c.refuse(r, 455, "FEC packets without a stream that they protect")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !isWindowsMedia(p.agent) || c.media() == nil || streamOf(p.entry.Info().Header, control) == 0 {
		return c.refuse(r, 404, "no such stream")
	}
	t := p.trackOf(control)
	if t == nil || p.gone {
		return c.refuse(r, 455, "FEC packets without a stream that they protect")
	}
	transport, ok := c.grantFEC(r, t)
	if !ok {
		return c.refuse(r, 461, "no transport or parameters for FEC packets")
	}
	p.dropFEC(t)
	t.fec, t.fecSSRC, t.fecNext = transport.FEC, p.srv.newSSRC(p), firstSequence
	transport.SSRC, transport.HasSSRC = t.fecSSRC, true
	resp := c.answer(r, p, 200)
	resp.Add("Transport", transport.String())
	resp.Add("Cache-Control", "no-cache")
	c.postArrange(p, resp)
	return true
}

// grantFEC takes the first transport of the request that FEC packets beside a
// stream can have.
func (c *conn) grantFEC(r *Request, of *track) (Transport, bool) {
	for _, t := range ParseTransports(r.Header.Values("Transport")...) {
		fec, ok := grantFEC(t.FEC)
		if !ok || t.Lower != LowerUDP || of.transport.Lower != LowerUDP || !c.grantOne(&t) {
			continue
		}
		if t.ClientPort.RTP != of.transport.ClientPort.RTP {
			continue
		}
		t.FEC = fec
		return t, true
	}
	return Transport{}, false
}

// dropFEC ends the FEC packets beside a stream.
func (p *player) dropFEC(t *track) {
	p.srv.bySSRC.Release(t.fecSSRC)
	t.fec, t.fecSSRC = FECParameters{}, 0
}
