package main

import (
	"encoding/binary"
	"fmt"
	"time"

	"caracal/asf"
	"caracal/wmsp"
)

// First byte of a packet, [MS-WMSP] 2.2.3.1.1; the top bit is B.
const (
	frameMark = 0x24
	frameMask = 0x7F
)

// frames follows the packets of a body, [MS-WMSP] 2.2.3. They may come in
// pieces of any size; no payload is kept but that of the first $H.
type frames struct {
	client *client
	head   [wmsp.DataHeadSize]byte
	have   int // bytes of head
	left   int // bytes that the packet still has after head

	next     byte // AFFlags of the next $D
	changed  bool // a $C came: the sequence may begin again
	located  bool
	location uint32 // of the latest $D

	header   []byte // Header Object and what follows it in $H
	complete bool   // the last piece of header was received
}

// length is the PacketLength of the packet in head.
func (f *frames) length() int { return int(binary.LittleEndian.Uint16(f.head[2:])) }

// want is how many bytes head has to have.
func (f *frames) want() int {
	if f.have < wmsp.FramingHeaderSize {
		return wmsp.FramingHeaderSize
	}
	return wmsp.FramingHeaderSize + min(f.length(), wmsp.MMSPacketHeadSize)
}

// feed is a sink. errOver says that nothing follows.
func (f *frames) feed(p []byte, now time.Time) error {
	for len(p) > 0 {
		if want := f.want(); f.have < want {
			n := copy(f.head[f.have:want], p)
			f.have, p = f.have+n, p[n:]
			if f.have == wmsp.FramingHeaderSize {
				if err := f.begin(); err != nil {
					return err
				}
			}
		} else {
			n := min(f.left, len(p))
			f.payload(p[:n])
			f.left, p = f.left-n, p[n:]
		}
		if f.left == 0 && f.have >= wmsp.FramingHeaderSize && f.have == f.want() {
			f.have = 0
			if err := f.packet(now); err != nil {
				return err
			}
		}
	}
	return nil
}

// begin looks at the framing header.
func (f *frames) begin() error {
	mark, id := f.head[0]&frameMask, f.head[1]
	if mark != frameMark || id == wmsp.FramePair { // $P has not been asked for
		f.client.bad.Add(1)
		return fmt.Errorf("a packet begins with %#x %#x", f.head[0], id)
	}
	f.left = max(0, f.length()-wmsp.MMSPacketHeadSize)
	return nil
}

func (f *frames) payload(p []byte) {
	if f.head[1] == wmsp.FrameHeader && !f.complete && len(f.header)+len(p) <= asf.MaxHeaderSize {
		f.header = append(f.header, p...)
	}
}

// packet is called when a packet is complete.
func (f *frames) packet(now time.Time) error {
	rest := f.head[wmsp.FramingHeaderSize:]
	switch f.head[1] {
	case wmsp.FrameData:
		return f.data(rest, now)
	case wmsp.FrameHeader:
		f.complete = f.complete || rest[5]&wmsp.FlagLast != 0
	case wmsp.FrameChange:
		f.changed, f.located = true, false
	case wmsp.FrameEnd:
		if f.length() < wmsp.ReasonSize || binary.LittleEndian.Uint32(rest) != wmsp.ReasonEntryDone {
			return errOver
		}
	case wmsp.FrameMetadata, wmsp.FrameTest:
	default:
		f.client.bad.Add(1)
	}
	return nil
}

// data counts a $D packet: AFFlags counts them from 0, modulo 256; LocationId
// is the number of the ASF packet, [MS-WMSP] 2.2.3.1.2.
func (f *frames) data(rest []byte, now time.Time) error {
	c, n := f.client, f.length()
	if n < wmsp.MMSPacketHeadSize {
		c.bad.Add(1)
		return nil
	}
	if int(binary.LittleEndian.Uint16(rest[6:])) != n {
		c.bad.Add(1)
	}
	sequence := rest[5]
	if again := f.changed && sequence == 0; sequence != f.next && !again {
		c.gaps.Add(1)
		c.lost.Add(int64(sequence - f.next))
	}
	f.next, f.changed = sequence+1, false
	location := binary.LittleEndian.Uint32(rest)
	if f.located && location != f.location+1 {
		c.jumps.Add(1)
	}
	f.location, f.located = location, true
	c.packets.Add(1)
	return c.media(n-wmsp.MMSPacketHeadSize, now)
}
