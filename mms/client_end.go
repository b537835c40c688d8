package mms

import (
	"time"

	"caracal/internal/pull"
)

// maxTail is how many packets at the end are believed to be lost.
const maxTail = 1 << 31

// ended takes a ReportEndOfStream that nobody has asked for, [MS-MMSP]
// 3.1.5.18. The caller holds mu.
func (s *clientSession) ended(end ReportEndOfStream) {
	p := &s.play
	if !p.playing && !p.starting || end.PlayIncarnation != uint32(p.asked) && end.PlayIncarnation == uint32(p.before) {
		s.stats.Stale++ // of a stream before
		return
	}
	p.end = StreamEvent{Event: pull.Event{Kind: GotEnd, More: s.more(end.HR)}, HR: end.HR}
	p.playing, p.starting = p.end.More, false
	if !s.udp {
		s.finishNow()
		return
	}
	p.ending = true
	p.receiver.tail, p.receiver.quiet = 0, time.Now()
	s.finish()
	s.watchGaps()
}

// more says that another entry of a playlist follows: old servers do not tell
// it by the result.
func (s *clientSession) more(hr HRESULT) bool {
	if s.version.nine() {
		return hr == SFalse
	}
	return hr == SOK && s.file.FileAttributes&FileBroadcast != 0
}

// finish puts the end into the queue as soon as the last packet of the content
// is there.
func (s *clientSession) finish() {
	p := &s.play
	if p.ending && p.receiver.next == p.receiver.end && s.packets > 0 && uint64(p.expected) == s.packets {
		s.finishNow()
	}
}

// finishNow gives up what is missing and puts the end into the queue.
func (s *clientSession) finishNow() {
	p := &s.play
	s.skip(p.receiver.end)
	if last := uint64(p.expected); s.udp && p.whole && !p.end.More && last < s.packets && s.packets-last < maxTail {
		s.stats.Lost += s.packets - last
		p.receiver.lost += uint32(s.packets - last)
	}
	s.reportGap()
	p.ending, p.over = false, !p.end.More && len(p.behind) == 0
	s.push(p.end)
	s.submitLog()
	for _, event := range p.behind {
		s.pushBehind(event)
	}
	p.behind = nil
}
