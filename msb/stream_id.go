package msb

const (
	// MaxFormatID is the largest Format ID; it has 11 bits.
	MaxFormatID FormatID = 1<<formatBits - 1

	formatBits           = 11
	streamEntry          = 0x8000
	streamMask  StreamID = streamEntry | StreamID(MaxFormatID)
)

// FormatID names an ASF header of an .nsc file, [MS-MSB] 2.2.1.4.
type FormatID uint16

// StreamID is wStreamID, [MS-MSB] 2.2.4: the Format ID in its lowest 11 bits
// and, in its highest, a bit that changes whenever the playlist entry does. The
// bits between are not used.
type StreamID uint16

// Format is the ASF header that the packet needs.
func (s StreamID) Format() FormatID { return FormatID(s) & MaxFormatID }

// Same says that two packets are of the same entry, whatever the unused bits
// are.
func (s StreamID) Same(t StreamID) bool { return (s^t)&streamMask == 0 }

// Next is the StreamID of the entry after this one, [MS-MSB] 3.1.5.1, whether
// it has the same header or another.
func (s StreamID) Next(f FormatID) StreamID {
	return (s^streamEntry)&streamEntry | StreamID(f&MaxFormatID)
}
