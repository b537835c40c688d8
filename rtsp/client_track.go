package rtsp

import "strings"

// clientTrack is a stream that was set up.
type clientTrack struct {
	url     string // of its SETUP, and of the requests about it since
	kind    trackKind
	lower   Lower
	stream  uint32 // a=stream of what it carries now
	thin    uint8  // ThinNothing ... of that
	carries string // URL of that: SelectStream and Announce change it
	ssrc    uint32 // of the server
	hasSSRC bool
	of      *clientTrack // of FEC packets: what they protect
	payload uint8        // type of FEC packets
}

type trackKind uint8

const (
	trackMedia trackKind = iota
	trackRTX
	trackFEC
)

// selected takes the response to a SETUP. It holds mu.
func (s *clientSession) selected(one setup, resp *Response) {
	list := ParseTransports(resp.Header.Values("Transport")...)
	if len(list) == 0 || !one.over(list[0].Lower) {
		return
	}
	t, track := list[0], one.track
	track.lower, track.carries, track.thin = t.Lower, track.url, one.thin
	track.ssrc, track.hasSSRC = t.SSRC, t.HasSSRC
	s.keepTrack(track)
	if t.Lower == LowerTCP {
		channels := t.Interleaved
		for i := 0; channels.Count == 0; i++ {
			channels = one.transports[i].Interleaved
		}
		s.channels[uint8(channels.RTP)] = false
		if channels.Count > 1 {
			s.channels[uint8(channels.RTCP)] = true
		}
		return
	}
	switch track.kind {
	case trackRTX:
		s.rtx.selected(s, t)
	case trackMedia:
		s.media.peer = s.peer(&t, t.ServerPort.RTP)
	}
}

// keepTrack puts a stream in the place of an earlier selection of it.
func (s *clientSession) keepTrack(track *clientTrack) {
	for i, t := range s.tracks {
		if t.url == track.url {
			s.tracks[i] = track
			return
		}
	}
	s.tracks = append(s.tracks, track)
}

// track finds the stream of a URL in RTP-Info, which may be relative.
func (s *clientSession) track(url string) *clientTrack {
	short := "/" + strings.TrimLeft(url, "/")
	for _, exact := range []bool{true, false} {
		for _, t := range s.tracks {
			for _, known := range [...]string{t.carries, t.url} {
				if known == url || !exact && strings.HasSuffix(known, short) {
					return t
				}
			}
		}
	}
	return nil
}
