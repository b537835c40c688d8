package rtsp

import (
	"strconv"
	"strings"
)

// MaxSessionID is the longest identifier that a server accepts, [MS-RTSP]
// 3.2.5.1: a longer one is answered with 454.
const MaxSessionID = 20

// Session is the Session header, RFC 2326 12.37. The zero value is an absent
// header.
type Session struct {
	ID      string
	Timeout uint32 // s; 0 for none
}

// ParseSession never fails: what it cannot read is left out.
func ParseSession(s string) Session {
	id, rest, _ := strings.Cut(s, ";")
	session := Session{ID: strings.TrimSpace(id)}
	for parameter := range strings.SplitSeq(rest, ";") {
		name, value, _ := strings.Cut(parameter, "=")
		if strings.EqualFold(strings.TrimSpace(name), "timeout") {
			session.Timeout, _ = ParseNumber(value)
		}
	}
	return session
}

func (s Session) String() string {
	if s.Timeout == 0 {
		return s.ID
	}
	return s.ID + ";timeout=" + strconv.FormatUint(uint64(s.Timeout), 10)
}
