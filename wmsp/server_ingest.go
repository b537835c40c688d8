package wmsp

import (
	"errors"
	"io"
)

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
