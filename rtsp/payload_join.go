package rtsp

import "github.com/pion/rtp"

// Received is an ASF packet as it arrived, without padding.
type Received struct {
	Data        []byte // valid until emit returns
	SendTime    uint32 // ms, of the RTP timestamp and the Relative Timestamp
	Location    uint32 // number of the ASF packet
	HasLocation bool
	Key         bool
}

// Joiner makes ASF packets of the RTP packets of one RTP session, [MS-RTSP]
// 2.2.1 and 3.1.5.12.2. It takes them in order; what could not be put together
// is counted and left out. A fragment is the last of its ASF packet if its
// marker bit is set, or if the next RTP packet begins another one: FEC does not
// bring marker bits back. The zero value is ready.
type Joiner struct {
	Lost uint64 // ASF packets of which fragments came, but not all

	buf  []byte   // fragments so far
	head Received // what the last of them said; without Data
	next uint16   // sequence number of the fragment that continues buf
	open bool     // buf holds the beginning of an ASF packet
}

// Add takes the next RTP packet and calls emit for every ASF packet that is
// complete. An error says that the RTP packet is not of this payload format;
// the next may be.
func (j *Joiner) Add(p *rtp.Packet, emit func(Received) error) error {
	if j.open && p.SequenceNumber != j.next {
		j.drop()
	}
	j.next = p.SequenceNumber + 1
	for b := p.Payload; ; {
		h, n, err := ParsePayloadHead(b)
		if err != nil {
			j.drop()
			return &ParseError{"RTP payload format header", len(p.Payload) - len(b), err}
		}
		r := Received{
			SendTime: p.Timestamp + uint32(h.Relative),
			Location: h.Location, HasLocation: h.HasLocation, Key: h.Key,
		}
		if !h.Whole {
			return j.fragment(p, h, r, b[n:], emit)
		}
		if err := j.finish(emit); err != nil {
			return err
		}
		size := wholeSize(h, n, b)
		if size <= 0 {
			return &ParseError{"RTP payload format header", len(p.Payload) - len(b), ErrInvalid}
		}
		r.Data = b[n : n+size : n+size]
		if err := emit(r); err != nil {
			return err
		}
		if b = b[n+size:]; len(b) == 0 {
			return nil
		}
	}
}

// wholeSize is the size of the ASF packet behind its header of n bytes.
// Senders that count the header too (libavformat expects them) say up to n
// bytes more than there are. It is 0 if the size cannot be.
func wholeSize(h PayloadHead, n int, b []byte) int {
	size, left := int(h.Length), len(b)-n
	if size > left+n {
		return 0
	}
	return min(size, left)
}

// fragment takes what is in an RTP packet of a fragment: to its end.
func (j *Joiner) fragment(p *rtp.Packet, h PayloadHead, r Received, data []byte, emit func(Received) error) error {
	switch {
	case h.Length == 0:
		if err := j.finish(emit); err != nil {
			return err
		}
		j.open, j.buf = true, j.buf[:0]
	case !j.open:
		return nil // its beginning was lost, and counted if any of it had come
	case int(h.Length) != len(j.buf):
		j.drop()
		return nil
	}
	if len(j.buf)+len(data) > MaxASFPacket {
		j.drop()
		return &ParseError{"ASF packet", 0, ErrLimit}
	}
	j.buf = append(j.buf, data...)
	j.head = r
	if !p.Marker {
		return nil
	}
	return j.finish(emit)
}

// finish hands out what was put together, if anything was.
func (j *Joiner) finish(emit func(Received) error) error {
	if !j.open {
		return nil
	}
	j.open = false
	if len(j.buf) == 0 {
		return &ParseError{"ASF packet", 0, ErrInvalid}
	}
	r := j.head
	r.Data = j.buf
	return emit(r)
}

func (j *Joiner) drop() {
	if j.open {
		j.Lost++
	}
	j.open = false
}
