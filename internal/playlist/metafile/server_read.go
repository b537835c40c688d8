package metafile

import (
	"slices"
	"strconv"

	"caracal/internal/playlist/wsx"
)

// serverReader fills a list from a server-side playlist.
type serverReader struct{ list *List }

func (r serverReader) lose(n *wsx.Node, reason string) {
	r.list.warn(n.Pos, Unsupported, reason, "")
}

// items reads what is in a container; about is what its clientData tells of.
func (r serverReader) items(in *wsx.Node, about *About) {
	for _, n := range in.Children {
		switch n.Kind {
		case wsx.ClientData:
			if about == nil {
				r.lose(n, "a list for players tells of itself and of entries, not of groups")
				continue
			}
			told(about, n)
		case wsx.Media:
			r.entry(n, []*wsx.Node{n})
		case wsx.Seq, wsx.Excl, wsx.PriorityClass:
			r.group(n)
		case wsx.Switch:
			r.choice(n)
		case wsx.Other, wsx.Smil:
			r.lose(n, "<"+n.Name+"> is left out")
		}
	}
}

// group reads a container, and how often it is played.
func (r serverReader) group(n *wsx.Node) {
	if n.Kind == wsx.Excl {
		r.lose(n, "an <excl> plays by its times and events: here its elements come in the order of the file")
	}
	first, repeats := len(r.list.Entries), len(r.list.Repeats)
	r.items(n, nil)
	r.repeat(n, first, repeats)
}

// repeat remembers that what was read since first is played more than once.
func (r serverReader) repeat(n *wsx.Node, first, repeats int) {
	times, count := r.times(n), len(r.list.Entries)-first
	if times == 1 || count == 0 {
		return
	}
	if len(r.list.Repeats) > repeats {
		r.lose(n, "of what is repeated within something that is repeated only the inner one counts")
		return
	}
	r.list.Repeats = append(r.list.Repeats, Repeat{first, count, times})
}

func (r serverReader) times(n *wsx.Node) int {
	c := n.Timing().RepeatCount
	switch {
	case c.Indefinite:
		return Forever
	case c.Set:
		return c.N
	}
	return 1
}

// choice reads a switch: of media elements one entry with several references, of
// others the first.
func (r serverReader) choice(n *wsx.Node) {
	var media []*wsx.Node
	for _, child := range n.Children {
		if child.Kind == wsx.Media {
			media = append(media, child)
		}
	}
	others := slices.ContainsFunc(n.Children, func(child *wsx.Node) bool {
		return child.Kind == wsx.Seq || child.Kind == wsx.Excl || child.Kind == wsx.Switch
	})
	if !others && len(media) > 0 {
		r.entry(n, media)
		return
	}
	for _, child := range n.Children {
		if child.Kind == wsx.Media || child.Kind == wsx.Seq || child.Kind == wsx.Excl || child.Kind == wsx.Switch {
			r.lose(n, "of a <switch> with groups in it only the first is taken")
			r.items(&wsx.Node{Children: []*wsx.Node{child}}, nil)
			return
		}
	}
}

// entry reads media elements of the same content.
func (r serverReader) entry(n *wsx.Node, media []*wsx.Node) {
	m := media[0]
	t := m.Timing()
	e := Entry{Pos: n.Pos, NoSkip: m.Is("noSkip"), NoRecede: m.Is("noRecede"), Start: t.ClipBegin.Time, StartMarker: t.ClipBegin.Marker, EndMarker: t.ClipEnd.Marker}
	e.Role, _ = m.Attribute("role")
	e.Duration = t.Dur.Time
	if left := t.ClipEnd.Time - t.ClipBegin.Time; t.ClipEnd.Set && left > 0 && (e.Duration == 0 || left < e.Duration) {
		e.Duration = left
	}
	for _, m := range media {
		if url, ok := r.url(m); ok && len(e.Refs) < MaxRefs {
			e.Refs = append(e.Refs, Ref{url, m.Pos})
		}
		for _, child := range m.Children {
			if child.Kind == wsx.ClientData && m == media[0] {
				told(&e.About, child)
			}
		}
	}
	if len(e.Refs) == 0 {
		return
	}
	first, repeats := len(r.list.Entries), len(r.list.Repeats)
	if r.list.add(e) != nil {
		r.lose(n, "a list for players has no room for more entries")
		return
	}
	r.repeat(m, first, repeats)
}

// url gives what players can open.
func (r serverReader) url(n *wsx.Node) (string, bool) {
	switch s := n.Source(); s.Kind {
	case wsx.FromFile, wsx.FromURL, wsx.FromWeb:
		return s.Where, s.Where != ""
	}
	src, _ := n.Attribute("src")
	r.lose(n, "only the server can open "+strconv.Quote(src))
	return "", false
}

// told reads a clientData.
func told(a *About, n *wsx.Node) {
	fields := map[string]*string{
		"title": &a.Title, "author": &a.Author, "copyright": &a.Copyright, "abstract": &a.Abstract,
		"bannerURL": &a.Banner.Image, "bannerAbstract": &a.Banner.Text, "bannerInfoURL": &a.Banner.Link,
	}
	for _, at := range n.Attributes {
		switch v := oneLine(at.Value); {
		case fields[at.Name] != nil:
			*fields[at.Name] = v
		case at.Name == "logURL" && v != "":
			a.LogURLs = append(a.LogURLs, v)
		case toldParams[at.Name] != "":
			a.addParam(toldParams[at.Name], v)
		}
	}
}
