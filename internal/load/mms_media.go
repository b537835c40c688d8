package main

import (
	"encoding/binary"
	"time"

	"caracal/mms"
)

// The playIncarnation of what a client asks for, [MS-MMSP] 3.1.1.
const (
	mmsHeaderIncarnation = 1
	mmsPlayIncarnation   = 10
)

// mmsMedia counts a client's data packets, [MS-MMSP] 2.2.2.
type mmsMedia struct {
	client *client
	joiner mms.HeaderJoiner
	part   []byte // of a piece of the header, which is under way
	header []byte // once it is complete

	current  byte // playIncarnation of media
	joining  byte // playIncarnation of the header that is under way; 0 for none
	source   source
	located  bool
	location uint32 // of the latest packet
}

func newMMSMedia(c *client) mmsMedia {
	return mmsMedia{client: c, current: mmsPlayIncarnation, joining: mmsHeaderIncarnation, source: source{seen: ^uint64(0)}}
}

// piece takes bytes of a data packet's payload: those of the first header are
// kept.
func (m *mmsMedia) piece(p []byte) {
	if m.joining == mmsHeaderIncarnation && len(m.part)+len(p) <= mms.MaxPayload {
		m.part = append(m.part, p...)
	}
}

// packet is called when all of a data packet is there. The error says that the
// client is done.
func (m *mmsMedia) packet(head []byte, now time.Time) error {
	d := mms.Data{
		LocationID: binary.LittleEndian.Uint32(head), PlayIncarnation: head[4], AFFlags: head[5], Payload: m.part,
	}
	m.part = m.part[:0]
	switch {
	case d.IsPair(): // has not been asked for
		m.client.bad.Add(1)
	case m.joining != 0 && d.PlayIncarnation == m.joining:
		return m.join(d)
	case d.PlayIncarnation != m.current:
		m.client.bad.Add(1)
	default:
		m.count(d.AFFlags, d.LocationID)
		m.client.packets.Add(1)
		return m.client.media(int(binary.LittleEndian.Uint16(head[6:]))-mms.DataHeadSize, now)
	}
	return nil
}

func (m *mmsMedia) join(d mms.Data) error {
	if m.joining != mmsHeaderIncarnation { // of the next entry: nobody looks at it
		if d.AFFlags == mms.FlagLastPiece {
			m.current, m.joining = m.joining, 0
		}
		return nil
	}
	header, err := m.joiner.Add(d)
	if header != nil {
		m.header, m.joining, m.part = header, 0, nil
	}
	return err
}

// change is told of the next entry of a playlist over TCP, [MS-MMSP] 3.2.4.2.
func (m *mmsMedia) change(incarnation byte) { m.joining, m.located = incarnation, false }

// count takes AFFlags for the nearest number: they count the packets from 0,
// modulo 256.
func (m *mmsMedia) count(flags byte, location uint32) {
	ahead := int8(flags - byte(m.source.next))
	m.source.count(m.client, m.source.next+uint16(ahead))
	if ahead < 0 {
		return
	}
	if ahead == 0 && m.located && location != m.location+1 {
		m.client.jumps.Add(1)
	}
	m.location, m.located = location, true
}
