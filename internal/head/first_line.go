package head

import "strings"

// CutRequestLine takes a request line apart; more blanks than one between its
// parts are tolerated, and so are blanks in the target. Errors are
// *SyntaxError.
func CutRequestLine(line string) (method, target, version string, err error) {
	method, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	rest = strings.TrimSpace(rest)
	at := strings.LastIndexByte(rest, ' ')
	if !IsToken(method) || at < 0 {
		return "", "", "", BadRequestLine()
	}
	return method, strings.TrimSpace(rest[:at]), rest[at+1:], nil
}

// BadRequestLine is the error for a request line that cannot be used.
func BadRequestLine() *SyntaxError {
	return NewSyntaxError(statusBadRequest, "unusable request line")
}

// ParseVersion reads the "RTSP/1.0" of a first line.
func (p *Protocol) ParseVersion(s string) (major, minor int, ok bool) {
	name, version, _ := strings.Cut(s, "/")
	first, second, _ := strings.Cut(version, ".")
	if name != p.Name || len(first) > 2 || len(second) > 2 {
		return 0, 0, false
	}
	high, ok1 := ParseDigits(first)
	low, ok2 := ParseDigits(second)
	return int(high), int(low), ok1 && ok2
}

// ParseStatus reads the three digits of a status line.
func ParseStatus(s string) (int, bool) {
	n, ok := ParseDigits(s)
	return int(n), ok && len(s) == 3 && n >= 100
}

// StatusClass is a reason phrase for a status that no specification names.
func StatusClass(status int) string {
	switch {
	case status < 300:
		return "Success"
	case status < 400:
		return "Redirection"
	case status < 500:
		return "Client Error"
	}
	return "Server Error"
}
