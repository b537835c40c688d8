// Package x224 is what T.120 has between TCP and T.125 (T.123 2.1.1): packets with their
// length (TPKT, RFC 1006), and X.224 of class 0 in them.
package x224

import (
	"encoding/binary"
	"errors"
	"fmt"
)

var (
	// ErrNeedMore says that the input ends before the packet does.
	ErrNeedMore = errors.New("x224: input ends too early")
	// ErrInvalid says that a packet or TPDU cannot be read.
	ErrInvalid = errors.New("x224: invalid packet")
	// ErrTooLarge says that a message has more octets than are taken here.
	ErrTooLarge = errors.New("x224: message too large")
)

// The sizes of packets, in octets with their header.
const (
	headerSize = 4
	minPacket  = 7 // a header and the shortest TPDU
	MaxPacket  = 1<<16 - 1
)

const version = 3

// packetSize takes the header of a packet.
func packetSize(head []byte) (int, error) {
	size := int(binary.BigEndian.Uint16(head[2:]))
	if head[0] != version || size < minPacket {
		return 0, fmt.Errorf("%w: version %d, %d octets", ErrInvalid, head[0], size)
	}
	return size, nil
}

// Split takes the TPDU of the packet with which b begins.
func Split(b []byte) (tpdu, rest []byte, err error) {
	if len(b) < headerSize {
		return nil, nil, ErrNeedMore
	}
	size, err := packetSize(b)
	if err != nil {
		return nil, nil, err
	}
	if len(b) < size {
		return nil, nil, ErrNeedMore
	}
	return b[headerSize:size:size], b[size:], nil
}

// appendHeader begins a packet whose TPDU has that many octets.
func appendHeader(b []byte, size int) []byte {
	return binary.BigEndian.AppendUint16(append(b, version, 0), uint16(headerSize+size))
}
