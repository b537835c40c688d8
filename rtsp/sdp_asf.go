package rtsp

import (
	"strings"
	"unicode/utf8"

	"caracal/asf"
)

// DescribeASF makes the description of content with the ASF header h, whose
// bytes are those that the player is to get: the Header Object and the head of
// the Data Object. There is a media description for each stream. What the
// header does not know is for the caller to fill: ID, Address, Control, ETag,
// Range, Properties, ContentDescription.
func DescribeASF(h *asf.Header, header []byte) *SDP {
	s := &SDP{Header: header}
	if d, ok := asf.Find[*asf.ContentDescription](h); ok {
		s.Title = sdpText(d.Title.String())
	}
	if f := h.File(); f != nil {
		s.MaxPacketSize = f.MaxPacketSize
	}
	streams := h.Streams()
	var count [3]int
	for _, stream := range streams {
		count[mediaIndex(stream)]++
	}
	total := uint64(0)
	for _, stream := range streams {
		peak, average := streamRates(h, stream.Number())
		total += uint64(peak)
		s.Media = append(s.Media, describeStream(h, stream, count, peak, average))
	}
	s.Rate = uint32((total + 999) / 1000)
	return s
}

func describeStream(h *asf.Header, stream *asf.StreamProperties, count [3]int, peak, average uint32) SDPMedia {
	kind := mediaIndex(stream)
	m := SDPMedia{
		Media:       mediaNames[kind],
		PayloadType: PayloadASF,
		Format:      FormatASF,
		Control:     Control{Name: "stream", Number: uint32(stream.Number())}.String(),
		Stream:      uint32(stream.Number()),
		Rate:        kilobits(peak),
	}
	if count[kind] == 1 && m.Media != MediaApplication {
		m.Control = m.Media // ControlAudio or ControlVideo
	}
	if average != peak {
		m.Average = kilobits(average)
	}
	if x := h.ExtendedStream(stream.Number()); x != nil {
		m.Reliable = x.Flags&asf.StreamReliable != 0
	}
	return m
}

var mediaNames = [3]string{MediaAudio, MediaVideo, MediaApplication}

func mediaIndex(stream *asf.StreamProperties) int {
	switch stream.Kind() {
	case asf.Audio:
		return 0
	case asf.Video:
		return 1
	}
	return 2
}

// streamRates returns bits a second. By [MS-RTSP] 2.2.5.1.1 the rate of Stream
// Bitrate Properties and the alternate one of Extended Stream Properties are
// peaks, the other one of the latter is the average.
func streamRates(h *asf.Header, n uint8) (peak, average uint32) {
	peak = h.BitRate(n)
	average = peak
	if x := h.ExtendedStream(n); x != nil {
		if x.AltDataBitRate != 0 {
			peak = x.AltDataBitRate
		}
		average = peak
		if x.DataBitRate != 0 {
			average = min(x.DataBitRate, peak)
		}
	}
	return peak, average
}

func kilobits(n uint32) uint32 { return uint32((uint64(n) + 999) / 1000) }

// sdpText makes text of a header fit for a line.
func sdpText(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F || r == utf8.RuneError {
			return ' '
		}
		return r
	}, s))
}

// contain leaves one media description, of the stream with that index, to stand
// for all. GStreamer takes x-asf-pf for a container, of which one RTP session has
// everything, and does not begin to play before each session that it has set up
// has packets.
func (s *SDP) contain(index int) {
	s.Media = s.Media[index : index+1]
	s.Media[0].Control = controlAll
	s.Media[0].Rate, s.Media[0].Average = s.Rate, 0
}

// AddRTX adds the retransmission stream, after the first media description as
// Windows Media Services has it.
func (s *SDP) AddRTX() {
	rtx := SDPMedia{
		Media:       MediaApplication,
		PayloadType: PayloadRTX,
		Format:      FormatRTX,
		Control:     ControlRTX,
		Stream:      RTXStream,
	}
	at := min(1, len(s.Media))
	s.Media = append(s.Media[:at:at], append([]SDPMedia{rtx}, s.Media[at:]...)...)
}

// AddFEC offers FEC packets with every stream that is not reliable.
func (s *SDP) AddFEC(span, perSpan uint8) {
	for i := range s.Media {
		m := &s.Media[i]
		if m.Format == FormatASF && !m.Reliable {
			m.FEC = &SDPFEC{PayloadFEC, m.Control + "/" + controlFEC, span, perSpan}
		}
	}
}
