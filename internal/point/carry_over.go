package point

import "caracal/asf"

// CarryOver selects of a new header what was selected of the old one: the same streams,
// if there are the same ones, otherwise one of each kind that was, or was not there.
func CarryOver(from, to *asf.Header, old *asf.Selection) *asf.Selection {
	sel := asf.NewSelection(to)
	if old.Everything() {
		return sel
	}
	same := sameStreams(from, to)
	chosen := map[asf.StreamKind]bool{}
	for _, s := range to.Streams() {
		level := asf.None
		switch kind := s.Kind(); {
		case same:
			level = old.Level(s.Number())
		case !chosen[kind] && wanted(from, old, kind):
			level, chosen[kind] = asf.Whole, true
		}
		sel.Set(s.Number(), level)
	}
	return sel
}

// sameStreams says whether two headers have streams of the same kinds under the
// same numbers.
func sameStreams(a, b *asf.Header) bool {
	if len(a.Streams()) != len(b.Streams()) {
		return false
	}
	for _, s := range a.Streams() {
		if o := b.Stream(s.Number()); o == nil || o.Kind() != s.Kind() {
			return false
		}
	}
	return true
}

// wanted says whether streams of a kind were selected, or nobody could.
func wanted(h *asf.Header, sel *asf.Selection, kind asf.StreamKind) bool {
	none := true
	for _, s := range h.Streams() {
		if s.Kind() != kind {
			continue
		}
		if sel.Level(s.Number()) != asf.None {
			return true
		}
		none = false
	}
	return none
}
