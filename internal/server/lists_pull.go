package server

import (
	"context"
	"fmt"
	"sync"
	"time"

	"caracal/internal/playlist"
	"caracal/internal/point"
	"caracal/internal/source"
)

// The bounds of what lists pull from elsewhere.
const (
	pullLinger = 10 * time.Second // without players, after which a stream is left
	pullSpan   = 10 * time.Second // that is kept of a stream
	pullGone   = time.Second      // that players wait for more of one that has ended
	pullLook   = 50 * time.Millisecond
	maxPulls   = 256
)

// pulls are the streams that lists bring from other servers and from FFmpeg, each for
// as long as somebody plays it; all who do share it.
type pulls struct {
	mu      sync.Mutex
	running map[string]*pulled
	all     sync.WaitGroup
	closed  bool
}

// pulled is one stream.
type pulled struct {
	to    *point.Broadcast
	stop  context.CancelFunc
	ended chan struct{}
	err   error // why it ended

	users int
	idle  *time.Timer
}

// open returns what a stream brings, once it does.
func (p *pulls) open(ctx context.Context, key string, feeder func() (source.Feeder, error)) (playlist.Found, error) {
	s, err := p.take(key, feeder)
	if err != nil {
		return playlist.Found{}, err
	}
	look := time.NewTicker(pullLook)
	defer look.Stop()
	for {
		e, err := s.to.Open(ctx, "")
		if err == nil {
			return playlist.Found{Entry: e, Release: func() { p.release(key, s) }}, nil
		}
		select {
		case <-look.C:
			continue
		case <-ctx.Done():
			err = ctx.Err()
		case <-s.ended:
			err = s.err
			if err == nil {
				err = point.ErrNotLive
			}
		}
		p.release(key, s)
		return playlist.Found{}, err
	}
}

// take begins a stream, or shares it.
func (p *pulls) take(key string, feeder func() (source.Feeder, error)) (*pulled, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.running[key]; s != nil {
		s.users++
		if s.idle != nil {
			s.idle.Stop()
			s.idle = nil
		}
		return s, nil
	}
	if p.closed || len(p.running) >= maxPulls {
		return nil, fmt.Errorf("%w: %d streams from elsewhere", point.ErrBusy, len(p.running))
	}
	f, err := feeder()
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &pulled{
		to:   point.NewBroadcast(point.BroadcastOptions{Span: pullSpan, Linger: pullGone}),
		stop: stop, ended: make(chan struct{}), users: 1,
	}
	if p.running == nil {
		p.running = map[string]*pulled{}
	}
	p.running[key] = s
	p.all.Go(func() {
		defer stop()
		s.err = f.Run(ctx, s.to, func(string) {})
		close(s.ended)
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.running[key] == s {
			delete(p.running, key)
		}
	})
	return s, nil
}

// release ends a stream a while after its last player.
func (p *pulls) release(key string, s *pulled) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.users--; s.users > 0 || p.running[key] != s {
		return
	}
	s.idle = time.AfterFunc(pullLinger, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if s.users == 0 { // who comes now begins another one
			s.stop()
			if p.running[key] == s {
				delete(p.running, key)
			}
		}
	})
}

// close ends all streams and waits until they have ended.
func (p *pulls) close() {
	p.mu.Lock()
	p.closed = true
	for _, s := range p.running {
		s.stop()
		if s.idle != nil {
			s.idle.Stop()
		}
	}
	p.mu.Unlock()
	p.all.Wait()
}
