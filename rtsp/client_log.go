package rtsp

import (
	"context"

	"caracal/internal/remote"
)

// Log submits statistics in XML, [MS-RTSP] 2.2.7.6 and 2.2.7.7: kind is
// LogConnect or LogPlay.
func (s *Stream) Log(ctx context.Context, kind Kind, xml []byte) error {
	_, err := s.Do(ctx, logRequest(kind, xml))
	return err
}

func logRequest(kind Kind, xml []byte) ClientRequest {
	media := TypeLogPlay
	if kind == LogConnect {
		media = TypeLogConnect
	}
	return ClientRequest{Method: MethodSetParameter, Type: media + ";charset=UTF-8", Body: xml}
}

// submitLog sends what the Client's Log says, behind what is being written. The
// caller holds mu.
func (s *clientSession) submitLog(kind Kind) {
	if s.c.Log == nil || s.err != nil || len(s.pending) == maxClientPending || len(s.answers) >= maxClientPending {
		return
	}
	stats := s.stats
	stats.Rendering = s.reports && s.fast
	if kind == SendEvent && !stats.Rendering {
		return
	}
	xml := s.c.Log(kind, stats)
	if xml == nil {
		return
	}
	r := logRequest(kind, xml)
	if kind == SendEvent {
		r = eventRequest(remote.NewLog(s.c.product(), "{"+s.guid+"}", s.u.Text, string(xml)))
	}
	call := &clientCall{request: r, done: make(chan struct{})}
	s.cseq++
	s.pending[s.cseq] = call
	s.answers = append(s.answers, s.compose(r, call).AppendTo(nil))
	s.wakeWriter()
}
