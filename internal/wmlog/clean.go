package wmlog

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"caracal/internal/redact"
)

// none stands for a value that is not known, [MS-WMLOG] 2.2.
const none = "-"

// The longest numbers and addresses, in bytes.
const (
	maxDigits  = 20
	maxAddress = 64
	maxRate    = 1e6
)

// cleanValue makes a value one that cannot be taken for the end of a field or line
// nor for an order to a terminal. It says whether the field takes it at all.
func cleanValue(s *spec, value string) (string, bool) {
	value = strings.TrimSpace(value)
	if value == "" || value == none {
		return "", true
	}
	switch s.kind {
	case number:
		return value, isNumber(value, maxDigits)
	case status:
		return value, len(value) == 3 && isNumber(value, 3)
	case rate:
		n, err := strconv.ParseFloat(value, 64)
		if err != nil || len(value) > maxDigits || !(n >= -maxRate && n <= maxRate) { // NaN is neither
			return "", false
		}
		return strconv.FormatFloat(n, 'f', -1, 64), true
	case address:
		return cleanAddress(value)
	case link:
		return cleanLink(value, s.most), true
	}
	return cleanWord(value, s.most), true
}

// isNumber says whether all is digits. Other than strconv it takes no sign.
func isNumber(s string, most int) bool {
	return len(s) > 0 && len(s) <= most && strings.Trim(s, "0123456789") == ""
}

func cleanAddress(value string) (string, bool) {
	if len(value) > maxAddress {
		return "", false
	}
	a, err := netip.ParseAddr(value)
	if err != nil {
		return "", false
	}
	if a = a.Unmap().WithZone(""); a.IsUnspecified() { // players say 0.0.0.0 for none
		return "", true
	}
	return a.String(), true
}

// cleanText leaves what people can read, without secrets; everything else becomes "_".
func cleanText(value string, most int) string {
	value = redact.Text(value)
	if len(value) > most {
		value = value[:most]
		for len(value) > 0 && !utf8.RuneStart(value[len(value)-1]) {
			value = value[:len(value)-1]
		}
		if n := len(value); n > 0 && value[n-1] >= utf8.RuneSelf {
			value = value[:n-1]
		}
	}
	return strings.Map(func(c rune) rune {
		if c == utf8.RuneError || !unicode.IsPrint(c) {
			return '_'
		}
		return c
	}, value)
}

// cleanWord has no spaces either, [MS-WMLOG] 2.2.
func cleanWord(value string, most int) string {
	return strings.ReplaceAll(cleanText(value, most), " ", "_")
}

// cleanLink percent-encodes what no URL has, RFC 3986, and leaves out passwords and keys.
func cleanLink(value string, most int) string {
	const hex = "0123456789ABCDEF"
	value = redact.Text(withoutPassword(value))
	var b strings.Builder
	for i := 0; i < len(value) && b.Len() < most-2; i++ {
		c := value[i]
		if c <= ' ' || c >= utf8.RuneSelf || strings.IndexByte("\"<>\\^`{|}\x7f", c) >= 0 {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			c = hex[c&15]
		}
		b.WriteByte(c)
	}
	return b.String()
}

// withoutPassword takes the name and password out of a URL: a log is read by more
// people than may know them.
func withoutPassword(url string) string {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		return url
	}
	end := len(rest)
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		end = i
	}
	if at := strings.LastIndexByte(rest[:end], '@'); at >= 0 {
		return scheme + "://" + rest[at+1:]
	}
	return url
}

// pathLink is a name that was sent decoded, as the path of a URL.
func pathLink(name string) string {
	return strings.NewReplacer("%", "%25", "?", "%3F", "#", "%23").Replace(name)
}
