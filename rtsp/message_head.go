package rtsp

import "caracal/internal/head"

// MaxHead is the longest head of a message, bytes, including the blank line; a
// Kerberos ticket fits.
const MaxHead = 32 << 10

const (
	statusTooLarge       = 413
	statusVersionUnknown = 505
)

// protocol is RTSP for package head.
var protocol = head.Protocol{Name: "RTSP", MaxHead: MaxHead, TooLarge: statusTooLarge, NeedMore: ErrNeedMore}

// readCSeq reads the first CSeq, -1 if there is none. Players of GStreamer
// write it twice.
func readCSeq(f head.Fields) int64 {
	if n, ok := head.ParseDigits(f.Get("CSeq")); ok {
		return n
	}
	return -1
}
