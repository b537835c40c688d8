package front

import (
	"caracal/internal/event"
	"caracal/internal/remote"
)

// PublishRemote tells of the event of a player or cache, [MS-WMSP] 2.2.5, and of the
// log in it.
func PublishRemote(bus *event.Bus, who event.Player, e *remote.Event) {
	bus.Publish(event.RemoteEvent{Player: who, Type: int(e.Type), Reason: e.Reason})
	if log := e.RenderingLog(); log != "" {
		bus.Publish(event.LogReceived{
			Player: who, Kind: event.LogRendering, Form: "remote", Text: log,
			Agent: e.User.Get(remote.ItemUserAgent), GUID: e.User.Get(remote.ItemUserGUID), URL: e.Command.Get(remote.ItemContextURL),
		})
	}
}
