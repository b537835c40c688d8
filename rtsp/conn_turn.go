package rtsp

import (
	"time"

	"caracal/internal/event"
	"caracal/internal/head"
	"caracal/internal/point"
	"caracal/internal/session"
)

// turn is a change to what follows an entry, under way, [MS-RTSP] 3.2.4.2.
type turn struct {
	next     point.Entry // nil: there is none
	at       time.Time   // when the player is told, Lag-Timer; zero: when its Play has come
	began    time.Time
	receding bool // next is the entry before
}

// announceGrace is how long the packets of an entry over UDP wait for the answer to
// its Announce, which goes another way: a player that gets them first takes them
// for packets of the entry before.
const announceGrace = 500 * time.Millisecond

// maxLag is the most that X-Player-Lag-Time holds a change back, [MS-RTSP] 3.2.2.
const maxLag = 15 * time.Second

// turnRequests is how many a player sends at a change besides the SETUP of each
// stream: the one of the retransmission stream, PLAY and its log.
const turnRequests = 3

// beginTurn has the change begin when it may. A player that does not know how it
// is told of one goes on if nothing changes for it, and else gets an end: it may
// come back.
func (s *sender) beginTurn(next point.Entry, now time.Time) time.Time {
	st := s.stream
	if !st.layout.features.Has(head.FeatureEOSMsg) {
		if latest := st.play.Following(next); point.Continues(st.entry(), latest) {
			if s.affords(latest, false) {
				s.goOn(latest, now)
			}
			return time.Time{}
		}
		st.play.Stop()
		st.over, st.ending = point.EndChange, st.endAt(now)
		return s.conclude(now)
	}
	s.sayEnd(EndOfEntry)
	if s.stream != st { // the connection failed
		return time.Time{}
	}
	st.play.Stop()
	st.turn.next, st.turn.began = next, now
	if lag, expects := st.player.lags(); !expects {
		st.turn.at = now.Add(lag)
		return s.stepTurn(now)
	}
	st.player.ses.SetState(session.Waiting)
	return time.Time{}
}

// stepTurn tells the player of the next entry when that is due, and says when to
// look again.
func (s *sender) stepTurn(now time.Time) time.Time {
	st := s.stream
	if st.turn.at.IsZero() || now.Before(st.turn.at) {
		return st.turn.at
	}
	next := st.play.Following(st.turn.next)
	if st.player.predicts(st.entry().Info().Header, next.Info().Header, st.play.Selection()) {
		if !s.affords(next, true) {
			return time.Time{}
		}
		s.announceChosen(next, now)
		return time.Time{}
	}
	s.announce(next)
	return s.rest(now)
}

// affords has the stream take the bandwidth of the next entry, or ends it and the
// session.
func (s *sender) affords(next point.Entry, choose bool) bool {
	st := s.stream
	err := st.play.Afford(next, st.reserved, choose)
	if err == nil {
		return true
	}
	s.refused(st, err)
	st.player.end(err)
	return false
}

// refused tells the world that a limit has been reached.
func (s *sender) refused(st *stream, err error) {
	s.conn.srv.opt.Bus.Publish(event.Refused{
		Player: st.player.ses.Who(), Status: statusBandwidth, Reason: err.Error(), Limit: session.LimitOf(err),
	})
}

// goOn streams an entry of which the player is told nothing.
func (s *sender) goOn(next point.Entry, now time.Time) {
	st, p := s.stream, s.stream.player
	s.turnTo(next, now)
	st.play.Splice()
	p.mu.Lock()
	p.enter(next)
	l := p.layout(s.conn)
	p.mu.Unlock()
	st.enter(l)
	s.Wake()
}

// turnTo has the Play go on with another entry; what was sent of the one before can
// still be asked for.
func (s *sender) turnTo(next point.Entry, now time.Time) {
	st := s.stream
	s.rememberEntry(st, now)
	st.play.Turn(next)
	point.TellEntry(s.conn.srv.opt.Bus, st.player.ses.Who(), next)
	if st.missed != nil {
		st.play.Rejoin(st.player.options())
	}
	if _, ok := next.(*point.Listed); ok && !st.turn.began.IsZero() {
		st.play.Postpone(now.Sub(st.turn.began))
	} else {
		st.play.Repace(now)
	}
	st.turn, st.missed, st.begun, st.hasFirst = turn{}, nil, now, false
}

