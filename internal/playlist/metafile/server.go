package metafile

import (
	"strconv"
	"strings"

	"caracal/internal/playlist/wsx"
)

// toldParams are the attributes of clientData that an About has parameters
// for.
var toldParams = map[string]string{"artist": "Artist", "album": "Album", "genre": "Genre"}

// WSX makes a server-side playlist, and says what it cannot hold.
func (l *List) WSX() (d *wsx.Document, lost []string) {
	w := writer{list: l}
	d = wsx.New()
	w.clientData(d.Root, l.About, -1)
	next := 0
	for _, r := range l.Repeats {
		w.mediaOf(d.Root, next, r.First)
		group := d.Root.Add(wsx.Seq)
		group.Set("repeatCount", "indefinite")
		if r.Times != Forever {
			group.Set("repeatCount", strconv.Itoa(r.Times))
		}
		next = r.First + r.Count
		w.mediaOf(group, r.First, next)
	}
	w.mediaOf(d.Root, next, len(l.Entries))
	w.loseIf(len(l.Events) > 0, -1, "events")
	return d, w.losses()
}

func (w *writer) mediaOf(in *wsx.Node, from, to int) {
	for i := from; i < to; i++ {
		e := w.list.Entries[i]
		if len(e.Refs) > 1 {
			choice := in.Add(wsx.Switch)
			for _, r := range e.Refs {
				w.media(choice, i, e, r)
			}
		} else if len(e.Refs) == 1 {
			w.media(in, i, e, e.Refs[0])
		}
		w.loseIf(e.IsList, i, "it refers to another list: convert that one too")
		w.loseIf(e.SkipIfRef, i, "SKIPIFREF")
	}
}

// media makes an element of one reference.
func (w *writer) media(in *wsx.Node, i int, e Entry, r Ref) {
	n := in.Add(wsx.Media)
	n.Set("src", r.URL)
	if e.Role != "" {
		n.Set("role", oneLine(e.Role))
	}
	switch {
	case e.StartMarker != "":
		n.Set("clipBegin", "marker="+e.StartMarker)
	case e.Start > 0:
		n.Set("clipBegin", wsx.FormatClock(e.Start))
	}
	if e.EndMarker != "" {
		n.Set("clipEnd", "marker="+e.EndMarker)
	}
	if e.Duration > 0 {
		n.Set("dur", wsx.FormatClock(e.Duration))
	}
	if e.NoSkip {
		n.Set("noSkip", "true")
	}
	if e.NoRecede {
		n.Set("noRecede", "true")
	}
	w.clientData(n, e.About, i)
}

// clientData tells players of the element that it is put into.
func (w *writer) clientData(in *wsx.Node, a About, entry int) {
	data := wsx.New().Root.Add(wsx.ClientData)
	set := func(name, v string) {
		if v = oneLine(v); v != "" {
			data.Set(name, v)
		}
	}
	set("title", a.Title)
	set("author", a.Author)
	set("copyright", a.Copyright)
	set("abstract", a.Abstract) // which no Windows Media Services wrote: clientData may have any
	for _, p := range a.Params {
		name := strings.ToLower(p.Name)
		if toldParams[name] == "" {
			w.lose(entry, "the parameter "+p.Name)
			continue
		}
		set(name, p.Value)
	}
	if len(a.LogURLs) > 0 {
		set("logURL", a.LogURLs[0])
		w.loseIf(len(a.LogURLs) > 1, entry, "all log URLs but the first")
	}
	set("bannerURL", a.Banner.Image)
	set("bannerAbstract", a.Banner.Text)
	set("bannerInfoURL", a.Banner.Link)
	w.loseIf(a.MoreInfo != "", entry, "its link")
	if len(data.Attributes) > 0 {
		in.Children = append(in.Children, data)
	}
}

// FromWSX makes a list of what players can open of a server-side playlist. What
// they cannot is among its faults, as warnings.
func FromWSX(d *wsx.Document) *List {
	l := &List{}
	r := serverReader{l}
	r.items(d.Root, &l.About)
	if n := r.times(d.Root); n != 1 && len(l.Entries) > 0 && len(l.Repeats) == 0 {
		l.Repeats = []Repeat{{0, len(l.Entries), n}}
	}
	return l
}
