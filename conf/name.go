package conf

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	maxName     = 64  // bytes of a conference's name, and of a member's
	maxNumber   = 16  // digits of a conference's number
	maxTitle    = 256 // bytes
	maxProtocol = 32
	maxMarks    = 4 // combining characters in a row: more write over other lines
	nobody      = "Guest"
	guestSuffix = " (guest)"
	firstNumber = 1000 // that a conference without one is given
	zwj, zwnj   = '\u200D', '\u200C'
)

// CheckName says whether a conference can have a name: it is to be in URLs, typed on
// old keyboards, and never taken for a number.
func CheckName(s string) error {
	digits := true
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-", r) || r == utf8.RuneError {
			return ErrName
		}
		digits = digits && unicode.IsDigit(r)
	}
	if digits || len(s) > maxName || strings.Trim(s, ".") == "" {
		return ErrName
	}
	return nil
}

// CheckNumber says whether a conference can have a number.
func CheckNumber(s string) error {
	if s == "" || len(s) > maxNumber || strings.Trim(s, "0123456789") != "" {
		return ErrName
	}
	return nil
}

// fold makes names the same that differ in upper and lower case only.
func fold(s string) string { return strings.ToLower(strings.ToUpper(s)) }

// claim cleans a name that somebody gives himself: one line, printable, no longer than
// maxName; "" if nothing is left.
func claim(s string) string {
	if len(s) > 8*maxName {
		s = s[:8*maxName]
	}
	marks := 0
	s = strings.Map(func(r rune) rune {
		if !unicode.In(r, unicode.Mn, unicode.Me) {
			marks = 0
		} else if marks++; marks > maxMarks {
			return -1
		}
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == zwj || r == zwnj:
			return r
		case !unicode.IsPrint(r) || r == utf8.RuneError:
			return -1
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(s, "")))
	s = strings.Join(strings.Fields(s), " ")
	for len(s) > maxName {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return strings.Trim(s, string([]rune{' ', zwj, zwnj}))
}

// lookalikes are the names that a claimed name may be taken for: itself as compatibility
// characters and what cannot be seen make no difference, and the account in an address
// ("sip:ada@host") or behind a domain ("DOMAIN\ada"), without what follows in brackets.
func lookalikes(s string) []string {
	s = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cf, unicode.Mn) {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
	s = strings.TrimSpace(s)
	list := []string{s}
	add := func(t string) {
		if t = strings.TrimSpace(t); t != "" && t != s {
			list = append(list, t)
		}
	}
	short := s
	if i := strings.LastIndexAny(short, `\/:`); i >= 0 {
		short = short[i+1:]
	}
	short, _, _ = strings.Cut(short, "@")
	add(short)
	bare, _, _ := strings.Cut(s, "(")
	add(bare)
	return list
}
