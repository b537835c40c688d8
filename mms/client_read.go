package mms

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// clientReader gives each read its time, and starts it anew while packets come
// over UDP.
type clientReader struct{ s *clientSession }

func (r clientReader) Read(b []byte) (int, error) {
	s := r.s
	for {
		began := time.Now()
		s.conn.SetReadDeadline(began.Add(clientSilence))
		n, err := s.conn.Read(b)
		s.readAt = time.Now()
		if n == 0 && errors.Is(err, os.ErrDeadlineExceeded) {
			s.mu.Lock()
			alive := s.heardAt.After(began)
			s.mu.Unlock()
			if alive {
				continue
			}
			err = ErrTimeout
		}
		if !s.heard && n >= 8 && !isTCPMessage(b[:n]) {
			return 0, &ParseError{"TcpMessageHeader", 4, ErrInvalid} // a message comes first
		}
		return n, err
	}
}

// read takes messages and data packets from the connection until it ends. The
// error is never nil.
func (s *clientSession) read() error {
	r := NewDataReader(clientReader{s})
	for {
		item, err := r.Next()
		if err != nil {
			return err
		}
		if err := s.take(&item); err != nil {
			return err
		}
	}
}

// judge tells a server that breaks off from one that never spoke MMS.
func (s *clientSession) judge(err error) error {
	var syntax *ParseError
	if !s.heard && errors.As(err, &syntax) {
		return fmt.Errorf("%w: %w", ErrNotServer, err)
	}
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (s *clientSession) take(item *Item) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if item.IsData {
		return s.dataTCP(item.Data)
	}
	s.heard = true
	if s.answers(item.Message) {
		return nil
	}
	return s.unasked(item.Message)
}

// dataTCP waits while too many events wait for Next, unless somebody waits for
// an answer.
func (s *clientSession) dataTCP(d Data) error {
	for s.queue.Full() && s.asking == nil && s.err == nil {
		s.queue.Wait()
	}
	return s.data(d, true)
}

// data takes a data packet; ordered says that it came over TCP. The caller
// holds mu.
func (s *clientSession) data(d Data, ordered bool) error {
	switch {
	case d.IsPair():
		s.stats.Pairs++
		if !ordered {
			s.pair.packet(time.Now(), d)
		}
	case s.header.wanted && d.PlayIncarnation == s.header.incarnation:
		return s.piece(d)
	case s.play.takes(d.PlayIncarnation):
		s.media(d, ordered)
	case d.PlayIncarnation == s.header.incarnation, !ordered && isPiece(d.PlayIncarnation): // a copy of a piece, on its way since
		s.stats.Stale++
	default:
		s.stats.Strange++
	}
	return nil
}

// unasked takes a message that answers nothing. The caller holds mu.
func (s *clientSession) unasked(m Message) error {
	switch m.MID {
	case MIDPing:
		s.stats.Pings++
		return s.send(&Pong{})
	case MIDReportEndOfStream:
		end, err := ParseReportEndOfStream(m.Body)
		if err == nil {
			s.ended(end)
		}
		return err
	case MIDReportStreamChange:
		change, err := ParseReportStreamChange(m.Body)
		if err == nil {
			err = s.change(change)
		}
		return err
	case MIDReportReadBlock: // of another entry
		_, err := answer(m, ParseReportReadBlock, func(r *ReportReadBlock) HRESULT { return r.HR })
		return err
	}
	s.stats.Strange++
	return nil
}
