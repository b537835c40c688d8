package asf

// Pick makes a packet of the payloads of pkt whose bits keep has: what
// Selection.Filter and FilterObject return with that mask, byte for byte, for
// senders that have to send a packet again. It returns pkt itself for KeepAll
// and nil if no payload is kept.
func Pick(dst, pkt []byte, keep uint64) ([]byte, error) {
	if keep == KeepAll {
		return pkt, nil
	}
	var f packetFilter
	if err := ParsePacket(pkt, &f.packet); err != nil {
		return nil, err
	}
	w := f.packet.walk()
	for w.next() {
		f.judge(keep>>f.total&1 != 0)
	}
	if w.err != nil {
		return nil, w.err
	}
	return f.rewrite(dst, pkt), nil
}

// StreamSet is a set of stream numbers. The zero value is empty.
type StreamSet [(streamNumberMask + 1) / 64]uint64

// Add puts a stream, 0 to 127, into the set.
func (s *StreamSet) Add(stream uint8) { s[stream&streamNumberMask>>6] |= 1 << (stream & 63) }

// Remove takes a stream out of it.
func (s *StreamSet) Remove(stream uint8) { s[stream&streamNumberMask>>6] &^= 1 << (stream & 63) }

// Has says whether a stream is in it.
func (s *StreamSet) Has(stream uint8) bool { return s[stream&streamNumberMask>>6]>>(stream&63)&1 != 0 }

// Split tells the payloads of pkt that belong to streams of the set from the
// others, as masks for Pick: KeepAll for a side that has them all. A packet
// without payloads is on the other side.
func (s *StreamSet) Split(pkt []byte) (in, out uint64, err error) {
	var f packetFilter
	if err := ParsePacket(pkt, &f.packet); err != nil {
		return 0, 0, err
	}
	w := f.packet.walk()
	for w.next() {
		f.judge(s.Has(w.payload.Stream))
	}
	switch {
	case w.err != nil:
		return 0, 0, w.err
	case f.kept == 0:
		return 0, KeepAll, nil
	case f.kept == f.total:
		return KeepAll, 0, nil
	}
	return f.keep, (1<<f.total - 1) &^ f.keep, nil
}
