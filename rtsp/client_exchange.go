package rtsp

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"caracal/internal/credential"
	"caracal/internal/head"
)

// ClientRequest is a request for the content of a session. The client adds the
// headers that every request has: CSeq, User-Agent, Session and so on.
type ClientRequest struct {
	Method string
	URL    string // "" for the content's own
	Type   string // Content-Type; "" for none
	Header head.Fields
	Body   []byte // nil for none
}

// clientCall is a request without a response yet.
type clientCall struct {
	request  ClientRequest
	then     func(*Response)  // runs in the reader before anything behind the response is read; holds mu
	note     func(cseq int64) // runs before the request is sent; holds mu
	response *Response        // counts once done is closed
	done     chan struct{}

	sent   clientProof
	rounds int   // that it was sent before
	why    error // it is not sent again
}

// refused is the error of a response that says no.
func (call *clientCall) refused() error { return &StatusError{call.response, call.why} }

// start sends a request and does not wait.
func (s *clientSession) start(r ClientRequest, then func(*Response)) (*clientCall, error) {
	return s.startNoting(r, then, func(int64) {})
}

// startNoting tells note the request's CSeq before it is sent; note holds mu.
func (s *clientSession) startNoting(r ClientRequest, then func(*Response), note func(cseq int64)) (*clientCall, error) {
	call := &clientCall{request: r, then: then, note: note, done: make(chan struct{})}
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	if s.err == nil && len(s.pending) == maxClientPending {
		s.mu.Unlock()
		return nil, &ParseError{"pending requests", 0, ErrLimit}
	}
	if err := s.err; err != nil {
		s.mu.Unlock()
		return nil, err
	}
	first := s.answers // the server asked before
	s.answers = nil
	message := s.queueCall(call)
	s.mu.Unlock()
	for _, b := range first {
		s.write(b) // shuts if it fails
	}
	return call, s.write(message.AppendTo(nil))
}

// queueCall numbers a request and makes its response be waited for. The caller
// holds mu.
func (s *clientSession) queueCall(call *clientCall) *Request {
	s.cseq++
	s.pending[s.cseq] = call
	s.queue.Wake() // the reader must not wait for Next now
	s.rearm()
	m := s.compose(call.request, call)
	if call.note != nil {
		call.note(s.cseq)
	}
	return m
}

// compose adds the headers of [MS-RTSP] 3.1.5.1. The caller holds mu.
func (s *clientSession) compose(r ClientRequest, call *clientCall) *Request {
	m := &Request{Method: r.Method, CSeq: s.cseq, Body: r.Body}
	m.Target.Raw = r.URL
	if r.URL == "" {
		m.Target.Raw = s.u.Text
	}
	m.Add("User-Agent", s.c.agent(s.guid))
	switch r.Method {
	case MethodDescribe, MethodSetup, MethodPlay:
		m.Add("Supported", s.c.supported().String())
	}
	if schemes := s.schemes(); schemes != "" && namesSchemes(&r) {
		m.Add("X-Accept-Authentication", schemes)
		m.Add("X-Accept-Proxy-Authentication", schemes)
	}
	if p := s.c.Proxy; p != nil {
		proxyFields(&m.Header, p, s.c.product(), s.logins.peers[0].LogsIn())
	}
	if s.session.ID != "" {
		m.Add("Session", s.session.ID)
	}
	if s.genID != 0 && namesEntry(&r) {
		m.Header.AddInt("X-Playlist-Gen-Id", int64(s.genID))
	}
	m.Header = append(m.Header, s.c.Header...)
	s.logins.prove(call, m)
	if r.Type != "" {
		m.Add("Content-Type", r.Type)
	}
	m.Header = append(m.Header, r.Header...)
	return m
}

// schemes are those of X-Accept-Authentication.
func (s *clientSession) schemes() string {
	if s.c.Schemes == "" && s.logins.logsIn() {
		return credential.Schemes
	}
	return s.c.Schemes
}

// namesEntry says that a request goes with X-Playlist-Gen-Id; Play brings its
// own.
func namesEntry(r *ClientRequest) bool {
	switch r.Method {
	case MethodDescribe, MethodSetup, MethodTeardown:
		return true
	}
	return strings.HasPrefix(r.Type, TypeStreamSwitch) || strings.HasPrefix(r.Type, TypeUDPPacketPair)
}

// namesSchemes says that a request may be the first one, which the server may
// answer with a challenge.
func namesSchemes(r *ClientRequest) bool {
	switch r.Method {
	case MethodDescribe, MethodSetup, MethodPlay:
		return true
	}
	return r.Type == TypeGetContentInfo || r.Type == TypeSendEvent
}

// write takes writing as held.
func (s *clientSession) write(b []byte) error {
	s.conn.SetWriteDeadline(time.Now().Add(clientWriteTimeout))
	if _, err := s.conn.Write(b); err != nil {
		s.shut(err)
		return err
	}
	return nil
}

// wait waits for the response. A request that nobody waits for any more stays
// pending until its response comes.
func (s *clientSession) wait(ctx context.Context, call *clientCall) (*Response, error) {
	late := time.NewTimer(clientAnswerTimeout)
	defer late.Stop()
	select {
	case <-call.done:
	case <-ctx.Done():
	case <-s.dead:
	case <-late.C:
	}
	select {
	case <-call.done: // whatever happened besides: servers close behind a response
		return call.response, nil
	default:
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		return nil, fmt.Errorf("rtsp: no answer to %s in %v: %w", call.request.Method, clientAnswerTimeout, os.ErrDeadlineExceeded)
	}
	return nil, s.err
}

// do sends a request and waits. The error is a *StatusError if the server says
// no.
func (s *clientSession) do(ctx context.Context, r ClientRequest, then func(*Response)) (*Response, error) {
	call, err := s.start(r, then)
	if err != nil {
		return nil, err
	}
	resp, err := s.wait(ctx, call)
	if err == nil && !resp.OK() {
		err = call.refused()
	}
	return resp, err
}

// answered finishes the call that a response belongs to. The caller holds mu.
func (s *clientSession) answered(resp *Response) {
	call := s.pending[resp.CSeq]
	if call == nil || resp.Status < 200 {
		return // of another time, or an interim one
	}
	delete(s.pending, resp.CSeq)
	s.learn(resp.Header)
	if s.login(call, resp) {
		return
	}
	if call.then != nil && resp.OK() {
		call.then(resp)
	}
	call.response = resp
	close(call.done)
}
