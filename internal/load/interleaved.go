package main

import (
	"encoding/binary"
	"errors"
	"time"

	"caracal/rtsp"
)

// keptOfControl is how much is kept of an RTCP packet, in bytes: the reports
// of a few streams with a goodbye.
const keptOfControl = 1024

// usage of a channel.
const (
	channelUnknown = iota
	channelMedia   // RTP
	channelControl // RTCP
)

// interleaved follows what a server sends on the connection: responses,
// requests of its own, and between them frames of media, RFC 2326 10.12. They
// may come in pieces of any size; of RTP packets only the header is kept.
type interleaved struct {
	sources  *sources
	channels [256]uint8
	asked    func(*rtsp.Request) error
	response *rtsp.Response // has come; who has used it sets nil

	head [rtsp.FrameHeadSize + keptOfControl]byte // of a frame
	have int
	left int    // bytes that the frame still has after head
	text []byte // of a message, until it is complete
}

func (i *interleaved) length() int { return int(binary.BigEndian.Uint16(i.head[2:])) }

// want is how many bytes head has to have.
func (i *interleaved) want() int {
	if i.have < rtsp.FrameHeadSize {
		return rtsp.FrameHeadSize
	}
	keep := rtsp.RTPHeadSize
	if i.channels[i.head[1]] == channelControl {
		keep = keptOfControl
	}
	return rtsp.FrameHeadSize + min(i.length(), keep)
}

// feed returns how many bytes of p it has used; it stops behind a response, so
// that what this changes is changed before media is looked at.
func (i *interleaved) feed(p []byte, now time.Time) (n int, err error) {
	for n < len(p) && i.response == nil && err == nil {
		used := 0
		if len(i.text) > 0 || i.have == 0 && p[n] != '$' {
			used, err = i.message(p[n:])
		} else {
			used, err = i.frame(p[n:], now)
		}
		n += used
	}
	return n, err
}

// frame takes a piece of a frame.
func (i *interleaved) frame(p []byte, now time.Time) (n int, err error) {
	if want := i.want(); i.have < want {
		n = copy(i.head[i.have:want], p)
		i.have += n
		if i.have == rtsp.FrameHeadSize {
			i.left = i.length() + rtsp.FrameHeadSize - i.want()
		}
	} else {
		n = min(i.left, len(p))
		i.left -= n
	}
	if i.left > 0 || i.have < rtsp.FrameHeadSize || i.have < i.want() {
		return n, nil
	}
	head := i.head[rtsp.FrameHeadSize:i.have]
	i.have = 0
	switch i.channels[i.head[1]] {
	case channelMedia:
		return n, i.sources.packet(head, i.length(), now)
	case channelControl:
		return n, i.sources.control(head)
	}
	i.sources.client.bad.Add(1)
	return n, nil
}

// message takes a piece of a response or a request.
func (i *interleaved) message(p []byte) (n int, err error) {
	i.text = append(i.text, p...)
	opening, used := rtsp.Peek(i.text)
	i.text = i.text[used:]
	used = 0
	var asked *rtsp.Request
	switch opening {
	case rtsp.OpeningUnknown:
		return len(p), nil
	case rtsp.OpeningResponse:
		i.response, used, err = rtsp.ParseResponse(i.text, rtsp.MaxResponseBody)
	case rtsp.OpeningRequest:
		asked, used, err = rtsp.ParseRequest(i.text, rtsp.MaxRequestBody)
	}
	if errors.Is(err, rtsp.ErrNeedMore) {
		return len(p), nil
	}
	if err != nil {
		i.sources.client.bad.Add(1)
		return len(p), err
	}
	n = len(p) - (len(i.text) - used)
	i.text = nil
	if asked != nil {
		err = i.asked(asked)
	}
	return n, err
}
