package main

import (
	"errors"
	"fmt"

	"caracal/internal/head"
	"caracal/rtsp"
)

var (
	errNoStreams = errors.New("describe: there are no streams")
	errTransport = errors.New("setup: another transport than was asked for")
)

// setUp asks for all streams. Windows Media Player has one port for all of
// them over UDP, and asks first for the stream of what is sent again; anybody
// else has a pair of ports for each.
func (p *rtspPlayer) setUp(d *rtsp.SDP) error {
	var media []string
	rtx := ""
	for i := range d.Media {
		url := rtsp.ResolveControl(p.url, d.Media[i].Control)
		if d.Media[i].RTX() {
			rtx = url
			continue
		}
		media = append(media, url)
	}
	if len(media) == 0 {
		return errNoStreams
	}
	p.sources.streams = len(media)
	if p.udp && p.windows && rtx != "" {
		if err := p.setUpPorts(rtx, listenPair); err != nil {
			return err
		}
	}
	for i, url := range media {
		var err error
		switch {
		case !p.udp:
			err = p.setUpChannels(url, uint16(2*i))
		case p.windows && i > 0:
			_, err = p.setUpStream(url, p.ports[len(p.ports)-1].transport())
		case p.windows:
			err = p.setUpPorts(url, listenOne)
		default:
			err = p.setUpPorts(url, listenPair)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *rtspPlayer) setUpPorts(url string, listen func(host string) (*ports, error)) error {
	one, err := listen(p.localHost())
	if err != nil {
		return err
	}
	p.ports = append(p.ports, one)
	_, err = p.setUpStream(url, one.transport())
	return err
}

func (p *rtspPlayer) setUpChannels(url string, channel uint16) error {
	if channel > 254 {
		return fmt.Errorf("describe: %d streams are too many for one connection", len(p.tracks))
	}
	pair := rtsp.PortPair{RTP: channel, RTCP: channel + 1, Count: 2}
	t, err := p.setUpStream(url, rtsp.Transport{Lower: rtsp.LowerTCP, Unicast: true, Mode: "PLAY", Interleaved: pair})
	if err != nil {
		return err
	}
	if t.Interleaved.Count == 2 {
		pair = t.Interleaved // the server has the last word
	}
	p.in.channels[pair.RTP], p.in.channels[pair.RTCP] = channelMedia, channelControl
	return nil
}

func (p *rtspPlayer) setUpStream(url string, t rtsp.Transport) (rtsp.Transport, error) {
	resp, err := p.ask("setup", rtsp.MethodSetup, url, head.Fields{{Name: "Transport", Value: t.String()}})
	if err != nil {
		return t, err
	}
	list := rtsp.ParseTransports(resp.Header.Values("Transport")...)
	if len(list) == 0 || list[0].Lower != t.Lower || list[0].Multicast {
		return t, errTransport
	}
	p.tracks = append(p.tracks, rtspTrack{url: url, ssrc: list[0].SSRC, hasSSRC: list[0].HasSSRC})
	return list[0], nil
}
