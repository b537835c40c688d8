package wmsp

import (
	"encoding/binary"

	"caracal/asf"
)

// headerAssembly joins the pieces of $M and $H packets.
type headerAssembly struct {
	pieces   []byte // of $M
	metadata *Metadata
	header   []byte
}

// add takes a $M or $H packet and says when the header is complete.
func (a *headerAssembly) add(f *Frame) (done bool, err error) {
	switch f.ID {
	case FrameMetadata:
		if len(a.pieces)+len(f.Payload) > MaxMetadata {
			return false, &ParseError{"$M packet", 0, ErrLimit}
		}
		a.pieces = append(a.pieces, f.Payload...)
		if !f.Last() {
			return false, nil
		}
		m, err := ParseMetadata(a.pieces)
		if err != nil && m.PlaylistGenID == 0 {
			return false, err
		}
		a.pieces, a.metadata = nil, &m // a list that cannot be read spoils nothing else
		return false, nil
	case FrameHeader:
		if len(a.header)+len(f.Payload) > maxClientHeader {
			return false, &ParseError{"$H packet", 0, ErrLimit}
		}
		a.header = append(a.header, f.Payload...)
		return f.Last() || headerComplete(a.header), nil
	}
	return false, &ParseError{"$" + string(rune(f.ID)) + " packet", 0, ErrUnexpected}
}

// headerComplete goes by the Header Object's size, for servers that set no
// flags.
func headerComplete(b []byte) bool {
	const sizeAt = 16
	return len(b) >= sizeAt+8 &&
		uint64(len(b)) >= binary.LittleEndian.Uint64(b[sizeAt:])+asf.DataHeadSize
}

// entry is a Description of the playlist entry with that header.
func (d *Description) entry(header []byte) (*Description, error) {
	h, _, err := asf.ParseHeader(header)
	if err != nil {
		return nil, err
	}
	entry := *d
	entry.HeaderBytes, entry.Header = header, h
	return &entry, nil
}
