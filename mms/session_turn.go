package mms

import (
	"caracal/asf"
	"caracal/internal/point"
)

// entered is what another entry makes of a session: the shard, which turns to
// it, hands it to the connection's goroutine.
type entered struct {
	entry  point.Entry
	header []byte // as this player gets it
	levels map[uint8]asf.Level
}

// takeTurn makes the entry that the shard has turned to the content of the
// session. It comes before each message, for the player may speak of it.
func (p *player) takeTurn() {
	e := p.entered.Swap(nil)
	if e == nil {
		return
	}
	p.mu.Lock()
	before, gone := p.entry, p.gone
	p.entry = e.entry
	p.mu.Unlock()
	if gone {
		e.entry.Close()
	} else {
		point.Leave(before, e.entry)
	}
	p.header, p.levels, p.blocks = e.header, e.levels, 0
}

// levelsOf is what is selected, as the player would have said it.
func levelsOf(h *asf.Header, sel *asf.Selection) map[uint8]asf.Level {
	levels := map[uint8]asf.Level{}
	for _, s := range h.Streams() {
		levels[s.Number()] = sel.Level(s.Number())
	}
	return levels
}
