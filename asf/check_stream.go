package asf

import "time"

// streamCheck follows the media objects of one stream through the packets.
type streamCheck struct {
	known   bool
	middle  bool // of a broadcast, which nobody sees the beginning of
	kind    StreamKind
	objects int64
	keys    int64
	bytes   int64 // of media objects
	broken  finding
	back    finding

	open    bool // an object has begun
	number  uint32
	size    uint32 // of the object; 0 not known
	next    uint32 // offset of the fragment that comes next
	time    uint32
	keyTime uint32
	keyGap  uint32 // longest time between key frames
	noKey   bool   // the first object is not a key frame
}

// payload takes the next payload, in packet n.
func (s *streamCheck) payload(l *Payload, n int64) {
	s.bytes += int64(len(l.Data))
	if l.Offset == 0 {
		s.begin(l, n)
	} else if s.middle && s.objects == 0 {
		return
	} else if !s.open || l.Object != s.number || l.Offset != s.next {
		s.broken.at(n)
		s.open = false
		return
	}
	s.next = l.Offset + uint32(len(l.Data))
	if s.size != 0 && s.next > s.size {
		s.broken.at(n)
		s.open = false
	}
}

// begin closes the object before and opens the next.
func (s *streamCheck) begin(l *Payload, n int64) {
	if s.open && s.size != 0 && s.next != s.size {
		s.broken.at(n)
	}
	if s.objects == 0 {
		s.noKey = !l.Key
		s.keyTime = l.Time
	}
	s.objects++
	if l.Key {
		s.keys++
		if s.objects > 1 && l.Time < s.time && s.kind != Video {
			s.back.at(n)
		}
		if l.Time > s.keyTime {
			s.keyGap = max(s.keyGap, l.Time-s.keyTime)
			s.keyTime = l.Time
		}
	}
	s.open, s.number, s.size, s.time = true, l.Object, l.ObjectSize, l.Time
}

func (s *streamCheck) report(n uint8, l *issueList) {
	if !s.known {
		return
	}
	if s.objects == 0 {
		if s.kind == Audio || s.kind == Video {
			l.add(Warning, "stream-empty", "Nothing in the file belongs to %s stream %d; players wait for it.", s.kind, n)
		}
		return
	}
	if s.broken.count > 0 {
		l.add(Warning, "object-broken", "Media objects of stream %d lack pieces: %s.", n, s.broken)
	}
	if s.back.count > 0 {
		l.add(Warning, "time-back", "Presentation times of stream %d go back: %s.", n, s.back)
	}
	if s.kind != Video {
		return
	}
	switch {
	case s.keys == 0:
		l.add(Warning, "no-key-frames", "No frame of video stream %d is marked as a key frame; nobody can seek in it or join it late.", n)
	case s.noKey && !s.middle:
		l.add(Warning, "key-frame-first", "Video stream %d does not begin with a key frame.", n)
	}
	if s.keyGap > longKeyGap {
		l.add(Info, "key-frames-far", "Key frames of video stream %d are up to %v apart; seeking and joining are that coarse.", n, time.Duration(s.keyGap)*time.Millisecond)
	}
}
