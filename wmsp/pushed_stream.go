package wmsp

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"caracal/asf"
)

// MaxPushedHeader is the longest ASF header that is taken from an encoder, bytes.
const MaxPushedHeader = 1 << 20

// ErrPushed is what is wrong with a stream that somebody pushes.
var ErrPushed = errors.New("wmsp: not an ASF stream")

// Pushed is a piece of a stream: the header of what follows, or a packet.
// Either is good until the next piece.
type Pushed struct {
	Header []byte // a Header Object, and perhaps the beginning of the Data Object
	Packet []byte
}

// PushedStream reads what programs write that know no [MS-WMHTTP]: an ASF file,
// or the packets of [MS-WMSP] 2.2.3 as "ffmpeg -f asf_stream" does.
type PushedStream struct {
	r      io.Reader
	frames *frameReader
	header headerAssembly

	// Of a file.
	buf   []byte // a packet
	left  uint64 // packets
	known bool   // how many packets there are; of frames: the header
}

// NewPushedStream finds out which of the two r is, and takes its first bytes.
func NewPushedStream(r io.Reader) (*PushedStream, error) {
	start := make([]byte, len(asf.IDHeader))
	if _, err := io.ReadFull(r, start); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPushed, endsEarly(err))
	}
	r = io.MultiReader(bytes.NewReader(start), r)
	s := &PushedStream{r: r}
	if start[0]&^frameMore == frameByte {
		s.frames = newExactReader(r)
	}
	return s, nil
}

// Next returns the next piece; the first one is a header. io.EOF is the end.
func (s *PushedStream) Next() (Pushed, error) {
	switch {
	case s.frames != nil:
		return s.nextFrame()
	case s.buf == nil:
		return s.begin()
	}
	return s.nextPacket()
}

// begin reads a Header Object and the beginning of a Data Object.
func (s *PushedStream) begin() (Pushed, error) {
	header, err := readObject(s.r)
	if err != nil {
		return Pushed{}, err
	}
	data := make([]byte, asf.DataHeadSize)
	if _, err := io.ReadFull(s.r, data); err != nil {
		return Pushed{}, fmt.Errorf("%w: %w", ErrPushed, endsEarly(err))
	}
	d, _, err := asf.ParseDataHead(data)
	if err != nil {
		return Pushed{}, fmt.Errorf("%w: %w", ErrPushed, err)
	}
	h, _, err := asf.LiveHeader(header)
	if err != nil {
		return Pushed{}, fmt.Errorf("%w: %w", ErrPushed, err)
	}
	s.buf = make([]byte, h.File().MaxPacketSize)
	s.left, s.known = d.Packets, d.Packets > 0
	return Pushed{Header: append(header, data...)}, nil
}

// nextPacket reads a packet of a file, until the Data Object ends, if it says
// where, or the file.
func (s *PushedStream) nextPacket() (Pushed, error) {
	if s.known && s.left == 0 {
		if _, err := io.Copy(io.Discard, s.r); err != nil { // an index may follow
			return Pushed{}, fmt.Errorf("%w: %w", ErrPushed, err)
		}
		return Pushed{}, io.EOF
	}
	switch _, err := io.ReadFull(s.r, s.buf); {
	case errors.Is(err, io.EOF) && !s.known:
		return Pushed{}, io.EOF
	case err != nil:
		return Pushed{}, fmt.Errorf("%w: %w", ErrPushed, endsEarly(err))
	}
	s.left--
	return Pushed{Packet: s.buf}, nil
}

// readObject reads the Header Object.
func readObject(r io.Reader) ([]byte, error) {
	head := make([]byte, asf.HeaderHeadSize)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPushed, endsEarly(err))
	}
	size, err := asf.HeaderSize(head)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPushed, err)
	}
	if size > MaxPushedHeader {
		return nil, fmt.Errorf("%w: %w", ErrPushed, &ParseError{"ASF header", 0, ErrLimit})
	}
	b := make([]byte, size)
	copy(b, head)
	if _, err := io.ReadFull(r, b[len(head):]); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPushed, endsEarly(err))
	}
	return b, nil
}

// nextFrame reads $H, $D, $C and $E packets. Encoders that are stopped say no
// $E.
func (s *PushedStream) nextFrame() (Pushed, error) {
	for {
		f, err := s.frames.next()
		switch {
		case errors.Is(err, io.EOF):
			return Pushed{}, io.EOF
		case err != nil:
			return Pushed{}, fmt.Errorf("%w: %w", ErrPushed, err)
		}
		switch f.ID {
		case FrameHeader:
			done, err := s.header.add(&f)
			if err != nil {
				return Pushed{}, fmt.Errorf("%w: %w", ErrPushed, err)
			}
			if done {
				header := s.header.header
				s.header, s.known = headerAssembly{}, true
				return Pushed{Header: header}, nil
			}
		case FrameData:
			if !s.known {
				return Pushed{}, fmt.Errorf("%w: data before the header", ErrPushed)
			}
			return Pushed{Packet: f.Payload}, nil
		case FrameEnd:
			if f.Reason == ReasonDone { // any other announces a new header
				return Pushed{}, io.EOF
			}
		case FrameChange, FrameMetadata, FrameFill:
		default:
			return Pushed{}, fmt.Errorf("%w: %w", ErrPushed, &ParseError{"$" + string(rune(f.ID)) + " packet", 0, ErrUnexpected})
		}
	}
}
