package asf

// sizeProbe is how many packets are looked at to tell packet sizes apart.
const sizeProbe = 4

// findPacketSize takes the declared packet size, or another one that the header
// suggests if the packets do not lie that way.
func (r *Reader) findPacketSize() error {
	f := r.header.File()
	sizes := []uint64{uint64(f.MaxPacketSize), uint64(f.MinPacketSize)}
	if r.data.Packets > 0 && r.data.Size > DataHeadSize {
		sizes = append(sizes, (r.data.Size-DataHeadSize)/r.data.Packets)
	}
	best, limit := -1, ErrInvalid
	for _, size := range sizes {
		if size == 0 {
			continue
		}
		if size > MaxPacketSize {
			limit = ErrLimit
			continue
		}
		score, seen, err := r.tryPacketSize(int(size))
		if err != nil {
			return err
		}
		if score > best && (score > 0 || seen == 0) {
			best = score
			r.packetSize = int(size)
		}
	}
	if r.packetSize == 0 {
		return &ParseError{Object: "Data Packet", Offset: r.DataOffset(), Err: limit}
	}
	return nil
}

// tryPacketSize says how well the first packets fit a size, and how many it saw.
func (r *Reader) tryPacketSize(size int) (score, seen int, err error) {
	room := r.size - r.DataOffset()
	if s := r.data.Size; s > DataHeadSize && s-DataHeadSize <= uint64(room) {
		room = int64(s - DataHeadSize)
	} else if room >= int64(size) {
		// What follows packet 0 may not be a packet; nothing says so.
		room = min(room, sizeProbe*int64(size))
	}
	b := make([]byte, size)
	for seen < sizeProbe && int64(seen+1)*int64(size) <= room {
		if err := r.readAt(b, r.DataOffset()+int64(seen)*int64(size)); err != nil {
			return 0, 0, err
		}
		seen++
		if soundPacket(b) {
			score++
			if tightPacket(b) {
				score++
			}
		}
	}
	return score, seen, nil
}

// soundPacket says that b parses, down to its payloads, and that these belong
// to streams. Zeros, which files that are being written may hold, do not.
func soundPacket(b []byte) bool {
	var p Packet
	if ParsePacket(b, &p) != nil {
		return false
	}
	it := p.Payloads()
	for it.Next() {
		if it.Payload.Stream == 0 {
			return false
		}
	}
	return it.Err() == nil
}

// tightPacket says that a sound packet fills its bytes exactly, which it would
// not at a wrong packet size.
func tightPacket(b []byte) bool {
	var p Packet
	if ParsePacket(b, &p) != nil {
		return false
	}
	if slack, _ := p.tail(); slack > 0 {
		return false
	}
	it := p.Payloads()
	for it.Next() {
		l := &it.Payload
		if l.ObjectSize != 0 && uint64(l.Offset)+uint64(len(l.Data)) > uint64(l.ObjectSize) {
			return false
		}
	}
	return true
}

// findDataEnd decides where the packets end. The Data Object's size is believed
// if something sensible follows, then its packet count; else the packets go on
// to the end of the file, as far as they are sound.
func (r *Reader) findDataEnd() error {
	first, step := r.DataOffset(), int64(r.packetSize)
	if s := r.data.Size; s >= DataHeadSize && s <= uint64(r.size-r.dataAt) {
		end := r.dataAt + int64(s)
		ends, err := r.endsAt(end)
		if err == nil && !ends && end > first && (end-first)%step == 0 {
			ends, err = r.packetFollows(end)
			ends = !ends
		}
		if ends || err != nil {
			r.endAt(end)
			return err
		}
	}
	if n := r.data.Packets; n > 0 && n <= uint64((r.size-first)/step) {
		end := first + int64(n)*step
		ends, err := r.endsAt(end)
		if ends || err != nil {
			r.endAt(end)
			return err
		}
	}
	r.dataEnd = r.size
	r.packets = (r.size - first) / step
	return r.trim()
}

func (r *Reader) endAt(end int64) {
	r.dataEnd, r.endKnown = end, true
	r.packets = (end - r.DataOffset()) / int64(r.packetSize)
}

// endsAt says that at a place the file or another object follows.
func (r *Reader) endsAt(at int64) (bool, error) {
	if at == r.size {
		return true, nil
	}
	return r.objectAt(at)
}

// objectAt says that an object begins at a place and ends within the file.
func (r *Reader) objectAt(at int64) (bool, error) {
	if at > r.size-ObjectHeadSize {
		return false, nil
	}
	b, err := r.bytesAt(at, ObjectHeadSize)
	if err != nil {
		return false, err
	}
	id, size, err := parseObjectHead(b)
	return err == nil && (size <= uint64(r.size-at) || isIndex(id)), nil
}

// packetFollows says that a packet begins at a place, one that looks like
// packet 0 and is not sent before it.
func (r *Reader) packetFollows(at int64) (bool, error) {
	step := int64(r.packetSize)
	if at > r.size-step {
		return false, nil
	}
	b, err := r.bytesAt(at, step)
	if err != nil || !soundPacket(b) {
		return false, err
	}
	sent, err := SendTime(b)
	if err != nil {
		return false, nil
	}
	kind := b[0]
	if err := r.readAt(b, r.DataOffset()); err != nil {
		return false, err
	}
	start, err := SendTime(b)
	return err != nil || kind == b[0] && start <= sent, nil
}

// trim leaves out packets at the end that are not sound, as in a file with
// room reserved for what is still to be written. One sound packet among four
// keeps all before it.
func (r *Reader) trim() error {
	b := make([]byte, r.packetSize)
	sound := func(n int64) (bool, error) {
		for i := n; i < min(n+sizeProbe, r.packets); i++ {
			if err := r.readAt(b, r.DataOffset()+i*int64(r.packetSize)); err != nil {
				return false, err
			}
			if soundPacket(b) {
				return true, nil
			}
		}
		return false, nil
	}
	if r.packets == 0 {
		return nil
	}
	if ok, err := sound(r.packets - 1); ok || err != nil {
		return err
	}
	lo, hi := int64(0), r.packets-1 // none is sound from hi on
	for lo < hi {
		mid := lo + (hi-lo)/2
		ok, err := sound(mid)
		if err != nil {
			return err
		}
		if ok {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	r.packets = lo
	r.dataEnd = r.DataOffset() + lo*int64(r.packetSize)
	return nil
}
