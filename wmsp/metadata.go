package wmsp

import (
	"bytes"
	"errors"
	"strconv"

	"caracal/internal/cdl"
)

// MaxMetadata is the longest payload of all $M packets of one entry together.
const MaxMetadata = 1<<10 + cdl.MaxBytes

// Metadata is the payload of $M, [MS-WMSP] 2.2.3.6.
type Metadata struct {
	PlaylistGenID uint32 // identifies the playlist entry
	BroadcastID   uint32 // identifies the live source; 0 for none
	Features      ContentFeatures
	Descriptions  cdl.List
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
	m.Descriptions, err = parseDescriptions(b, end+1)
	return m, err
}

// parseDescriptions parses the list at the end of b.
func parseDescriptions(b []byte, at int) (cdl.List, error) {
	list, err := cdl.Parse(b[at:])
	if parse := (*cdl.ParseError)(nil); errors.As(err, &parse) {
		return nil, &ParseError{parse.Object, at + parse.Offset, parse.Err}
	}
	return list, err
}
