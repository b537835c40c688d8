package mms

import (
	"context"
	"slices"
	"time"
)

// Stop stops the stream, [MS-MMSP] 3.1.4.5; Play goes on. What was received
// before the server has stopped stays for Next. A stream that does not play is
// left as it is.
func (s *Stream) Stop(ctx context.Context) error {
	c := s.d.session
	if err := c.claim(ctx); err != nil {
		return err
	}
	defer c.release()
	return c.stopPlaying(ctx)
}

// stopPlaying is for who holds the turn.
func (s *clientSession) stopPlaying(ctx context.Context) error {
	s.mu.Lock()
	p := &s.play
	if !p.playing {
		err := s.err
		s.mu.Unlock()
		return err
	}
	m := &StopPlaying{s.file.OpenFileID, uint32(p.asked)}
	q, err := s.put(m, s.stopAnswered, MIDReportEndOfStream)
	if err == nil {
		s.submitLog()
	}
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.await(ctx, q)
}

// stopAnswered takes what may as well be the natural end. The caller holds mu.
func (s *clientSession) stopAnswered(m Message) (bool, error) {
	_, err := answer(m, ParseReportEndOfStream, func(r *ReportEndOfStream) HRESULT { return r.HR })
	p := &s.play
	s.skip(p.receiver.end)
	s.reportGap()
	p.playing, p.ending, p.entry, p.over = false, false, false, true
	s.queue.Wake()
	return true, err
}

// Select changes the streams that are sent, [MS-MMSP] 3.1.4.3; entries names
// only those that change.
func (s *Stream) Select(ctx context.Context, entries []StreamSwitchEntry) error {
	if len(entries) > MaxStreamSwitches {
		return &ParseError{"aStreamEntries", 0, ErrLimit}
	}
	c := s.d.session
	if err := c.claim(ctx); err != nil {
		return err
	}
	defer c.release()
	return c.streamSwitch(ctx, entries)
}

func (s *clientSession) streamSwitch(ctx context.Context, entries []StreamSwitchEntry) error {
	whole := !slices.ContainsFunc(entries, func(e StreamSwitchEntry) bool {
		return e.DstStreamNumber == NoStream || e.ThinningLevel != ThinNothing
	})
	return s.ask(ctx, &StreamSwitch{entries}, func(m Message) (bool, error) {
		s.allSelected = whole && (s.allSelected || !s.play.playing)
		s.play.whole = s.play.whole && whole
		_, err := answer(m, ParseReportStreamSwitch, func(r *ReportStreamSwitch) HRESULT { return r.HR })
		return true, err
	}, MIDReportStreamSwitch)
}

// Teardown stops the stream, ends the session with CloseFile, [MS-MMSP]
// 3.1.4.8, and closes.
func (s *Stream) Teardown(ctx context.Context) error {
	defer s.Close()
	c := s.d.session
	if err := c.claim(ctx); err != nil {
		return err
	}
	defer c.release()
	if err := c.stopPlaying(ctx); err != nil {
		return err
	}
	c.mu.Lock()
	err := c.send(&CloseFile{uint32(c.play.asked), c.file.OpenFileID})
	c.mu.Unlock()
	if err != nil {
		return err
	}
	goodbye := time.NewTimer(clientGoodbye)
	defer goodbye.Stop()
	select {
	case <-c.dead: // the server has closed
	case <-goodbye.C:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}
