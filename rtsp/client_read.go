package rtsp

import (
	"errors"
	"fmt"
	"io"
	"time"

	"caracal/internal/pull"
)

const (
	clientReadSize = 64 << 10
	maxClientInput = MaxHead + MaxResponseBody
)

// read takes messages and frames from the connection until it ends. The error
// is never nil.
func (s *clientSession) read() error {
	in := make([]byte, 0, clientReadSize)
	for {
		n, err := s.takeAll(in)
		if err != nil {
			return err
		}
		in = in[:copy(in, in[n:])]
		if len(in) == cap(in) {
			if len(in) >= maxClientInput {
				return &ParseError{"response", 0, ErrLimit}
			}
			in = append(in, make([]byte, len(in))...)[:len(in)]
		}
		n, err = s.conn.Read(in[len(in):cap(in)])
		s.readAt = time.Now()
		in = in[:len(in)+n]
		if n == 0 && err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
	}
}

// judge tells a server that breaks off from one that never spoke RTSP.
func (s *clientSession) judge(err error) error {
	var syntax *SyntaxError
	if !s.heard && errors.As(err, &syntax) {
		return fmt.Errorf("%w: %w", ErrNotServer, err)
	}
	return err
}

// takeAll handles what is complete in b and returns how many bytes that was.
func (s *clientSession) takeAll(b []byte) (int, error) {
	at := 0
	for {
		opening, blank := Peek(b[at:])
		at += blank
		n, err := s.take(opening, b[at:])
		if errors.Is(err, ErrNeedMore) {
			return at, nil
		}
		if err != nil {
			return at, err
		}
		at += n
		s.heard = true
	}
}

func (s *clientSession) take(opening Opening, b []byte) (int, error) {
	switch opening {
	case OpeningFrame:
		f, n, err := ParseFrame(b)
		if err == nil {
			err = s.frame(f)
		}
		return n, err
	case OpeningResponse:
		s.watchBody(b)
		resp, n, err := ParseResponse(b, MaxResponseBody)
		if err == nil {
			s.mu.Lock()
			s.answered(resp)
			s.mu.Unlock()
		}
		return n, err
	case OpeningRequest:
		r, n, err := ParseRequest(b, MaxResponseBody)
		if err == nil {
			err = s.request(r)
		}
		return n, err
	}
	return 0, ErrNeedMore
}

// request answers a request of the server.
func (s *clientSession) request(r *Request) error {
	answer := r.Answer(200)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch r.Kind {
	case Announce:
		answer.Status = s.announced(r)
	case EndOfStream, Options, KeepAlive, GetOther, SetOther:
	default:
		answer.Status = 501
	}
	if s.session.ID != "" {
		answer.Add("Session", s.session.ID)
	}
	answer.Add("User-Agent", s.c.agent(s.guid))
	if len(s.answers) >= maxClientPending {
		return &ParseError{"requests of the server", 0, ErrLimit}
	}
	s.answers = append(s.answers, answer.AppendTo(nil))
	s.wakeWriter()
	if r.Kind == EndOfStream { // is answered before it is logged
		s.learn(r.Header)
		if end := ParseEndOfStream(r.Body); end.EOF {
			s.step(clientStep{reason: end.Reason, rtpInfo: r.Header.Get("RTP-Info")})
		}
	}
	return nil
}

func (s *clientSession) wakeWriter() {
	select {
	case s.answer <- struct{}{}:
	default: // has been told
	}
}

// writeAnswers keeps the reader from waiting for a server that itself waits to
// be read.
func (s *clientSession) writeAnswers() {
	for {
		select {
		case <-s.answer:
			s.writing.Lock()
			s.flushAnswers()
			s.writing.Unlock()
		case <-s.dead:
			return
		}
	}
}

// flushAnswers takes writing as held.
func (s *clientSession) flushAnswers() {
	s.mu.Lock()
	answers := s.answers
	s.answers = nil
	s.mu.Unlock()
	for _, b := range answers {
		s.write(b) // shuts if it fails
	}
}

// announced takes the description of the next entry, [MS-RTSP] 3.1.5.15.
func (s *clientSession) announced(r *Request) int {
	d, err := ParseSDP(r.Body)
	if err != nil || !r.IsType(TypeSDP) {
		return 400
	}
	s.learn(r.Header)
	s.base(d, r.Header)
	event := StreamEvent{Event: pull.Event{Kind: GotHeader, Header: d.Header}, SDP: d, GenID: s.genID, came: time.Now()}
	event.Receding = r.Header.Get("X-Receding-PlaylistChange") != ""
	event.Selected, _ = ParseRTPInfo(r.Header.Get("X-RTP-Info"))
	s.step(clientStep{entry: &event})
	return 200
}

// frame takes interleaved data, and waits while too many events wait for Next,
// unless somebody waits for a response.
func (s *clientSession) frame(f Frame) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.queue.Full() && len(s.pending) == 0 && s.err == nil {
		s.queue.Wait()
	}
	isRTCP, known := s.channels[f.Channel]
	switch {
	case !known:
		s.stats.Strange++
	case isRTCP:
		s.rtcp(f.Data)
	default:
		s.packet(f.Data, true)
	}
	return nil
}
