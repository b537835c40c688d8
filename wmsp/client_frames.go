package wmsp

import (
	"io"
	"time"
)

// frameReader reads packets from a body.
type frameReader struct {
	r      io.Reader
	parser FrameParser
	buf    []byte
	at     int       // of the next packet in buf
	readAt time.Time // when the last bytes came
}

func newFrameReader(r io.Reader) *frameReader {
	return &frameReader{r: r, buf: make([]byte, 0, 2*(FramingHeaderSize+0xFFFF))}
}

// next returns the next packet. Its payload is good until the next call. It
// returns io.EOF when the body ends between packets.
func (f *frameReader) next() (Frame, error) {
	for {
		frame, n, err := f.parser.Parse(f.buf[f.at:])
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
		n, err = f.r.Read(f.buf[len(f.buf):cap(f.buf)])
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
