package x224

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// Options are the bounds of a connection; zero values are the defaults.
type Options struct {
	Handshake  time.Duration // for the CR, or its answer; 10 s
	Unfinished time.Duration // from a packet's first octet to its last; 30 s
	MaxMessage int           // octets of a message, which may come in several DTs; 65,528
	MaxSize    int           // octets of a TPDU that are taken; 0: not said, 65,531
}

func (o Options) withDefaults() Options {
	if o.Handshake <= 0 {
		o.Handshake = 10 * time.Second
	}
	if o.Unfinished <= 0 {
		o.Unfinished = 30 * time.Second
	}
	if o.MaxMessage <= 0 {
		o.MaxMessage = MaxPacket - DataHead
	}
	return o
}

// Conn is a connection over which messages go. One goroutine may read and another write.
type Conn struct {
	Net     net.Conn
	Request TPDU // with which it began
	opt     Options
	in      *bufio.Reader
	message []byte // of several DTs
	packet  []byte
	largest int // octets of data in a DT to the peer
}

// inSize is the buffer for what comes: control PDUs are shorter, and data is read in one piece.
const inSize = 4 << 10

func newConn(c net.Conn, o Options) *Conn {
	return &Conn{Net: c, opt: o.withDefaults(), in: bufio.NewReaderSize(c, inSize)}
}

// reference is ours in a CC; each connection of TCP is one of X.224, so that any will do.
const reference = 1

// Accept takes the peer's CR and confirms it.
func Accept(c net.Conn, o Options) (*Conn, error) {
	x := newConn(c, o)
	c.SetDeadline(time.Now().Add(x.opt.Handshake))
	t, err := x.tpdu()
	if err != nil {
		return nil, err
	}
	if t.Kind != Request {
		return nil, fmt.Errorf("%w: %s, want CR", ErrInvalid, t.Kind)
	}
	x.Request = t.clone()
	confirm := TPDU{Kind: Confirm, Dest: t.Source, Source: reference, MaxSize: agreed(t.MaxSize, o.MaxSize)}
	x.agree(confirm.MaxSize)
	if _, err := c.Write(confirm.Append(nil)); err != nil {
		return nil, err
	}
	return x, c.SetDeadline(time.Time{})
}

// Dial asks for a connection over one of TCP, and waits for its CC.
func Dial(c net.Conn, o Options) (*Conn, error) {
	x := newConn(c, o)
	c.SetDeadline(time.Now().Add(x.opt.Handshake))
	x.Request = TPDU{Kind: Request, Source: reference, MaxSize: o.MaxSize}
	if _, err := c.Write(x.Request.Append(nil)); err != nil {
		return nil, err
	}
	t, err := x.tpdu()
	if err != nil {
		return nil, err
	}
	if t.Kind != Confirm {
		return nil, fmt.Errorf("x224: refused with %s, reason %d", t.Kind, t.Reason)
	}
	x.agree(agreed(o.MaxSize, t.MaxSize))
	return x, c.SetDeadline(time.Time{})
}

// agreed is the size that a CC says: no more than was asked for, and none if none was.
func agreed(asked, taken int) int {
	if asked == 0 || taken == 0 {
		return asked
	}
	return min(asked, taken)
}

// agree takes the size of TPDUs; without one it is all that a packet holds, T.123.
func (c *Conn) agree(size int) {
	c.largest = MaxPacket - DataHead
	if size > 0 {
		c.largest = min(c.largest, size-3)
	}
}

// clone has nothing of the buffer that it was read into.
func (t TPDU) clone() TPDU {
	t.Calling, t.Called, t.Data = append([]byte(nil), t.Calling...), append([]byte(nil), t.Called...), nil
	return t
}

// Receive waits for a message, which is there until the next call. io.EOF says that the
// peer has closed the connection, in X.224's words or between two messages.
func (c *Conn) Receive() ([]byte, error) {
	c.message = c.message[:0]
	for first := true; ; first = false {
		t, err := c.tpdu()
		switch {
		case err == io.EOF && !first:
			return nil, io.ErrUnexpectedEOF
		case err != nil:
			return nil, err
		case t.Kind == Disconnect, t.Kind == Error:
			return nil, io.EOF
		case t.Kind != Data:
			return nil, fmt.Errorf("%w: %s inside a connection", ErrInvalid, t.Kind)
		case len(c.message)+len(t.Data) > c.opt.MaxMessage:
			return nil, ErrTooLarge
		case first && t.End:
			return t.Data, nil
		}
		if c.message = append(c.message, t.Data...); t.End {
			return c.message, nil
		}
	}
}

// tpdu reads a packet. A peer may say nothing for as long as it likes, but what it has
// begun has to end.
func (c *Conn) tpdu() (TPDU, error) {
	if _, err := c.in.Peek(1); err != nil {
		return TPDU{}, err
	}
	if c.in.Buffered() < headerSize {
		defer c.hurry()()
	}
	head, err := c.in.Peek(headerSize)
	if err != nil {
		return TPDU{}, cut(err)
	}
	size, err := packetSize(head)
	if err != nil {
		return TPDU{}, err
	}
	if c.in.Buffered() < size {
		defer c.hurry()()
	}
	if cap(c.packet) < size {
		c.packet = make([]byte, size)
	}
	c.packet = c.packet[:size]
	if _, err := io.ReadFull(c.in, c.packet); err != nil {
		return TPDU{}, cut(err)
	}
	return Parse(c.packet[headerSize:])
}

// hurry gives the peer until a deadline, and returns what takes that back.
func (c *Conn) hurry() func() {
	if c.largest == 0 { // the handshake has a deadline of its own
		return func() {}
	}
	c.Net.SetReadDeadline(time.Now().Add(c.opt.Unfinished))
	return func() { c.Net.SetReadDeadline(time.Time{}) }
}

// cut is the error of a packet that has no end.
func cut(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Append writes the packets of a message as this peer takes them: one, unless it asked
// for short ones.
func (c *Conn) Append(b, message []byte) []byte { return AppendMessage(b, message, c.largest) }

// Largest is how many octets of a message a packet to this peer may have. Peers with the
// same may be sent the same packets.
func (c *Conn) Largest() int { return c.largest }

// AppendMessage writes a message in packets that have at most largest octets of it each.
func AppendMessage(b, message []byte, largest int) []byte {
	for len(message) > largest {
		b, message = AppendData(b, message[:largest], false), message[largest:]
	}
	return AppendData(b, message, true)
}

// AppendDisconnect writes the packet of a DR: normal, at the user's request.
func AppendDisconnect(b []byte) []byte {
	t := TPDU{Kind: Disconnect, Source: reference, Reason: 0x80}
	return t.Append(b)
}

// Close closes the connection.
func (c *Conn) Close() error { return c.Net.Close() }
