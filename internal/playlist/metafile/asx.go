package metafile

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"caracal/internal/playlist/markup"
	"caracal/internal/playlist/wsx"
)

// inASX are the elements that can be in another one; those that are not named
// hold nothing.
var inASX = map[string][]string{
	"banner":   {"abstract", "moreinfo"},
	"ref":      {"starttime", "duration", "startmarker", "endmarker", "previewduration", "param"},
	"entryref": {"param"},
}

var itemsOfASX = []string{"entry", "entryref", "repeat", "event", "asx"}

// closesASX knows the ends that files leave out: <REF HREF="..."> holds no
// other REF.
func closesASX(open, next string) bool {
	switch open {
	case "asx":
		return false
	case "repeat", "event":
		return next == "repeat" || next == "event"
	case "entry":
		return slices.Contains(itemsOfASX, next)
	}
	return !slices.Contains(inASX[open], next)
}

// readASX reads an ASX file, of version 3.0 and those before it.
func (l *List) readASX(text string) error {
	if !strings.HasPrefix(strings.ToLower(text), "<asx") {
		l.fail(start, BadBegin, "Windows Media Player wants <ASX as the first characters", `<ASX VERSION="3.0"> there`)
	}
	nodes, faults, err := markup.Parse(text, markup.Options{Closes: closesASX})
	if err != nil {
		return err
	}
	for i := range faults { // the players of this dialect are no readers of XML
		faults[i].Warning = true
	}
	l.Faults = append(l.Faults, faults...)
	for _, n := range nodes {
		if n.Kind == markup.Element && equalFold(n.Name, "asx") {
			if v := attribute(n, "version"); v != "" && !strings.HasPrefix(v, "3") {
				l.warn(n.Pos, Unsupported, "the version "+v+" is not that of Windows Media Player", `VERSION="3.0"`)
			}
			return l.asxItems(n.Children)
		}
	}
	return nil
}

