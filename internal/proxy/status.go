package proxy

import (
	"io"
	"io/fs"

	"caracal/internal/point"
)

// Status is what can be seen of a proxy point from outside: counts since the
// server's start, and how things stand now.
type Status struct {
	Hits        uint64 `json:"hits"`        // opened from the cache, and the origin was not asked
	Joined      uint64 `json:"joined"`      // opened while it was on its way
	Misses      uint64 `json:"misses"`      // fetched into the cache
	Revalidated uint64 `json:"revalidated"` // opened from the cache after the origin said that it is the same
	Changed     uint64 `json:"changed"`     // it was not
	Stale       uint64 `json:"stale"`       // opened from the cache though the origin did not answer
	Passed      uint64 `json:"passed"`      // went through for one player
	Split       uint64 `json:"split"`       // broadcasts that were handed on
	Refused     uint64 `json:"refused"`
	Failures    uint64 `json:"failures"` // contents that were given up on the way
	Evicted     uint64 `json:"evicted"`

	Asked   uint64 `json:"asked"`   // times that the origin was asked what it has
	Streams uint64 `json:"streams"` // that the origin was asked for
	Fetched uint64 `json:"fetched"` // bytes from the origin
	Stored  uint64 `json:"stored"`  // bytes of them that the cache has taken

	LogsForwarded uint64 `json:"logs_forwarded"` // and other events
	LogsFailed    uint64 `json:"logs_failed"`    // the origin did not take them
	LogsDropped   uint64 `json:"logs_dropped"`   // there were too many

	Files    int   `json:"files"` // in the cache
	Bytes    int64 `json:"bytes"` // of them
	Size     int64 `json:"size"`  // that they may have
	Fetching int   `json:"fetching"`
	Splits   int   `json:"splitting"` // broadcasts that come now
}

// Status returns how things stand.
func (p *Proxy) Status() Status {
	m := &p.meter
	s := Status{
		Hits: m.hits.Load(), Joined: m.joined.Load(), Misses: m.misses.Load(), Revalidated: m.revalidated.Load(),
		Changed: m.changed.Load(), Stale: m.stale.Load(), Passed: m.passed.Load(), Split: m.split.Load(),
		Refused: m.refused.Load(), Failures: m.failures.Load(), Evicted: m.evicted.Load(),
		Asked: m.asked.Load(), Streams: m.runs.Load(), Fetched: m.fetched.Load(), Stored: m.stored.Load(),
		LogsForwarded: m.forwarded.Load(), LogsFailed: m.unsent.Load(), LogsDropped: m.dropped.Load(),
	}
	if p.shelf != nil {
		s.Files, s.Bytes = p.shelf.count()
		s.Size = p.shelf.size
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	s.Fetching, s.Splits = len(p.active), len(p.splits)
	return s
}

// OpenPlain finds nothing: what is in the cache is given to players only, who are
// told what the origin says about it.
func (p *Proxy) OpenPlain(string) (io.ReadSeekCloser, fs.FileInfo, error) {
	return nil, nil, point.ErrNotFound
}
