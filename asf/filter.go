package asf

// KeepAll is the mask of a packet that goes out as it is. No other mask has its
// highest bit.
const KeepAll = ^uint64(0)

// packetFilter is a packet whose payloads have been judged.
type packetFilter struct {
	packet Packet
	keep   uint64 // bit n: payload n stays; MaxPayloads fit
	kept   int
	total  int
}

// Filter leaves out what is not selected. It returns pkt itself when all of it
// stays, nil when nothing does, else the rewritten packet, appended to dst[:0].
// keep says which: bit n is set if payload n of pkt stays, all are for pkt
// itself. Pick makes the same packet of it again.
//
// The rewritten packet is never longer than pkt. It has the multiple payloads
// form and neither padding nor padding length, because receivers fill a short
// packet up with zeros and leave its fields alone: only explicit payload lengths
// survive that. Error correction data, sequence, send time and duration stay.
// Compressed payload data stays or goes as a whole. Packets of opaque data go,
// since parity of unfiltered packets is of no use.
func (s *Selection) Filter(dst, pkt []byte) (out []byte, keep uint64, err error) {
	if s.Everything() {
		return pkt, KeepAll, nil
	}
	var f packetFilter
	if err := ParsePacket(pkt, &f.packet); err != nil {
		return nil, 0, err
	}
	w := f.packet.walk()
	for w.next() {
		f.judge(s.keeps(&w.payload))
	}
	if w.err != nil {
		return nil, 0, w.err
	}
	return f.rewrite(dst, pkt), f.mask(), nil
}

func (f *packetFilter) judge(keep bool) {
	if keep {
		f.keep |= 1 << f.total
		f.kept++
	}
	f.total++
}

// mask is what stays, for Pick.
func (f *packetFilter) mask() uint64 {
	if f.kept == f.total && f.kept > 0 {
		return KeepAll
	}
	return f.keep
}

// rewrite returns what is left of pkt. A packet of one payload stays or goes,
// so that what is appended to dst has the multiple payloads form already.
func (f *packetFilter) rewrite(dst, pkt []byte) []byte {
	switch f.kept {
	case 0:
		return nil
	case f.total:
		return pkt
	}
	p := f.packet
	p.Length, p.PaddingLength = 0, 0
	p.LengthFlags &^= 3<<paddingShift | 3<<lengthShift
	p.PayloadFlags = p.PayloadFlags&^payloadCountMask | byte(f.kept)
	dst = p.AppendHead(dst[:0])
	w := f.packet.walk()
	for n := 0; w.next(); n++ {
		if f.keep>>n&1 != 0 {
			dst = append(dst, w.raw...)
		}
	}
	return dst
}
