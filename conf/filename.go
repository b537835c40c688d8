package conf

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const maxFileName = 255 // bytes, that most disks take

// devices are names that Windows takes for devices, with any ending.
var devices = map[string]bool{
	"con": true, "prn": true, "aux": true, "nul": true, "conin$": true, "conout$": true, "clock$": true,
}

// FileName is the base name of what a peer calls a file, clean for any system; it is
// shown and offered, never a name on our disk. ErrFileName if nothing can be made of it.
func FileName(s string) (string, error) {
	if len(s) > 16*maxFileName || !utf8.ValidString(s) {
		return "", ErrFileName
	}
	if i := strings.LastIndexAny(s, `/\`); i >= 0 {
		s = s[i+1:]
	}
	if len(s) > 1 && s[1] == ':' { // a drive, without a path behind
		s = s[2:]
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case !unicode.IsPrint(r) && r != zwj && r != zwnj || explicitBidi(r):
			return -1
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		}
		return r
	}, s)
	s = strings.TrimLeft(strings.TrimRight(s, ". "), " ")
	if s = strings.TrimRight(shorten(s), ". "); s == "" || isDevice(s) {
		return "", ErrFileName
	}
	return s, nil
}

// shorten cuts a name that is too long, and leaves its ending.
func shorten(s string) string {
	if len(s) <= maxFileName {
		return s
	}
	ending := ""
	if i := strings.LastIndexByte(s, '.'); i >= 0 && len(s)-i <= 16 {
		ending = s[i:]
	}
	n := maxFileName - len(ending)
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + ending
}

func isDevice(s string) bool {
	s, _, _ = strings.Cut(strings.ToLower(s), ".")
	s = strings.TrimRight(s, " ")
	if devices[s] {
		return true
	}
	rest, com := strings.CutPrefix(s, "com")
	if !com {
		rest, com = strings.CutPrefix(s, "lpt")
	}
	return com && utf8.RuneCountInString(rest) == 1 && strings.Contains("0123456789¹²³", rest)
}
