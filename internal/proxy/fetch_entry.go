package proxy

import (
	"sync"
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

// seekTime is how long a player waits that wants to go where nobody has been yet.
const seekTime = 8 * time.Second

// hold returns an entry of what is being fetched; free is told that it was closed.
func (f *fetch) hold(free func()) *fetched {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.holders++
	return &fetched{f: f, free: free}
}

// fetched is one user's hold on content that is being fetched.
type fetched struct {
	f    *fetch
	once sync.Once
	free func()
}

func (e *fetched) Info() *point.Info { return e.f.info }

func (e *fetched) Block(n int64, wake func()) (*point.Block, error) { return e.f.stock.get(n, wake) }

// CleanPoint asks the origin where the packets are that have not come yet.
func (e *fetched) CleanPoint(stream uint8, ms uint32) (asf.CleanPoint, error) {
	if c, ok := e.f.stock.find(stream, ms); ok {
		return c, nil
	}
	if n, ok := e.f.seek(int64(ms) - int64(min(ms, e.f.info.TimeBase))); ok {
		if c, ok := e.f.stock.find(stream, ms); ok {
			return c, nil
		}
		return asf.CleanPoint{Packet: n, Time: ms}, nil
	}
	return asf.CleanPoint{Packet: e.f.guess(ms), Time: ms}, nil
}

// CleanPoints are not known before all has come: who wants to wind plays.
func (e *fetched) CleanPoints(uint8) ([]asf.CleanPoint, error) { return nil, asf.ErrNoCleanPoint }

// Payloads are not known before they have come.
func (e *fetched) Payloads(int64, time.Duration) ([]point.Payload, error) {
	return nil, asf.ErrNoCleanPoint
}

func (e *fetched) Close() error {
	e.once.Do(func() {
		e.f.mu.Lock()
		e.f.holders--
		e.f.mu.Unlock()
		e.free()
	})
	return nil
}

// seek begins a run at a time, and returns the packet that it begins with.
func (f *fetch) seek(ms int64) (packet int64, ok bool) {
	f.mu.Lock()
	now := time.Now()
	if f.over || now.Before(f.retry) {
		f.mu.Unlock()
		return 0, false
	}
	f.begin(true)
	if len(f.runs) > 0 && !f.store {
		f.runs[0].quit = true // of the one player, who goes elsewhere
		f.runs[0].cancel(errRuns)
	} else if !f.room(nil, now) {
		f.mu.Unlock()
		return 0, false
	}
	r := f.start(position{byTime: true, value: ms}, now)
	f.mu.Unlock()
	select {
	case <-r.found:
	case <-time.After(seekTime):
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return r.first, r.first >= 0
}

// guess is about where a time is.
func (f *fetch) guess(ms uint32) int64 {
	last := f.stock.packets() - 1
	if f.info.Duration <= 0 || last < 0 {
		return 0
	}
	at := float64(ms-min(ms, f.info.TimeBase)) / float64(f.info.Duration.Milliseconds())
	return min(int64(at*float64(last)), last)
}
