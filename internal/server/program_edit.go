package server

import (
	"fmt"
	"net/http"
	"slices"

	"caracal/internal/playlist/markup"
	"caracal/internal/playlist/wsx"
)

// maxItems is how many items a playlist has at most that is changed while it plays.
const maxItems = 10_000

// edit changes the playlist, but not its file: what plays comes to what has changed
// with its next item.
func (f *listFile) edit(change func(*wsx.Document) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	d, err := wsx.Parse(f.doc.Append(nil)) // the one that plays does not change
	if err != nil {
		return err
	}
	if err := change(d); err != nil {
		return err
	}
	text := d.Append(nil)
	if len(text) > markup.MaxBytes || len(media(d.Root, nil)) > maxItems {
		return apiErrorf(http.StatusRequestEntityTooLarge, "the playlist would be too large")
	}
	if err := f.state.put(f.path, stateList{f.size, f.time, string(text)}); err != nil {
		return err
	}
	f.doc = d
	f.list.Replace(d)
	return nil
}

// spot is where an element of a playlist stands.
type spot struct {
	parent *wsx.Node
	at     int // of its children
}

// spots are where the elements are that play something, in order.
func spots(n *wsx.Node, list []spot) []spot {
	for i, child := range n.Children {
		if child.Kind == wsx.Media {
			list = append(list, spot{n, i})
		}
		list = spots(child, list)
	}
	return list
}

func spotOf(d *wsx.Document, number int) (spot, error) {
	all := spots(d.Root, nil)
	if number < 1 || number > len(all) {
		return spot{}, apiErrorf(http.StatusNotFound, "the playlist has no item %d: it has %d, and caracal ctl list shows them", number, len(all))
	}
	return all[number-1], nil
}

func (s spot) cut() *wsx.Node {
	n := s.parent.Children[s.at]
	s.parent.Children = slices.Delete(s.parent.Children, s.at, s.at+1)
	return n
}

// put puts an element into a playlist, as the item with a number; 0, or one more than
// there are, is the last.
func put(d *wsx.Document, n *wsx.Node, number int) error {
	all := spots(d.Root, nil)
	if number == 0 || number == len(all)+1 {
		parent, at := d.Root, len(d.Root.Children)
		if len(all) > 0 {
			parent, at = all[len(all)-1].parent, all[len(all)-1].at+1
		}
		parent.Children = slices.Insert(parent.Children, at, n)
		return nil
	}
	to, err := spotOf(d, number)
	if err == nil {
		to.parent.Children = slices.Insert(to.parent.Children, to.at, n)
	}
	return err
}

// add adds a source to the playlist.
func (f *listFile) add(src string, number int) error {
	if src == "" || len(src) > wsx.MaxSource {
		return apiErrorf(http.StatusBadRequest, "say what is added: a file, a folder, point:NAME")
	}
	return f.edit(func(d *wsx.Document) error {
		n := (&wsx.Node{}).Add(wsx.Media)
		n.Set("src", src)
		return put(d, n, number)
	})
}

// remove takes an item out.
func (f *listFile) remove(number int) error {
	return f.edit(func(d *wsx.Document) error {
		s, err := spotOf(d, number)
		if err == nil {
			s.cut()
		}
		return err
	})
}

// move makes an item the one with another number.
func (f *listFile) move(number, to int) error {
	return f.edit(func(d *wsx.Document) error {
		s, err := spotOf(d, number)
		if err != nil {
			return err
		}
		return put(d, s.cut(), to)
	})
}

// editable returns a broadcast's playlist.
func (b *broadcast) editable() (*listFile, error) {
	if f, ok := b.fed.list.(*listFile); ok {
		return f, nil
	}
	return nil, apiErrorf(http.StatusConflict, "this point plays no playlist that could be changed: give it a source such as playlist:./evening.wsx")
}

// editList carries out an order to change a playlist.
func (b *broadcast) editList(verb string, o apiOrder) error {
	f, err := b.editable()
	if err != nil {
		return err
	}
	switch verb {
	case "add":
		return f.add(o.Source, o.To)
	case "remove":
		return f.remove(o.Number)
	case "move":
		return f.move(o.Number, o.To)
	}
	return fmt.Errorf("server: no order %q", verb)
}
