package rtsp

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"caracal/internal/head"
)

// setup is a SETUP request to be sent.
type setup struct {
	track      *clientTrack
	transports []Transport // alternatives, the best one first
	thin       uint8
	match      string // a=etag of the description that the session is for; "": whatever is there now
}

// setUp selects streams, [MS-RTSP] 3.1.4.3.1: the first request makes the
// session, the others are pipelined. The way is measured before anything is
// sent on it.
func (s *clientSession) setUp(ctx context.Context, d *Description, opt *PlayOptions) (*Measurement, error) {
	setups, err := s.setups(ctx, d.SDP, opt)
	if err != nil {
		return nil, err
	}
	if len(setups) == 0 {
		return nil, fmt.Errorf("%w: none of its streams was selected", ErrNoHeader)
	}
	var m *Measurement
	if rtx := setups[0].track.kind == trackRTX; opt.Measure && !rtx && d.Supported.Has(head.FeatureSrvPPair) {
		if m, err = measured(s.measureTCP(ctx)); err != nil {
			return nil, err
		}
	}
	setups[0].match = d.SDP.ETag
	if err := s.sendSetups(ctx, setups[:1], opt); err != nil {
		return nil, err
	}
	if opt.Measure && s.resends() && d.Supported.Has(head.FeatureSrvPPair) {
		if m, err = measured(s.measureUDP(ctx)); err != nil {
			return nil, err
		}
	}
	return m, s.setUpRest(ctx, setups[1:], opt)
}

// measured forgives a server that has no packet pairs.
func measured(m Measurement, err error) (*Measurement, error) {
	if refused, ok := err.(*StatusError); ok && refused.Response.Status >= 400 {
		return nil, nil
	}
	return &m, err
}

// setUpRest sends requests within the session.
func (s *clientSession) setUpRest(ctx context.Context, setups []setup, opt *PlayOptions) error {
	for chunk := range slices.Chunk(setups, maxClientPending/2) {
		if err := s.sendSetups(ctx, chunk, opt); err != nil {
			return err
		}
	}
	return s.punch()
}

func (s *clientSession) sendSetups(ctx context.Context, setups []setup, opt *PlayOptions) error {
	var calls []*clientCall
	for _, one := range setups {
		call, err := s.start(one.request(opt), func(resp *Response) { s.selected(one, resp) })
		if err != nil {
			return err
		}
		calls = append(calls, call)
	}
	for i, call := range calls {
		resp, err := s.wait(ctx, call)
		switch {
		case err != nil:
			return err
		case !resp.OK() && (setups[i].track.kind == trackMedia || resp.Status == 454):
			return call.refused()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range setups {
		if one.track.kind == trackMedia && !slices.Contains(s.tracks, one.track) {
			return ErrUnexpected // another transport than was asked for
		}
	}
	return nil
}

func (one *setup) request(opt *PlayOptions) ClientRequest {
	var list []string
	for _, t := range one.transports {
		list = append(list, t.String())
	}
	r := ClientRequest{Method: MethodSetup, URL: one.track.url, Header: head.Fields{{Name: "Transport", Value: strings.Join(list, ", ")}}}
	if one.match != "" {
		r.Header.Add("If-Match", `"`+one.match+`"`)
	}
	if opt.Blocksize > 0 {
		r.Header.AddInt("Blocksize", int64(opt.Blocksize))
	}
	if one.thin != ThinNothing {
		r.Type = TypeStreamSwitch
		r.Body = StreamSwitch{Old: NoStream, New: one.track.stream, Thin: one.thin, NewURL: one.track.url}.Append(nil)
	}
	return r
}

// setups lists the requests, that for the retransmission stream first.
func (s *clientSession) setups(ctx context.Context, sdp *SDP, opt *PlayOptions) ([]setup, error) {
	var rtx, media []setup
	for i := range sdp.Media {
		m := &sdp.Media[i]
		switch {
		case m.RTX():
			if opt.UDP && !s.u.TLS && !opt.NoRTX && rtx == nil && !s.resends() {
				track := &clientTrack{url: ResolveControl(sdp.Control, m.Control), kind: trackRTX, stream: m.Stream}
				rtx = append(rtx, setup{track: track, transports: []Transport{{Unicast: true, Mode: "PLAY"}}})
			}
		case m.Format == FormatASF && opt.selects(m.Stream):
			media = append(media, s.mediaSetups(sdp, m, opt)...)
		}
	}
	if !slices.ContainsFunc(media, func(one setup) bool { return one.over(LowerUDP) }) {
		rtx = nil // nothing can get lost
	}
	for _, list := range [][]setup{media, rtx} {
		if err := s.giveChannels(list); err != nil {
			return nil, err
		}
		if err := s.listenFor(ctx, list); err != nil {
			return nil, err
		}
	}
	return append(rtx, media...), nil
}

// mediaSetups are the requests for one stream: FEC packets have one of their
// own.
func (s *clientSession) mediaSetups(sdp *SDP, m *SDPMedia, opt *PlayOptions) []setup {
	track := &clientTrack{url: ResolveControl(sdp.Control, m.Control), stream: m.Stream}
	one := setup{track: track}
	udp := opt.UDP && !s.u.TLS && !m.Reliable && !slices.Contains(opt.TCP, m.Stream)
	if udp {
		one.transports = append(one.transports, Transport{Unicast: true, Mode: "PLAY"})
	}
	if !udp || opt.Either {
		one.transports = append(one.transports, Transport{Lower: LowerTCP, Unicast: true, Mode: "PLAY"})
	}
	if !udp || !opt.FEC.Valid() || m.FEC == nil {
		return []setup{one}
	}
	fec := &clientTrack{
		url: ResolveControl(sdp.Control, m.FEC.Control), kind: trackFEC, of: track, payload: m.FEC.PayloadType, stream: m.Stream,
	}
	return []setup{one, {track: fec, transports: []Transport{{Unicast: true, Mode: "PLAY", FEC: opt.FEC}}}}
}

func (one *setup) over(lower Lower) bool {
	return slices.ContainsFunc(one.transports, func(t Transport) bool { return t.Lower == lower })
}

// giveChannels writes what no other setup says into the transports: channels
// that are free, and the client's own SSRC.
func (s *clientSession) giveChannels(setups []setup) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	channel := 0
	for i := range setups {
		for j := range setups[i].transports {
			t := &setups[i].transports[j]
			t.SSRC, t.HasSSRC = s.ssrc, true
			if t.Lower != LowerTCP {
				continue
			}
			for channel < 256 && s.usesChannel(uint8(channel)) {
				channel += 2
			}
			if channel >= 256 {
				return &ParseError{"interleaved channels", 0, ErrLimit}
			}
			t.Interleaved = PortPair{uint16(channel), uint16(channel) + 1, 2}
			channel += 2
		}
	}
	return nil
}

func (s *clientSession) usesChannel(n uint8) bool {
	_, rtp := s.channels[n]
	_, rtcp := s.channels[n+1]
	return rtp || rtcp
}

func (opt *PlayOptions) selects(stream uint32) bool {
	return opt.Streams == nil || slices.Contains(opt.Streams, stream)
}
