package server

import (
	"context"
	"errors"
	"time"

	"caracal/internal/config"
	"caracal/internal/session"
)

// remake makes what brings a broadcast its content in another way, and with what is around
// it. The players stay with the broadcast itself.
func (s *Server) remake(st *pointStep) (*broadcast, content, error) {
	if st.parts&^asRules == 0 {
		return nil, nil, nil
	}
	old, p := broadcastOf(st.there.Opener), st.is
	b := &broadcast{
		Broadcast: old.Broadcast, options: liveOptions(&p.Broadcast), push: p.Broadcast.Push, copies: old.copies,
		archive: old.archive, archiving: old.archiving,
	}
	if st.parts&asSource == 0 {
		b.fed, b.stage = old.fed, old.stage
	} else if err := s.supply(b, p); err != nil {
		return nil, nil, err
	}
	if w, ok := st.there.Opener.(*wrapped); ok && st.was.Wrapper == p.Wrapper {
		return b, &wrapped{b, w.wrapper, p.Name}, nil
	}
	c, err := s.wrap(p, b)
	return b, c, err
}

// goOn has a broadcast go on as remake has made it: only what has changed ends.
func (s *Server) goOn(ctx context.Context, st *pointStep) error {
	old, b, p := broadcastOf(st.there.Opener), st.live, st.is
	if st.parts&asSource != 0 {
		s.endSource(old, p.Name)
		if b.fed.feeder != nil && old.fed.feeder == nil {
			s.endEncoders(ctx, st)
		}
		b.SetOptions(b.options)
		b.fed.start(b.Broadcast, &s.bus)
		b.stage.start(b, &s.bus)
	}
	players := s.playersOf(st.there)
	s.replaceContent(st.there.Opener, st.content)
	s.points.Add(s.newPoint(p, st.content))
	if w, ok := st.there.Opener.(*wrapped); ok && st.was.Wrapper != p.Wrapper {
		s.retired.add(w.wrapper, players)
	}
	var errs [2]error
	if st.parts&asGroup != 0 {
		errs[0] = s.regroup(p)
	}
	if st.parts&asMSBD != 0 {
		errs[1] = s.redistribute(ctx, p)
	}
	err := errors.Join(errs[:]...)
	s.published.setFailed(p.Name, err)
	return err
}

// endSource ends what brings a broadcast its content from this side, or leaves it behind
// when its storage or its program hangs.
func (s *Server) endSource(b *broadcast, name string) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if b.fed.running != nil {
			b.fed.running.Close()
		}
		b.stage.close()
	}()
	select {
	case <-ended:
	case <-time.After(sourceHangs):
		s.log.Warn("a source does not end: its storage or its program hangs", "point", name)
	}
}

// endEncoders ends those who push to a point that has a source of its own now.
func (s *Server) endEncoders(ctx context.Context, st *pointStep) {
	var encoders []*session.Session
	for _, ses := range s.playersOf(st.there) {
		if !isPlayer(ses) {
			ses.End(session.ErrByAdministrator)
			encoders = append(encoders, ses)
		}
	}
	awaitGone(ctx, encoders)
}

// regroup sends a broadcast to the group that it has now, if any.
func (s *Server) regroup(p *config.Point) (err error) {
	old := s.multicastNamed(p.Name)
	s.put(func() { delete(s.multicasts, p.Name) })
	if old != nil {
		err = old.Close()
	}
	if isMulticast(p) {
		err = errors.Join(err, s.startMulticast(p))
	}
	return err
}

// redistribute lets other servers fetch a broadcast from where they may now, if anywhere.
func (s *Server) redistribute(ctx context.Context, p *config.Point) (err error) {
	old := s.distributions()[p.Name]
	s.put(func() { delete(s.msbd, p.Name) })
	if old != nil {
		err = old.shutdown(ctx)
	}
	if isDistributed(p) {
		err = errors.Join(err, s.startDistribution(ctx, p))
	}
	return err
}
