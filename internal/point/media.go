package point

import (
	"cmp"
	"strings"

	"caracal/internal/event"
)

// MediaOf is what the logs and players are told of an entry: of one of a list what the
// list says, or else the name of its file, and never where on this machine that is.
func MediaOf(e Entry) event.Media {
	l, ok := e.(*Listed)
	if !ok {
		return event.Media{}
	}
	name, _, _ := strings.Cut(l.item.Source, "?")
	name = strings.TrimRight(name, `/\`)
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	return event.Media{Name: cmp.Or(l.item.Name, name), Role: l.item.Role}
}

// TellEntry tells that a player has come to an entry, if that is one of a list.
func TellEntry(bus *event.Bus, who event.Player, e Entry) {
	if l, ok := e.(*Listed); ok {
		bus.Publish(event.EntryBegan{Player: who, Media: MediaOf(l), Generation: l.generation})
	}
}
