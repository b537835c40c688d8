package mms

import (
	"context"
	"math"
)

// PlayOptions says what to stream, and how. The zero value streams all streams
// whole and from the beginning in real time.
type PlayOptions struct {
	// After continues the session of a Description; without one, Play makes
	// its own.
	After *Description

	// Streams is the state of all streams, see Description.Selection; nil for
	// all of them. Where a Stream plays again, nil changes nothing.
	Streams []StreamSwitchEntry

	Start Start

	// Until is where to end, ms from the beginning of the content, or from
	// Start if UntilRelative; at the end for 0. Striding does not know it.
	Until         uint32
	UntilRelative bool

	Rate float64 // from -MaxRate to MaxRate; what is neither 0 nor 1 strides

	// Fast Start, sent to servers of version 9 and later if one is not 0.
	AccelBandwidth uint32 // bits/s
	AccelDuration  uint32 // ms
	LinkBandwidth  uint32 // bits/s
}

// Play starts to stream the URL, [MS-MMSP] 3.1.4.2. The url is not looked at
// when opt continues a session. ctx bounds the stream's whole life. A
// Description whose Play fails is closed.
func (c *Client) Play(ctx context.Context, url string, opt PlayOptions) (*Stream, error) {
	d := opt.After
	if d == nil {
		var err error
		if d, err = c.Describe(ctx, url); err != nil {
			return nil, err
		}
	}
	if opt.Streams == nil {
		opt.Streams = d.Selection(nil)
	}
	stream := newStream(ctx, d)
	if err := stream.Play(ctx, opt); err != nil {
		stream.Close()
		return nil, err
	}
	return stream, nil
}

// Selection is the state of all streams when only some are selected, by their
// numbers; all of them for nil. [MS-MMSP] 3.1.4.2.
func (d *Description) Selection(streams []uint16) []StreamSwitchEntry {
	var list []StreamSwitchEntry
	for _, stream := range d.Header.Streams() {
		n := uint16(stream.Number())
		on := streams == nil
		for _, want := range streams {
			on = on || want == n
		}
		if on {
			list = append(list, StreamSwitchEntry{NoStream, n, ThinNothing})
		} else {
			list = append(list, StreamSwitchEntry{n, NoStream, ThinEverything})
		}
	}
	return list
}

// position writes a Start as servers read it.
func (opt *PlayOptions) position() Position {
	p := Position{ASFOffset: NoPosition, LocationID: NoPosition}
	start := opt.Start
	if start.Unit != Seconds && start.Number == 0 {
		start = Start{} // 0 says nothing there
	}
	switch start.Unit {
	case Packets:
		p.Position, p.LocationID = math.MaxFloat64, start.Number
	case Bytes:
		p.Position, p.ASFOffset = math.MaxFloat64, start.Number
	default:
		p.Position = start.Seconds
	}
	p.FrameOffset = opt.Until & stopMask
	if opt.UntilRelative && p.FrameOffset != 0 {
		p.FrameOffset |= stopRelative
	}
	return p
}

// strides says that StartStriding is asked for.
func (opt *PlayOptions) strides() bool { return opt.Rate != 0 && opt.Rate != 1 }

// check refuses what no server can follow.
func (opt *PlayOptions) check() error {
	if len(opt.Streams) > MaxStreamSwitches {
		return &ParseError{"aStreamEntries", 0, ErrLimit}
	}
	p := opt.position()
	if opt.Start.Unit == Seconds {
		if _, err := p.Start(); err != nil {
			return err
		}
	}
	if opt.strides() {
		return (&StartStriding{Rate: opt.Rate}).CheckRate()
	}
	return nil
}
