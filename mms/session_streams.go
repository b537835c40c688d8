package mms

import (
	"caracal/asf"
	"caracal/internal/point"
)

// switchStreams keeps what a StreamSwitch selects and returns it as changes of
// what goes out. A stream that the content does not have is left out of both.
func (p *player) switchStreams(m *StreamSwitch) []point.Switch {
	p.selected = true
	header := p.entry.Info().Header
	known := func(n uint16) bool { return n <= maxStreamNumber && header.Stream(uint8(n)) != nil }
	var list []point.Switch
	for _, e := range m.Entries {
		src, dst := e.SrcStreamNumber, e.DstStreamNumber
		sw := point.Switch{From: point.NoStream, To: uint8(dst), Level: levelOf(e)}
		switch {
		case known(src) && dst == NoStream: // switched off
			sw.To = uint8(src)
		case !known(dst):
			continue
		case known(src) && src != dst:
			sw.From = uint8(src)
			delete(p.levels, sw.From)
		}
		p.levels[sw.To] = sw.Level
		list = append(list, sw)
	}
	return list
}

// maxStreamNumber is the highest that an ASF stream has.
const maxStreamNumber = 127

// levelOf returns how much of the destination goes out, or of the source if
// there is none.
func levelOf(e StreamSwitchEntry) asf.Level {
	switch {
	case e.DstStreamNumber == NoStream:
		return asf.None
	case e.ThinningLevel == ThinKeyFrames:
		return asf.KeyFrames
	case e.ThinningLevel == ThinNothing:
		return asf.Whole
	}
	return asf.None
}

// selection returns what the player has selected, for a new Play.
func (p *player) selection() *asf.Selection {
	header := p.entry.Info().Header
	sel := asf.NewSelection(header)
	if !p.selected && selectsAll(&p.subscriber, p.agent) {
		return sel
	}
	for _, s := range header.Streams() {
		level, ok := p.levels[s.Number()]
		if !ok {
			level = asf.None
		}
		sel.Set(s.Number(), level)
	}
	return sel
}

// streams lists what is selected, for the events.
func (p *player) streams(sel *asf.Selection) (list []uint8) {
	for _, s := range p.entry.Info().Header.Streams() {
		if sel.Level(s.Number()) != asf.None {
			list = append(list, s.Number())
		}
	}
	return list
}

// rate is the bit rate of what is selected, bits a second.
func (p *player) rate(sel *asf.Selection) (sum uint32) {
	header := p.entry.Info().Header
	for _, n := range p.streams(sel) {
		sum += header.BitRate(n)
	}
	if sum == 0 {
		return p.entry.Info().BitRate
	}
	return sum
}

// measured is the same by the size of the content, if that is more: many headers
// say too little.
func (p *player) measured(sel *asf.Selection) float64 {
	info := p.entry.Info()
	rate, seconds := float64(p.rate(sel)), info.Duration.Seconds()
	if seconds <= 0 {
		return rate
	}
	share := 1.0
	if all := p.rate(asf.NewSelection(info.Header)); all > 0 {
		share = min(rate/float64(all), 1)
	}
	return max(rate, float64(info.Size)*8/seconds*share)
}
