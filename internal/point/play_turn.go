package point

import (
	"errors"
	"io"
	"time"

	"caracal/asf"
)

// foresight is how many packets before its end, with the block that they are in,
// what follows an entry in a list is opened: late, for the list may be changed.
const foresight = 32

// clipForesight is the same for an entry that is left before its end.
const clipForesight = 2 * time.Second

// enter makes e what is played.
func (p *Play) enter(e Entry) {
	p.entry = e
	p.listed, _ = e.(*Listed)
	if p.listed != nil {
		e = p.listed.Entry
	}
	p.live, _ = e.(*Live)
}

// pass ends an entry: what follows it in its list is next, if anything does.
func (p *Play) pass(it *Step) {
	if p.listed == nil {
		p.finish(it, EndNatural)
		return
	}
	next, err := p.listed.follow(p.wake)
	switch {
	case errors.Is(err, io.EOF):
		p.finish(it, EndNatural)
	case err != nil:
		p.finish(it, EndError)
		it.Err = err
	case next == nil:
		it.Kind = Load
	default:
		next.number()
		p.finish(it, EndChange)
		it.Next = next
	}
}

// maxBroken is how many entries of a list may fail one after the other.
const maxBroken = 16

// fail ends an entry whose storage fails. A list goes on with what follows.
func (p *Play) fail(it *Step, err error) {
	if p.listed == nil || !p.failed && p.broken == maxBroken {
		p.finish(it, EndError)
		it.Err = err
		return
	}
	if !p.failed {
		p.failed = true
		p.broken++
		if f := p.listed.item.Failed; f != nil {
			f(err)
		}
	}
	p.pass(it)
}

// isCut says whether the list ends the entry before the next packet. What was to
// follow it does so no more.
func (p *Play) isCut() bool {
	ask := p.listed.item.Cut
	if p.cut || ask == nil {
		return p.cut
	}
	at := time.Duration(p.block.SendTime(p.next)) * time.Millisecond
	if p.live != nil {
		at = -1
	}
	if p.cut = ask(at); p.cut {
		p.listed.forget()
	}
	return p.cut
}

// change ends an entry of a broadcast, that next follows.
func (p *Play) change(it *Step, next *Live) {
	p.finish(it, EndChange)
	it.Next = next
	if p.listed != nil {
		it.Next = p.listed.changed(next)
	}
}

// Turn goes on with what follows an entry, EndChange: from its beginning, or of a
// broadcast the first clean point that is still kept. The streams that went out go
// on if there are the same ones; otherwise it is one of each kind that did. It
// returns what was played, for the caller to Leave.
func (p *Play) Turn(next Entry) (before Entry) {
	before = p.entry
	p.ended = p.endOf()
	p.enter(next)
	p.sel = CarryOver(before.Info().Header, next.Info().Header, p.sel)
	p.lead = leadStream(next.Info(), p.sel, selectedVideo(next.Info(), p.sel))
	p.next, p.last, p.block, p.over, p.failed, p.cut = 0, NoTime, nil, false, false, false
	p.stride = stride{}
	p.hold()
	if p.listed != nil && !p.listed.start.goesOn {
		p.startItem(p.listed.start)
	}
	return before
}

// startItem goes to where an item of a list begins.
func (p *Play) startItem(s listedStart) {
	p.next, p.clip = s.packet, 0
	if p.live != nil {
		p.next = p.live.join(p.lead, 0)
	}
	if s.clip > 0 {
		p.clip = p.media + s.clip
	}
}

// CarryOver selects of a new header what was selected of the old one: the same streams,
// if there are the same ones, otherwise one of each kind that was, or was not there.
func CarryOver(from, to *asf.Header, old *asf.Selection) *asf.Selection {
	sel := asf.NewSelection(to)
	if old.Everything() {
		return sel
	}
	same := sameStreams(from, to)
	chosen := map[asf.StreamKind]bool{}
	for _, s := range to.Streams() {
		level := asf.None
		switch kind := s.Kind(); {
		case same:
			level = old.Level(s.Number())
		case !chosen[kind] && wanted(from, old, kind):
			level, chosen[kind] = asf.Whole, true
		}
		sel.Set(s.Number(), level)
	}
	return sel
}

// sameStreams says whether two headers have streams of the same kinds under the
// same numbers.
func sameStreams(a, b *asf.Header) bool {
	if len(a.Streams()) != len(b.Streams()) {
		return false
	}
	for _, s := range a.Streams() {
		if o := b.Stream(s.Number()); o == nil || o.Kind() != s.Kind() {
			return false
		}
	}
	return true
}

// wanted says whether streams of a kind were selected, or nobody could.
func wanted(h *asf.Header, sel *asf.Selection, kind asf.StreamKind) bool {
	none := true
	for _, s := range h.Streams() {
		if s.Kind() != kind {
			continue
		}
		if sel.Level(s.Number()) != asf.None {
			return true
		}
		none = false
	}
	return none
}
