package rtsp

import (
	"strconv"
	"strings"

	"caracal/internal/head"
)

// Limits of the Transport header.
const (
	MaxTransports          = 16 // alternatives that count
	MaxTransportParameters = 32 // of one
)

// Lower is the transport beneath RTP.
type Lower uint8

const (
	LowerUDP Lower = iota // also what "RTP/AVP" alone means
	LowerTCP              // interleaved with the requests
)

// PortPair is a port or channel for RTP, and one for RTCP beside it.
type PortPair struct {
	RTP, RTCP uint16
	Count     uint8 // how many were given: 0, 1 or 2
}

// Transport is one alternative of the Transport header, [MS-RTSP] 2.2.6.11, or
// what X-RTP-Info says in its place, 2.2.6.27.
type Transport struct {
	Lower       Lower
	Unicast     bool
	Multicast   bool
	Destination string
	Source      string
	Interleaved PortPair // channels
	ClientPort  PortPair
	ServerPort  PortPair
	SSRC        uint32
	HasSSRC     bool
	Mode        string // as sent, without quotes: "PLAY"
	FEC         FECParameters
}

// ParseTransports reads the header's values, the client's first choice first.
// It never fails: what cannot be used is left out, an alternative with
// something other than RTP/AVP altogether. An empty list is answered with 461.
func ParseTransports(values ...string) []Transport {
	var list []Transport
	for _, v := range values {
		for v != "" && len(list) < MaxTransports {
			end := head.ItemEnd(v, ',')
			if t, ok := parseTransport(v[:end]); ok {
				list = append(list, t)
			}
			v = v[min(end+1, len(v)):]
		}
	}
	return list
}

func parseTransport(s string) (Transport, bool) {
	spec, rest, _ := strings.Cut(s, ";")
	var t Transport
	switch strings.ToUpper(strings.TrimSpace(spec)) {
	case "RTP/AVP", "RTP/AVP/UDP":
	case "RTP/AVP/TCP":
		t.Lower = LowerTCP
	default:
		return t, false
	}
	for range MaxTransportParameters {
		if rest == "" {
			break
		}
		end := head.ItemEnd(rest, ';')
		t.parseParameter(rest[:end])
		rest = rest[min(end+1, len(rest)):]
	}
	return t, true
}

// parseParameter takes one parameter and says whether it is known.
func (t *Transport) parseParameter(s string) bool {
	name, value, _ := strings.Cut(s, "=")
	value = strings.ReplaceAll(strings.TrimSpace(value), `"`, "")
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "unicast":
		t.Unicast = true
	case "multicast":
		t.Multicast = true
	case "destination":
		t.Destination = value
	case "source":
		t.Source = value
	case "interleaved":
		t.Interleaved = parsePorts(value, 255)
	case "client_port":
		t.ClientPort = parsePorts(value, 65535)
	case "server_port":
		t.ServerPort = parsePorts(value, 65535)
	case "ssrc":
		n, err := strconv.ParseUint(value, 16, 32)
		t.SSRC, t.HasSSRC = uint32(n), err == nil
	case "mode":
		t.Mode = value
	default:
		return t.FEC.parseParameter(name, value)
	}
	return true
}

// parsePorts reads "4958-4959" and "1790". Blanks are what is left of a line
// break.
func parsePorts(s string, most int64) PortPair {
	first, second, pair := strings.Cut(s, "-")
	low, ok := head.ParseDigits(strings.TrimSpace(first))
	if !ok || low > most {
		return PortPair{}
	}
	if !pair {
		return PortPair{RTP: uint16(low), Count: 1}
	}
	high, ok := head.ParseDigits(strings.TrimSpace(second))
	if !ok || high > most {
		return PortPair{}
	}
	return PortPair{RTP: uint16(low), RTCP: uint16(high), Count: 2}
}

// Append appends one alternative, in the order and case that Windows Media
// Services uses.
func (t Transport) Append(b []byte) []byte {
	b = append(b, "RTP/AVP/"...)
	b = append(b, t.Lower.String()...)
	if t.Multicast {
		b = append(b, ";multicast"...)
	} else if t.Unicast {
		b = append(b, ";unicast"...)
	}
	b = appendText(b, ";destination=", t.Destination)
	b = appendText(b, ";source=", t.Source)
	b = t.Interleaved.append(b, ";interleaved=")
	b = t.ServerPort.append(b, ";server_port=")
	b = t.ClientPort.append(b, ";client_port=")
	if t.HasSSRC {
		b = append(b, ";ssrc="...)
		b = appendHex32(b, t.SSRC)
	}
	b = appendText(b, ";mode=", t.Mode)
	return t.FEC.append(b)
}

func (t Transport) String() string { return string(t.Append(nil)) }

func (l Lower) String() string {
	if l == LowerTCP {
		return "TCP"
	}
	return "UDP"
}

// appendText appends nothing for an empty value, and a value that would end
// early in quotation marks.
func appendText(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	b = append(b, name...)
	if strings.ContainsAny(value, ",; \t=") {
		b = append(b, '"')
		b = append(b, value...)
		return append(b, '"')
	}
	return append(b, value...)
}

func (p PortPair) append(b []byte, name string) []byte {
	if p.Count == 0 {
		return b
	}
	b = append(b, name...)
	b = strconv.AppendUint(b, uint64(p.RTP), 10)
	if p.Count > 1 {
		b = append(b, '-')
		b = strconv.AppendUint(b, uint64(p.RTCP), 10)
	}
	return b
}

// appendHex32 appends the 8 digits of an SSRC.
func appendHex32(b []byte, n uint32) []byte {
	const digits = "0123456789abcdef"
	for shift := 28; shift >= 0; shift -= 4 {
		b = append(b, digits[n>>shift&15])
	}
	return b
}
