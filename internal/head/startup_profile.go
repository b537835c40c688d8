package head

import (
	"strconv"
	"strings"
)

// MaxStartupRates is the most values that one list of X-StartupProfile has.
const MaxStartupRates = 32

// StartupProfile is the X-StartupProfile header, [MS-RTSP] 2.2.6.28 and
// [MS-WMSP] 2.2.1.12. The four lists belong together: one value for each rate.
type StartupProfile struct {
	Rate     []uint32 // factor relative to the average bit rate, times 10
	MaxBytes []uint32 // largest buffer underflow, bytes
	Time     []uint32 // when it occurs, ms after StartTime
	ByteRate []uint32 // average rate of the content, bytes/s

	StartTime      uint32 // lowest presentation time, ms
	LastTime       uint32 // length of the interval, ms
	MaxDiffTime    uint32 // when MaxDiffSndTime occurs, ms after StartTime
	MaxDiffSndTime int32  // how far audio lags behind video; negative the other way round; ms
}

// startupFields is in the order of [MS-WMSP] 2.2.1.12. Each has a list, or else
// a number; MaxDiffSndTime alone has a sign.
var startupFields = [...]struct {
	name   string
	list   func(*StartupProfile) *[]uint32
	number func(*StartupProfile) *uint32
}{
	{"Rate", func(p *StartupProfile) *[]uint32 { return &p.Rate }, nil},
	{"MaxBytes", func(p *StartupProfile) *[]uint32 { return &p.MaxBytes }, nil},
	{"Time", func(p *StartupProfile) *[]uint32 { return &p.Time }, nil},
	{"StartTime", nil, func(p *StartupProfile) *uint32 { return &p.StartTime }},
	{"LastTime", nil, func(p *StartupProfile) *uint32 { return &p.LastTime }},
	{"MaxDiffTime", nil, func(p *StartupProfile) *uint32 { return &p.MaxDiffTime }},
	{"MaxDiffSndTime", nil, nil},
	{"ByteRate", func(p *StartupProfile) *[]uint32 { return &p.ByteRate }, nil},
}

// Append appends the header's value.
func (p *StartupProfile) Append(b []byte) []byte {
	for _, field := range startupFields {
		b = append(b, field.name...)
		b = append(b, '=')
		switch {
		case field.list != nil:
			for i, n := range *field.list(p) {
				if i > 0 {
					b = append(b, ',')
				}
				b = strconv.AppendUint(b, uint64(n), 10)
			}
		case field.number != nil:
			b = strconv.AppendUint(b, uint64(*field.number(p)), 10)
		default:
			b = strconv.AppendInt(b, int64(p.MaxDiffSndTime), 10)
		}
		b = append(b, ';')
	}
	return b
}

// ParseStartupProfile parses the header's value. All parameters have to be
// there, and the lists have to be equally long; unknown ones are ignored.
func ParseStartupProfile(s string) (p StartupProfile, ok bool) {
	var seen int
	for item := range strings.SplitSeq(s, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(item), "=")
		for i := range startupFields {
			if !strings.EqualFold(startupFields[i].name, name) {
				continue
			}
			if !p.parseField(i, value) {
				return StartupProfile{}, false
			}
			seen |= 1 << i
		}
	}
	n := len(p.Rate)
	if seen != 1<<len(startupFields)-1 || n != len(p.MaxBytes) || n != len(p.Time) || n != len(p.ByteRate) {
		return StartupProfile{}, false
	}
	return p, true
}

func (p *StartupProfile) parseField(i int, value string) bool {
	field := &startupFields[i]
	var err error
	switch {
	case field.list != nil:
		list, ok := parseStartupList(value)
		*field.list(p) = list
		return ok
	case field.number != nil:
		var n uint64
		n, err = strconv.ParseUint(value, 10, 32)
		*field.number(p) = uint32(n)
	default:
		var n int64
		n, err = strconv.ParseInt(value, 10, 32)
		p.MaxDiffSndTime = int32(n)
	}
	return err == nil
}

func parseStartupList(s string) ([]uint32, bool) {
	var list []uint32
	for item := range strings.SplitSeq(s, ",") {
		n, err := strconv.ParseUint(strings.TrimSpace(item), 10, 32)
		if err != nil || len(list) == MaxStartupRates {
			return nil, false
		}
		list = append(list, uint32(n))
	}
	return list, true
}
