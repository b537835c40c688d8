package asf

import "slices"

// Level says how much of a stream is sent. The values are those of stream
// thinning on the wire ([MS-WMSP] 2.2.1.4.27 and its kin in the other protocols).
type Level uint8

const (
	Whole     Level = 0 // every media object
	KeyFrames Level = 1 // key frames only
	None      Level = 2 // nothing
)

// NoStream as the source of a Switch says that no stream ends.
const NoStream = 0xFF

// Selection says which streams of a file one player gets. Everything but Set to
// None takes effect where a media object begins, so that none is cut.
//
// It belongs to one goroutine. Streams that the header does not name go along
// while everything is selected, and are left out otherwise.
type Selection struct {
	index   [streamNumberMask + 1]uint8 // position in streams, plus 1; 0 if not named
	streams []selected
}

// selected is the state of one stream.
type selected struct {
	level   Level
	partial Level // level for an object that began earlier, and unseen
	next    Level // level from the awaited clean point on
	waiting bool  // for a clean point
	clean   bool  // every media object is a clean point, key-frame bit or not
	from    uint8 // stream that ends where this one starts

	tracked bool // object and keep hold the decision on the object last seen
	keep    bool
	object  uint32
}

// Settled returns a selection of its own: what this one is once all clean points that
// it waits for have come.
func (s *Selection) Settled() *Selection {
	c := *s
	c.streams = slices.Clone(s.streams)
	for i := range c.streams {
		if st := &c.streams[i]; st.waiting {
			if old := c.stream(st.from); old != nil {
				old.level = None
			}
			st.level, st.waiting, st.from = st.next, false, NoStream
		}
	}
	return &c
}

// add names a stream. A number named twice stays as it was.
func (s *Selection) add(stream uint8, clean bool) {
	if stream > streamNumberMask || s.index[stream] != 0 {
		return
	}
	s.streams = append(s.streams, selected{clean: clean, from: NoStream})
	s.index[stream] = uint8(len(s.streams))
}

// stream is nil for streams that the header does not name.
func (s *Selection) stream(n uint8) *selected {
	if n > streamNumberMask || s.index[n] == 0 {
		return nil
	}
	return &s.streams[s.index[n]-1]
}

// Set gives a stream a level at once, and calls off switches that it is part of.
// Streams that the header does not name stay out.
func (s *Selection) Set(stream uint8, l Level) {
	st := s.stream(stream)
	if st == nil {
		return
	}
	s.release(stream)
	l = min(l, None)
	st.partial = l
	if l == KeyFrames {
		st.partial = st.level
	}
	st.level, st.waiting, st.from = l, false, NoStream
	st.tracked = st.tracked && l != None
}

// Switch starts stream to at level l where its next clean point begins. Stream
// from goes on until then and ends with the media object that it is in; NoStream
// ends none. A stream that switches to itself only changes its level.
func (s *Selection) Switch(from, to uint8, l Level) {
	st := s.stream(to)
	if st == nil {
		return
	}
	if l >= None {
		s.Set(to, None)
		s.Set(from, None)
		return
	}
	if f := s.stream(from); f != nil && f.waiting && f.level == None && f.from != NoStream {
		// The stream to leave has not even started: leave the one before it.
		f.waiting = false
		from, f.from = f.from, NoStream
	}
	s.release(from)
	if s.stream(from) == nil || from == to {
		from = NoStream
	}
	// With no stream to end and the level reached, there is nothing to wait for.
	st.waiting = from != NoStream || st.level != l
	st.next, st.from = l, from
}

// release calls off the switches that would end a stream.
func (s *Selection) release(from uint8) {
	for i := range s.streams {
		if st := &s.streams[i]; st.from == from && from != NoStream {
			st.waiting, st.from = false, NoStream
		}
	}
}

// Level is a stream's present level; None for one that the header does not name.
func (s *Selection) Level(stream uint8) Level {
	if st := s.stream(stream); st != nil {
		return st.level
	}
	return None
}

// Everything says that packets go out as they are. That is not so yet while a
// stream that has become Whole is in a media object whose beginning was left out.
func (s *Selection) Everything() bool {
	for i := range s.streams {
		st := &s.streams[i]
		if st.level != Whole || st.waiting || st.tracked && !st.keep {
			return false
		}
	}
	return true
}

// Nothing says that no packet goes out, now or after a clean point.
func (s *Selection) Nothing() bool {
	for i := range s.streams {
		if st := &s.streams[i]; st.level != None || st.waiting {
			return false
		}
	}
	return true
}

// keeps decides on one payload as it lies in the packet. The decision is made
// where a media object begins and holds for all its fragments.
func (s *Selection) keeps(pl *Payload) bool {
	st := s.stream(pl.Stream)
	if st == nil {
		return false
	}
	clean := pl.Key || st.clean
	l := st.partial
	if pl.Offset == 0 {
		l = s.begin(st, clean)
	} else if st.tracked && st.object == pl.Object {
		return st.keep
	}
	st.tracked, st.object = true, pl.Object
	st.keep = l == Whole || l == KeyFrames && clean
	return st.keep
}

// begin lets the level change where a media object begins, and returns it.
func (s *Selection) begin(st *selected, clean bool) Level {
	if st.waiting && clean {
		st.level, st.waiting = st.next, false
		if from := s.stream(st.from); from != nil {
			from.level = None // from its next media object on
		}
		st.from = NoStream
	}
	st.partial = st.level
	return st.level
}
