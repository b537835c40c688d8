package wsx

import (
	"slices"
	"strings"
)

// element is what the dialect says of one.
type element struct {
	kind       Kind
	name       string
	attributes []string
	within     []Kind // what it can be in
}

var (
	timed = []string{"id", "begin", "end", "dur", "repeatCount", "repeatDur", "syncEvent"}

	// shuffle is Caracal's own: the files of a folder in another order each time.
	ofMedia = slices.Concat([]string{"src", "mediaName", "role", "clipBegin", "clipEnd", "noSkip", "noRecede", "shuffle"}, timed)

	containers = []Kind{Smil, Seq, Excl, PriorityClass, Switch}
)

// elements are those of the dialect; the first of a kind is the one that is
// written.
var elements = []element{
	{Smil, "smil", timed, nil},
	{Seq, "seq", timed, containers},
	{Excl, "excl", append([]string{"endSync"}, timed...), containers},
	{PriorityClass, "priorityClass", []string{"id", "peers", "higher", "lower", "syncEvent"}, []Kind{Excl}},
	{Switch, "switch", []string{"id", "syncEvent"}, containers},
	{Media, "media", ofMedia, containers},
	{Media, "ref", ofMedia, containers},
	{Media, "audio", ofMedia, containers},
	{Media, "video", ofMedia, containers},
	{Media, "img", ofMedia, containers},
	{ClientData, "clientData", []string{
		"id", "title", "author", "copyright", "artist", "album", "genre", "logURL", "bannerURL", "bannerAbstract", "bannerInfoURL",
	}, []Kind{Smil, Seq, Excl, Switch, Media}},
}

// find gives what the dialect says of an element, in whatever letters.
func find(name string) (element, bool) {
	i := slices.IndexFunc(elements, func(e element) bool { return strings.EqualFold(e.name, name) })
	if i < 0 {
		return element{}, false
	}
	return elements[i], true
}

func (k Kind) name() string {
	for _, e := range elements {
		if e.kind == k {
			return e.name
		}
	}
	return ""
}

// spell gives an attribute's name as the dialect spells it.
func (e element) spell(name string) (string, bool) {
	for _, a := range e.attributes {
		if strings.EqualFold(a, name) {
			return a, true
		}
	}
	return name, false
}

// closes says that an element of the dialect cannot be in open: a tag without
// an end, <media src="a.wmv">, holds no other one.
func closes(open, next string) bool {
	o, ok := find(open)
	n, known := find(next)
	if !ok || !known {
		return false
	}
	return o.kind == ClientData || o.kind == Media && n.kind != ClientData
}
