package asf

// MaxLivePacket is the largest packet of a live stream, bytes: what protocols
// have 16 bits for, with room for their heads.
const MaxLivePacket = 65_500

// LiveHeader turns the header of a stream that is being made into what players
// are sent: marked as a broadcast that nobody can seek in, without sizes and
// durations that nobody knows yet, with one packet size, with the bit rates that
// can be known and without what players stumble over, and followed by the
// beginning of a Data Object. header is a Header Object; what follows it is not
// looked at. The result is new and canonical.
//
// The error is a ParseError, for a header that cannot be parsed, or in which
// the packet size or all streams are missing.
func LiveHeader(header []byte) (*Header, []byte, error) {
	h, _, err := ParseHeader(header)
	if err != nil {
		return nil, nil, err
	}
	f := h.File()
	if f == nil {
		return nil, nil, &ParseError{Object: IDFileProperties.Name(), Err: ErrInvalid}
	}
	if len(h.Streams()) == 0 {
		return nil, nil, &ParseError{Object: IDStreamProperties.Name(), Err: ErrInvalid}
	}
	size := max(f.MinPacketSize, f.MaxPacketSize)
	if size < MinPacketSize || size > MaxLivePacket {
		return nil, nil, &ParseError{Object: IDFileProperties.Name(), Err: ErrLimit}
	}
	f.MinPacketSize, f.MaxPacketSize = size, size
	h.repair()
	f.Flags = f.Flags&^FileSeekable | FileBroadcast
	f.FileSize, f.DataPackets, f.PlayDuration, f.SendDuration = 0, 0, 0, 0
	b := h.appendCanonical(nil)
	// libmms and MPlayer look for ever for what follows an object of no size.
	b = DataHead{Size: DataHeadSize, FileID: f.FileID, Reserved: DataReserved}.Append(b)
	// Parsed again, so that the header is what the bytes say, and aliases them.
	h, _, err = ParseHeader(b)
	return h, b, err
}
