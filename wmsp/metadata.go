package wmsp

import (
	"bytes"
	"strconv"
)

// MaxMetadata is the longest payload of all $M packets of one entry together.
const MaxMetadata = 1<<10 + MaxDescriptionBytes

// Metadata is the payload of $M, [MS-WMSP] 2.2.3.6.
type Metadata struct {
	PlaylistGenID uint32 // identifies the playlist entry
	BroadcastID   uint32 // identifies the live source; 0 for none
	Features      ContentFeatures
	Descriptions  CDL
}

// Append appends the payload. AppendMetadata makes packets of it.
func (m *Metadata) Append(b []byte) []byte {
	b = append(b, "playlist-gen-id="...)
	b = strconv.AppendUint(b, uint64(m.PlaylistGenID), 10)
	b = append(b, ", broadcast-id="...)
	b = strconv.AppendUint(b, uint64(m.BroadcastID), 10)
	b = append(b, `, features="`...)
	b = m.Features.Append(b)
	b = append(b, '"', 0)
	return m.Descriptions.Append(b)
}

const broadcastID = "broadcast-id="

// ParseMetadata parses a whole payload, put together from its packets. When
// only the descriptions cannot be used, the parameters come with the error.
func ParseMetadata(b []byte) (Metadata, error) {
	if len(b) > MaxMetadata {
		return Metadata{}, &ParseError{"Metadata-Payload", 0, ErrLimit}
	}
	end := bytes.IndexByte(b, 0)
	if end < 0 {
		return Metadata{}, &ParseError{"Metadata-Payload", len(b), ErrNeedMore}
	}
	// Two of the three parameters are tokens of Pragma.
	line := string(b[:end])
	p := ParsePragma(line)
	if !p.Has(TokenPlaylistGenID) {
		return Metadata{}, &ParseError{"playlist-gen-id", 0, ErrInvalid}
	}
	m := Metadata{PlaylistGenID: p.PlaylistGenID, Features: p.Features}
	if at := bytes.Index(b[:end], []byte(broadcastID)); at >= 0 {
		m.BroadcastID, _, _ = leadingNumber(line[at+len(broadcastID):])
	}
	var err error
	m.Descriptions, err = ParseCDL(b[end+1:])
	if err, ok := err.(*ParseError); ok {
		err.Offset += end + 1
	}
	return m, err
}
