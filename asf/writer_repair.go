package asf

// Repair finishes a file whose Writer, or any other recorder, was cut off: it
// sets sizes, counts and durations to what the packets say, drops a packet of
// which only a part is there, and adds a Simple Index for each video stream. The
// packets stay as they are, and at every moment the file can be read. It reads
// all of it.
//
// It changes nothing, and says so, in a file that is finished, and in one
// without a whole packet. The error wraps ErrNotASF, ErrNeedMore, ErrLimit or
// ErrInvalid, or is the file's.
func Repair(file WriterFile, size int64) (repaired bool, err error) {
	r, err := NewReader(file, size)
	if err != nil {
		return false, err
	}
	if r.packets == 0 || r.finished() {
		return false, nil
	}
	if r.packets > maxWritten {
		return false, &ParseError{Object: "Data Packet", Err: ErrLimit}
	}
	l := newLedger(r.header)
	visit := func(_ int64, b []byte) bool { l.add(b); return true }
	if err := r.eachPacket(0, r.packets, scanChunk, visit); err != nil {
		return false, err
	}
	h, _, err := ParseHeader(r.head[:len(r.head)-DataHeadSize])
	if err != nil {
		return false, err
	}
	f := finish{file: file, header: h, dataAt: r.dataAt, packetSize: r.packetSize, ledger: l}
	end := r.packetAt(r.packets)
	if r.hasOthers() {
		f.keepTail, f.tail = true, size-end
		return true, f.write()
	}
	if err := file.Truncate(end); err != nil {
		return false, err
	}
	return true, f.write()
}

// finished says that nothing is left to repair.
func (r *Reader) finished() bool {
	f := r.header.File()
	n := uint64(r.packets)
	ends := uint64(r.dataEnd) == uint64(r.packetAt(r.packets)) && r.data.Size == uint64(r.dataEnd-r.dataAt)
	return !f.Broadcast() && f.FileSize == uint64(r.size) && f.DataPackets == n && r.data.Packets == n && ends
}

// hasOthers says that objects follow the packets that Repair cannot make anew.
func (r *Reader) hasOthers() bool {
	for _, t := range r.trailing {
		if t.id != IDSimpleIndex {
			return true
		}
	}
	return false
}
