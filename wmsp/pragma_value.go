package wmsp

import (
	"math"
	"strconv"
	"strings"
)

// pragmaValue is a field of Pragma with the syntax of its token.
type pragmaValue interface {
	parse(s string) bool // false if s cannot be used
	append(b []byte) []byte
}

type (
	tokenWord      bool    // a token without a value
	tokenFlag      bool    // 0 or 1
	tokenNumber    uint32  // 1*10DIGIT
	tokenOffset    uint64  // two numbers with a colon
	tokenDirection int     // -1, 0 or 1
	tokenDecimal   float64 // three decimals
	tokenFeatures  ContentFeatures
	tokenEntries   string // of stream-switch-entry, separated by single blanks
	tokenQuoted    string // between quotation marks
	tokenGUID      string // in braces
	tokenVersion   string // numbers with dots
	tokenVerbatim  string // the rest of the line
)

// leadingNumber reads the digits at the beginning of s; a number that does not fit
// becomes the largest one. FFmpeg 5.1 leaves out the line break after
// stream-time, so that "Connection: Close" follows the digits.
func leadingNumber(s string) (n uint32, rest string, ok bool) {
	i := 0
	for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		n = uint32(min(uint64(n)*10+uint64(s[i]-'0'), math.MaxUint32))
	}
	return n, s[i:], i > 0
}

func (v *tokenWord) parse(string) bool        { *v = true; return true }
func (v *tokenWord) append(b []byte) []byte   { return b }
func (v *tokenNumber) append(b []byte) []byte { return strconv.AppendUint(b, uint64(*v), 10) }

func (v *tokenNumber) parse(s string) bool {
	n, _, ok := leadingNumber(s)
	if ok {
		*v = tokenNumber(n)
	}
	return ok
}

func (v *tokenFlag) parse(s string) bool {
	n, _, ok := leadingNumber(s)
	if ok {
		*v = n != 0
	}
	return ok
}

func (v *tokenFlag) append(b []byte) []byte {
	if *v {
		return append(b, '1')
	}
	return append(b, '0')
}

// parse takes "hi:lo", each 32 bits, and a single number for the low half.
func (v *tokenOffset) parse(s string) bool {
	hi, rest, ok := leadingNumber(s)
	if !ok {
		return false
	}
	lo, after, found := uint32(0), "", false
	if after, found = strings.CutPrefix(rest, ":"); found {
		lo, _, ok = leadingNumber(after)
	} else {
		hi, lo = 0, hi
	}
	if ok {
		*v = tokenOffset(hi)<<32 | tokenOffset(lo)
	}
	return ok
}

func (v *tokenOffset) append(b []byte) []byte {
	b = strconv.AppendUint(b, uint64(*v>>32), 10)
	b = append(b, ':')
	return strconv.AppendUint(b, uint64(*v&math.MaxUint32), 10)
}

func (v *tokenDirection) parse(s string) bool {
	digits, negative := strings.CutPrefix(s, "-")
	n, _, ok := leadingNumber(digits)
	if !ok || n > 1 {
		return false
	}
	*v = tokenDirection(n)
	if negative {
		*v = -*v
	}
	return true
}

func (v *tokenDirection) append(b []byte) []byte { return strconv.AppendInt(b, int64(*v), 10) }

// parse cuts to three decimals. 0 is no rate and no speed.
func (v *tokenDecimal) parse(s string) bool {
	digits, negative := strings.CutPrefix(s, "-")
	whole, rest, ok := leadingNumber(digits)
	if !ok {
		return false
	}
	thousandths := int64(whole) * 1000
	if fraction, found := strings.CutPrefix(rest, "."); found {
		for i, unit := 0, int64(100); i < len(fraction) && unit > 0; i, unit = i+1, unit/10 {
			if fraction[i] < '0' || fraction[i] > '9' {
				break
			}
			thousandths += unit * int64(fraction[i]-'0')
		}
	}
	if thousandths == 0 {
		return false
	}
	if negative {
		thousandths = -thousandths
	}
	*v = tokenDecimal(float64(thousandths) / 1000)
	return true
}

func (v *tokenDecimal) append(b []byte) []byte {
	return strconv.AppendFloat(b, float64(*v), 'f', 3, 64)
}

func (v *tokenFeatures) parse(s string) bool {
	*v = tokenFeatures(ParseContentFeatures(unquote(s)))
	return true
}

func (v *tokenFeatures) append(b []byte) []byte {
	b = append(b, '"')
	b = ContentFeatures(*v).Append(b)
	return append(b, '"')
}
