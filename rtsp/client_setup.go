package rtsp

import (
	"context"
	"fmt"

	"caracal/internal/head"
)

// clientTrack is a stream that was set up.
type clientTrack struct {
	url     string
	kind    trackKind
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

// setup is a SETUP request to be sent.
type setup struct {
	track     *clientTrack
	transport Transport
}

// setUp selects streams, [MS-RTSP] 3.1.4.3.1: the first request makes the
// session, the others are pipelined.
func (s *clientSession) setUp(ctx context.Context, d *Description, opt *PlayOptions) error {
	setups, err := s.setups(ctx, d, opt)
	if err != nil {
		return err
	}
	if len(setups) == 0 {
		return fmt.Errorf("%w: none of its streams was selected", ErrNoHeader)
	}
	for at := 0; at < len(setups); {
		n := 1
		if at > 0 {
			n = min(len(setups)-at, maxClientPending/2)
		}
		if err := s.sendSetups(ctx, setups[at:at+n], opt); err != nil {
			return err
		}
		at += n
	}
	return s.punch()
}

func (s *clientSession) sendSetups(ctx context.Context, setups []setup, opt *PlayOptions) error {
	var calls []*clientCall
	for _, one := range setups {
		r := ClientRequest{Method: MethodSetup, URL: one.track.url, Header: head.Fields{{Name: "Transport", Value: one.transport.String()}}}
		if opt.Blocksize > 0 {
			r.Header.AddInt("Blocksize", int64(opt.Blocksize))
		}
		call, err := s.start(r, func(resp *Response) { s.selected(one, resp) })
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
		case !resp.OK() && setups[i].track.kind == trackMedia:
			return &StatusError{resp}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range setups {
		if one.track.kind == trackMedia && s.tracks[one.track.url] == nil {
			return ErrUnexpected // another transport than was asked for
		}
	}
	return nil
}

// setups lists the requests, that for the retransmission stream first.
func (s *clientSession) setups(ctx context.Context, d *Description, opt *PlayOptions) ([]setup, error) {
	var rtx, media []setup
	channel := uint16(0)
	for i := range d.SDP.Media {
		m := &d.SDP.Media[i]
		url := ResolveControl(d.SDP.Control, m.Control)
		switch {
		case m.RTX():
			if opt.UDP && !opt.NoRTX && rtx == nil {
				rtx = append(rtx, setup{track: &clientTrack{url: url, kind: trackRTX}})
			}
		case m.Format != FormatASF || !opt.selects(m.Stream):
		case !opt.UDP || m.Reliable:
			t := Transport{Lower: LowerTCP, Unicast: true, Mode: "PLAY", Interleaved: PortPair{channel, channel + 1, 2}}
			media = append(media, setup{&clientTrack{url: url}, t})
			channel += 2
		default:
			one := setup{&clientTrack{url: url}, Transport{Unicast: true, Mode: "PLAY"}}
			media = append(media, one)
			if opt.FEC.Valid() && m.FEC != nil {
				track := &clientTrack{
					url: ResolveControl(d.SDP.Control, m.FEC.Control), kind: trackFEC, of: one.track, payload: m.FEC.PayloadType,
				}
				media = append(media, setup{track, Transport{Unicast: true, Mode: "PLAY", FEC: opt.FEC}})
			}
		}
	}
	if channel > 256 {
		return nil, &ParseError{"interleaved channels", 0, ErrLimit}
	}
	if err := s.listenFor(ctx, rtx, media); err != nil {
		return nil, err
	}
	return append(rtx, media...), nil
}

func (opt *PlayOptions) selects(stream uint32) bool {
	for _, n := range opt.Streams {
		if n == stream {
			return true
		}
	}
	return opt.Streams == nil
}

// selected takes the response to a SETUP. It holds mu.
func (s *clientSession) selected(one setup, resp *Response) {
	list := ParseTransports(resp.Header.Values("Transport")...)
	if len(list) == 0 || list[0].Lower != one.transport.Lower {
		return
	}
	t, track := list[0], one.track
	track.ssrc, track.hasSSRC = t.SSRC, t.HasSSRC
	s.tracks[track.url] = track
	if t.Lower == LowerTCP {
		channels := t.Interleaved
		if channels.Count == 0 {
			channels = one.transport.Interleaved
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
		s.media.peer = s.peer(t.ServerPort.RTP)
	}
}
