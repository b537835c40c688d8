package point

// Turn goes on with what follows an entry, EndChange: from its beginning, or of a
// broadcast the first clean point that is still kept. The streams that went out go
// on if there are the same ones; otherwise it is one of each kind that did. It
// returns what was played, for the caller to Leave.
func (p *Play) Turn(next Entry) (before Entry) {
	before = p.entry
	p.ended = p.endOf()
	p.entry = next
	p.sel = CarryOver(before.Info().Header, next.Info().Header, p.sel)
	p.affordable(next.Info().Header)
	p.lead = leadStream(next.Info(), p.sel, selectedVideo(next.Info(), p.sel))
	p.next, p.last, p.over = 0, NoTime, false
	p.enter()
	p.hold()
	if p.item != nil && !p.item.listed.start.goesOn {
		p.startItem(p.item.listed.start)
	}
	return before
}

// startItem goes to where an item of a list begins.
func (p *Play) startItem(s listedStart) {
	p.next, p.item.clip = s.packet, 0
	if live := liveOf(p.entry); live != nil {
		p.next = live.join(p.lead, 0)
	}
	if s.clip > 0 {
		p.item.clip = p.media + s.clip
	}
}

// Rejoin goes on where somebody would begin that joins a broadcast now: what a
// player has missed meanwhile does not count as skipped.
func (p *Play) Rejoin(o Options) {
	if live := liveOf(p.entry); live != nil {
		p.next, p.last, p.block = live.join(p.lead, o.Burst), NoTime, nil
	}
}
