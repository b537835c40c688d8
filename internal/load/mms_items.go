package main

import (
	"encoding/binary"
	"time"

	"caracal/mms"
)

// mmsSessionID marks a TcpMessageHeader, [MS-MMSP] 2.2.3; anything else is a
// data packet, 3.1.5.2.
const mmsSessionID = 0xB00BFACE

// mmsItems follows what an MMS server sends on the connection: messages, and
// between them data packets. They may come in pieces of any size; of data
// packets that are media only the head is kept.
type mmsItems struct {
	media   *mmsMedia
	message func(mms.Message) error
	halt    bool // the answer has come: what follows can wait

	head [mms.DataHeadSize]byte // of a data packet
	have int
	left int    // bytes that the data packet still has after head
	text []byte // of messages, until all of a TcpMessageHeader are there
}

// feed takes a piece and returns how many bytes it has used; it stops behind an
// answer.
func (i *mmsItems) feed(p []byte, now time.Time) (n int, err error) {
	for n < len(p) && err == nil && !i.halt {
		var used int
		switch {
		case len(i.text) > 0:
			used, err = i.messages(p[n:])
		case i.have < len(i.head):
			used, err = i.begin(p[n:], now)
		default:
			used = min(i.left, len(p)-n)
			i.media.piece(p[n : n+used])
			i.left -= used
			err = i.end(now)
		}
		n += used
	}
	return n, err
}

// begin takes bytes of a head, be it of a data packet or of a message.
func (i *mmsItems) begin(p []byte, now time.Time) (int, error) {
	n := copy(i.head[i.have:], p)
	if i.have += n; i.have < len(i.head) {
		return n, nil
	}
	if binary.LittleEndian.Uint32(i.head[4:]) == mmsSessionID {
		i.text = append(i.text, i.head[:]...)
		i.have = 0
		return n, nil
	}
	size := int(binary.LittleEndian.Uint16(i.head[6:]))
	if size < len(i.head) {
		i.media.client.bad.Add(1)
		return n, mms.ErrInvalid
	}
	i.left = size - len(i.head)
	return n, i.end(now)
}

// end counts the data packet when all of it is there.
func (i *mmsItems) end(now time.Time) error {
	if i.left > 0 {
		return nil
	}
	i.have = 0
	return i.media.packet(i.head[:], now)
}

// messages takes a piece of a TcpMessageHeader with its messages.
func (i *mmsItems) messages(p []byte) (n int, err error) {
	want, err := i.wanted()
	if err != nil {
		return 0, err
	}
	n = min(want-len(i.text), len(p))
	i.text = append(i.text, p[:n]...)
	if want, err = i.wanted(); err != nil || len(i.text) < want {
		return n, err
	}
	rest := i.text[mms.TCPMessageHeaderSize:]
	i.text = i.text[:0]
	for len(rest) > 0 {
		m, used, err := mms.ParseMessage(rest)
		if err != nil {
			i.media.client.bad.Add(1)
			return n, err
		}
		if err := i.message(m); err != nil {
			return n, err
		}
		rest = rest[used:]
	}
	return n, nil
}

// wanted is how many bytes text has to have before it can be used, or looked at
// again.
func (i *mmsItems) wanted() (int, error) {
	if len(i.text) < mms.TCPMessageHeaderSize {
		return mms.TCPMessageHeaderSize, nil
	}
	h, _, err := mms.ParseTCPMessageHeader(i.text)
	if err != nil {
		i.media.client.bad.Add(1)
		return 0, err
	}
	return mms.TCPMessageHeaderSize + h.Size(), nil
}
