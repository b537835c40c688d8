package playlist

import (
	"time"

	"caracal/internal/playlist/wsx"
)

// never is a time that does not come.
const never = time.Duration(1<<63 - 1)

// frame is an element that a player is in. Its times are by the way's clock.
type frame struct {
	in    *script
	node  *wsx.Node
	times *wsx.Timing

	next       int  // child or file that comes next
	round      int  // repetitions that are over
	played     bool // something, in this repetition
	begun      time.Duration
	roundBegun time.Duration
	folder     []wsx.Source  // the files of a folder, once it was read
	gap        time.Duration // before it began
	at         time.Duration // of the present file, that was played before it was interrupted
	excl       *exclusive    // of an excl that has begun
	vain       int           // elements of it that have begun since something played
}

func newFrame(in *script, n *wsx.Node, now time.Duration) frame {
	t := n.Timing()
	return frame{in: in, node: n, times: &t, begun: now, roundBegun: now}
}

func plays(n *wsx.Node) bool {
	return n.Kind >= wsx.Seq && n.Kind <= wsx.Media && n.Kind != wsx.PriorityClass
}

// child returns the next element of a container; nil if there is none.
func (f *frame) child() *wsx.Node {
	if f.node.Kind == wsx.Switch && f.played {
		return nil
	}
	for f.next < len(f.node.Children) {
		n := f.node.Children[f.next]
		f.next++
		if plays(n) {
			return n
		}
	}
	return nil
}

// take returns the next source of a media element.
func (f *frame) take() (wsx.Source, bool) {
	switch {
	case f.folder == nil && f.next == 0:
		f.next++
		return f.node.Source(), true
	case f.next < len(f.folder):
		f.next++
		return f.folder[f.next-1], true
	}
	return wsx.Source{}, false
}

// repeats says whether the element is played once more.
func (f *frame) repeats() bool {
	switch c := f.times.RepeatCount; {
	case c.Indefinite:
		return true
	case c.Set:
		return f.round+1 < c.N
	}
	return f.times.RepeatDur.Set
}

// again begins the next repetition.
func (f *frame) again(now time.Duration) {
	f.round++
	f.next, f.played, f.folder, f.at, f.excl = 0, false, nil, 0, nil
	f.roundBegun = now
}

// roundEnd is when a repetition ends at the latest.
func (f *frame) roundEnd() time.Duration {
	if d := f.times.Dur; d.Set && !d.Indefinite {
		return f.roundBegun + d.Time
	}
	return never
}

// shift moves the element's times on, that was paused for so long.
func (f *frame) shift(by time.Duration) {
	f.begun += by
	f.roundBegun += by
	if f.excl != nil {
		f.excl = f.excl.shift(by)
	}
}
