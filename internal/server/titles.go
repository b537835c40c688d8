package server

import (
	"sync"
	"time"

	"caracal/internal/announce"
	"caracal/internal/playlist/metafile"
)

// The bounds of looking titles up for a list: it costs reading the beginning of
// each file.
const (
	maxTitles  = 10_000      // that are remembered
	titleFor   = time.Minute // that one is
	titlesTake = time.Second // for one list; the rest has its names
)

// titles remembers those of files.
type titles struct {
	mu    sync.Mutex
	known map[Item]knownTitle
}

type knownTitle struct {
	text  string
	until time.Time
}

// titlesOf gives a title for each item: its own, or its name.
func (s *Server) titlesOf(items []Item) []string {
	list := make([]string, len(items))
	began := time.Now()
	for i, it := range items {
		if text, ok := s.titles.get(it, began); ok {
			list[i] = text
		} else if time.Since(began) < titlesTake {
			list[i] = s.readTitle(it)
		}
		if list[i] == "" {
			list[i] = titleByName(it.Name)
		}
	}
	return list
}

func (s *Server) readTitle(it Item) string {
	text := ""
	if _, entry, err := s.openShown(it.Name); err == nil && entry != nil {
		a := metafile.About{Title: announce.Text(entry.Info().Header.Title())}
		entry.Close()
		s.tellOfList(&a, it.Name)
		text = a.Title
	}
	if !it.Live { // what is live may have another one at any time
		s.titles.put(it, text)
	}
	return text
}

func (t *titles) get(it Item, now time.Time) (string, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	k, ok := t.known[it]
	return k.text, ok && now.Before(k.until)
}

func (t *titles) put(it Item, text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil || len(t.known) >= maxTitles {
		t.known = map[Item]knownTitle{}
	}
	t.known[it] = knownTitle{text, time.Now().Add(titleFor)}
}
