package markup

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// windows1252 are the characters of 0x80 to 0x9F; all others of one byte are
// those of Latin-1. The five that are not assigned stand for themselves.
var windows1252 = [32]rune{
	0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
	0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
}

// declared finds the encoding in the instruction that a file begins with.
var declared = regexp.MustCompile(`(?i)^\s*<\?[a-z]+\s[^>]*encoding\s*=\s*["']([a-z0-9_-]{1,32})["']`)

// declaredWithin is how many bytes of a file may come before the end of that
// instruction.
const declaredWithin = 256

// Decode gives the text of a file: in UTF-8, UTF-16 with a byte order mark or
// without, or Windows-1252, which Latin-1 is a part of. Lines end in "\n", and
// characters that XML has not are U+FFFD. Faults are at the beginning of the
// file.
func Decode(b []byte) (string, []Fault, error) {
	if len(b) > MaxBytes {
		return "", nil, &Error{Pos{1, 1}, "the file is longer than 4 MB", ErrLimit}
	}
	var faults []Fault
	s, why := decode(b)
	if why != "" {
		faults = append(faults, Fault{Pos{1, 1}, NotText, true, why, "the file in UTF-8"})
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	if clean := Clean(s); clean != s {
		s = clean
		faults = append(faults, Fault{Pos{1, 1}, NotText, false, "there are characters in the file that text has not, such as NUL", ""})
	}
	return s, faults, nil
}

// decode returns the text, and what is doubtful of how it was read.
func decode(b []byte) (s, why string) {
	switch {
	case bytes.HasPrefix(b, []byte("\xEF\xBB\xBF")):
		return utf8Or1252(b[3:], "the byte order mark says UTF-8, and it is not")
	case bytes.HasPrefix(b, []byte("\xFF\xFE")):
		return fromUTF16(b[2:], 0)
	case bytes.HasPrefix(b, []byte("\xFE\xFF")):
		return fromUTF16(b[2:], 1)
	case len(b) >= 2 && b[0] != 0 && b[1] == 0:
		return fromUTF16(b, 0)
	case len(b) >= 2 && b[0] == 0 && b[1] != 0:
		return fromUTF16(b, 1)
	}
	name := ""
	if m := declared.FindSubmatch(b[:min(len(b), declaredWithin)]); m != nil {
		name = strings.ToLower(string(m[1]))
	}
	switch name {
	case "iso-8859-1", "latin1", "latin-1", "windows-1252", "cp1252":
		return from1252(b), ""
	case "", "us-ascii", "ascii", "utf-16", "utf-16le", "unicode": // what says UTF-16 and is not is UTF-8 or older
		return utf8Or1252(b, "")
	case "utf-8", "utf8":
		return utf8Or1252(b, "the file says that it is in UTF-8, and it is not: it is read as Windows-1252")
	}
	if utf8.Valid(b) {
		return string(b), ""
	}
	return from1252(b), "the encoding " + name + " is not known: the file is read as Windows-1252"
}

func utf8Or1252(b []byte, otherwise string) (s, why string) {
	if utf8.Valid(b) {
		return string(b), ""
	}
	return from1252(b), otherwise
}

func from1252(b []byte) string {
	var s strings.Builder
	s.Grow(len(b) + len(b)/8)
	for _, c := range b {
		r := rune(c)
		if c >= 0x80 && c < 0xA0 {
			r = windows1252[c-0x80]
		}
		s.WriteRune(r)
	}
	return s.String()
}

// fromUTF16 reads UTF-16; low is where the high byte of each pair is not.
func fromUTF16(b []byte, low int) (s, why string) {
	if len(b)%2 != 0 {
		why = "the file is in UTF-16, and its last character is cut off"
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = uint16(b[2*i+low]) | uint16(b[2*i+1-low])<<8
	}
	return string(utf16.Decode(units)), why
}

// Clean puts U+FFFD in the place of characters that XML has not.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
