package msb

// How far the packet IDs of a stream may go apart.
const (
	// reorder is how many packets may overtake another before it counts as lost,
	// beside those of a span, whose parity is waited for.
	reorder = 6
	// jump is the largest gap that is taken for losses. What is further ahead, or
	// window or more behind, begins anew when two packets agree.
	jump = 3000
	// window is how many packets are kept: a span that is given out already, the
	// next span and those that overtake it.
	window = 64
	// parities is how many parity packets are kept.
	parities = 4
)

// Heard says what a datagram was, for ReceiverTimers.
type Heard uint8

const (
	HeardNothing Heard = iota // no MSB packet, or one far from all others
	HeardBeacon
	HeardUnknown // a packet whose format is not known: [MS-MSB] 3.2.5.2 ignores it
	HeardPacket  // a packet of a known format, parity included
)

// Received is an ASF packet that a Decoder gives out.
type Received struct {
	ID       uint32
	Stream   StreamID
	Entry    bool   // the first packet of an entry: another Stream than before
	Repaired bool   // it was lost and is made again from parity
	Lost     uint32 // packets missing before it
	// Data is the packet without its padding; the error correction data, if
	// any, is 0. It is valid until give returns, and the caller's to change.
	Data []byte
}

// DecoderStats counts what came. All counters are of packets.
type DecoderStats struct {
	Packets   uint64 // given out, repaired ones included
	Repaired  uint64
	Lost      uint64
	Late      uint64 // came twice, or after they counted as lost
	Unknown   uint64 // of formats that are not known
	Stray     uint64 // no MSB packets, or far from all others
	Beacons   uint64
	BadParity uint64 // parity that does not go with its packets
	Restarts  uint64 // times that the IDs began anew, as those of a sender that did
}

// DecoderOptions are what a receiver has from the .nsc file.
type DecoderOptions struct {
	Formats []FormatID // others are ignored
	Span    int        // Default Ecc; 0 is MaxSpan
}

// Decoder gives out the ASF packets of one multicast group in order, [MS-MSB]
// 3.2.5. Where one is missing it waits for the parity packet of the span or for
// packets far enough behind. It never waits for time: that is the caller's, with
// Flush.
type Decoder struct {
	known   [(int(MaxFormatID) + 64) / 64]uint64
	hold    uint32 // how far the newest packet may be ahead of one that is missing
	started bool
	next    uint32 // ID of the next packet to give out
	top     uint32 // ID behind the newest
	stream  StreamID
	entered bool   // stream is that of a packet given out
	missing uint32 // packets lost since the last one given out
	far     uint32 // ID that would confirm a jump
	isFar   bool

	slots    [window]slot
	parities [parities]paritySlot
	turn     int // the parity slot that is overwritten next
	sum      []byte
	stats    DecoderStats
}

// slot is a packet of the window, in place ID modulo window.
type slot struct {
	id         uint32
	state      slotState
	stream     StreamID
	correction Correction
	repaired   bool
	data       []byte // the ASF packet with its error correction data cleared; reused
}

type slotState uint8

const (
	slotEmpty slotState = iota
	slotHeld
	slotIgnored // of a format that is not known
)

type paritySlot struct {
	used       bool
	judged     bool   // compared with its packets
	last       uint32 // ID of the last packet of its span
	stream     StreamID
	correction Correction
	data       []byte // without the error correction bytes; reused
}

// NewDecoder makes a decoder that begins with the first packet it hears.
func NewDecoder(o DecoderOptions) *Decoder {
	d := &Decoder{}
	span := o.Span
	if span < 1 || span > MaxSpan {
		span = MaxSpan
	}
	d.hold = uint32(span + reorder)
	for _, f := range o.Formats {
		d.Learn(f)
	}
	return d
}

// Learn makes a format known, of an .nsc file that has changed.
func (d *Decoder) Learn(f FormatID) {
	f &= MaxFormatID
	d.known[f/64] |= 1 << (f % 64)
}

// Holds says that packets wait for one that is missing.
func (d *Decoder) Holds() bool { return d.next != d.top }

// Knows says that a packet's format is one of the .nsc file's.
func (d *Decoder) Knows(f FormatID) bool {
	f &= MaxFormatID
	return d.known[f/64]>>(f%64)&1 != 0
}

// Stats are the counters up to now.
func (d *Decoder) Stats() DecoderStats { return d.stats }

// Add takes a datagram and calls give for each packet that is next. An error is
// a *ParseError: others send to the group as well, so that it is only to be
// counted.
func (d *Decoder) Add(b []byte, give func(Received)) (Heard, error) {
	if IsBeacon(b) {
		d.stats.Beacons++
		return HeardBeacon, nil
	}
	p, err := ParsePacket(b)
	if err == nil && len(p.ASF) == 0 {
		err = &ParseError{"ASF packet", 0, ErrNeedMore}
	}
	if err != nil {
		d.stats.Stray++
		return HeardNothing, err
	}
	if !d.Knows(p.Stream.Format()) {
		d.stats.Unknown++
		d.ignore(p.ID)
		d.advance(give)
		return HeardUnknown, nil
	}
	c, err := ParseCorrection(p.ASF)
	if err != nil {
		d.stats.Stray++
		return HeardNothing, err
	}
	switch d.place(p.ID, c.Parity, give) {
	case placeFar:
		d.stats.Stray++
		return HeardNothing, nil
	case placeEarly:
		return HeardPacket, nil
	case placeLate:
		if !c.Parity {
			d.stats.Late++
			return HeardPacket, nil
		}
	}
	if c.Parity {
		d.keepParity(p, c)
	} else {
		d.keep(p, c)
	}
	d.advance(give)
	return HeardPacket, nil
}

// Flush gives out what is held and counts what is missing as lost, for a caller
// whose patience is over, and at the end.
func (d *Decoder) Flush(give func(Received)) {
	for d.next != d.top {
		d.step(give)
	}
}

// advance gives out the packets that are next, repaired if they can be.
func (d *Decoder) advance(give func(Received)) {
	for d.next != d.top {
		if d.at(d.next) == nil && !d.repair() {
			return
		}
		for d.next != d.top && d.at(d.next) != nil {
			d.step(give)
		}
	}
}

// step gives out the next packet, or counts it as lost.
func (d *Decoder) step(give func(Received)) {
	s := d.at(d.next)
	d.next++
	switch {
	case s == nil:
		d.missing++
		d.stats.Lost++
	case s.state == slotHeld:
		entry := !d.entered || !s.stream.Same(d.stream)
		r := Received{s.id, s.stream, entry, s.repaired, d.missing, s.data}
		d.stream, d.entered, d.missing = s.stream, true, 0
		d.stats.Packets++
		give(r)
	}
}
