package fronttest

import (
	"context"
	"io"

	"caracal/internal/point"
	"caracal/internal/source"
)

// List is a list of clips that every player goes through by itself.
type List struct {
	items []ListItem
	files []*Counted
}

// ListItem is an item of a List.
type ListItem struct {
	Clip  Clip
	Part  point.Clip
	Fixed bool // nobody skips it
}

// PublishList adds a publishing point that is a list.
func (r *Rig) PublishList(name string, o point.Options, items ...ListItem) *List {
	l := &List{items: items}
	for _, item := range items {
		b := source.NewBytes("", item.Clip.File(), r.cache)
		l.files = append(l.files, &Counted{Opener: b})
		r.open = append(r.open, b)
	}
	r.Points.Add(&point.Point{Name: name, Options: o, Opener: listOpener{l}})
	return l
}

// InUse is how many entries nobody has closed.
func (l *List) InUse() (n int64) {
	for _, f := range l.files {
		n += f.InUse.Load()
	}
	return n
}

type listOpener struct{ list *List }

func (o listOpener) Open(ctx context.Context, name string) (point.Entry, error) {
	if name != "" {
		return nil, point.ErrNotFound
	}
	return point.Enter(ctx, listWay(o))
}

func (o listOpener) List() ([]point.Item, error) { return []point.Item{{}}, nil }

// listWay is every player's: it needs to remember nothing.
type listWay struct{ list *List }

func (w listWay) Open(ctx context.Context, place, by int) (point.ListItem, error) {
	at, l := place+by, w.list
	if at < 0 || at >= len(l.items) {
		return point.ListItem{}, io.EOF
	}
	e, err := l.files[at].Open(ctx, "")
	if err != nil {
		return point.ListItem{}, err
	}
	last, item := at == len(l.items)-1, l.items[at]
	return point.ListItem{
		Entry: e, Place: at, Clip: item.Part,
		Skips: point.Skips{Forward: !last && !item.Fixed, Backward: at > 0 && !item.Fixed, Seek: !item.Fixed, Last: last},
	}, nil
}
