package rtsp

import (
	"strconv"
	"strings"

	"caracal/internal/head"
)

// Limits of RTP-Info and X-RTP-Info.
const (
	MaxRTPInfos          = 128
	MaxRTPInfoParameters = 32 // of one stream, [MS-RTSP] 2.2.6.8
)

// RTPInfo is one stream of the RTP-Info header, [MS-RTSP] 2.2.6.8, or of
// X-RTP-Info, 2.2.6.27, which has all that follows RTPTime besides.
type RTPInfo struct {
	URL        string // without quotes
	Seq        uint16
	HasSeq     bool
	RTPTime    uint32
	HasRTPTime bool

	Transport    Transport
	HasTransport bool
	BlockSize    uint32 // bytes; 0 for none
	ThinLevel    uint8  // 0 all, 1 key frames, 2 nothing
	HasThinLevel bool
}

// ParseRTPInfo reads the value of RTP-Info or X-RTP-Info. Unknown parameters
// are ignored. Errors are *ParseError; a server answers them with 400.
func ParseRTPInfo(s string) ([]RTPInfo, error) {
	var list []RTPInfo
	for at := 0; at < len(s); {
		end := at + head.ItemEnd(s[at:], ',')
		if strings.TrimSpace(s[at:end]) != "" {
			if len(list) == MaxRTPInfos {
				return nil, &ParseError{"RTP-Info", at, ErrLimit}
			}
			info, err := parseRTPInfo(s[at:end])
			if err != nil {
				return nil, &ParseError{"RTP-Info", at, err}
			}
			list = append(list, info)
		}
		at = end + 1
	}
	if len(list) == 0 {
		return nil, &ParseError{"RTP-Info", 0, ErrInvalid}
	}
	return list, nil
}

func parseRTPInfo(s string) (RTPInfo, error) {
	var info RTPInfo
	end := head.ItemEnd(s, ';')
	name, value, _ := strings.Cut(strings.TrimSpace(s[:end]), "=")
	info.URL = unquote(strings.TrimSpace(value))
	if !strings.EqualFold(strings.TrimSpace(name), "url") || info.URL == "" || strings.Contains(info.URL, `"`) {
		return info, ErrInvalid
	}
	rest := s[min(end+1, len(s)):]
	for range MaxRTPInfoParameters {
		if rest == "" {
			return info, nil
		}
		end = head.ItemEnd(rest, ';')
		if !info.parseParameter(rest[:end]) {
			return info, ErrInvalid
		}
		rest = rest[min(end+1, len(rest)):]
	}
	if rest != "" {
		return info, ErrLimit
	}
	return info, nil
}

// parseParameter fails for a known parameter with an unusable value.
func (i *RTPInfo) parseParameter(s string) bool {
	name, value, _ := strings.Cut(s, "=")
	value = unquote(strings.TrimSpace(value))
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "seq":
		n, err := strconv.ParseUint(value, 10, 16)
		i.Seq, i.HasSeq = uint16(n), true
		return err == nil
	case "rtptime":
		n, err := strconv.ParseUint(value, 10, 32)
		i.RTPTime, i.HasRTPTime = uint32(n), true
		return err == nil
	case "blocksize":
		n, err := strconv.ParseUint(value, 10, 32)
		i.BlockSize = uint32(n)
		return err == nil
	case "thinlevel":
		n, err := strconv.ParseUint(value, 10, 8)
		i.ThinLevel, i.HasThinLevel = uint8(n), true
		return err == nil && n <= 2
	case "transport":
		t, ok := parseTransport(value)
		i.Transport.Lower, i.HasTransport = t.Lower, true
		return ok
	}
	if i.Transport.parseParameter(s) {
		i.HasTransport = true
	}
	return true
}

// AppendRTPInfo appends the value of RTP-Info: URL, Seq and RTPTime.
func AppendRTPInfo(b []byte, list []RTPInfo) []byte {
	for n, i := range list {
		b = i.appendURL(b, n)
		b = i.appendSequence(b)
	}
	return b
}

// AppendXRTPInfo appends the value of X-RTP-Info with all parameters, as a
// server sends it.
func AppendXRTPInfo(b []byte, list []RTPInfo) []byte {
	for n, i := range list {
		b = i.appendURL(b, n)
		if i.HasTransport {
			b = append(b, ";transport="...)
			b = i.Transport.Append(b)
		}
		if i.BlockSize > 0 {
			b = append(b, ";blocksize="...)
			b = strconv.AppendUint(b, uint64(i.BlockSize), 10)
		}
		if i.HasThinLevel {
			b = append(b, ";thinlevel="...)
			b = strconv.AppendUint(b, uint64(i.ThinLevel), 10)
		}
		b = i.appendSequence(b)
	}
	return b
}

func (i *RTPInfo) appendURL(b []byte, n int) []byte {
	if n > 0 {
		b = append(b, ", "...)
	}
	b = append(b, "url="...)
	if strings.ContainsAny(i.URL, ",;") {
		b = append(b, '"')
		b = append(b, i.URL...)
		return append(b, '"')
	}
	return append(b, i.URL...)
}

func (i *RTPInfo) appendSequence(b []byte) []byte {
	if i.HasSeq {
		b = append(b, ";seq="...)
		b = strconv.AppendUint(b, uint64(i.Seq), 10)
	}
	if i.HasRTPTime {
		b = append(b, ";rtptime="...)
		b = strconv.AppendUint(b, uint64(i.RTPTime), 10)
	}
	return b
}
