package rtsp

import "strings"

// EndReason says more about the end of a stream, [MS-RTSP] 2.2.7.3.
type EndReason uint8

const (
	EndPlain          EndReason = iota // nothing is said
	EndAdministrative                  // "AdministrativeDisconnection": somebody ended it
	EndOfEntry                         // "End-Of-Playlist-Entry": another entry follows
	EndReceding                        // "RecedingEos": the beginning was reached backwards
)

var endNames = [...]string{
	EndAdministrative: "AdministrativeDisconnection",
	EndOfEntry:        "End-Of-Playlist-Entry",
	EndReceding:       "RecedingEos",
}

// EndOfStreamBody is the message body of EndOfStream, [MS-RTSP] 2.2.7.3.
type EndOfStreamBody struct {
	Session string
	EOF     bool
	Reason  EndReason
}

// ParseEndOfStream never fails: lines that it does not know are left out. EOF
// tells whether the stream ended.
func ParseEndOfStream(body []byte) EndOfStreamBody {
	var e EndOfStreamBody
	for line := range strings.Lines(string(body)) {
		name, value, _ := strings.Cut(line, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		yes := strings.EqualFold(value, "true")
		switch {
		case strings.EqualFold(name, "Session"):
			e.Session = ParseSession(value).ID
		case strings.EqualFold(name, "EOF"):
			e.EOF = yes
		case yes:
			for reason, known := range endNames {
				if known != "" && strings.EqualFold(name, known) {
					e.Reason = EndReason(reason)
				}
			}
		}
	}
	return e
}

// Append appends the body.
func (e EndOfStreamBody) Append(b []byte) []byte {
	b = append(b, "Session: "...)
	b = append(b, e.Session...)
	b = append(b, "\r\n"...)
	if e.EOF {
		b = append(b, "EOF: true\r\n"...)
	}
	if e.Reason != EndPlain && int(e.Reason) < len(endNames) {
		b = append(b, endNames[e.Reason]...)
		b = append(b, ": true\r\n"...)
	}
	return b
}
