package mms

import (
	"context"
	"fmt"
	"time"

	"caracal/asf"
)

// The Header timer, [MS-MMSP] 3.1.2, 3.1.5.9.1 and 3.1.6.1.
const (
	headerTimeMin = time.Second
	headerTimeMax = 30 * time.Second
	headerRetries = 4
)

// HeaderIncarnation has these values.
const (
	headerIncarnationFirst = 1
	headerIncarnationLast  = 8
)

// isPiece says that an incarnation is one that ReadBlock has: of this header or of one
// that was asked for before.
func isPiece(incarnation byte) bool {
	return incarnation >= headerIncarnationFirst && incarnation <= headerIncarnationLast
}

// clientHeader is the ASF file header that is under way. The session's mu
// guards it.
type clientHeader struct {
	wanted      bool // pieces are taken
	answered    bool // ReportReadBlock has come
	incarnation byte // of its pieces
	last        byte // that a ReadBlock had
	joiner      HeaderJoiner
	bytes       []byte // complete
	size        uint32 // bytes, as the server says
	bitRate     uint32 // of the entry, bits/s
	timer       *time.Timer
	tries       int
	entry       bool // it belongs to another entry of a playlist
}

// readBlock gets the ASF file header, [MS-MMSP] 3.1.5.9.1.
func (s *clientSession) readBlock(ctx context.Context) ([]byte, error) {
	s.mu.Lock()
	s.header.size, s.header.bitRate = s.file.FileHeaderSize, s.file.FileBitRate
	q, err := s.put(s.wantHeader(), s.headerAnswered, MIDReportReadBlock)
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if err := s.awaitHeader(ctx, q); err != nil {
		return nil, err
	}
	return s.header.bytes, nil
}

// awaitHeader has no time limit over UDP but that of the Header timer.
func (s *clientSession) awaitHeader(ctx context.Context, q *clientQuestion) error {
	if !s.udp {
		return s.await(ctx, q)
	}
	select {
	case <-q.done:
		return q.err
	case <-ctx.Done():
		s.shut(context.Cause(ctx))
	case <-s.dead:
	}
	return s.reason()
}

// wantHeader begins anew to join a header; what it returns is to be sent. The
// caller holds mu.
func (s *clientSession) wantHeader() *ReadBlock {
	h := &s.header
	if h.last++; h.last > headerIncarnationLast {
		h.last = headerIncarnationFirst
	}
	h.wanted, h.answered, h.bytes, h.joiner, h.incarnation = true, false, nil, HeaderJoiner{}, h.last
	if s.udp {
		s.armHeader()
	}
	return &ReadBlock{
		OpenFileID: s.file.OpenFileID, Length: ReadBlockLength, Flags: ReadBlockFlags, TDeadline: ReadBlockDeadline,
		PlayIncarnation: uint32(h.incarnation),
	}
}

// armHeader starts the Header timer: a second more than the header takes. The
// caller holds mu.
func (s *clientSession) armHeader() {
	h := &s.header
	d := headerTimeMin
	if h.bitRate > 0 {
		d += time.Duration(float64(h.size) * 8 / float64(h.bitRate) * float64(time.Second))
	}
	d = min(d, headerTimeMax)
	if h.timer == nil {
		h.timer = time.AfterFunc(d, s.headerLate)
	} else {
		h.timer.Reset(d)
	}
}

// headerLate asks for the header again, or gives up, [MS-MMSP] 3.1.6.1.
func (s *clientSession) headerLate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := &s.header
	if !h.wanted || s.err != nil {
		return
	}
	if h.tries == headerRetries {
		s.shutLocked(ErrFirewall)
		return
	}
	h.tries++
	s.send(&CancelReadBlock{uint32(h.incarnation)})
	s.pair.again()
	s.send(s.wantHeader())
}

// headerAnswered takes ReportReadBlock, which may come before the header or
// behind it. The caller holds mu.
func (s *clientSession) headerAnswered(m Message) (bool, error) {
	r, err := answer(m, ParseReportReadBlock, func(r *ReportReadBlock) HRESULT { return r.HR })
	if err != nil {
		return true, err
	}
	if s.header.tries > 0 && r.PlayIncarnation != uint32(s.header.last) {
		return false, nil // it answers one that was cancelled
	}
	s.header.answered = true
	return s.header.bytes != nil, nil
}

// piece takes a data packet of the header. The caller holds mu.
func (s *clientSession) piece(d Data) error {
	h := &s.header
	b, err := h.joiner.Add(d)
	if err != nil || b == nil {
		return err
	}
	h.bytes, h.wanted, h.tries = b, false, 0
	if h.timer != nil {
		h.timer.Stop()
	}
	switch {
	case h.entry:
		s.entryHeader(b)
	case s.asking != nil && h.answered:
		s.settle(s.asking, nil)
	}
	return nil
}

// parseClientHeader parses the Header Object and wants the beginning of the
// Data Object behind it.
func parseClientHeader(b []byte) (*asf.Header, error) {
	h, _, err := asf.ParseHeader(b)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoHeader, err)
	}
	return h, nil
}
