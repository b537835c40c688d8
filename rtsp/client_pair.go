package rtsp

import (
	"bytes"
	"context"
	"errors"
	"time"

	"caracal/internal/head"
	"caracal/internal/pull"
)

const (
	// firewallTimeout is the Firewall timer of [MS-RTSP] 3.1.2: how long
	// packet-pair data over UDP may take to come.
	firewallTimeout = 10 * time.Second
	// pairTail is how long the last packet may come behind the second one.
	pairTail = time.Second
)

// ErrFirewall says that nothing comes over UDP, [MS-RTSP] 3.1.6.1: the caller
// may Play again over TCP.
var ErrFirewall = errors.New("rtsp: no packets come over UDP")

// Measurement is what a packet-pair experiment tells of the way from the
// server, [MS-RTSP] 3.1.5.5 and 3.1.5.8.
type Measurement = pull.Measurement

// pairWatch notes when the packets of an experiment come.
type pairWatch struct {
	pull.Pair
	cseq   int64 // of the TcpPacketPair; 0 over UDP
	done   bool
	offset int           // in the body of the response
	second chan struct{} // closed when two are there
	last   chan struct{} // closed with the last one
}

func newPairWatch() *pairWatch {
	return &pairWatch{second: make(chan struct{}), last: make(chan struct{})}
}

func (w *pairWatch) note(now time.Time, size int, last bool) {
	if w.done {
		return
	}
	w.Note(now, size)
	if w.Count() == 2 {
		close(w.second)
	}
	if last || w.Count() == PairCount {
		w.done = true
		close(w.last)
	}
}

// Measure asks for packet-pair data over TCP, [MS-RTSP] 2.2.7.12, before Play.
func (d *Description) Measure(ctx context.Context) (Measurement, error) {
	return d.session.measureTCP(ctx)
}

func (s *clientSession) measureTCP(ctx context.Context) (Measurement, error) {
	w := newPairWatch()
	r := ClientRequest{Method: MethodGetParameter, Type: TypePacketPair, Body: []byte{}}
	call, err := s.startNoting(r, nil, func(cseq int64) { w.cseq, s.pair = cseq, w })
	if err != nil {
		return Measurement{}, err
	}
	resp, err := s.wait(ctx, call)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pair = nil
	if err == nil && !resp.OK() {
		err = call.refused()
	}
	return w.Measurement(false), err
}

// watchBody notes which $P packets of a TcpPacketPair response are there, as
// soon as they are. b begins with a response.
func (s *clientSession) watchBody(b []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.pair
	if w == nil || w.cseq == 0 || w.cseq != s.oldest() {
		return
	}
	head := bytes.Index(b, []byte("\r\n\r\n"))
	if head < 0 {
		return
	}
	body := b[head+4:]
	for w.Count() < PairCount && w.offset <= len(body) {
		size, err := ParseTCPPair(body[w.offset:], w.Count()+1)
		if err != nil {
			return
		}
		w.offset += size
		w.note(s.readAt, size, false)
	}
}

// oldest is the CSeq of the request that is answered next. The caller holds mu.
func (s *clientSession) oldest() int64 {
	first := s.cseq
	for cseq := range s.pending {
		first = min(first, cseq)
	}
	return first
}

// measureUDP asks for packet-pair data over UDP, [MS-RTSP] 2.2.7.14, once the
// retransmission stream is set up.
func (s *clientSession) measureUDP(ctx context.Context) (Measurement, error) {
	w := newPairWatch()
	r := ClientRequest{
		Method: MethodSetParameter, Type: TypeUDPPacketPair + ";charset=UTF-8", Body: AppendPacketPair(nil, true),
	}
	call, err := s.startNoting(r, nil, func(int64) { s.pair = w })
	if err != nil {
		return Measurement{}, err
	}
	_, err = s.wait(ctx, call) // a refusal counts as an answer, 3.1.5.2
	if err == nil {
		err = s.awaitPair(ctx, w)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pair = nil
	m := w.Measurement(true)
	if err == nil && m.Packets == 0 {
		err = ErrFirewall
	}
	return m, err
}

// awaitPair waits for the packets: the Firewall timer.
func (s *clientSession) awaitPair(ctx context.Context, w *pairWatch) error {
	firewall := time.NewTimer(firewallTimeout)
	defer firewall.Stop()
	second := w.second
	for {
		select {
		case <-w.last:
			return nil
		case <-second:
			second = nil
			firewall.Reset(pairTail)
		case <-firewall.C:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-s.dead:
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.err
		}
	}
}

// paired takes packet-pair data that came over UDP. The caller holds mu.
func (s *clientSession) paired(ssrc uint32, first bool, following, size int) {
	w := s.pair
	if w == nil || w.cseq != 0 || s.features.Has(head.FeatureSrvPPair) && ssrc != s.rtx.ssrc {
		return
	}
	if first && w.Count() > 0 {
		return // of an experiment before
	}
	w.note(time.Now(), size, following == 0)
}
