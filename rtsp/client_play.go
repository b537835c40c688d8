package rtsp

import (
	"context"

	"caracal/internal/head"
)

// PlayOptions says what to stream, and how. The zero value streams all streams
// from the beginning in real time over TCP.
type PlayOptions struct {
	// After continues the session of a Description; without one, Play makes
	// its own.
	After *Description

	Streams   []uint32      // a=stream numbers; all ASF streams for nil
	UDP       bool          // streams marked a=reliable still go over TCP
	TCP       []uint32      // a=stream numbers that go over TCP in spite of UDP
	Either    bool          // lets the server choose TCP in the place of UDP
	NoRTX     bool          // does not ask for lost packets over UDP
	Measure   bool          // measures the way before Play, which tells the server
	FEC       FECParameters // asks for FEC packets over UDP, if the server has them
	Blocksize uint32        // largest RTP packet, bytes; the server's choice for 0

	Range      *Range // nil: from the beginning, but from where it is while it plays or pauses
	Scale      float64
	Speed      float64 // sent only if the server permits it
	Bandwidth  uint32  // of the client's link, bits/s; what was measured for 0
	Accelerate *Transmission
	Burst      *Transmission
	Header     head.Fields // more for the Play request: X-Playlist and the like
}

// Play starts to stream the URL, [MS-RTSP] 3.1.4.3. The url is not looked at
// when opt continues a session. ctx bounds the stream's whole life.
func (c *Client) Play(ctx context.Context, url string, opt PlayOptions) (*Stream, error) {
	d := opt.After
	if d == nil {
		var err error
		if d, err = c.Describe(ctx, url); err != nil {
			return nil, err
		}
	}
	stream := &Stream{d: d, ctx: ctx, opt: opt}
	stream.bind(d.session)
	var err error
	if stream.Measured, err = d.session.setUp(ctx, d, &opt); err != nil {
		stream.Close()
		return nil, err
	}
	if m := stream.Measured; m != nil && opt.Bandwidth == 0 {
		opt.Bandwidth = uint32(min(m.Bandwidth, maxBandwidth))
	}
	if err := stream.Play(ctx, opt); err != nil {
		stream.Close()
		return nil, err
	}
	return stream, nil
}

// maxBandwidth is the most that players say of their links, bits/s.
const maxBandwidth = 1<<31 - 1

// Play starts again after Pause or an end, or changes Scale while it plays. Of
// the options those count that the Play request carries.
func (s *Stream) Play(ctx context.Context, opt PlayOptions) error {
	return s.play(ctx, opt, s.session().played)
}

func (s *Stream) play(ctx context.Context, opt PlayOptions, played func(*Response)) error {
	c := s.session()
	r := ClientRequest{Method: MethodPlay, Header: c.playHeader(&opt)}
	call, err := c.startNoting(r, played, func(int64) { c.starts(r.Header.Has("Speed")) })
	if err != nil {
		return err
	}
	resp, err := c.wait(ctx, call)
	if err != nil {
		return err
	}
	if !resp.OK() {
		c.mu.Lock()
		c.asking = false
		c.mu.Unlock()
		return call.refused()
	}
	if s.Response == nil {
		s.Response = resp
		if p, ok := head.ParseStartupProfile(resp.Header.Get("X-StartupProfile")); ok {
			s.Startup = &p
		}
	}
	return nil
}

func (s *clientSession) playHeader(opt *PlayOptions) head.Fields {
	var h head.Fields
	s.mu.Lock()
	features, genID, underWay := s.features, s.genID, s.playing || s.paused
	s.mu.Unlock()
	switch {
	case opt.Range != nil:
		h.Add("Range", opt.Range.String())
	case !underWay && !opt.Header.Has("X-Playlist") && !opt.Header.Has("X-Playlist-Seek-Id"):
		h.Add("Range", (&Range{HasFrom: true}).String())
	}
	if opt.Scale != 0 {
		h.Add("Scale", FormatDecimal(opt.Scale))
	}
	if opt.Speed > 0 && features.Has(head.FeatureFastCache) {
		h.Add("Speed", FormatDecimal(opt.Speed))
	}
	if genID != 0 {
		h.AddInt("X-Playlist-Gen-Id", int64(genID))
	}
	if opt.Bandwidth > 0 {
		h.AddInt("Bandwidth", int64(opt.Bandwidth))
	}
	if opt.Accelerate != nil {
		h.Add("X-Accelerate-Streaming", opt.Accelerate.Accelerate())
	}
	if opt.Burst != nil {
		h.Add("X-Burst-Streaming", opt.Burst.Burst())
	}
	return append(h, opt.Header...)
}

// starts is told that Play is being asked for: packets may overtake the
// response. LogConnect follows. The caller holds mu.
func (s *clientSession) starts(fast bool) {
	s.starting, s.asking, s.fast = true, true, fast
	if !s.connectLogged {
		s.connectLogged = true
		s.submitLog(LogConnect)
	}
}

// played takes the response to Play: from which packet on what comes belongs to
// it. It holds mu.
func (s *clientSession) played(resp *Response) { s.playedFrom(resp, false) }

// confirmed is played for a Play that confirms what goes out already, [MS-RTSP]
// 3.1.5.16.1.
func (s *clientSession) confirmed(resp *Response) { s.playedFrom(resp, true) }

func (s *clientSession) playedFrom(resp *Response, same bool) {
	s.asking = false
	if same && (s.over || s.ending) { // the entry that it confirms is over already
		return
	}
	s.over, s.ending, s.behind = false, false, nil
	for _, r := range s.receivers {
		r.bounded = false
	}
	s.changeNotice = resp.Header.HasToken("X-Playlist-Change-Notice", PlaylistChangeNotice)
	clear(s.byes)
	first := map[uint32]uint16{}
	list, _ := ParseRTPInfo(resp.Header.Get("RTP-Info"))
	for _, info := range list {
		track := s.track(info.URL)
		if track == nil || !info.HasSeq || !track.hasSSRC {
			continue
		}
		if seq, again := first[track.ssrc]; !again || int16(info.Seq-seq) < 0 {
			first[track.ssrc] = info.Seq
		}
	}
	for ssrc, seq := range first {
		if r := s.receiver(ssrc); r != nil {
			r.goOn(s, seq, same)
		}
	}
	for ssrc, r := range s.receivers {
		if _, told := first[ssrc]; !told {
			r.beginAnywhere(s)
		}
	}
	s.playing, s.paused = true, false
	s.rearm()
	s.watchGaps()
}