// announceChosen tells the player of an entry and of the streams of it that the
// server has chosen, and streams them.
func (s *sender) announceChosen(next point.Entry, now time.Time) {
	st, p := s.stream, s.stream.player
	from, receding := st.entry().Info().Header, st.turn.receding
	s.turnTo(next, now)
	sdp := s.conn.sdp(next, st.layout.base+"/", st.layout.agent)
	p.mu.Lock()
	off := p.predict(from, next.Info().Header, st.play, sdp, st.layout.base)
	p.enter(next)
	p.expects, p.predicted = true, true
	l := p.layout(s.conn)
	p.ses.Watch(p.overUDP())
	p.mu.Unlock()
	st.play.Select(off)
	st.enter(l)
	r := s.announcement(st, next, sdp)
	addReceding(r, receding)
	r.Add("X-RTP-Info", string(AppendXRTPInfo(nil, st.chosen())))
	if st.carriers[LowerUDP] != nil {
		st.held, st.told = now.Add(announceGrace), r.CSeq
	}
	p.ses.SetState(session.Streaming)
	s.Send(r.AppendTo(nil)) // the connection may fail at that, and the stream with it
	s.Wake()
}

// answered lets the packets go that wait for this answer, [MS-RTSP] 3.2.5.14.
func (s *sender) answered(cseq int64) {
	if st := s.stream; st != nil && st.told == cseq {
		st.held = time.Time{}
		s.Wake()
	}
}

// announce tells the player of an entry, of whose streams it chooses what it wants.
func (s *sender) announce(next point.Entry) {
	st, p := s.stream, s.stream.player
	sdp := s.conn.sdp(next, st.layout.base+"/", st.layout.agent)
	st.missed = nil // it is not given up
	s.finishStream(point.EndChange.String())
	p.mu.Lock()
	p.deselectAll()
	p.enter(next)
	p.expects = true
	p.mu.Unlock()
	p.ses.SetState(session.Waiting)
	r := s.announcement(st, next, sdp)
	addReceding(r, st.turn.receding)
	s.Send(r.AppendTo(nil))
}

// announcement is an Announce request as far as all have it, [MS-RTSP] 2.2.7.1.
func (s *sender) announcement(st *stream, next point.Entry, sdp *SDP) *Request {
	p := st.player
	p.owed.Expect(len(next.Info().Header.Streams()) + turnRequests)
	r := &Request{Method: MethodAnnounce, CSeq: s.cseq.Add(1), Body: sdp.Append(nil)}
	r.Target.Raw = st.layout.base
	r.Add("Content-Type", TypeSDP)
	r.Add("Vary", "Accept")
	r.Add("Session", p.id)
	r.Header.AddInt("X-Playlist-Gen-Id", int64(p.generation.Load()))
	if next.Info().Broadcast {
		r.Header.AddInt("X-Broadcast-Id", broadcastID)
		r.Add("Cache-Control", p.caching(next).RTSP())
	}
	r.Add("Supported", ServerFeatures.String())
	r.Add("Date", head.Date(time.Now()))
	r.Add("User-Agent", s.conn.srv.opt.Name)
	return r
}

func addReceding(r *Request, receding bool) {
	if receding {
		r.Add("X-Receding-PlaylistChange", RecedingPlaylistChange)
	}
}

// chosen is what X-RTP-Info says: each stream that goes out, how and with which
// sequence number its next packet; and the retransmission stream.
func (st *stream) chosen() []RTPInfo {
	l := st.layout
	infos := st.rtpInfo(false)
	for i := range infos {
		t := &l.tracks[i]
		infos[i].Transport, infos[i].HasTransport = t.transport, true
		infos[i].BlockSize = uint32(l.blocks)
		infos[i].ThinLevel, infos[i].HasThinLevel = uint8(t.level), true
	}
	if l.rtx.IsValid() {
		t := Transport{Lower: LowerUDP, Unicast: true, SSRC: l.rtxSSRC, HasSSRC: true, Mode: "PLAY"}
		t.ClientPort = PortPair{RTP: l.rtx.Port(), Count: 1}
		infos = append(infos, RTPInfo{URL: l.base + "/" + ControlRTX, Transport: t, HasTransport: true, HasThinLevel: true})
	}
	return infos
}
