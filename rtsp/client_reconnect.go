package rtsp

import "context"

// Reconnect takes the session up again on a new connection when the old one is
// lost, [MS-RTSP] 3.2.7.2, and sets its streams up there. Next first returns
// what had come before; Play says where to go on. It is a *StatusError with 454
// if the server has forgotten the session. No other method of the Stream may
// run meanwhile.
func (s *Stream) Reconnect(ctx context.Context) error {
	old := s.session()
	s.release()
	old.close()
	c, err := old.c.open(ctx, old.u, old.address)
	if err != nil {
		return err
	}
	c.inherit(old)
	s.d.session = c
	s.bind(c)
	opt := s.opt
	opt.Streams = old.streams()
	setups, err := c.setups(ctx, old.sdp, &opt)
	if err == nil {
		for i := range setups {
			setups[i].thin = old.thin(setups[i].track.stream)
		}
		err = c.setUpRest(ctx, setups, &opt)
	}
	if err != nil {
		c.shut(err)
	}
	return err
}

// inherit takes what outlives a connection. Nobody uses old any more.
func (s *clientSession) inherit(old *clientSession) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.guid, s.ssrc, s.cseq = old.guid, old.ssrc, old.cseq
	s.session, s.genID, s.features, s.logins.peers = old.session, old.genID, old.features, old.logins.peers
	s.logins.connect()
	s.sdp, s.packetSize, s.connectLogged = old.sdp, old.packetSize, old.connectLogged
	s.reports, s.fast = old.reports, old.fast
	s.stats = old.stats
	s.queue.Inherit(old.queue)
	s.rearm()
}

// streams are the numbers of those that were selected.
func (s *clientSession) streams() []uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []uint32{}
	for _, t := range s.tracks {
		if t.kind == trackMedia {
			list = append(list, t.stream)
		}
	}
	return list
}

// thin is how a stream was thinned.
func (s *clientSession) thin(stream uint32) uint8 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.carrier(stream); t != nil {
		return t.thin
	}
	return ThinNothing
}
