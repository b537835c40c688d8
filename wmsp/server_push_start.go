package wmsp

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

// setup answers a PushSetup, [MS-WMHTTP] 3.2.5.1.
func (s *PushServer) setup(w http.ResponseWriter, r *http.Request) {
	ses, err := s.setUp(w, r)
	if err != nil {
		s.fail(w, r, nil, err)
		return
	}
	s.opt.Log.Info("an encoder sets up", "point", ses.point.Name, "from", r.RemoteAddr, "agent", short(r.UserAgent()))
	s.accept(w, ses)
}

func (s *PushServer) setUp(w http.ResponseWriter, r *http.Request) (*pushSession, error) {
	body, err := readSetup(r)
	if err != nil {
		return nil, err
	}
	if !isEncoder(r.UserAgent()) {
		return nil, errPushAgent
	}
	ses, named := s.session(r)
	p, err := s.admit(w, r, body, ses)
	if err != nil {
		return nil, err
	}
	if named && (ses == nil || ses.point.Name != p.Name) {
		return nil, errPushSession
	}
	if p.Broadcast != nil && s.busy(p.Broadcast, remoteAddr(r).Addr(), ses) {
		return nil, point.ErrSource
	}
	if ses == nil {
		if p.Make != nil {
			if p, err = p.Make(); err != nil {
				return nil, err
			}
		}
		if ses, err = s.newSession(r, p); err != nil {
			if p.Remove != nil {
				p.Remove()
			}
			return nil, err
		}
	}
	return ses, ses.setUp(body.AutoDestroy)
}

// start answers a PushStart, [MS-WMHTTP] 3.2.5.2, when its body is over.
func (s *PushServer) start(w http.ResponseWriter, r *http.Request) {
	ses, err := s.starting(w, r)
	if err != nil {
		s.fail(w, r, nil, err)
		return
	}
	log := s.opt.Log.With("point", ses.point.Name, "from", r.RemoteAddr, "agent", short(r.UserAgent()))
	log.Info("an encoder pushes")
	idle, inactivity := ses.point.timers()
	src := ses.source()
	body := newPushBody(w, r, src, idle)
	err = ses.receive(body, src)
	last := body.close()
	log.Info("the encoder pauses or ends", "packets", src.session.Packets.Load(), "bytes", src.session.Bytes.Load(), "error", err)
	switch {
	case err == nil:
		ses.pause(inactivity, errPushInactive)
		s.accept(w, ses)
	case errors.Is(err, errPushEnd):
		ses.over(nil)
		w.Header().Set("Connection", "close") // 3.2.5.5 lets us answer, too
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(pushLinger))
		s.accept(w, ses)
	case errors.Is(err, errPushLost):
		// 3.2.7.1: the Idle-Timeout goes on; the encoder may come back.
		ses.pause(max(idle-time.Since(last), 0), errPushIdle)
		s.fail(w, r, ses, err)
	default:
		ses.over(err)
		s.fail(w, r, nil, err)
	}
}

// starting checks a PushStart's head and begins to receive.
func (s *PushServer) starting(w http.ResponseWriter, r *http.Request) (*pushSession, error) {
	if r.ContentLength < 0 || len(r.TransferEncoding) > 0 {
		return nil, errPushLength
	}
	if !isEncoder(r.UserAgent()) {
		return nil, errPushAgent
	}
	ses, _ := s.session(r)
	p, err := s.admit(w, r, PushSetup{}, ses)
	if err != nil {
		return nil, err
	}
	if ses == nil || ses.point.Name != p.Name {
		return nil, errPushSession
	}
	return ses, ses.begin(r, s.who(r))
}

// errPushEnd is the end that an encoder announces.
var errPushEnd = errors.New("wmsp: the encoder has ended")

// receive reads a request's packets until its body is over: nil, and the
// session goes on, errPushEnd after $E, or what went wrong.
func (ses *pushSession) receive(body *pushBody, src *pushSource) error {
	frames := newPushReader(body)
	for first := true; ; first = false {
		f, err := frames.next()
		switch {
		case err == io.EOF:
			return nil
		case errors.Is(err, errPushLost):
			return err
		case errors.Is(err, io.ErrUnexpectedEOF):
			return fmt.Errorf("%w: the body ends within a packet", ErrPushed)
		case err != nil:
			return pushError(err)
		}
		if ses.order, err = ses.order.take(&f, first); err != nil {
			return fmt.Errorf("%w: %w", ErrPushed, err)
		}
		if err := ses.take(&f, src); err != nil {
			return pushError(err)
		}
		if ses.order == pushOver {
			return errPushEnd
		}
	}
}

// pushError marks what is the encoder's mistake.
func pushError(err error) error {
	_, ours := errors.AsType[*ParseError](err)
	_, theirs := errors.AsType[*asf.ParseError](err)
	if ours || theirs || errors.Is(err, point.ErrPacket) {
		return fmt.Errorf("%w: %w", ErrPushed, err)
	}
	return err
}

// take hands on what a packet carries, [MS-WMHTTP] 3.2.5.3 to 3.2.5.7.
func (ses *pushSession) take(f *Frame, src *pushSource) error {
	switch f.ID {
	case FrameHeader:
		ses.preheaders = hasPreheader(f)
		return src.setHeader(ses.payload(f))
	case FrameChange:
		return src.setHeader(ses.payload(f))
	case FrameData:
		return src.add(ses.payload(f))
	}
	return nil
}

// payload is a packet's without the MMS data packet that does not belong there.
func (ses *pushSession) payload(f *Frame) []byte {
	if ses.preheaders && len(f.Payload) >= preheaderAt {
		return f.Payload[preheaderAt:]
	}
	return f.Payload
}
