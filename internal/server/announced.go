package server

import (
	"errors"
	"path"
	"strings"

	"caracal/asf"
	"caracal/internal/announce"
	"caracal/internal/playlist"
	"caracal/internal/playlist/metafile"
	"caracal/internal/point"
	"caracal/internal/source"
)

// maxListed is how many films of a folder one announcement names.
const maxListed = 1000

// announced is what is known of something that is announced: a film, a
// broadcast, whatever plays under one name.
type announced struct {
	name    string // below the host, with slashes
	about   metafile.About
	info    *point.Info // nil: it leads elsewhere, and says nothing of itself
	picture string      // a name below the host; "" for none
	markers []asf.MarkerPoint
}

// find describes the first thing that there is: the name itself, or the name
// with one of the endings.
func (s *Server) find(base string, endings []string) (*announced, error) {
	for _, ending := range endings {
		d, err := s.describe(base + ending)
		if !errors.Is(err, point.ErrNotFound) {
			return d, err
		}
	}
	return nil, point.ErrNotFound
}

// describe reads what an item says about itself.
func (s *Server) describe(name string) (*announced, error) {
	p, entry, err := s.openShown(name)
	if err != nil {
		return nil, err
	}
	d := &announced{name: name}
	if entry != nil {
		defer entry.Close()
		d.info = entry.Info()
		h := d.info.Header
		d.about.Title, d.about.Author = announce.Text(h.Title()), announce.Text(h.Author())
		d.about.Copyright, d.about.Abstract = announce.Text(h.Copyright()), announce.Text(h.Description())
		d.markers = markersOf(d.info)
	}
	s.tellOfList(&d.about, name)
	if d.about.Title == "" {
		d.about.Title = titleByName(name)
	}
	if pictured, ok := p.Opener.(source.Pictured); ok {
		if picture := pictured.Picture(strings.TrimPrefix(strings.TrimPrefix(name, p.Name), "/")); picture != "" {
			d.picture = path.Join(p.Name, picture)
		}
	}
	return d, nil
}

// tellOfList puts what a list tells of itself in the place of what its first entry
// does. A list that says who made it, or what it is called, is not what its first
// entry is.
func (s *Server) tellOfList(a *metafile.About, name string) {
	list := s.listNamed(name)
	if list == nil {
		return
	}
	told := metafile.About{}
	for _, t := range list.Told() {
		switch v := announce.Text(t.Value); t.Name {
		case "title":
			told.Title = v
		case "author":
			told.Author = v
		case "copyright":
			told.Copyright = v
		case "abstract":
			told.Abstract = v
		}
	}
	if told.Title+told.Author+told.Copyright+told.Abstract != "" {
		*a = told
	}
}

// listNamed is the list that plays under a name, on demand or as a broadcast; nil if
// there is none.
func (s *Server) listNamed(name string) *playlist.List {
	p, rest, err := s.points.Lookup(name)
	if err != nil {
		return nil
	}
	o := p.Opener
	if r, ok := o.(rootContent); ok {
		o = r.content
	}
	if w, ok := o.(*wrapped); ok {
		o = w.content
	}
	switch o := o.(type) {
	case *broadcast:
		if f, ok := o.fed.list.(*listFile); ok && rest == "" {
			return f.list
		}
	case listed:
		list, _ := o.listOf(rest)
		return list
	}
	return nil
}

func titleByName(name string) string {
	return announce.Text(strings.TrimSuffix(path.Base(name), path.Ext(name)))
}

// markersOf gives the markers, with names that can be shown.
func markersOf(info *point.Info) []asf.MarkerPoint {
	markers := info.Markers()
	for i := range markers {
		markers[i].Name = announce.Text(markers[i].Name)
	}
	return markers
}

// below lists what is published below a name, or all there is below "".
func (s *Server) below(folder string) []Item {
	var found []Item
	for _, it := range s.Items() {
		if folder == "" || strings.HasPrefix(it.Name, folder+"/") {
			found = append(found, it)
		}
	}
	return found
}
