package asf

// FilterObject leaves all payloads out but those of one media object, for
// senders that stride from key frame to key frame. out and keep are as from
// Selection.Filter. done says that the object needs no further packet: its last
// byte is in this one, or the stream has gone on to another object.
func FilterObject(dst, pkt []byte, stream uint8, object uint32) (out []byte, keep uint64, done bool, err error) {
	var f packetFilter
	if err := ParsePacket(pkt, &f.packet); err != nil {
		return nil, 0, false, err
	}
	w := f.packet.walk()
	other := false // another object of the stream begins here
	for w.next() {
		pl := &w.payload
		if pl.Stream != stream {
			f.judge(false)
			continue
		}
		ours := holdsObject(pl, object, w.numberMask())
		f.judge(ours)
		switch {
		case ours:
			done = done || pl.Compressed || pl.ObjectSize > 0 && uint64(pl.Offset)+uint64(len(pl.Data)) >= uint64(pl.ObjectSize)
		case f.kept > 0:
			done = true
		case pl.Offset == 0:
			other = true
		}
	}
	if w.err != nil {
		return nil, 0, false, w.err
	}
	return f.rewrite(dst, pkt), f.mask(), done || other && f.kept == 0, nil
}

// holdsObject compares media object numbers by the bits that the packet gives
// them. Compressed payload data holds one object per sub-payload.
func holdsObject(pl *Payload, object, mask uint32) bool {
	if !pl.Compressed {
		return pl.Object == object&mask
	}
	n := uint32(0)
	for b := pl.Data; len(b) > 0; n++ {
		b = b[min(len(b), 1+int(b[0])):]
	}
	return (object-pl.Object)&mask < n
}
