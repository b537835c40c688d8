package rtsp

import (
	"strconv"
	"strings"

	"caracal/internal/head"
)

// parseMedia begins a media description: "audio 0 RTP/AVP 96 98".
func (s *SDP) parseMedia(value string) error {
	if len(s.Media) == MaxSDPMedia {
		return ErrLimit
	}
	fields := strings.Fields(value)
	if len(fields) < 4 || !head.IsToken(fields[0]) {
		return ErrInvalid
	}
	payload, err := strconv.ParseUint(fields[3], 10, 7)
	if err != nil {
		return ErrInvalid
	}
	s.Media = append(s.Media, SDPMedia{Media: fields[0], PayloadType: uint8(payload)})
	return nil
}

func (m *SDPMedia) parseLine(letter, value string) {
	name, rest, _ := strings.Cut(value, ":")
	rest = strings.TrimSpace(rest)
	switch letter + "=" + name {
	case "b=AS":
		m.Rate, _ = ParseNumber(rest)
	case "b=X-AV":
		m.Average, _ = ParseNumber(rest)
	case "a=control":
		m.Control = rest
	case "a=stream":
		m.Stream, _ = ParseNumber(rest)
	case "a=reliable":
		m.Reliable = true
	case "a=rtpmap":
		m.parseFormat(rest)
	case "a=fmtp":
		m.parseFormatParameters(rest)
	}
}

// parseFormat reads "96 x-asf-pf/1000".
func (m *SDPMedia) parseFormat(value string) {
	payload, name, ok := cutPayloadType(value)
	name, _, _ = strings.Cut(name, "/")
	switch {
	case !ok:
	case payload == m.PayloadType && !strings.EqualFold(name, FormatFEC):
		m.Format = strings.ToLower(name)
	case strings.EqualFold(name, FormatFEC):
		m.fec().PayloadType = payload
	}
}

// parseFormatParameters reads "98 audio/fec 24 1".
func (m *SDPMedia) parseFormatParameters(value string) {
	payload, parameters, ok := cutPayloadType(value)
	fields := strings.Fields(parameters)
	if !ok || payload == m.PayloadType || len(fields) != 3 {
		return
	}
	span, err1 := strconv.ParseUint(fields[1], 10, 8)
	perSpan, err2 := strconv.ParseUint(fields[2], 10, 8)
	if err1 != nil || err2 != nil || span < 1 || span > MaxFECSpan || perSpan < 1 || perSpan > span {
		return
	}
	f := m.fec()
	f.PayloadType, f.Control, f.Span, f.PerSpan = payload, fields[0], uint8(span), uint8(perSpan)
}

func (m *SDPMedia) fec() *SDPFEC {
	if m.FEC == nil {
		m.FEC = &SDPFEC{Span: MaxFECSpan, PerSpan: 1}
	}
	return m.FEC
}

func cutPayloadType(value string) (payload uint8, rest string, ok bool) {
	digits, rest, _ := strings.Cut(value, " ")
	n, err := strconv.ParseUint(digits, 10, 7)
	return uint8(n), strings.TrimSpace(rest), err == nil
}

// RTX says that it describes the retransmission stream.
func (m *SDPMedia) RTX() bool { return m.Format == FormatRTX || m.Stream >= RTXStream }

// ResolveControl makes a URL of an a=control attribute, [MS-RTSP] 2.2.5.2.1:
// base is the session's own, or the response's Content-Base. "" and "*" mean
// base itself.
func ResolveControl(base, control string) string {
	switch {
	case control == "" || control == "*":
		return base
	case strings.Contains(control, "://"):
		return control
	}
	base, query, hasQuery := strings.Cut(base, "?")
	url := strings.TrimRight(base, "/") + "/" + strings.TrimLeft(control, "/")
	if hasQuery {
		url += "?" + query
	}
	return url
}
