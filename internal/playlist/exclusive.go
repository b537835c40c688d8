package playlist

import (
	"cmp"
	"slices"
	"time"

	"caracal/internal/playlist/wsx"
)

// exclusive is where an excl is. It does not change: what follows is a copy.
type exclusive struct {
	kids   []kid
	active int // the kid that plays, -1 for none
	when   []kidTimes
	queue  []waiting // the next one first
}

// kid is an element of an excl.
type kid struct {
	node  *wsx.Node
	begin []wsx.Moment
	class class
}

// class is a priorityClass.
type class struct {
	rank                 int // 0 is the highest
	peers, higher, lower string
}

// kidTimes are by the clock of the way; notYet is before all.
type kidTimes struct{ due, begun, ended time.Duration }

const notYet = time.Duration(-1)

// waiting is a kid that was paused, or came when it could not play.
type waiting struct {
	kid    int
	frames []frame // of a kid that was paused
	since  time.Duration
}

// What happens to an element when another one comes.
const (
	stop     = "stop"
	pause    = "pause"
	deferred = "defer"
	ignored  = "never"
)

func newExclusive(n *wsx.Node) *exclusive {
	x := &exclusive{active: -1}
	rank := 0
	for _, child := range n.Children {
		switch {
		case child.Kind == wsx.PriorityClass:
			cl := class{rank: rank, peers: setting(child, "peers", stop), higher: setting(child, "higher", pause), lower: setting(child, "lower", deferred)}
			rank++
			for _, grandchild := range child.Children {
				x.add(grandchild, cl)
			}
		case plays(child):
			x.add(child, class{rank: rank, peers: stop, higher: pause, lower: deferred})
		}
	}
	return x
}

func (x *exclusive) add(n *wsx.Node, cl class) {
	if plays(n) {
		x.kids = append(x.kids, kid{n, n.Timing().Begin, cl})
		x.when = append(x.when, kidTimes{notYet, notYet, notYet})
	}
}

func setting(n *wsx.Node, name, usual string) string {
	v, _ := n.Attribute(name)
	for _, known := range []string{stop, pause, deferred, ignored} {
		if v == known {
			return v
		}
	}
	return usual
}

// copy returns one that can be changed.
func (x *exclusive) copy() *exclusive {
	y := *x
	y.when, y.queue = slices.Clone(x.when), slices.Clone(x.queue)
	return &y
}

// shift moves what has been and waits, by the clock.
func (x *exclusive) shift(by time.Duration) *exclusive {
	x = x.copy()
	for i := range x.when {
		for _, t := range []*time.Duration{&x.when[i].due, &x.when[i].begun, &x.when[i].ended} {
			if *t != notYet {
				*t += by
			}
		}
	}
	for i := range x.queue {
		x.queue[i].since += by
	}
	return x
}

// action says what happens when kid k comes while kid a plays.
func (x *exclusive) action(a, k int) string {
	playing, coming := x.kids[a].class, x.kids[k].class
	switch {
	case a == k:
		return stop
	case coming.rank < playing.rank:
		return playing.higher
	case coming.rank > playing.rank:
		return playing.lower
	}
	return playing.peers
}

// wait puts a kid into the queue: behind those of its class, but one that was
// paused before them.
func (x *exclusive) wait(w waiting) {
	x.forget(w.kid)
	if len(x.queue) >= maxQueue {
		return
	}
	rank := x.kids[w.kid].class.rank
	at := slices.IndexFunc(x.queue, func(o waiting) bool {
		other := x.kids[o.kid].class.rank
		return other > rank || other == rank && w.frames != nil
	})
	if at < 0 {
		at = len(x.queue)
	}
	x.queue = slices.Insert(x.queue, at, w)
}

// forget takes a kid out of the queue.
func (x *exclusive) forget(k int) {
	x.queue = slices.DeleteFunc(x.queue, func(w waiting) bool { return w.kid == k })
}

// coming is when a kid begins next, behind when it last did; never if that is not
// known.
func (c *cursor) coming(x *exclusive, k int, base time.Duration) time.Duration {
	at := never
	for _, m := range x.kids[k].begin {
		var t time.Duration
		known := true
		if m.Kind == wsx.AtPrevious {
			t, known = x.previous(k, m.End)
			t += m.Offset
		} else {
			t, known = c.instant(m, base)
		}
		since := x.when[k].due
		if m.Kind == wsx.AtWallclock && since != notYet {
			if m.Wallclock.HasDate {
				continue
			}
			since += 12 * time.Hour // it was today's
		}
		if known && t >= base && t > since {
			at = min(at, t)
		}
	}
	return at
}

func (x *exclusive) previous(k int, end bool) (time.Duration, bool) {
	if k == 0 {
		return 0, false
	}
	t := x.when[k-1].begun
	if end {
		t = x.when[k-1].ended
	}
	return t, t != notYet
}

// arrival is a kid that begins.
type arrival struct {
	kid int
	at  time.Duration
}

// due are the kids that begin until a time, in order.
func (c *cursor) due(x *exclusive, base, until time.Duration) []arrival {
	var list []arrival
	for k := range x.kids {
		if at := c.coming(x, k, base); at <= until {
			list = append(list, arrival{k, at})
		}
	}
	slices.SortStableFunc(list, func(a, b arrival) int { return cmp.Compare(a.at, b.at) })
	return list
}
