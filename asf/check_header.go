package asf

// Sizes that players and framings put on what is sent to them, bytes.
const (
	framedLimit      = 65527 // of a packet or a piece of header in HTTP streaming and MMS
	headerLimitLarge = 16 << 10
	headerLimitRTSP  = 12 << 10
	headerLimitSmall = 8 << 10

	// decimalStreams is the highest stream number that reads the same in
	// decimal and hexadecimal, which players mix up.
	decimalStreams = 9
	longPreroll    = 15_000 // ms
)

// judge adds what header and layout tell.
func (r *Reader) judge() {
	l := &r.issues
	for _, m := range r.header.Malformed() {
		l.add(Warning, "header-malformed", "The %s Object at byte %d of the header makes no sense; players may refuse the file.", m.Object, m.Offset)
	}
	r.judgeFile(l)
	r.judgeHeaderSize(l)
	r.judgePacketSize(l)
	r.judgeLayout(l)
	r.judgeTimes(l)
	judgeStreams(r.header, l)
}

func (r *Reader) judgeFile(l *issueList) {
	f := r.header.File()
	switch {
	case f.Broadcast():
		l.add(Warning, "not-finished", "The file is marked as a broadcast that is still going on; local players cannot seek in it.")
	case f.FileSize == 0:
		l.add(Warning, "file-size-zero", "The header gives no file size; the NetShow and Windows Media 6 players need one.")
	case f.FileSize != uint64(r.size):
		l.add(Info, "file-size-wrong", "The header says that the file has %d bytes, but it has %d.", f.FileSize, r.size)
	}
	if !f.Seekable() && !f.Broadcast() {
		l.add(Info, "not-seekable", "The file is marked as not seekable.")
	}
	switch {
	case f.Preroll == 0:
		l.add(Warning, "preroll-zero", "The preroll is 0: players start without a buffer and stutter.")
	case f.Preroll > longPreroll:
		l.add(Info, "preroll-long", "The preroll is %d ms: players wait that long before they start.", f.Preroll)
	}
	if f.MaxBitRate == 0 {
		l.add(Warning, "max-bit-rate-zero", "The header gives no maximum bit rate, by which players size their buffers.")
	}
	if r.data.FileID != f.FileID {
		l.add(Warning, "file-id", "Header and Data Object name different files; players may refuse the file.")
	}
	if r.data.Reserved != DataReserved {
		l.add(Warning, "data-reserved", "The Data Object's reserved field is %#04x instead of 0x0101; MPlayer waits for the latter over MMS.", r.data.Reserved)
	}
}

func (r *Reader) judgeHeaderSize(l *issueList) {
	const code = "header-large"
	switch n := len(r.head); {
	case n > framedLimit:
		l.add(Warning, code, "The header has %d bytes and travels in pieces; FFmpeg over HTTP streaming takes no more than %d.", n, framedLimit)
	case n > headerLimitLarge:
		l.add(Warning, code, "The header has %d bytes; players built on libmms take no more than %d.", n, headerLimitLarge)
	case n > headerLimitRTSP:
		l.add(Warning, code, "The header has %d bytes; FFmpeg over RTSP takes about %d.", n, headerLimitRTSP)
	case n > headerLimitSmall:
		l.add(Warning, code, "The header has %d bytes; MPlayer and xine over MMS take no more than %d.", n, headerLimitSmall)
	}
}

func (r *Reader) judgePacketSize(l *issueList) {
	f := r.header.File()
	if r.packetSize > framedLimit {
		l.add(Error, "packet-size-large", "The packets have %d bytes; HTTP streaming and MMS carry no more than %d.", r.packetSize, framedLimit)
	}
	if f.MinPacketSize != f.MaxPacketSize {
		l.add(Warning, "packet-size-varies", "The header says packets have %d to %d bytes; players need both to be equal.", f.MinPacketSize, f.MaxPacketSize)
	}
	if uint64(r.packetSize) != uint64(f.MaxPacketSize) {
		l.add(Error, "packet-size-wrong", "The packets have %d bytes, but the header says %d.", r.packetSize, f.MaxPacketSize)
	}
}

func (r *Reader) judgeLayout(l *issueList) {
	f := r.header.File()
	if !f.Broadcast() {
		r.judgeCounts(l, f)
	}
	if r.packets == 0 {
		l.add(Error, "no-packets", "There is no whole packet in the file.")
	}
	for _, s := range r.header.Streams() {
		if s.Kind() == Video && !r.HasIndex() {
			l.add(Warning, "no-index", "There is no index: local players cannot seek, and a server has to search.")
			break
		}
	}
}

func (r *Reader) judgeCounts(l *issueList, f *FileProperties) {
	said := max(r.data.Packets, f.DataPackets)
	switch {
	case said == 0 && r.packets > 0:
		l.add(Warning, "packet-count-zero", "The file does not say how many packets it has; it was not finished, or is still being written.")
	case said > uint64(r.packets):
		l.add(Warning, "cut-off", "The file says that it has %d packets, but %d are there; it was cut off, or is still being written.", said, r.packets)
	case r.data.Packets != uint64(r.packets) || f.DataPackets != uint64(r.packets):
		l.add(Warning, "packet-count-wrong", "The file says that it has %d packets in one place and %d in another; %d are there.", r.data.Packets, f.DataPackets, r.packets)
	}
	if want := DataHeadSize + uint64(r.packets)*uint64(r.packetSize); r.data.Size != want {
		l.add(Warning, "data-size-wrong", "The Data Object says that it has %d bytes; with its %d packets it has %d.", r.data.Size, r.packets, want)
	}
}

func (r *Reader) judgeTimes(l *issueList) {
	if !r.times.known {
		return
	}
	f := r.header.File()
	if d, said := r.duration(); !said && !f.Broadcast() {
		l.add(Warning, "duration-wrong", "The header says that the file plays for %v; its packets last for %v.", f.Duration(), d)
	}
	if r.TimeBase() != r.preroll() {
		l.add(Warning, "time-base", "Presentation times begin at %d ms although the preroll is %d ms.", r.times.first, f.Preroll)
	}
}
