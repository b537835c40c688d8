package wmsp

import (
	"errors"
	"io"

	"caracal/internal/point"
)

// Ingest hands what a program writes to a broadcast, whose source it is until its
// end, or until it makes no sense.
func Ingest(r io.Reader, to *point.Broadcast) error {
	s := intake{to: to}
	defer s.close()
	return ingest(r, &s)
}

// intake is a broadcast that gets its source with the first header.
type intake struct {
	to   *point.Broadcast
	feed *point.Feed
}

func (s *intake) setHeader(header []byte) (err error) {
	if s.feed != nil {
		return s.feed.Header(header)
	}
	s.feed, err = s.to.Start(header)
	return err
}

func (s *intake) add(packet []byte) error {
	if s.feed == nil {
		return errNoHeader
	}
	return s.feed.Add(packet)
}

func (s *intake) close() {
	if s.feed != nil {
		s.feed.Close()
	}
}

// sink takes what an encoder brings.
type sink interface {
	setHeader(header []byte) error // the first one, or that of other content
	add(packet []byte) error
}

// ingest hands a stream of a file's bytes or of packets to a sink. It returns
// nil at its end.
func ingest(r io.Reader, to sink) error {
	s, err := NewPushedStream(r)
	if err != nil {
		return err
	}
	for {
		p, err := s.Next()
		switch {
		case errors.Is(err, io.EOF) && !errors.Is(err, ErrPushed):
			return nil
		case err != nil:
			return err
		case p.Header != nil:
			err = to.setHeader(p.Header)
		default:
			err = to.add(p.Packet)
		}
		if err != nil {
			return err
		}
	}
}
