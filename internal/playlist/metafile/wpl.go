package metafile

import (
	"strconv"
	"strings"
	"time"

	"caracal/internal/playlist/markup"
	"caracal/internal/playlist/wsx"
)

// readWPL reads the playlists of Windows Media Player 9 to 12, and those of
// Zune.
func (l *List) readWPL(text string) error {
	nodes, faults, err := markup.Parse(text, markup.Options{Closes: func(open, next string) bool {
		return open == "media" || open == "meta"
	}})
	if err != nil {
		return err
	}
	l.Faults = append(l.Faults, faults...)
	return l.wplItems(nodes)
}

func (l *List) wplItems(nodes []*markup.Node) error {
	for _, n := range nodes {
		if n.Kind != markup.Element {
			continue
		}
		var err error
		switch name := strings.ToLower(n.Name); name {
		case "smil", "head", "body", "seq":
			err = l.wplItems(n.Children)
		case "title":
			l.Title = content(n)
		case "author":
			l.Author = content(n)
		case "meta":
			l.wplMeta(attribute(n, "name"), attribute(n, "content"))
		case "media":
			err = l.wplMedia(n)
		case "smartplaylist":
			l.fail(n.Pos, Unsupported, "a smart playlist asks the library of one player, which is not here", `<media src="..."/> for each file`)
		case "guid":
		default:
			l.warn(n.Pos, UnknownElement, "<"+n.Name+"> is no element of a .wpl: it means nothing", "")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// wplMeta keeps what is about the list, and not about the file.
func (l *List) wplMeta(name, value string) {
	switch strings.ToLower(name) {
	case "", "generator", "itemcount", "totalduration", "averagerating", "contentpartnerlistid", "contentpartnername", "contentpartnernametype", "subtitle", "creatorid":
	case "author":
		l.Author = oneLine(value)
	case "title":
		l.Title = oneLine(value)
	default:
		l.addParam(name, value)
	}
}

func (l *List) wplMedia(n *markup.Node) error {
	src := strings.TrimSpace(attribute(n, "src"))
	if src == "" {
		l.fail(n.Pos, NoSource, "<media> has no src", `src="film.wmv"`)
		return nil
	}
	e := Entry{Pos: n.Pos, Refs: []Ref{{src, n.Pos}}}
	e.Title = oneLine(attribute(n, "trackTitle"))
	e.addParam("Artist", attribute(n, "trackArtist"))
	e.addParam("Album", attribute(n, "albumTitle"))
	if ms, err := strconv.Atoi(attribute(n, "duration")); err == nil && ms > 0 && ms < wsx.MaxClock*3600*1000 {
		e.Length = time.Duration(ms) * time.Millisecond
	}
	return l.add(e)
}

// wpl writes the elements that Windows Media Player documents: of an entry that
// is its source.
func (w *writer) wpl() {
	l := w.list
	w.line(`<?wpl version="1.0"?>`)
	w.line("<smil>")
	w.line("  <head>")
	w.line(`    <meta name="ItemCount" content="%d"/>`, len(l.Entries))
	metas := l.Params
	if l.Author != "" {
		metas = append([]Param{{"Author", l.Author}}, metas...)
	}
	for _, p := range metas {
		w.line(`    <meta name="%s" content="%s"/>`, value(p.Name), value(p.Value))
	}
	w.line("    <title>%s</title>", markup.EscapeText(oneLine(l.Title)))
	w.line("  </head>")
	w.line("  <body>")
	w.line("    <seq>")
	for i, e := range l.Entries {
		w.line(`      <media src="%s"/>`, markup.EscapeAttribute(w.firstRef(i, e)))
		w.losePlain(i, e, false)
		w.loseIf(e.Title != "", i, "its title")
	}
	w.line("    </seq>")
	w.line("  </body>")
	w.line("</smil>")
	l = &List{About: About{Copyright: l.Copyright, Abstract: l.Abstract, MoreInfo: l.MoreInfo, Banner: l.Banner, LogURLs: l.LogURLs}, Repeats: l.Repeats, Events: l.Events}
	w.list = l
	w.loseList(true)
}
