package server

import (
	"errors"
	"path"
	"strings"
	"time"

	"caracal/asf"
	"caracal/internal/announce"
	"caracal/internal/playlist/metafile"
	"caracal/internal/point"
	"caracal/internal/source"
)

// maxListed is how many films of a folder one announcement names.
const maxListed = 1000

// maxMarkers is how many places in a film are told of.
const maxMarkers = 1000

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
	p, entry, err := s.openOwn(name)
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

func titleByName(name string) string {
	return announce.Text(strings.TrimSuffix(path.Base(name), path.Ext(name)))
}

// markersOf gives the markers with times from the beginning. Writers count them
// as they do the packets, whose times begin with the preroll and in some recordings
// far behind it. One that has a marker before the preroll counted from 0.
func markersOf(info *point.Info) []asf.MarkerPoint {
	markers := info.Header.Markers()
	markers = markers[:min(len(markers), maxMarkers)]
	preroll := time.Duration(info.Preroll) * time.Millisecond
	base := preroll
	if begin := time.Duration(info.TimeBase) * time.Millisecond; begin > base+time.Second {
		base = begin
	}
	for _, m := range markers {
		if m.Time < preroll {
			base = 0
		}
	}
	for i := range markers {
		markers[i].Time = max(0, markers[i].Time-base)
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
