package wmsp

import (
	"strconv"
	"strings"
)

// MaxSwitches is the most entries that one stream-switch-entry token has: ASF
// numbers its streams from 1 to 127, and each can be named twice.
const MaxSwitches = 256

// NoStream is the number that stands for no stream in Switch.From.
const NoStream = 0xFFFF

// Thinning levels of a Switch, [MS-WMSP] 2.2.1.4.27.
const (
	LevelWhole     uint8 = 0
	LevelKeyFrames uint8 = 1
	LevelNone      uint8 = 2
)

// Switch is one entry of the stream-switch-entry token, [MS-WMSP] 2.2.1.4.27.
type Switch struct {
	From  uint16 // ASF stream number, or NoStream
	To    uint16 // ASF stream number
	Level uint8  // LevelWhole, LevelKeyFrames or LevelNone, for To
}

// Switches reads the stream-switch-entry token. The specification and MPlayer
// write stream numbers in hexadecimal; FFmpeg, libmms and VLC write them in
// decimal, which is the same up to 9. With decimal set they are read so,
// unless a number has a letter in it. stream-switch-count is not looked at.
// The error is a *ParseError; ErrLimit for more than MaxSwitches.
func (p *Pragma) Switches(decimal bool) ([]Switch, error) {
	if strings.Count(p.SwitchEntry, ":") > 2*MaxSwitches {
		return nil, &ParseError{"stream-switch-entry", 0, ErrLimit}
	}
	items := strings.FieldsFunc(p.SwitchEntry, isSwitchSeparator)
	base := 16
	if decimal && !hasLetter(items) {
		base = 10
	}
	switches := make([]Switch, 0, len(items))
	for _, item := range items {
		s, ok := parseSwitch(item, base)
		if !ok {
			return nil, &ParseError{"stream-switch-entry", strings.Index(p.SwitchEntry, item), ErrInvalid}
		}
		switches = append(switches, s)
	}
	if len(switches) > MaxSwitches {
		return nil, &ParseError{"stream-switch-entry", 0, ErrLimit}
	}
	return switches, nil
}

// hasLetter looks for hexadecimal digits above 9, but for "ffff".
func hasLetter(items []string) bool {
	for _, item := range items {
		for number := range strings.SplitSeq(item, ":") {
			if !strings.EqualFold(number, "ffff") && strings.ContainsAny(number, "abcdefABCDEF") {
				return true
			}
		}
	}
	return false
}

func parseSwitch(s string, base int) (Switch, bool) {
	parts := strings.Split(s, ":")
	if len(parts) != 3 {
		return Switch{}, false
	}
	from, ok1 := streamNumber(parts[0], base)
	to, ok2 := streamNumber(parts[1], base)
	level, err := strconv.ParseUint(parts[2], 10, 8)
	if !ok1 || !ok2 || err != nil || level > uint64(LevelNone) {
		return Switch{}, false
	}
	return Switch{from, to, uint8(level)}, true
}

func streamNumber(s string, base int) (uint16, bool) {
	if strings.EqualFold(s, "ffff") {
		return NoStream, true
	}
	n, err := strconv.ParseUint(s, base, 16)
	return uint16(n), err == nil
}

// AppendSwitches appends the value of a stream-switch-entry token, in
// hexadecimal with blanks between the entries.
func AppendSwitches(b []byte, switches []Switch) []byte {
	for i, s := range switches {
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendUint(b, uint64(s.From), 16)
		b = append(b, ':')
		b = strconv.AppendUint(b, uint64(s.To), 16)
		b = append(b, ':')
		b = strconv.AppendUint(b, uint64(s.Level), 10)
	}
	return b
}
