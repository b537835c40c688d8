package point

import (
	"time"

	"caracal/asf"
)

// listedStart is where an item of a list begins, and where it is left.
type listedStart struct {
	packet int64
	clip   time.Duration // of media, from there; 0: at the end
	goesOn bool          // it is no item that begins, but the present one
}

// startOf finds a position in an item's part of its entry. It reads storage.
func startOf(item ListItem, at Position) (listedStart, error) {
	if liveOf(item.Entry) != nil {
		return listedStart{clip: item.Clip.For}, nil
	}
	at = item.Clip.within(at)
	packet, early, err := locate(item.Entry, at, pictures(item.Entry.Info()))
	return listedStart{packet: packet, clip: item.Clip.left(item.Entry, at, packet, early)}, err
}

// pictures returns the stream whose clean points count for who has not chosen
// streams: the first of video, or of anything.
func pictures(info *Info) uint8 {
	first := uint8(0)
	for _, s := range info.Header.Streams() {
		if s.Kind() == asf.Video {
			return s.Number()
		}
		if first == 0 {
			first = s.Number()
		}
	}
	return first
}

// clipOf returns the part of an entry that plays; all of it is the zero value.
func clipOf(e Entry) Clip {
	if l, ok := e.(*Listed); ok {
		return l.item.Clip
	}
	return Clip{}
}

// within is a position in the part: its beginning is that of the part.
func (c Clip) within(p Position) Position {
	if p.By == ByStart && c.From > 0 {
		return Position{By: ByTime, Value: c.From.Milliseconds()}
	}
	return p
}

// left is how much of the part remains at a position, whose packet is early; at least
// a millisecond, and 0 for all there is.
func (c Clip) left(e Entry, at Position, packet int64, early time.Duration) time.Duration {
	if c.For == 0 {
		return 0
	}
	var gone time.Duration // of the entry
	switch at.By {
	case ByStart:
	case ByTime:
		gone = time.Duration(at.Value)*time.Millisecond - early
	default:
		first, _ := SendTime(e, 0)
		if now, ok := SendTime(e, packet); ok {
			gone = time.Duration(now-min(first, now)) * time.Millisecond
		}
	}
	return max(c.From+c.For-gone, time.Millisecond)
}

// liveOf returns the broadcast that an entry is of, nil if it is on demand.
func liveOf(e Entry) *Live {
	if l, ok := e.(*Listed); ok {
		e = l.Entry
	}
	live, _ := e.(*Live)
	return live
}
