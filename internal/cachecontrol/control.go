// Package cachecontrol reads, writes and understands the Cache-Control header,
// by which a streaming server tells caches, proxies and players what they may do
// with content, [MS-WMSP] 2.2.1.1 and [MS-RTSP] 2.2.6.2. The protocols spell some
// permissions differently; a Control holds what is meant.
package cachecontrol

import (
	"slices"
	"strings"
	"time"
)

// Directives is a set of those directives that have no value.
type Directives uint16

const (
	NoCache         Directives = 1 << iota // nobody caches; of HTTP it says nothing
	NoStore                                // not on persistent storage
	NoUserCache                            // players do not cache; RTSP only
	Private                                // not shared
	Public                                 // players and proxies cache and share
	UserPublic                             // players do, whatever Private says; HTTP only
	MustRevalidate                         // players ask whether it is fresh
	ProxyPublic                            // proxies share, whatever Private says; HTTP only
	ProxyRevalidate                        // proxies ask whether it is fresh
	ProxySplit                             // proxies hand it on to many while it comes
)

// names are in the order in which the directives are written.
var names = [...]struct {
	bit  Directives
	name string
}{
	{NoCache, "no-cache"},
	{NoStore, "no-store"},
	{NoUserCache, "no-user-cache"},
	{Private, "private"},
	{Public, "public"},
	{UserPublic, "user-public"},
	{MustRevalidate, "must-revalidate"},
	{ProxyPublic, "proxy-public"},
	{ProxyRevalidate, "proxy-revalidate"},
	{ProxySplit, "x-wms-proxy-split"},
}

// Limits of the lists in a header.
const (
	MaxValues = 16 // of one directive
	maxName   = 64 // bytes of one value
)

// The events that x-wms-event-subscription lists, [MS-WMSP] 2.2.1.1.10.
const (
	RemoteOpen  = "remote-open"
	RemoteClose = "remote-close"
	RemoteLog   = "remote-log"
)

// The properties that x-wms-stream-type lists, [MS-WMSP] 2.2.1.1.12.
const (
	TypeBroadcast = "broadcast"
	TypePlaylist  = "playlist"
)

// Control is what a Cache-Control header says. The zero value says nothing, and
// what is not permitted is forbidden.
type Control struct {
	Directives  Directives
	MaxAge      uint32 // s
	HasMaxAge   bool
	ContentSize uint64   // x-wms-content-size, bytes, about; 0 for none
	Events      []string // x-wms-event-subscription
	StreamTypes []string // x-wms-stream-type
}

// freshSeconds is how long a cache may play content without asking again: a day
// less a second, as Windows Media Services says.
const freshSeconds = 86399

// OnDemand is what a server says that has nothing against caches: players and
// proxies keep content of size bytes, and ask when it is a day old.
func OnDemand(size int64) Control {
	return Control{
		Directives: UserPublic | MustRevalidate | ProxyPublic | ProxyRevalidate,
		MaxAge:     freshSeconds, HasMaxAge: true, ContentSize: uint64(max(size, 0)), Events: []string{RemoteLog},
	}
}

// Broadcast is the same of a broadcast: nobody keeps it, proxies hand it on.
func Broadcast() Control {
	return Control{Directives: NoCache | ProxySplit, Events: []string{RemoteLog}, StreamTypes: []string{TypeBroadcast}}
}

// ForCaches is what a server says to a cache that it tells the rest on its own
// account: of what happens there it wants to hear too.
func (c Control) ForCaches() Control {
	c.Events = []string{RemoteOpen, RemoteClose, RemoteLog}
	return c
}

// ForPlaylist is what of an entry holds for the server-side playlist that it is
// part of, which is another one each time and has no size.
func (c Control) ForPlaylist() Control {
	types := append(slices.Clone(c.StreamTypes), TypePlaylist)
	return Control{Directives: NoCache, Events: c.Events, StreamTypes: types}
}

// Personal is what of it holds for content that not everybody gets: players may keep
// it, and nobody hands it on.
func (c Control) Personal() Control {
	if c.Has(Public) {
		c.Directives |= UserPublic
	}
	c.Directives = c.Directives&^(Public|ProxyPublic|ProxyRevalidate|ProxySplit) | Private
	return c
}

// Has says that all of the directives are there.
func (c Control) Has(d Directives) bool { return c.Directives&d == d }

// MayStore says that a proxy may keep the content and play it to others from its
// storage. That has to be permitted, [MS-WMSP] 3.1.5.3 and [MS-RTSP] 3.1.5.2.
func (c Control) MayStore() bool {
	if c.Directives&(NoCache|NoStore) != 0 {
		return false
	}
	return c.Has(ProxyPublic) || c.Has(Public) && !c.Has(Private)
}

// MaySplit says that a proxy may hand the content on to several players while it
// comes once, [MS-WMSP] 2.2.1.1.11.
func (c Control) MaySplit() bool { return c.Has(ProxySplit) }

// MustRevalidate says that a proxy has to ask whether the content is still the
// same before it plays its copy, once the copy is older than Lifetime. Without an
// answer it may not play it, [MS-WMSP] 2.2.1.1.2 and .5.
func (c Control) MustRevalidate() bool { return c.Has(ProxyRevalidate) }

// Lifetime is how long a copy may be played without asking; false: the server
// does not say.
func (c Control) Lifetime() (time.Duration, bool) {
	return time.Duration(c.MaxAge) * time.Second, c.HasMaxAge
}

// Subscribes says that the server wants to hear of an event.
func (c Control) Subscribes(event string) bool { return contains(c.Events, event) }

// Broadcast says that the content is a broadcast.
func (c Control) Broadcast() bool { return contains(c.StreamTypes, TypeBroadcast) }

// Playlist says that the content may have several entries.
func (c Control) Playlist() bool { return contains(c.StreamTypes, TypePlaylist) }

func contains(list []string, name string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, name) })
}
