package mms

import (
	"encoding/binary"
	"errors"
	"io"
)

// Sizes of a Reader's buffer in bytes. It grows with the bytes that came, not
// with what a length field promises.
const (
	readerFirst = 2 << 10
	readerMost  = max(TCPMessageHeaderSize+MaxMessage, MaxDataPacket)
)

// Item is what a Reader finds: a message, or a data packet of a server.
type Item struct {
	Message Message
	Data    Data
	IsData  bool
}

// Reader takes the messages off a TCP connection, however they are cut into
// segments and joined in TcpMessageHeader packets.
type Reader struct {
	src      io.Reader
	data     bool   // data packets may come between the messages
	buf      []byte // buf[start:end] is read and not yet given out
	start    int
	end      int
	messages []byte // the rest of the packet in hand
}

// NewReader returns a Reader of what a client sends: messages only.
func NewReader(src io.Reader) *Reader { return &Reader{src: src} }

// NewDataReader returns a Reader of what a server sends: messages and data
// packets. The two are told apart by sessionId, [MS-MMSP] 3.1.5.2, and by seal:
// a data packet of 45,067 bytes with playIncarnation 0xCE and AFFlags 0xFA has
// sessionId in it as well.
func NewDataReader(src io.Reader) *Reader { return &Reader{src: src, data: true} }

// Next returns the next message or data packet. It is valid until the next
// call. io.EOF says that the stream ended between two packets. After an error
// there is no way to find the beginning of a packet again: the connection is to
// be closed.
func (r *Reader) Next() (Item, error) {
	for len(r.messages) == 0 {
		item, n, err := r.parse()
		switch {
		case err == nil:
			r.start += n
			if item.IsData {
				return item, nil
			}
		case !errors.Is(err, ErrNeedMore):
			return Item{}, err
		default:
			if err := r.fill(); err != nil {
				return Item{}, err
			}
		}
	}
	m, n, err := ParseMessage(r.messages)
	if err != nil {
		return Item{}, err
	}
	r.messages = r.messages[n:]
	return Item{Message: m}, nil
}

// parse parses the packet at the beginning of the buffer; the messages of a
// TcpMessageHeader go to r.messages.
func (r *Reader) parse() (Item, int, error) {
	b := r.buf[r.start:r.end]
	if r.data && !isTCPMessage(b) {
		d, n, err := ParseData(b)
		return Item{Data: d, IsData: true}, n, err
	}
	h, n, err := ParseTCPMessageHeader(b)
	if err != nil {
		return Item{}, 0, err
	}
	if len(b) < n+h.Size() {
		return Item{}, 0, ErrNeedMore
	}
	r.messages = b[n : n+h.Size()]
	return Item{}, n + h.Size(), nil
}

// isTCPMessage also says yes when too little came to tell.
func isTCPMessage(b []byte) bool {
	if len(b) >= 8 && binary.LittleEndian.Uint32(b[4:]) != tcpSessionID {
		return false
	}
	return len(b) < 16 || binary.LittleEndian.Uint32(b[12:]) == tcpSeal
}

func (r *Reader) fill() error {
	if r.start > 0 {
		r.end = copy(r.buf, r.buf[r.start:r.end])
		r.start = 0
	}
	if r.end == len(r.buf) {
		if len(r.buf) == readerMost {
			return ErrLimit
		}
		grown := make([]byte, min(max(readerFirst, 2*len(r.buf)), readerMost))
		copy(grown, r.buf)
		r.buf = grown
	}
	n, err := r.src.Read(r.buf[r.end:])
	r.end += n
	if n > 0 {
		return nil
	}
	if errors.Is(err, io.EOF) && r.end > 0 {
		return io.ErrUnexpectedEOF
	}
	return err
}
