package server

import (
	"errors"

	"caracal/internal/config"
	"caracal/internal/point"
	"caracal/internal/sample"
)

// pointStep is what a reload does with one point.
type pointStep struct {
	name     string
	was, is  *config.Point // nil: not there
	parts    part
	stopped  bool
	there    *point.Point // as it is published
	content  content      // opened beforehand; nil: it is when its turn comes
	live     *broadcast   // the same of a broadcast that goes on in another way
	isSample bool         // it is the film inside
}

type pointSteps []*pointStep

var errEncoderPoint = errors.New("an encoder has made a point of this name: take another one, or end the encoder")

// planPoints says what becomes of the points, and opens what can be opened beforehand, so
// that nothing is done if something is wrong.
func (s *Server) planPoints(was, next, file *config.Config) (pointSteps, error) {
	var steps pointSteps
	for i := range was.Points {
		p := &was.Points[i]
		steps = append(steps, &pointStep{name: p.Name, was: p, is: next.Point(p.Name)})
	}
	for i := range next.Points {
		if p := &next.Points[i]; was.Point(p.Name) == nil {
			steps = append(steps, &pointStep{name: p.Name, is: p, parts: asWhole})
		}
	}
	if before, after := len(s.published.asRead().Points) == 0, len(file.Points) == 0; before != after {
		steps = append(pointSteps{{name: sample.Name, isSample: true, there: s.pointNamed(sample.Name)}}, steps...)
	}
	var wrong config.Problems
	for _, st := range steps {
		if err := s.prepare(st); err != nil {
			wrong = append(wrong, file.PointProblem(st.name, err))
		}
	}
	if len(wrong) > 0 {
		steps.forget(s)
		return nil, wrong
	}
	return steps, nil
}

// prepare looks at a step, and opens what it needs.
func (s *Server) prepare(st *pointStep) (err error) {
	if st.isSample {
		return nil
	}
	st.there, st.stopped = s.pointNamed(st.name), s.programs.state.point(st.name).Stopped
	a := s.published
	a.mu.RLock()
	failed := a.failed[st.name] != nil
	a.mu.RUnlock()
	switch {
	case st.is == nil:
		return nil
	case st.was == nil && st.there != nil && broadcastOf(st.there.Opener) != nil:
		return errEncoderPoint
	case st.was == nil || st.there == nil:
		st.parts = asWhole
	default:
		st.parts = partsOf(st.was, st.is)
		if failed && st.is.Broadcast.Source != "" { // it plays, but is not sent wherever it should be
			st.parts |= asGroup | asMSBD
		}
	}
	switch {
	case st.stopped:
	case st.parts&asWhole != 0:
		return s.prepareWhole(st)
	case st.is.Broadcast.Source != "":
		st.live, st.content, err = s.remake(st)
	case st.parts&asMaterial != 0:
		st.content, err = s.openWhole(st.is)
	}
	return pointErrorOf(st.is, err)
}

// prepareWhole opens what a new point has, unless an old one may have it still: a folder
// that one of them only writes to. That is looked at.
func (s *Server) prepareWhole(st *pointStep) (err error) {
	p := st.is
	switch {
	case p.Proxy.Origin != "":
	case p.Broadcast.Source != "" && p.Broadcast.Archive.Folder != "":
		err = CheckSource(s.cfg, p)
	default:
		st.content, err = s.openWhole(p)
	}
	return pointErrorOf(p, err)
}

func pointErrorOf(p *config.Point, err error) error {
	if err == nil {
		return nil
	}
	return pointError(*p, err)
}

// forget closes what was opened for nothing.
func (steps pointSteps) forget(s *Server) {
	for _, st := range steps {
		w, isWrapped := st.content.(*wrapped)
		switch {
		case st.live == nil && st.content != nil:
			s.letGo(st.content)
		case isWrapped && st.was.Wrapper != st.is.Wrapper: // the broadcast itself goes on
			s.letGo(w.wrapper)
		}
	}
}

// letGo closes content that is not published.
func (s *Server) letGo(c content) {
	s.lists.forget(c)
	if err := c.Close(); err != nil {
		s.log.Debug("cannot close content", "error", err)
	}
}
