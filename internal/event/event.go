// Package event carries the domain's events as typed values: what happened to
// a player, a point or the server. Logs, metrics, the console and hooks
// subscribe; slog is for the operator's diagnosis only.
package event

import (
	"net/netip"
	"time"
)

// Event is one of the types of this package.
type Event interface{ isEvent() }

// Player says whom an event is about. The zero value is "nobody yet".
type Player struct {
	Session  uint32         // the session manager's id, 0 before admission
	Protocol string         // "http", "rtsp", "mms" ...
	Address  netip.AddrPort // the peer's end of the connection
	Local    netip.AddrPort // the server's end; not valid: not known
	Agent    string         // User-Agent or its like, as sent
	GUID     string         // the player's own id, when it gives one
	Target   string         // the publishing point and what was asked of it
	Account  string         // "" is nobody
	Point    string         // "/" and the publishing point's name; "" is none, or not known yet

	Via    string // the proxies that its requests have come through; "" for none
	Behind string // the agent of the player for which a proxy asks; "" for none
}

// Connected says that the session manager admitted a player.
type Connected struct{ Player Player }

// Refused says that a request was turned away and why, in words for people.
type Refused struct {
	Player Player
	Status int // the protocol's status code
	Reason string
	Limit  string // that was reached: "server.players"; "" for none
}

// BadInput says that a peer sent what its protocol forbids; the connection
// was answered with an error, closed, or both.
type BadInput struct {
	Player Player
	Reason string
}

// Playing says that a Play began.
type Playing struct {
	Player   Player
	Media    Media
	Packet   int64   // the first packet's number
	Rate     float64 // 1 is normal, others are strides
	Speed    float64 // of transmission; 0 means as fast as the connection takes it
	Streams  []uint8
	Resumed  bool // the session had played before
	Selected bool // the player named its streams

	Transport string // "TCP" or "UDP", that the packets go over; "" is not known
}

// Flowing says that a session's first packet has left, once in its life.
type Flowing struct {
	Player Player
	After  time.Duration // since the session manager admitted the player
	Start  time.Duration // of that, since the Play that it belongs to began
}

// Switched says that a player changed its streams.
type Switched struct {
	Player  Player
	Streams []uint8
}

// Stopped says that a Play ended, and what went out during it.
type Stopped struct {
	Player  Player
	Media   Media // that was played last
	Reason  string
	Err     error // of the storage, if that is why
	Packets uint64
	Bytes   uint64
	Late    uint64 // times a packet left after it was due by more than the batch interval
	Skipped uint64 // packets of a broadcast that the player was too slow for
	Elapsed time.Duration
}

// RemoteEvent is a cache's or a player's event ([MS-WMSP] 2.2.5).
type RemoteEvent struct {
	Player Player
	Type   int // 28 remote-open, 29 remote-close, 30 remote-log
	Reason uint32
}

// StationChanged says that the .nsc file of a multicast lists another ASF header.
type StationChanged struct {
	Target  string // the publishing point
	Formats int    // headers that it lists
	Reload  bool   // who has the file of before has to load it again
}

// Disconnected says that a session is over.
type Disconnected struct {
	Player  Player
	Reason  string
	Packets uint64
	Bytes   uint64
	Late    uint64 // as in Stopped, of all its Plays
	Skipped uint64
	Resent  uint64 // packets, over UDP, that the player had missed
	Parity  uint64 // packets, over UDP, that repair others
	Lost    uint64 // packets that the player has said it missed
	Elapsed time.Duration
}

func (StationChanged) isEvent() {}
func (Connected) isEvent()      {}
func (Refused) isEvent()        {}
func (BadInput) isEvent()       {}
func (Playing) isEvent()        {}
func (Flowing) isEvent()        {}
func (Switched) isEvent()       {}
func (Stopped) isEvent()        {}
func (LogReceived) isEvent()    {}
func (RemoteEvent) isEvent()    {}
func (Disconnected) isEvent()   {}
