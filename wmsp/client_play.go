package wmsp

import (
	"context"
	"math"

	"caracal/internal/head"
)

// PlayOptions says what to stream, and how. The zero value streams all of the
// content in real time.
type PlayOptions struct {
	// After continues the session of a Description; without one, Play makes
	// its own.
	After *Description

	Streams []Switch // complete selection; all streams whole for nil
	Start   Start
	Rate    float64 // -5 to 5; 1 for 0

	// How much faster than real time, [MS-WMSP] 2.2.1.4; 0 leaves it to the
	// server. Speed is sent only when the server permits it.
	Speed         float64
	AccelBW       uint32 // bits/s
	AccelDuration uint32 // ms
	LinkBW        uint32 // bits/s
	BurstBW       uint32 // bits/s
	BurstDuration uint32 // ms

	MaxDuration    uint32 // ms; all for 0
	PlaylistSeekID uint32 // the entry that Start and PLOffset are relative to
	PLOffset       int    // -1 and 1 skip to the entry before and after
}

// Play starts to stream the URL, [MS-WMSP] 3.1.4.3. The url is not looked at
// when opt continues a session. ctx bounds the stream's whole life. Errors are
// those of Describe.
func (c *Client) Play(ctx context.Context, url string, opt PlayOptions) (*Stream, error) {
	d := opt.After
	if d == nil {
		var err error
		if d, err = c.Describe(ctx, url); err != nil {
			return nil, err
		}
	}
	s := d.session
	if s.pipelineAllowed {
		if err := s.testPipeline(ctx); err != nil {
			return nil, err
		}
	}
	r := clientRequest{kind: Play, method: "GET", pragma: s.playPragma(d, &opt)}
	r.pragma.Present |= TokenPlayStrm
	r.pragma.PlayStrm = true
	if s.pipelined {
		r.minor = 1
	}
	conn, resp, err := s.exchange(ctx, &r)
	if err != nil {
		return nil, err
	}
	return newStream(ctx, d, conn, resp), nil
}

// playPragma holds the tokens that Play and PlayNextEntry share.
func (s *clientSession) playPragma(d *Description, opt *PlayOptions) Pragma {
	rate := opt.Rate
	if rate == 0 {
		rate = 1
	}
	p := positionPragma(opt.Start, rate)
	p.MaxDuration = opt.MaxDuration
	if s.pipelined {
		p.Present |= TokenVersion11
		p.Version11 = true
	}
	s.selectPragma(&p, d.selection(opt.Streams))
	if opt.PlaylistSeekID != 0 {
		p.Present |= TokenPlaylistSeekID
		p.PlaylistSeekID = opt.PlaylistSeekID
	}
	if s.server.AtLeast(5, 0) {
		s.speedPragma(&p, opt)
	}
	return p
}

// speedPragma adds the tokens that servers know from version 5 on.
func (s *clientSession) speedPragma(p *Pragma, opt *PlayOptions) {
	set := func(token Tokens, field *uint32, value uint32) {
		if value != 0 {
			p.Present |= token
			*field = value
		}
	}
	set(TokenLinkBW, &p.LinkBW, opt.LinkBW)
	set(TokenAccelBW, &p.AccelBW, opt.AccelBW)
	set(TokenAccelDuration, &p.AccelDuration, opt.AccelDuration)
	set(TokenBurstBW, &p.BurstBW, opt.BurstBW)
	set(TokenBurstDuration, &p.BurstDuration, opt.BurstDuration)
	if opt.Speed > 0 && s.features.Has(head.FeatureFastCache) {
		p.Present |= TokenSpeed
		p.Speed = opt.Speed
	}
	if opt.PLOffset != 0 {
		p.Present |= TokenPLOffset
		p.PLOffset = opt.PLOffset
	}
}

func (s *clientSession) selectPragma(p *Pragma, switches []Switch) {
	p.Present |= TokenSwitchCount | TokenSwitchEntry
	p.SwitchCount = uint32(len(switches))
	p.SwitchEntry = string(AppendSwitches(nil, switches))
}

// positionPragma holds the tokens that say where to start; those that do not
// are sent as all ones.
func positionPragma(start Start, rate float64) Pragma {
	p := Pragma{
		Present:      TokenRate | TokenStreamTime | TokenStreamOffset | TokenPacketNum | TokenMaxDuration,
		Rate:         rate,
		StreamOffset: math.MaxUint64,
		PacketNum:    math.MaxUint32,
	}
	switch start.By {
	case StartByTime:
		p.StreamTime = uint32(start.Value)
	case StartByPacket:
		p.PacketNum = uint32(start.Value)
	case StartByOffset:
		p.StreamOffset = start.Value
	}
	return p
}

// selection names all streams of the header, or what was chosen.
func (d *Description) selection(chosen []Switch) []Switch {
	if chosen != nil {
		return chosen
	}
	var all []Switch
	for _, stream := range d.Header.Streams() {
		all = append(all, Switch{NoStream, uint16(stream.Number()), LevelWhole})
	}
	return all
}
