package wmsp

import (
	"encoding/binary"
	"io"
	"time"
)

// frameReader reads packets from a body.
type frameReader struct {
	r      io.Reader
	parse  func([]byte) (Frame, int, error)
	exact  bool // never asks for more than a packet
	buf    []byte
	at     int       // of the next packet in buf
	readAt time.Time // when the last bytes came
}

// newFrameReader reads packets of [MS-WMSP].
func newFrameReader(r io.Reader) *frameReader {
	var p FrameParser
	return &frameReader{r: r, parse: p.Parse, buf: make([]byte, 0, 2*(FramingHeaderSize+0xFFFF))}
}

// newPushReader reads packets of [MS-WMHTTP] from a request's body.
func newPushReader(r io.Reader) *frameReader {
	f := newExactReader(r)
	f.parse = ParsePushFrame
	return f
}

// newExactReader reads packets of [MS-WMSP] from a request's body: net/http
// waits until there is as much as it is asked for, where a chunk has more.
func newExactReader(r io.Reader) *frameReader {
	f := newFrameReader(r)
	f.exact = true
	return f
}

// next returns the next packet. Its payload is good until the next call. It
// returns io.EOF when the body ends between packets.
func (f *frameReader) next() (Frame, error) {
	for {
		frame, n, err := f.parse(f.buf[f.at:])
		if err == nil {
			f.at += n
			return frame, nil
		}
		if err != ErrNeedMore {
			return Frame{}, err
		}
		if f.at > 0 {
			f.buf = f.buf[:copy(f.buf, f.buf[f.at:])]
			f.at = 0
		}
		room := f.buf[len(f.buf):cap(f.buf)]
		if f.exact {
			room = room[:f.missing()]
		}
		n, err = f.r.Read(room)
		f.readAt = time.Now()
		f.buf = f.buf[:len(f.buf)+n]
		if n == 0 && err != nil {
			if len(f.buf) > 0 {
				err = endsEarly(err)
			}
			return Frame{}, err
		}
	}
}

// missing says how many bytes there have to be before the buffer, which begins
// with a packet, can say more. No packet of an encoder is longer than its
// length says.
func (f *frameReader) missing() int {
	if len(f.buf) < FramingHeaderSize {
		return FramingHeaderSize - len(f.buf)
	}
	return max(FramingHeaderSize+int(binary.LittleEndian.Uint16(f.buf[2:]))-len(f.buf), 1)
}
