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
	payload  Payload
	raw      []byte // the payload with its head
	rest     []byte
	left     int // payloads still to come
	offset   int // of rest in the packet
	sendTime uint32
	props    byte
	lengths  int // width of the payload lengths; 0 in a single payload
	multiple bool
	err      error
}

func (p *Packet) walk() payloadWalk {
	w := payloadWalk{rest: p.Body, left: 1, offset: p.HeadSize(), sendTime: p.SendTime, props: p.PropertyFlags}
	switch {
	case p.Opaque:
		w.left = 0
	case p.Multiple:
		w.multiple = true
		w.left = int(p.PayloadFlags & payloadCountMask)
		w.lengths = fieldWidth[p.PayloadFlags>>payloadLengthShift]
	}
	return w
}

func (w *payloadWalk) fail(err error) error {
	w.left = 0
	return &ParseError{Object: "Payload", Offset: int64(w.offset), Err: err}
}

// numberMask limits counting of media objects to the bits that the number has.
func (w *payloadWalk) numberMask() uint32 {
	return uint32(1<<(8*fieldWidth[w.props>>numberShift&3]) - 1)
}

// next parses the payload at the start of rest.
func (w *payloadWalk) next() bool {
	if w.left == 0 {
		return false
	}
	w.left--
	head, size, err := w.head()
	if err == nil && size > len(w.rest)-head {
		err = ErrNeedMore
	}
	if err != nil {
		w.err = w.fail(err)
		return false
	}
	end := head + size
	w.payload.Data = w.rest[head:end:end]
	w.raw = w.rest[:end:end]
	w.rest = w.rest[end:]
	w.offset += end
	return true
}

// head parses the payload's head (5.2.3.1 to 5.2.3.4): its size and that of the
// data behind it.
func (w *payloadWalk) head() (head, size int, err error) {
	b := w.rest
	number := fieldWidth[w.props>>numberShift&3]
	offset := fieldWidth[w.props>>offsetShift&3]
	length := fieldWidth[w.props>>replicatedShift&3]
	// The stream number is one byte whatever its length type says.
	replicated := 1 + number + offset + length
	if len(b) < replicated {
		return 0, 0, ErrNeedMore
	}
	pl := &w.payload
	*pl = Payload{Stream: b[0] & streamNumberMask, Key: b[0]&keyFrameBit != 0, Time: w.sendTime}
	pl.Object = readField(b[1:], number)
	pl.Offset = readField(b[1+number:], offset)
	n := int64(readField(b[1+number+offset:], length))
	if n > int64(len(b)-replicated) {
		return 0, 0, ErrNeedMore
	}
	head = replicated + int(n)
	pl.describe(b[replicated:head:head])
	if !w.multiple {
		return head, len(b) - head, nil
	}
	if w.lengths == 0 {
		return 0, 0, ErrInvalid
	}
	if len(b) < head+w.lengths {
		return 0, 0, ErrNeedMore
	}
	data := int64(readField(b[head:], w.lengths))
	head += w.lengths
	if data > int64(len(b)-head) {
		return 0, 0, ErrNeedMore
	}
	return head, int(data), nil
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