// asxItems reads what is in ASX, REPEAT or EVENT.
func (l *List) asxItems(nodes []*markup.Node) error {
	for _, n := range nodes {
		if n.Kind != markup.Element {
			continue
		}
		var err error
		switch strings.ToLower(n.Name) {
		case "entry", "entryref":
			err = l.asxEntry(n)
		case "repeat":
			err = l.asxRepeat(n)
		case "event":
			err = l.asxEvent(n)
		case "base":
			l.base = strings.TrimSpace(attribute(n, "href"))
		case "logo", "skin", "previewduration", "duration": // of no use outside Windows Media Player
		default:
			if !l.about(&l.About, n) {
				l.warn(n.Pos, UnknownElement, "<"+n.Name+"> is no element of a metafile: it means nothing", "")
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// asxRepeat reads REPEAT: without a COUNT for ever, with one of 0 once.
func (l *List) asxRepeat(n *markup.Node) error {
	r := Repeat{First: len(l.Entries), Times: Forever}
	if count := attribute(n, "count"); count != "" {
		if _, err := fmt.Sscanf(count, "%d", &r.Times); err != nil || r.Times < 0 || r.Times > wsx.MaxRepeat {
			l.fail(n.Pos, BadTime, fmt.Sprintf("COUNT=%q is no number of times", count), `COUNT="2"`)
			r.Times = 1
		}
	}
	if err := l.asxItems(n.Children); err != nil {
		return err
	}
	r.Count = len(l.Entries) - r.First
	if r.Times == 0 || r.Times == 1 || r.Count == 0 {
		return nil
	}
	if len(l.Repeats) == 1 {
		l.warn(n.Pos, Unsupported, "Windows Media Player repeats only what is in the first REPEAT of a file", "")
	}
	l.Repeats = append(l.Repeats, r)
	return nil
}

func (l *List) asxEvent(n *markup.Node) error {
	within := List{base: l.base}
	err := within.asxItems(n.Children)
	l.Faults = append(l.Faults, within.Faults...)
	if len(l.Events) == MaxParams {
		l.warn(n.Pos, TooMany, fmt.Sprintf("only %d events are read", MaxParams), "")
		return err
	}
	l.Events = append(l.Events, Event{attribute(n, "name"), strings.ToUpper(attribute(n, "whendone")), within.Entries})
	return err
}

// asxEntry reads ENTRY or ENTRYREF, whose HREF is its one reference.
func (l *List) asxEntry(n *markup.Node) error {
	e := Entry{
		Pos: n.Pos, IsList: equalFold(n.Name, "entryref"),
		NoSkip: equalFold(attribute(n, "clientskip"), "no"), SkipIfRef: equalFold(attribute(n, "skipifref"), "yes"),
	}
	outer := l.base
	for _, child := range n.Children {
		if child.Kind == markup.Element && equalFold(child.Name, "base") {
			l.base = strings.TrimSpace(attribute(child, "href"))
		}
	}
	l.asxRef(&e, n)
	l.asxParts(&e, n.Children)
	l.base = outer
	e.NoSkip = e.NoSkip || equalFold(e.Param("CanSkipForward"), "no")
	e.NoRecede = equalFold(e.Param("CanSkipBack"), "no")
	e.Params = slices.DeleteFunc(e.Params, func(p Param) bool {
		return equalFold(p.Name, "CanSkipForward") || equalFold(p.Name, "CanSkipBack")
	})
	if len(e.Refs) == 0 {
		l.fail(n.Pos, NoSource, "<"+n.Name+"> has no URL: there is nothing to play", `<REF HREF="mms://host/film.wmv" />`)
		return nil
	}
	return l.add(e)
}

// asxParts reads what is in an ENTRY, or in one of its REFs.
func (l *List) asxParts(e *Entry, nodes []*markup.Node) {
	for _, n := range nodes {
		if n.Kind != markup.Element {
			continue
		}
		switch strings.ToLower(n.Name) {
		case "ref":
			if !l.asxRef(e, n) {
				l.fail(n.Pos, NoSource, "<"+n.Name+"> has no HREF", `HREF="mms://host/film.wmv"`)
			}
			l.asxParts(e, n.Children)
		case "starttime":
			e.Start = l.asxTime(n)
		case "duration":
			e.Duration = l.asxTime(n)
		case "startmarker":
			e.StartMarker = marker(n)
		case "endmarker":
			e.EndMarker = marker(n)
		case "base", "logo", "skin", "previewduration": // a BASE was read before
		default:
			if !l.about(&e.About, n) {
				l.warn(n.Pos, UnknownElement, "<"+n.Name+"> is no element of an ENTRY: it means nothing", "")
			}
		}
	}
}

func (l *List) asxRef(e *Entry, n *markup.Node) bool {
	url := strings.TrimSpace(attribute(n, "href"))
	if url == "" {
		return false
	}
	if len(e.Refs) == MaxRefs {
		l.warn(n.Pos, TooMany, fmt.Sprintf("only %d references of an entry are read", MaxRefs), "")
		return true
	}
	e.Refs = append(e.Refs, Ref{based(l.base, url), n.Pos})
	return true
}

// based is a reference as it counts from a BASE: players put the one before the other,
// and those who write them do not agree on whose the slash is.
func based(base, ref string) string {
	if base == "" || strings.Contains(ref, ":") || strings.HasPrefix(ref, `\\`) {
		return ref
	}
	ref = strings.ReplaceAll(ref, `\`, "/")
	if at := strings.Index(base, "://"); at >= 0 && strings.HasPrefix(ref, "/") { // from the host on
		host, _, _ := strings.Cut(base[at+3:], "/")
		return base[:at+3] + host + ref
	}
	return strings.TrimSuffix(base, "/") + "/" + strings.TrimPrefix(strings.TrimPrefix(ref, "./"), "/")
}

func (l *List) asxTime(n *markup.Node) time.Duration {
	v := attribute(n, "value")
	d, err := wsx.ParseClock(v)
	if err != nil {
		l.fail(n.Pos, BadTime, fmt.Sprintf("VALUE=%q is no time", v), `VALUE="0:01:30"`)
	}
	return d
}

func marker(n *markup.Node) string {
	return oneLine(attribute(n, "number") + attribute(n, "name"))
}

// about reads what a list or an entry tells of itself.
func (l *List) about(a *About, n *markup.Node) bool {
	switch strings.ToLower(n.Name) {
	case "title":
		a.Title = content(n)
	case "author":
		a.Author = content(n)
	case "copyright":
		a.Copyright = content(n)
	case "abstract":
		a.Abstract = content(n)
	case "moreinfo":
		a.MoreInfo = oneLine(attribute(n, "href"))
	case "logurl":
		if len(a.LogURLs) < MaxRefs {
			a.LogURLs = append(a.LogURLs, oneLine(attribute(n, "href")))
		}
	case "param":
		if name := attribute(n, "name"); !equalFold(name, "encoding") {
			a.addParam(name, attribute(n, "value"))
		}
	case "banner":
		a.Banner.Image = oneLine(attribute(n, "href"))
		for _, child := range n.Children {
			switch strings.ToLower(child.Name) {
			case "abstract":
				a.Banner.Text = content(child)
			case "moreinfo":
				a.Banner.Link = oneLine(attribute(child, "href"))
			}
		}
	default:
		return false
	}
	return true
}

// attribute gives an attribute's value, in whatever letters its name is.
func attribute(n *markup.Node, name string) string {
	for _, a := range n.Attributes {
		if equalFold(a.Name, name) {
			return a.Value
		}
	}
	return ""
}

// content is the text in an element.
func content(n *markup.Node) string {
	var texts []string
	for _, child := range n.Children {
		if child.Kind == markup.Text {
			texts = append(texts, child.Text)
		}
	}
	return oneLine(strings.Join(texts, " "))
}
