package asf

// DefaultReassembly bounds the bytes that a Depacketizer holds by default.
const DefaultReassembly = 32 << 20

// DepacketizerOptions may be left zero.
type DepacketizerOptions struct {
	MaxBytes int // unfinished media objects of all streams together; 0: DefaultReassembly
}

// Depacketizer puts media objects together from packets. An object is given up
// when a fragment is missing, or when the bytes held exceed the bound.
type Depacketizer struct {
	max     int
	held    int
	lost    uint64
	streams [streamNumberMask + 1]*assembly
}

// NewDepacketizer returns one that awaits the first packet.
func NewDepacketizer(o DepacketizerOptions) *Depacketizer {
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultReassembly
	}
	return &Depacketizer{max: o.MaxBytes}
}

// Lost counts the media objects that were given up, and those whose beginning
// never came.
func (d *Depacketizer) Lost() uint64 { return d.lost }

// Add takes a packet and emits the media objects that it completes, in the order
// of their last bytes. Their slices are valid until emit returns. An error of emit
// ends Add and is returned. Empty media objects are passed over.
func (d *Depacketizer) Add(pkt []byte, emit func(MediaObject) error) error {
	var p Packet
	if err := ParsePacket(pkt, &p); err != nil {
		return err
	}
	it := p.Payloads()
	for it.Next() {
		if err := d.payload(&it.Payload, emit); err != nil {
			return err
		}
	}
	return it.Err()
}

// Flush emits open objects whose size no packet told, and gives the others up.
func (d *Depacketizer) Flush(emit func(MediaObject) error) error {
	for _, a := range d.streams {
		if err := d.finish(a, emit); err != nil {
			return err
		}
	}
	return nil
}

func (d *Depacketizer) payload(pl *Payload, emit func(MediaObject) error) error {
	a := d.streams[pl.Stream]
	if pl.Offset == 0 {
		return d.begin(a, pl, emit)
	}
	if a == nil {
		a = new(assembly)
		d.streams[pl.Stream] = a
	}
	if a.state != idle && a.object.Number == pl.Object {
		return d.further(a, pl, emit)
	}
	if err := d.finish(a, emit); err != nil {
		return err
	}
	a.object.Number = pl.Object
	d.giveUp(a)
	return nil
}

// begin takes the first fragment of an object. A whole object is emitted from
// the packet, without a copy.
func (d *Depacketizer) begin(a *assembly, pl *Payload, emit func(MediaObject) error) error {
	if err := d.finish(a, emit); err != nil {
		return err
	}
	o := MediaObject{Stream: pl.Stream, Number: pl.Object, Time: pl.Time, Key: pl.Key}
	if len(pl.Replicated) > objectReplicated {
		o.Extension = pl.Replicated[objectReplicated:]
	}
	if size := uint64(pl.ObjectSize); size > 0 && uint64(len(pl.Data)) >= size {
		o.Data = pl.Data[:size]
		return emit(o)
	}
	if pl.Compressed {
		return nil // an empty sub-payload
	}
	if a == nil {
		a = new(assembly)
		d.streams[pl.Stream] = a
	}
	a.start(o, pl.ObjectSize)
	d.grow(a, pl.Data)
	return nil
}

// further takes a later fragment of the object that is open or given up.
func (d *Depacketizer) further(a *assembly, pl *Payload, emit func(MediaObject) error) error {
	if a.state == skipping {
		return nil
	}
	if uint64(pl.Offset) != uint64(len(a.data)) {
		d.giveUp(a)
		return nil
	}
	d.grow(a, pl.Data)
	if a.state != open || a.size == 0 || uint64(len(a.data)) < uint64(a.size) {
		return nil
	}
	return d.finish(a, emit)
}

// grow holds more of an object, or gives it up.
func (d *Depacketizer) grow(a *assembly, b []byte) {
	if len(b) > d.max-d.held {
		d.giveUp(a)
		return
	}
	a.data = append(a.data, b...)
	d.held += len(b)
}

// giveUp skips an object and counts it.
func (d *Depacketizer) giveUp(a *assembly) {
	d.lost++
	d.held -= len(a.data)
	a.end(skipping)
}

// finish ends an object: emitted if whole, or if nobody told its size.
func (d *Depacketizer) finish(a *assembly, emit func(MediaObject) error) error {
	if a == nil || a.state != open {
		return nil
	}
	if uint64(len(a.data)) < uint64(a.size) {
		d.giveUp(a)
		return nil
	}
	o := a.object
	o.Data, o.Extension = a.data, a.extension
	if a.size > 0 {
		o.Data = o.Data[:a.size]
	}
	d.held -= len(a.data)
	a.end(idle)
	if len(o.Data) == 0 {
		return nil
	}
	return emit(o)
}
