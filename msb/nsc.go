package msb

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"net/netip"

	"caracal/asf"
)

// Maxima of .nsc files.
const (
	MaxStation   = 8 << 20 // bytes of a file
	MaxHeader    = 1 << 20 // bytes of an ASF header in it
	MaxFormats   = int(MaxFormatID) + 1
	MaxText      = 4 << 10 // bytes of a string, in UTF-16
	MaxExtra     = 64      // properties that are not of [MS-MSB]
	MaxMalformed = 64      // faults that are remembered
)

// version is the only NSC Format Version.
const version = "3.0"

// Station is what an .nsc file says of a multicast, [MS-MSB] 2.2.1. A string
// that is empty is not in the file.
type Station struct {
	Name      string // "Machine Name, Publishing Point Name"
	Version   string // NSC Format Version; 3.0 is written if it is empty
	Adapter   string // the source address of the packets
	Address   string // the multicast group
	Port      Number
	TTL       Number
	ECC       Number // the largest span of parity packets
	LogURL    string
	Unicast   string // where to play if nothing comes
	Splitting Number // 0 or 1: may be forwarded
	Caching   Number // 0 or 1
	Expires   Number // of cached data, s
	Buffer    Number // against jitter, ms

	// Extra are properties of [Address] that the specification has no syntax
	// for, as Windows 2000 wrote them. They are written behind all others.
	Extra   []Property
	Formats []Format

	// Plain says that strings are written as they are where ASCII allows it.
	// Programs of today read encoded strings only, and so does VLC.
	Plain bool
	// Malformed is what ParseStation could not use, or used in spite of a wrong
	// checksum.
	Malformed []*ParseError
}

// Number is an integer property; it is in the file if Set.
type Number struct {
	Value uint32
	Set   bool
}

// SetNumber is a Number in the file.
func SetNumber(v uint32) Number { return Number{v, true} }

// Property is a line of an .nsc file as it stands there.
type Property struct{ Name, Value string }

// Text is the value decoded, if it is encoded.
func (p Property) Text() string {
	s, _, _ := decodeText(p.Value)
	return s
}

// Format is one ASF header with its Format ID.
type Format struct {
	ID          FormatID
	Header      []byte // Header Object and the first 50 bytes of the Data Object
	Description string
}

// property is one line of [Address]: text or number is where its value goes.
type property struct {
	name   string
	text   *string
	number *Number
}

// properties are those of [Address] in the order that the file has them in.
func (s *Station) properties() []property {
	return []property{
		{"Name", &s.Name, nil},
		{"NSC Format Version", &s.Version, nil},
		{"Multicast Adapter", &s.Adapter, nil},
		{"IP Address", &s.Address, nil},
		{"IP Port", nil, &s.Port},
		{"Time To Live", nil, &s.TTL},
		{"Default Ecc", nil, &s.ECC},
		{"Log URL", &s.LogURL, nil},
		{"Unicast URL", &s.Unicast, nil},
		{"Allow Splitting", nil, &s.Splitting},
		{"Allow Caching", nil, &s.Caching},
		{"Cache Expiration Time", nil, &s.Expires},
		{"Network Buffer Time", nil, &s.Buffer},
	}
}

// Group is where the packets go.
func (s *Station) Group() (netip.AddrPort, error) {
	a, err := netip.ParseAddr(s.Address)
	if err != nil || !a.IsMulticast() {
		return netip.AddrPort{}, &ParseError{"IP Address", 0, ErrInvalid}
	}
	if !s.Port.Set || s.Port.Value == 0 || s.Port.Value > 1<<16-1 {
		return netip.AddrPort{}, &ParseError{"IP Port", 0, ErrInvalid}
	}
	return netip.AddrPortFrom(a.Unmap(), uint16(s.Port.Value)), nil
}

// Source is the address that packets come from, for receivers that take no
// others, [MS-MSB] 5.1; ok is false where the file does not say.
func (s *Station) Source() (a netip.Addr, ok bool) {
	a, err := netip.ParseAddr(s.Adapter)
	return a.Unmap(), err == nil
}

// Format finds the header with a Format ID, or nil.
func (s *Station) Format(id FormatID) *Format {
	for i := range s.Formats {
		if s.Formats[i].ID == id {
			return &s.Formats[i]
		}
	}
	return nil
}

// AddFormat adds an ASF header, if it is not in the file yet, and returns its
// Format ID: the first 11 bits of its SHA-256, or the next that is free. 0 is
// not given, since it is the Key of all that is no ASF header.
func (s *Station) AddFormat(header []byte, description string) (FormatID, error) {
	if err := checkHeader(header); err != nil {
		return 0, err
	}
	sum := sha256.Sum256(header)
	id := FormatID(binary.BigEndian.Uint16(sum[:])) >> (16 - formatBits)
	for range MaxFormats {
		f := s.Format(id)
		if f != nil && bytes.Equal(f.Header, header) {
			return id, nil
		}
		if f == nil && id != 0 {
			s.Formats = append(s.Formats, Format{id, header, description})
			return id, nil
		}
		id = (id + 1) & MaxFormatID
	}
	return 0, &ParseError{"Format", 0, ErrLimit}
}

// checkHeader wants a Header Object and the beginning of a Data Object, and no
// more.
func checkHeader(header []byte) error {
	if len(header) > MaxHeader {
		return &ParseError{"Format", 0, ErrLimit}
	}
	_, n, err := asf.ParseHeader(header)
	if err != nil {
		return err
	}
	_, size, err := asf.ParseDataHead(header[n:])
	if err == nil && n+size != len(header) {
		err = &ParseError{"Format", n + size, ErrInvalid}
	}
	return err
}
