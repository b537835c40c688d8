package mms

import "caracal/internal/pull"

// change takes ReportStreamChange, [MS-MMSP] 3.1.5.19: over TCP the header
// follows, over UDP it is asked for. The caller holds mu.
func (s *clientSession) change(c ReportStreamChange) error {
	p, h := &s.play, &s.header
	p.over = false
	h.entry, h.size, h.bitRate = true, c.HeaderSize, c.BitRate
	s.pushBehind(StreamEvent{Event: pull.Event{Kind: GotChange}, Change: c})
	if s.udp {
		p.playing = false
		return s.send(s.wantHeader())
	}
	h.wanted, h.bytes, h.joiner, h.incarnation = true, nil, HeaderJoiner{}, byte(c.TCPHdrIncarnation)
	return nil
}

// entryHeader takes the header of another entry. Over TCP its packets follow
// at once, and with the header's incarnation. The caller holds mu.
func (s *clientSession) entryHeader(b []byte) {
	p, h := &s.play, &s.header
	h.entry, p.entry = false, true
	if !s.udp {
		if p.incarnation != h.incarnation {
			p.begin(h.incarnation)
		}
		p.playing = true
	}
	s.pushBehind(StreamEvent{Event: pull.Event{Kind: GotHeader, Header: b}})
}

// pushBehind takes an event for Next that comes behind the end of the entry
// before, for which packets may still be missing. The caller holds mu.
func (s *clientSession) pushBehind(event StreamEvent) {
	if s.play.ending {
		s.play.behind = append(s.play.behind, event)
		return
	}
	s.packets = 0 // what was said of the first entry is no longer true
	s.push(event)
}
