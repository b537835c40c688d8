package playlist

import (
	"maps"
	"slices"
	"time"

	"caracal/internal/playlist/wsx"
)

// cursor is a place in a list: the elements that it is in, from the outermost. Its
// clock counts the time of what was played.
type cursor struct {
	frames   []frame
	clock    time.Duration
	marks    map[string]time.Duration // what times refer to; copied when it is changed
	wall     time.Time                // what is on the wall at wallAt
	wallAt   time.Duration
	silent   time.Duration // before what comes next, of the clock
	seed     uint64
	shuffles uint64
	edges    map[string]string // what came last of shuffled folders; copied when it is changed
	left     int               // steps that may be taken
}

// copy returns a cursor that goes on by itself.
func (c cursor) copy() cursor {
	c.frames = slices.Clone(c.frames)
	return c
}

func (c *cursor) top() *frame { return &c.frames[len(c.frames)-1] }

func (c *cursor) push(in *script, n *wsx.Node) {
	inExcl := len(c.frames) > 0 && c.top().node.Kind == wsx.Excl
	c.frames = append(c.frames, newFrame(in, n, c.clock))
	if !inExcl { // there the schedule knows the begins
		c.gap()
	}
	c.begins(n)
}

func (c *cursor) pop() {
	n := c.top().node
	c.ends(n)
	c.frames = c.frames[:len(c.frames)-1]
}

// next goes to the next source; the frame of its media element is the top one.
// Nothing is opened. False: there is no more.
func (c *cursor) next() (wsx.Source, bool) {
	for c.left = maxSteps; c.left > 0 && len(c.frames) > 0; c.left-- {
		if c.expire() {
			continue
		}
		f := c.top()
		switch {
		case f.node.Kind == wsx.Media:
			if src, ok := f.take(); ok {
				if c.interrupt() {
					continue
				}
				return src, true
			}
		case f.node.Kind == wsx.Excl:
			if c.schedule() {
				continue
			}
		default:
			if n := f.child(); n != nil {
				c.push(f.in, n)
				continue
			}
		}
		c.round()
	}
	return wsx.Source{}, false
}

// expire ends the outermost element whose time is over, or its repetition, with all
// that is in it.
func (c *cursor) expire() bool {
	for i := range c.frames {
		over := c.clock >= c.end(i)
		if !over && c.clock < c.frames[i].roundEnd() {
			continue
		}
		for len(c.frames) > i+1 {
			c.pop()
		}
		if over {
			c.pop()
		} else {
			c.round()
		}
		return true
	}
	return false
}

// round ends a repetition of the top element. One in which nothing was played is
// the last.
func (c *cursor) round() {
	f := c.top()
	if !f.played || !f.repeats() {
		c.pop()
		return
	}
	f.again(c.clock)
}

// enter makes a list what the top media element plays.
func (c *cursor) enter(l *List) error {
	s, lists := l.now(), 0
	for i := range c.frames {
		switch f := &c.frames[i]; {
		case f.in.list.is(l):
			return ErrCircle
		case f.node.Kind == wsx.Smil:
			lists++
		}
	}
	if lists >= MaxNested {
		return ErrNested
	}
	c.push(s, s.root)
	return nil
}

// unfold makes files what the top media element plays.
func (c *cursor) unfold(files []wsx.Source) error {
	f := c.top()
	if f.folder != nil { // a folder among the files of a folder
		return ErrNested
	}
	f.folder, f.next = append([]wsx.Source{}, files...), 0
	if f.node.Is("shuffle") {
		c.shuffle(f)
	}
	if len(files) == 0 {
		return ErrEmpty
	}
	return nil
}

// hasPlayed remembers that an item is played, in all elements around it.
func (c *cursor) hasPlayed() {
	for i := range c.frames {
		c.frames[i].played, c.frames[i].vain = true, 0
	}
}

// mark remembers when something was, if a time refers to it.
func (c *cursor) mark(key string, at time.Duration) {
	for i := range c.frames {
		if c.frames[i].in.wants[key] {
			c.marks = maps.Clone(c.marks)
			if c.marks == nil {
				c.marks = map[string]time.Duration{}
			}
			c.marks[key] = at
			return
		}
	}
}

// The marks of an element's begin and end, of events, and of markers.
func beginOf(id string) string { return "begin " + id }
func endOf(id string) string   { return "end " + id }
func eventOf(name string) string {
	return "event " + name
}
func markerOf(id, marker string) string { return "marker " + id + " " + marker }

func (c *cursor) begins(n *wsx.Node) {
	if id := n.ID(); id != "" {
		c.mark(beginOf(id), c.clock)
	}
	if e, ok := n.Attribute("syncEvent"); ok {
		c.mark(beginOf(e), c.clock)
		c.mark(eventOf(e), c.clock)
	}
}

func (c *cursor) ends(n *wsx.Node) {
	if id := n.ID(); id != "" {
		c.mark(endOf(id), c.clock)
	}
	if e, ok := n.Attribute("syncEvent"); ok {
		c.mark(endOf(e), c.clock)
	}
}

// wantsOf finds what the times of a document refer to.
func wantsOf(n *wsx.Node) map[string]bool {
	wants := map[string]bool{}
	var walk func(*wsx.Node)
	walk = func(n *wsx.Node) {
		for _, a := range n.Attributes {
			if a.Name != "begin" && a.Name != "end" {
				continue
			}
			moments, _ := wsx.ParseMoments(a.Value)
			for _, m := range moments {
				switch {
				case m.Kind == wsx.AtEdge && m.End:
					wants[endOf(m.ID)] = true
				case m.Kind == wsx.AtEdge:
					wants[beginOf(m.ID)] = true
				case m.Kind == wsx.AtEvent:
					wants[eventOf(m.ID)] = true
				case m.Kind == wsx.AtMarker:
					wants[markerOf(m.ID, m.Marker)] = true
				}
			}
		}
		for _, child := range n.Children {
			walk(child)
		}
	}
	walk(n)
	return wants
}
