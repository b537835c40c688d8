package asf

import "encoding/binary"

const (
	keyFrameBit      = 0x80
	streamNumberMask = 0x7F

	payloadCountMask   = 0x3F
	payloadLengthShift = 6

	numberShift     = 4
	offsetShift     = 2
	replicatedShift = 0

	// compressedReplicated is the replicated data length that marks compressed
	// payload data; objectReplicated is the shortest that describes the object.
	compressedReplicated = 1
	objectReplicated     = 8
)

// Payload is a media object or a fragment of one. Slices alias the packet.
//
// ASF 5.2.3. Of compressed payload data every sub-payload is a Payload of its
// own, with its own number, time and size.
type Payload struct {
	Stream     uint8  // 0 to 127
	Key        bool   // the media object is a key frame
	Object     uint32 // media object number, as many bits as the packet gives it
	Offset     uint32 // of Data in the media object, bytes
	ObjectSize uint32 // bytes; 0 when the packet does not say it
	Time       uint32 // presentation time, ms; the send time when the packet does not say it
	Replicated []byte // replicated data: size, time and extension system data
	Data       []byte
	Compressed bool // a sub-payload of compressed payload data
	Delta      byte // presentation time delta of compressed payload data, ms
}

// PayloadIter walks over the payloads of a packet:
//
//	for it := p.Payloads(); it.Next(); {
//		use(it.Payload)
//	}
type PayloadIter struct {
	Payload Payload
	walk    payloadWalk
	subs    []byte // sub-payloads still to come
	inSubs  bool
	err     error
}

// Payloads starts at the first payload. A packet of opaque data has none.
func (p *Packet) Payloads() PayloadIter { return PayloadIter{walk: p.walk()} }

// Next goes to the next payload. It is false at the end and at an error.
func (it *PayloadIter) Next() bool {
	if it.inSubs && len(it.subs) > 0 {
		it.Payload.Time += uint32(it.Payload.Delta)
		it.Payload.Object = (it.Payload.Object + 1) & it.walk.numberMask()
		return it.sub()
	}
	it.inSubs = false
	if it.err != nil || !it.walk.next() {
		return false
	}
	it.Payload = it.walk.payload
	if !it.Payload.Compressed {
		return true
	}
	it.inSubs, it.subs = true, it.Payload.Data
	if len(it.subs) == 0 {
		return it.Next()
	}
	return it.sub()
}

// sub takes the next sub-payload: a length byte and as many bytes.
func (it *PayloadIter) sub() bool {
	n := 1 + int(it.subs[0])
	if n > len(it.subs) {
		it.err = it.walk.fail(ErrNeedMore)
		it.subs, it.inSubs = nil, false
		return false
	}
	it.Payload.Data = it.subs[1:n:n]
	it.Payload.ObjectSize = uint32(n - 1)
	it.subs = it.subs[n:]
	return true
}

// Err tells why Next was false; nil at the end.
func (it *PayloadIter) Err() error {
	if it.err != nil {
		return it.err
	}
	return it.walk.err
}

// payloadWalk walks over the payloads as they lie in the packet; compressed
// payload data is one payload here, Data holding the sub-payloads.
type payloadWalk struct {
	payloadSteps
	payload  Payload
	sendTime uint32
}

func (p *Packet) walk() payloadWalk {
	return payloadWalk{payloadSteps: p.steps(), sendTime: p.SendTime}
}

// numberMask limits counting of media objects to the bits that the number has.
func (w *payloadWalk) numberMask() uint32 {
	return uint32(1<<(8*fieldWidth[w.props>>numberShift&3]) - 1)
}

// next parses the payload at the start of rest.
func (w *payloadWalk) next() bool {
	if !w.step() {
		return false
	}
	number := fieldWidth[w.props>>numberShift&3]
	offset := fieldWidth[w.props>>offsetShift&3]
	b, pl := w.raw, &w.payload
	*pl = Payload{Stream: b[0] & streamNumberMask, Key: w.key(), Time: w.sendTime}
	pl.Object = readField(b[1:], number)
	pl.Offset = readField(b[1+number:], offset)
	pl.describe(b[w.replicated:w.described:w.described])
	pl.Data = b[w.data:]
	return true
}

// describe takes the media object's size and time from the replicated data.
// Lengths that the specification does not allow (2 to 7) describe nothing.
func (pl *Payload) describe(replicated []byte) {
	if len(replicated) > 0 {
		pl.Replicated = replicated
	}
	switch {
	case len(replicated) == compressedReplicated:
		// The offset field holds the presentation time of the first sub-payload.
		pl.Compressed, pl.Delta = true, replicated[0]
		pl.Time, pl.Offset = pl.Offset, 0
	case len(replicated) >= objectReplicated:
		pl.ObjectSize = binary.LittleEndian.Uint32(replicated)
		pl.Time = binary.LittleEndian.Uint32(replicated[4:])
	}
}
