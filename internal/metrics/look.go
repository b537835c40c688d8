package metrics

import "time"

// Look is how things stand: functions that are called once for a collection. Those that
// yield may be called by one goroutine at a time only; nil ones have nothing to tell.
type Look struct {
	// PointOf is the name of the point that a player's target means; "" is the root,
	// false says that there is none.
	PointOf func(target string) (string, bool)

	Sessions     func(yield func(*Session))
	Connections  func(yield func(protocol string, n int))
	Sources      func(yield func(*Source))
	Multicasts   func(yield func(*Multicast))
	Proxies      func(yield func(*Proxy))
	Hooks        func(yield func(*Hook))
	Certificates func(yield func(*Certificate))
	Cache        func() (used, budget int64)            // bytes
	LostEvents   func(yield func(who string, n uint64)) // events that came too fast for a subscriber
	Ready        func() bool
}

// Session is one player, or one encoder that pushes.
type Session struct {
	ID                      uint32
	Target, Protocol, Agent string
	Streaming               bool
	Flow
}

// Flow is what has gone out to a player, or has come from an encoder.
type Flow struct {
	Packets, Bytes, Late, Skipped, Resent, Parity, Lost uint64
}

// Source is what brings a broadcast its content, without being pushed.
type Source struct {
	Point          string
	Up             bool // it streams
	BitRate        uint64
	Packets, Bytes uint64
	Starts         uint64
	Items          uint64 // of a program, that have begun
}

// Multicast is a broadcast that goes to a group.
type Multicast struct {
	Point                                 string
	Packets, Bytes, Parity, Skipped, Lost uint64
}

// Proxy is a point that stands for another server's.
type Proxy struct {
	Point string
	// Opens are how often content was opened, by how: "hit", "miss" ...
	Opens                                        map[string]uint64
	FetchedBytes, StoredBytes, Failures, Evicted uint64
	Files, Bytes, Size                           int64
	LogsSent, LogsFailed, LogsDropped            uint64
}

// Certificate is one that listeners use.
type Certificate struct {
	File     string
	NotAfter time.Time
}

// Hook is who is told of events.
type Hook struct {
	Name               string
	Told, Failed, Lost uint64
}
