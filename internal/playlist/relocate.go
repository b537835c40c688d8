package playlist

import (
	"slices"

	"caracal/internal/playlist/wsx"
)

// relocate goes to the present versions of the lists that a cursor is in. Where an
// element is gone, it goes on behind what was before it.
func (c *cursor) relocate() {
	old := c.frames
	c.frames = nil
	for len(old) > 0 {
		s := old[0].in
		n := 1
		for n < len(old) && old[n].in == s {
			n++
		}
		now := s.list.now()
		if now == s {
			c.frames = append(c.frames, old[:n]...)
		} else {
			moved, all := now.follow(old[:n])
			c.frames = append(c.frames, moved...)
			if !all {
				return
			}
		}
		old = old[n:]
	}
}

// follow finds the elements of frames, the first of which is a root, in a document.
// all says that none is gone.
func (s *script) follow(old []frame) (moved []frame, all bool) {
	return s.descend(old, s.root)
}

// descend finds the elements of frames below n, which the first of them is now.
func (s *script) descend(old []frame, n *wsx.Node) (moved []frame, all bool) {
	for i := range old {
		f := old[i]
		f.become(s, n)
		if f.excl != nil {
			f.excl = f.excl.relocate(s, n)
		}
		moved = append(moved, f)
		if i+1 == len(old) {
			return moved, true
		}
		to := &moved[i]
		at, found := 0, false
		if n.Kind == wsx.Excl {
			found = to.excl != nil && to.excl.active >= 0
			if found {
				n = to.excl.kids[to.excl.active].node
			}
		} else if at, found = match(old[i].node.Children, old[i+1].node, n.Children); found {
			to.next, n = at+1, n.Children[at]
		} else {
			to.next = at
		}
		if !found {
			return moved, false
		}
	}
	return moved, true
}

// become makes n the element of a frame.
func (f *frame) become(s *script, n *wsx.Node) {
	before, _ := f.node.Attribute("src")
	now, _ := n.Attribute("src")
	if n.Kind == wsx.Media && before != now { // it counts as played
		f.folder, f.next, f.at = nil, 1, 0
	}
	t := n.Timing()
	f.in, f.node, f.times = s, n, &t
}

// relocate finds an excl's elements in another version of it.
func (x *exclusive) relocate(s *script, n *wsx.Node) *exclusive {
	y := newExclusive(n)
	before, now := x.nodes(), y.nodes()
	place := map[int]int{}
	for k, node := range before {
		if at, found := match(before, node, now); found {
			place[k] = at
			y.when[at] = x.when[k]
		}
	}
	if at, found := place[x.active]; found {
		y.active = at
	}
	for _, w := range x.queue {
		at, found := place[w.kid]
		if !found {
			continue
		}
		w.kid = at
		if w.frames != nil && w.frames[0].in.list == s.list {
			w.frames, _ = s.descend(w.frames, y.kids[at].node)
		}
		y.queue = append(y.queue, w)
	}
	return y
}

func (x *exclusive) nodes() []*wsx.Node {
	list := make([]*wsx.Node, len(x.kids))
	for i := range x.kids {
		list[i] = x.kids[i].node
	}
	return list
}

// match finds an element of one version of a container in another one: itself, its
// id, or the one that says the same. Otherwise it is where that would have been.
func match(before []*wsx.Node, n *wsx.Node, now []*wsx.Node) (at int, found bool) {
	if at, found := find(before, n, now); found {
		return at, true
	}
	for i := slices.Index(before, n) - 1; i >= 0; i-- {
		if !plays(before[i]) {
			continue
		}
		if at, found := find(before, before[i], now); found {
			return at + 1, false
		}
	}
	return 0, false
}

func find(before []*wsx.Node, n *wsx.Node, now []*wsx.Node) (int, bool) {
	if at := slices.Index(now, n); at >= 0 {
		return at, true
	}
	id := n.ID()
	earlier := 0 // elements that say the same
	for _, o := range before {
		if o == n {
			break
		}
		if alike(o, n) {
			earlier++
		}
	}
	last := -1
	for i, o := range now {
		switch {
		case id != "" && o.ID() == id && o.Kind == n.Kind:
			return i, true
		case id == "" && alike(o, n):
			if earlier == 0 {
				return i, true
			}
			earlier--
			last = i
		}
	}
	return last, last >= 0
}

// alike says whether two elements play the same.
func alike(a, b *wsx.Node) bool {
	from, _ := a.Attribute("src")
	other, _ := b.Attribute("src")
	return a.Kind == b.Kind && a.ID() == b.ID() && from == other
}
