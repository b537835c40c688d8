package mms

import (
	"context"

	"caracal/asf"
)

// Play starts again after Stop, after an end, or with the streams of the next
// entry of a playlist, [MS-MMSP] 3.1.4.4; while it plays it stops first, which
// is a seek, 3.1.4.6. After and Streams of nil are not looked at.
func (s *Stream) Play(ctx context.Context, opt PlayOptions) error {
	if err := opt.check(); err != nil {
		return err
	}
	c := s.d.session
	if err := c.claim(ctx); err != nil {
		return err
	}
	defer c.release()
	c.mu.Lock()
	stop := c.play.playing && !c.play.entry
	c.mu.Unlock()
	if stop {
		if err := c.stopPlaying(ctx); err != nil {
			return err
		}
	}
	if len(opt.Streams) > 0 {
		if err := c.streamSwitch(ctx, opt.Streams); err != nil {
			return err
		}
	}
	return c.start(ctx, &opt)
}

// start sends StartPlaying or StartStriding.
func (s *clientSession) start(ctx context.Context, opt *PlayOptions) error {
	s.mu.Lock()
	q, err := s.put(s.starts(opt), s.startAnswered, MIDReportStartedPlaying, MIDReportStartStriding)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.await(ctx, q)
}

// starts is told that a stream is being asked for, whose packets may overtake
// the answer. The caller holds mu.
func (s *clientSession) starts(opt *PlayOptions) Appender {
	p := &s.play
	p.asked = p.nextIncarnation()
	p.begin(p.asked)
	p.starting, p.over, p.ending, p.entry, p.timed = true, false, false, false, false
	p.whole = opt.Until == 0 && !opt.strides() && opt.Start == Start{} && s.allSelected
	p.expected = 0
	p.counts, p.rate, p.startedAt = s.stats, 1, 0
	if opt.Start.Unit == Seconds {
		p.startedAt = uint32(min(opt.Start.Seconds*1000, float64(^uint32(0))))
	}
	p.receiver.reverse = opt.Rate < 0
	if opt.strides() {
		p.rate = opt.Rate
		m := &StartStriding{OpenFileID: s.file.OpenFileID, Position: opt.position(), PlayIncarnation: uint32(p.asked), Rate: opt.Rate}
		m.FrameOffset = 0
		return m
	}
	m := &StartPlaying{OpenFileID: s.file.OpenFileID, Position: opt.position(), PlayIncarnation: uint32(p.asked)}
	if s.version.nine() {
		m.AccelBandwidth, m.AccelDuration, m.LinkBandwidth = opt.AccelBandwidth, opt.AccelDuration, opt.LinkBandwidth
	}
	return m
}

func (s *clientSession) startAnswered(m Message) (bool, error) {
	var err error
	if m.MID == MIDReportStartStriding {
		_, err = answer(m, ParseReportStartStriding, func(r *ReportStartStriding) HRESULT { return r.HR })
	} else {
		_, err = answer(m, ParseReportStartedPlaying, func(r *ReportStartedPlaying) HRESULT { return r.HR })
	}
	s.play.starting, s.play.playing = false, err == nil
	return true, err
}

// time notes the send time of a packet, for the log.
func (p *clientPlay) time(packet []byte) {
	t, err := asf.SendTime(packet)
	if err != nil {
		return
	}
	if !p.timed {
		p.timed, p.firstSent = true, t
	}
	p.lastSent = t
}
