package rtsp

import (
	"math"
	"strconv"
	"strings"
)

// NoStream is the number in the place of a stream that is only added or only
// removed, [MS-RTSP] 2.2.7.10.
const NoStream = math.MaxUint32

// Thinning levels, [MS-RTSP] 2.2.7.10.
const (
	ThinNothing   = 0 // all media objects are sent
	ThinKeyFrames = 1 // only clean points
	ThinAll       = 2 // nothing
)

// StreamSwitch is the message body of SelectStream, [MS-RTSP] 2.2.7.10.
type StreamSwitch struct {
	Old, New       uint32 // stream numbers, or NoStream
	Thin           uint8  // ThinNothing ... of the new stream
	OldURL, NewURL string // "" beside NoStream
}

// ParseStreamSwitch parses the body. The examples of 4.4.4.2 go without the
// label "SSEntry:". Errors are *ParseError.
func ParseStreamSwitch(body []byte) (StreamSwitch, error) {
	fields := strings.Fields(string(body))
	if len(fields) > 0 && strings.EqualFold(fields[0], "SSEntry:") {
		fields = fields[1:]
	}
	invalid := &ParseError{"SSEntry", 0, ErrInvalid}
	if len(fields) < 3 {
		return StreamSwitch{}, invalid
	}
	var numbers [3]uint32
	for i := range numbers {
		n, err := strconv.ParseUint(fields[i], 10, 32)
		if err != nil {
			return StreamSwitch{}, invalid
		}
		numbers[i] = uint32(n)
	}
	s := StreamSwitch{Old: numbers[0], New: numbers[1], Thin: uint8(min(numbers[2], math.MaxUint8))}
	urls := fields[3:]
	if s.Old != NoStream && len(urls) > 0 {
		s.OldURL, urls = urls[0], urls[1:]
	}
	if s.New != NoStream && len(urls) > 0 {
		s.NewURL = urls[0]
	}
	if s.New == NoStream {
		s.Thin = ThinNothing // has no meaning then
	}
	if s.Thin > ThinAll || s.Old == NoStream && s.New == NoStream {
		return StreamSwitch{}, invalid
	}
	return s, nil
}

// Append appends the body.
func (s StreamSwitch) Append(b []byte) []byte {
	b = append(b, "SSEntry: "...)
	b = strconv.AppendUint(b, uint64(s.Old), 10)
	b = append(b, ' ')
	b = strconv.AppendUint(b, uint64(s.New), 10)
	b = append(b, ' ')
	b = strconv.AppendUint(b, uint64(s.Thin), 10)
	for _, url := range [...]string{s.OldURL, s.NewURL} {
		if url != "" {
			b = append(b, ' ')
			b = append(b, url...)
		}
	}
	return append(b, '\r', '\n')
}
