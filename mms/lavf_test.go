package mms

import "errors"

// Lavf is FFmpeg's way of reading mmst:// behind the last packet: its protocol, its
// buffer and its demuxer, as far as they matter there. See quirk_release.go.
type Lavf struct {
	PacketSize int
	Known      map[uint8]bool // streams; those that are false it has no use for
	Wire       []Data         // what is still to come

	left   []byte // of the data packet that came last
	buf    []byte
	eof    bool
	failed bool
}

var (
	ErrLavf    = errors.New("input/output error")
	ErrForever = errors.New("it asks for ever")
)

// fill reads once, which a data packet that is too long has fail, though it stays.
func (l *Lavf) fill() {
	if l.eof {
		return
	}
	if len(l.left) == 0 {
		if len(l.Wire) == 0 {
			panic(ErrForever)
		}
		l.left = l.Wire[0].Payload
		l.Wire = l.Wire[1:]
		if len(l.left) > l.PacketSize {
			l.eof, l.failed = true, true
			return
		}
		if n := l.PacketSize - len(l.left); n > 0 {
			l.left = append(l.left[:len(l.left):len(l.left)], make([]byte, n)...)
		}
	}
	l.buf, l.left = l.left, nil
}

// atEnd is believed only when it fails twice.
func (l *Lavf) atEnd() bool {
	if l.eof {
		l.eof = false
		l.fill()
	}
	return l.eof
}

// number reads a number; what is missing is 0.
func (l *Lavf) number(bytes int) (v uint32) {
	for i := range bytes {
		if len(l.buf) == 0 {
			l.fill()
		}
		if len(l.buf) > 0 {
			v |= uint32(l.buf[0]) << (8 * i)
			l.buf = l.buf[1:]
		}
	}
	return v
}

func (l *Lavf) skip(n int) {
	for n > len(l.buf) {
		before := len(l.buf)
		if l.fill(); l.eof {
			return // where it was
		}
		n -= before
	}
	l.buf, l.eof = l.buf[n:], false
}

// read reads a payload, of which there is some unless the first attempt fails.
func (l *Lavf) read(n int) error {
	got := 0
	for got < n {
		if len(l.buf) == 0 {
			l.fill()
		}
		k := min(n-got, len(l.buf))
		if k == 0 {
			break
		}
		l.buf = l.buf[k:]
		got += k
	}
	if got == 0 && l.failed {
		return ErrLavf
	}
	return nil
}

// Run reads packets until it ends, which is ErrLavf, or asks for ever.
func (l *Lavf) Run() (err error) {
	defer func() {
		if e, ok := recover().(error); ok {
			err = e
		}
	}()
	for !l.atEnd() {
		if err := l.payload(l.packet()); err != nil {
			return err
		}
	}
	return ErrLavf
}

// packet reads the head of a packet, and returns how many bytes it says are left.
// What does not begin as packets do it takes for one all of whose flags are 0.
func (l *Lavf) packet() (property byte, left int) {
	var flags byte
	length, head := l.PacketSize, 8
	if l.number(3) == 0x82 {
		flags, property, head = byte(l.number(1)), byte(l.number(1)), 11
	} else {
		l.atEnd()
	}
	if flags == 0x60 {
		length, head = int(l.number(4)), head+4
	}
	l.number(4)
	l.number(2)
	return property, length - head
}

// payload reads the one payload of a packet.
func (l *Lavf) payload(property byte, left int) error {
	stream := uint8(l.number(1)) & 0x7F
	left--
	if property&3 == 3 {
		replicated := int(l.number(4))
		l.skip(replicated)
		left -= 4 + replicated
	}
	if !l.Known[stream] {
		l.skip(left)
		return nil
	}
	return l.read(left)
}
