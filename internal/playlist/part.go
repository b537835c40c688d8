package playlist

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"caracal/internal/playlist/wsx"
	"caracal/internal/point"
)

// part is what a list plays of an entry.
type part struct {
	clip        point.Clip
	takes       time.Duration // by the clock of the way; 0: as long as it really takes
	interrupted bool          // something comes between, and then the rest
}

// partOf finds what the list plays of the entry that its top element has opened.
func (c *cursor) partOf(info *point.Info) (part, error) {
	if info.Packets == 0 && !info.Broadcast {
		return part{}, ErrEmpty
	}
	f := c.top()
	from, to := f.at, never
	if f.folder == nil {
		if t, ok := placeIn(info, f.times.ClipBegin); ok && (t < info.Duration || info.Duration == 0) {
			from += t // behind the end it counts for nothing, as in the SDK
		}
		if t, ok := placeIn(info, f.times.ClipEnd); ok {
			to = t
		}
	}
	if info.Broadcast {
		from = 0
	}
	rest := never // to the end of the content
	if info.Duration > 0 && !info.Broadcast {
		rest = info.Duration - from
	}
	limit, interrupted := c.limit()
	if to != never {
		to -= from
	}
	length := min(to, limit)
	p := part{clip: point.Clip{From: from}, takes: length, interrupted: interrupted && limit < min(to, rest)}
	switch {
	case length <= 0 || rest <= 0:
		return part{}, ErrClip
	case length < rest && length != never:
		p.clip.For = max(length, time.Millisecond)
	case rest != never:
		p.takes = max(rest, time.Millisecond)
	default:
		p.takes = 0
	}
	return p, nil
}

// placeIn is where a clipBegin or clipEnd is.
func placeIn(info *point.Info, c wsx.Clip) (time.Duration, bool) {
	if c.Marker != "" {
		return markerIn(info, c.Marker)
	}
	return c.Time, c.Set
}

// markerIn is where a marker is, of a name or a number.
func markerIn(info *point.Info, name string) (time.Duration, bool) {
	list := info.Markers()
	for _, m := range list {
		if strings.EqualFold(strings.TrimSpace(m.Name), name) {
			return m.Time, true
		}
	}
	if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= len(list) {
		return list[n-1].Time, true
	}
	return 0, false
}

// markers remembers when the markers of the top element's entry come, if times
// refer to them.
func (c *cursor) markers(info *point.Info) {
	f := c.top()
	id := f.node.ID()
	if id == "" {
		return
	}
	begin, _ := placeIn(info, f.times.ClipBegin)
	for _, m := range info.Markers() {
		if at := m.Time - begin - f.at; at > 0 || at == 0 && f.at == 0 {
			c.mark(markerOf(id, m.Name), c.clock+at)
		}
	}
}

// after is the cursor behind an item, or where it was interrupted.
func (v *visit) after() cursor {
	c := v.at.copy()
	now, takes := time.Now(), v.part.takes
	if takes == 0 {
		takes = max(now.Sub(v.began), time.Millisecond)
	}
	c.clock += takes
	c.wall, c.wallAt = v.began.Add(takes), c.clock
	if c.wall.Sub(now).Abs() > maxAhead { // it was skipped, or stopped for a while
		c.wall = now
	}
	f := c.top()
	if v.part.interrupted {
		f.at += takes
		f.next--
	} else {
		f.at = 0
	}
	return c
}

// forgetAt begins anew with what follows a source that cannot be opened.
func (f *frame) forgetAt(err error) {
	if err != nil {
		f.at = 0
	}
}

// item makes the item of a visit.
func (w *Way) item(place int, v visit, f Found) point.ListItem {
	w.mu.Lock()
	first := w.first
	w.mu.Unlock()
	after := v.after()
	_, more := after.next()
	n := v.at.top().node
	noSkip, noRecede := n.Is("noSkip"), n.Is("noRecede")
	role, _ := n.Attribute("role")
	name, _ := n.Attribute("mediaName")
	return point.ListItem{
		Entry: f.Entry, Release: f.Release, Place: place, Clip: v.part.clip, Gap: v.gap, Role: role, Name: name, Source: cmp.Or(f.Source, shown(v.src)), Texts: v.at.texts(),
		Cut:    w.cutter(place, v),
		Failed: func(err error) { v.at.top().in.list.skipped(v.src, err) },
		Skips: point.Skips{
			Forward: more && !noSkip, Backward: place > first && !noRecede,
			Seek: !noSkip && !noRecede, Last: !more,
		},
	}
}
