package server

import (
	"net/http"
	"slices"
	"strings"

	"caracal/internal/playlist/markup"
	"caracal/internal/playlist/wsx"

	"caracal/web/api"
)

// maxItems is how many items a playlist has at most that is changed while it plays.
const maxItems = 10_000

// editor is a playlist that can be changed, but not its file: who plays it comes to
// what has changed with the next item.
type editor interface {
	edit(change func(*wsx.Document) error) error
}

// edit changes the playlist of a program.
func (f *listFile) edit(change func(*wsx.Document) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	d, err := f.state.change(f.path, f.doc, stateList{Size: f.size, Modified: f.time}, change)
	if err != nil {
		return err
	}
	f.doc = d
	f.list.Replace(d)
	return nil
}

// change makes another document of one that somebody plays, and keeps it under a key.
func (s *programState) change(key string, doc *wsx.Document, l stateList, change func(*wsx.Document) error) (*wsx.Document, error) {
	d, err := wsx.Parse(doc.Append(nil)) // the one that plays does not change
	if err != nil {
		return nil, err
	}
	if err := change(d); err != nil {
		return nil, err
	}
	text := d.Append(nil)
	if len(text) > markup.MaxBytes || len(media(d.Root, nil)) > maxItems {
		return nil, api.Errorf(http.StatusRequestEntityTooLarge, "the playlist would be too large")
	}
	l.Text = string(text)
	return d, s.put(key, l)
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
		return spot{}, api.Errorf(http.StatusNotFound, "the playlist has no item %d: it has %d, and caracal ctl list shows them", number, len(all))
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
		end := endOf(d.Root)
		end.Children = append(end.Children, n)
		return nil
	}
	to, err := spotOf(d, number)
	if err == nil {
		to.parent.Children = slices.Insert(to.parent.Children, to.at, n)
	}
	return err
}

// endOf is the container at whose end an item comes when all others are over: not one
// that is repeated with what it has, unless nothing else is played or it never ends.
func endOf(n *wsx.Node) *wsx.Node {
	plays := slices.DeleteFunc(slices.Clone(n.Children), func(c *wsx.Node) bool {
		return c.Kind < wsx.Seq || c.Kind > wsx.Media
	})
	if len(plays) == 0 {
		return n
	}
	last := plays[len(plays)-1]
	if last.Kind == wsx.Seq && (len(plays) == 1 || last.Timing().RepeatCount.Indefinite) {
		return endOf(last)
	}
	return n
}

// addItem adds a source to a playlist, as the item with a number; 0 is the last.
func addItem(e editor, src string, to int) error {
	if strings.TrimSpace(src) == "" || len(src) > wsx.MaxSource {
		return api.Errorf(http.StatusBadRequest, "say what is added, in %d bytes at most: a file, a folder, point:NAME", wsx.MaxSource)
	}
	return e.edit(func(d *wsx.Document) error {
		n := (&wsx.Node{}).Add(wsx.Media)
		n.Set("src", src)
		return put(d, n, to)
	})
}

// removeItem takes an item out.
func removeItem(e editor, number int) error {
	return e.edit(func(d *wsx.Document) error {
		s, err := spotOf(d, number)
		if err == nil {
			s.cut()
		}
		return err
	})
}

// moveItem makes an item the one with another number.
func moveItem(e editor, number, to int) error {
	return e.edit(func(d *wsx.Document) error {
		s, err := spotOf(d, number)
		if err != nil {
			return err
		}
		return put(d, s.cut(), to)
	})
}
