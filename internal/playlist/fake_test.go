package playlist

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/playlist/wsx"
	"caracal/internal/point"
)

// store opens sources by their names: "a30" plays for 30 seconds, "live" without an
// end, "x..." is missing, "empty" has no packets, "hang" does not answer, "list:..."
// is a list and a folder has what is in folders.
type store struct {
	lists   map[string]*List
	folders map[string][]string
	bus     event.Bus

	mu     sync.Mutex
	opened int // times that something was asked for
	open   int
	gone   map[string]bool
}

type fakeEntry struct {
	point.Entry
	name string
	info point.Info
	s    *store
}

func (e *fakeEntry) Info() *point.Info { return &e.info }

func (e *fakeEntry) Close() error {
	e.s.mu.Lock()
	defer e.s.mu.Unlock()
	e.s.open--
	return nil
}

var errMissing = errors.New("it is missing")

func (s *store) find(ctx context.Context, src wsx.Source) (Found, error) {
	s.mu.Lock()
	s.opened++
	gone := s.gone[src.Where]
	s.mu.Unlock()
	switch {
	case src.Kind == wsx.FromFolder:
		found := Found{Folder: []wsx.Source{}}
		for _, name := range s.folders[src.Where] {
			found.Folder = append(found.Folder, wsx.Source{Where: name})
		}
		return found, nil
	case s.lists[src.Where] != nil:
		return Found{List: s.lists[src.Where]}, nil
	case src.Where == "hang":
		<-ctx.Done()
		return Found{}, ctx.Err()
	case strings.HasPrefix(src.Where, "x") || gone || src.Where == "":
		return Found{}, errMissing
	}
	e := &fakeEntry{name: src.Where, s: s, info: point.Info{Header: &asf.Header{}, Packets: 10}}
	seconds, _ := strconv.Atoi(strings.TrimLeft(src.Where, "abcdefghijklmnopqrstuvwyz"))
	e.info.Duration = time.Duration(seconds) * time.Second
	switch src.Where {
	case "live":
		e.info.Broadcast = true
	case "empty":
		e.info.Packets = 0
	case "m60": // whose times begin with the preroll
		e.info.Preroll, e.info.TimeBase = 3000, 3000
		e.info.Header.Objects = append(e.info.Header.Objects, &asf.Marker{Markers: []asf.MarkerEntry{
			{PresentationTime: 13 * 1e7, Description: asf.NewText("one")}, {PresentationTime: 23 * 1e7, Description: asf.NewText("two")},
		}})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open++
	return Found{Entry: e}, nil
}

func newStore() *store {
	return &store{lists: map[string]*List{}, folders: map[string][]string{}, gone: map[string]bool{}}
}

func parse(t testing.TB, text string) *wsx.Document {
	t.Helper()
	if !strings.Contains(text, "<smil") {
		text = "<smil>" + text + "</smil>"
	}
	d, err := wsx.Parse([]byte(`<?wsx version="1.0"?>` + text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (s *store) list(t testing.TB, text string) *List {
	return New(parse(t, text), Options{Name: "test", Open: s.find, Bus: &s.bus})
}

// add makes a list that others can name.
func (s *store) add(t testing.TB, name, text string) {
	s.lists[name] = s.list(t, text)
}

// show says what of an item plays: "a30", "a30[10s+5s]", "a30[10s]".
func show(item point.ListItem) string {
	name, c := item.Entry.(*fakeEntry).name, item.Clip
	switch {
	case c.For > 0:
		return fmt.Sprintf("%s[%gs+%gs]", name, c.From.Seconds(), c.For.Seconds())
	case c.From > 0:
		return fmt.Sprintf("%s[%gs]", name, c.From.Seconds())
	}
	return name
}

// walk goes by one item after the other, at most n.
func walk(t testing.TB, w *Way, place, n int) (shown []string, last int) {
	t.Helper()
	for range n {
		item, err := w.Open(context.Background(), place, 1)
		if errors.Is(err, io.EOF) {
			return append(shown, "."), place
		}
		if err != nil {
			t.Fatal(err)
		}
		if item.Place != place+1 {
			t.Fatalf("item %d follows %d", item.Place, place)
		}
		shown, place = append(shown, show(item)), item.Place
		item.Entry.Close()
	}
	return shown, place
}
