package server

import (
	"context"
	"path/filepath"
	"sync"
	"time"

	"caracal/internal/playlist"
	"caracal/internal/source"
)

// The bounds of the pictures that lists play.
const (
	maxStills      = 32 // that are kept, each as long as somebody wants it
	maxStillSource = 16 << 20
)

// stills are the pictures that lists play; all who play one share it.
type stills struct {
	mu   sync.Mutex
	kept map[stillKey]*source.Bytes
}

// stillKey is a version of a picture, and how long it is shown.
type stillKey struct {
	file     string
	size     int64
	modified time.Time
	length   time.Duration
}

// open plays a picture for as long as its list says.
func (s *stills) open(ctx context.Context, cache *source.Cache, root listRoot, name string) (playlist.Found, error) {
	name, info, err := root.folder.Find(name)
	if err != nil {
		return playlist.Found{}, err
	}
	key := stillKey{filepath.Join(root.dir, name), info.Size(), info.ModTime(), playlist.LengthOf(ctx)}
	s.mu.Lock()
	still := s.kept[key]
	s.mu.Unlock()
	if still == nil {
		picture, _, err := root.folder.Read(name, maxStillSource)
		if err != nil {
			return playlist.Found{}, err
		}
		if still, err = source.NewStill(name, picture, key.length, cache); err != nil {
			return playlist.Found{}, err
		}
		still = s.keep(key, still)
	}
	e, err := still.Open(ctx, "")
	return playlist.Found{Entry: e}, err
}

// keep remembers a picture; the one of somebody who was faster counts.
func (s *stills) keep(key stillKey, still *source.Bytes) *source.Bytes {
	s.mu.Lock()
	defer s.mu.Unlock()
	if other := s.kept[key]; other != nil {
		still.Close()
		return other
	}
	if len(s.kept) >= maxStills || s.kept == nil { // who plays one keeps it
		s.kept = map[stillKey]*source.Bytes{}
	}
	s.kept[key] = still
	return still
}
