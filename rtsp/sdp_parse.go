package rtsp

import (
	"encoding/base64"
	"net/netip"
	"strconv"
	"strings"

	"caracal/asf"
	"caracal/internal/head"
)

// Limits of a description that is parsed.
const (
	MaxSDPMedia  = 256
	MaxSDPHeader = asf.MaxHeaderSize + asf.DataHeadSize // decoded bytes
)

// ParseSDP parses what a server describes. Lines may come in any order within
// the session and within a media description: Windows Media Services puts
// a=maxps before t=. Unknown lines are ignored. Errors are *ParseError.
func ParseSDP(b []byte) (*SDP, error) {
	if len(b) > MaxResponseBody {
		return nil, &ParseError{"SDP", 0, ErrLimit}
	}
	s := &SDP{}
	at := 0
	version := false
	for line := range strings.Lines(string(b)) {
		text := strings.TrimSpace(line)
		if err := s.parseLine(text); err != nil {
			return nil, &ParseError{"SDP", at, err}
		}
		version = version || text == "v=0"
		at += len(line)
	}
	if !version {
		return nil, &ParseError{"SDP", 0, ErrInvalid}
	}
	return s, nil
}

func (s *SDP) parseLine(line string) error {
	letter, value, ok := strings.Cut(line, "=")
	if !ok || head.HasControl(value) {
		return nil
	}
	if letter == "m" {
		return s.parseMedia(value)
	}
	if len(s.Media) > 0 {
		s.Media[len(s.Media)-1].parseLine(letter, value)
		return nil
	}
	switch letter {
	case "o":
		s.parseOrigin(value)
	case "s":
		if value != noTitle {
			s.Title = sdpText(value)
		}
	case "b":
		if rate, ok := strings.CutPrefix(value, "AS:"); ok {
			s.Rate, _ = ParseNumber(rate)
		}
	case "a":
		return s.parseAttribute(value)
	}
	return nil
}

// parseOrigin reads "- 200311171721060249 200311171721060249 IN IP4 127.0.0.1".
func (s *SDP) parseOrigin(value string) {
	fields := strings.Fields(value)
	if len(fields) != 6 {
		return
	}
	s.ID, _ = strconv.ParseUint(fields[1], 10, 64)
	address, err := netip.ParseAddr(fields[5])
	if err == nil {
		s.Address = address.Unmap().WithZone("")
	}
}

func (s *SDP) parseAttribute(value string) error {
	name, value, _ := strings.Cut(value, ":")
	value = strings.TrimSpace(value)
	switch name {
	case "control":
		s.Control = value
	case "etag":
		s.ETag = value
	case "range":
		if r, err := ParseRange(value); err == nil {
			s.Range = &r
		}
	case "type":
		s.Properties = ParseProperties(value)
	case "maxps":
		s.MaxPacketSize, _ = ParseNumber(value)
	case "pgmpu":
		return s.parseProgram(value)
	}
	return nil
}

// parseProgram reads a data URL, [MS-RTSP] 2.2.5.2.3. The first of a kind
// counts.
func (s *SDP) parseProgram(url string) error {
	const scheme = "data:"
	if len(url) < len(scheme) || !strings.EqualFold(url[:len(scheme)], scheme) {
		return nil
	}
	media, data, _ := strings.Cut(url[len(scheme):], ",")
	switch strings.ToLower(media) + "," {
	case headerData:
		if s.Header != nil {
			return nil
		}
		if base64.StdEncoding.DecodedLen(len(data)) > MaxSDPHeader+2 {
			return ErrLimit
		}
		header, err := base64.StdEncoding.DecodeString(strings.TrimSpace(data))
		if err != nil {
			return ErrInvalid
		}
		s.Header = header
	case contentData:
		if s.ContentDescription == nil {
			s.ContentDescription = unescapeData(data)
		}
	}
	return nil
}

// unescapeData leaves a percent sign without two digits as it is.
func unescapeData(s string) []byte {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if high, low := head.HexDigit(s[i+1]), head.HexDigit(s[i+2]); high >= 0 && low >= 0 {
				b = append(b, byte(high<<4|low))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return b
}
