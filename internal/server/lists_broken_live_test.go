package server

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/playlist"
	"caracal/internal/point"
	"caracal/internal/source"
)

// brokenRound is a list of everything that is broken, with what plays in between, over
// and over.
const brokenRound = `<seq repeatCount="indefinite"><media src="gone.wmv"/><media src="noise.wmv"/><media src="a.wmv"/><media src="cut.wmv"/>` +
	`<media src="zero.wmv"/><media src="round.wsx"/><media src="empty"/><media src="bare.wmv"/><media src="b.wmv"/><media src="lost.wmv"/></seq>`

var brokenInRound = map[string]error{
	"gone.wmv": point.ErrNotFound, "lost.wmv": point.ErrNotFound, "noise.wmv": point.ErrNotMedia, "cut.wmv": point.ErrNotMedia,
	"zero.wmv": point.ErrNotMedia, "bare.wmv": playlist.ErrEmpty, "empty": playlist.ErrEmpty, "round.wsx": playlist.ErrCircle,
}

// A broadcast of such a list goes on from film to film, for players over all protocols,
// and tries what is broken once a round.
func TestBrokenListIsBroadcast(t *testing.T) {
	dir := t.TempDir()
	goodFilms(t, dir, 600) // which end for an order only
	brokenFilms(t, dir)
	other := fronttest.Film(600)
	other.Preroll = 200 // which is another header for who plays
	write(t, dir, "b.wmv", string(other.Clip().File()))
	s, err := New(allProtocols(sourcePoint("round", "playlist:"+write(t, dir, "round.wsx", wsxOf(brokenRound)))), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	told := skips{s.bus.Subscribe(10_000)}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shutdown(t, s) })
	b, err := s.broadcast("round")
	if err != nil {
		t.Fatal(err)
	}
	reaches(t, b.Broadcast, 1, -1)
	ctx, cancel := context.WithCancel(t.Context())
	var players sync.WaitGroup
	var got []*point.Broadcast
	for _, url := range streamed(s, "round") {
		p, err := source.NewPull(url)
		if err != nil {
			t.Fatal(err)
		}
		to := point.NewBroadcast(point.BroadcastOptions{})
		got = append(got, to)
		players.Go(func() { p.Run(ctx, to, func(string) {}) })
	}
	const rounds = 3
	for n, film := range []string{"a.wmv", "b.wmv", "a.wmv", "b.wmv", "a.wmv"} {
		plays(t, s, "round", film)
		for i, to := range got {
			reaches(t, to, uint32(n+1), i)
		}
		if n < 4 {
			order(t, s, "POST", "/round/skip", "")
		}
	}
	cancel()
	players.Wait()
	passedOver(t, told.take(t), nil, brokenInRound, rounds)
}

// A broadcast of which nothing can be played is not there for players; it is tried
// again with pauses, and what is broken once each time.
func TestNothingIsBroadcast(t *testing.T) {
	dir := t.TempDir()
	brokenFilms(t, dir)
	var points []config.Point
	lists := map[string][]string{"broken": {"gone.wmv", "noise.wmv", "empty", "ring1.wsx"}, "only-itself": {"only-itself.wsx"}, "nothing": nil}
	why := map[string]map[string]error{
		"broken":      {"gone.wmv": point.ErrNotFound, "noise.wmv": point.ErrNotMedia, "empty": playlist.ErrEmpty, "ring1.wsx": playlist.ErrCircle, "a.wmv": point.ErrNotFound},
		"only-itself": {"only-itself.wsx": playlist.ErrCircle},
	}
	for name, list := range lists {
		text := `<seq repeatCount="indefinite">` + mediaOf(list) + `</seq>`
		points = append(points, sourcePoint(name, "playlist:"+write(t, dir, name+".wsx", wsxOf(text))))
	}
	s, err := New(allProtocols(points...), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	events := s.bus.Subscribe(10_000)
	defer events.Close()
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shutdown(t, s) })
	tries := map[string]int{}
	skipped := map[string][]event.EntrySkipped{}
	for tries["broken"] < 2 || tries["only-itself"] < 2 || tries["nothing"] < 2 {
		r, ok := next(t, events)
		if !ok {
			return
		}
		switch e := r.Event.(type) {
		case event.EntrySkipped:
			name := filepath.Base(e.List)
			if name = name[:len(name)-len(filepath.Ext(name))]; lists[name] == nil { // a list within one
				name = "broken"
			}
			skipped[name] = append(skipped[name], e)
		case event.SourceFailed:
			if !errors.Is(e.Err, source.ErrNothing) {
				t.Errorf("%s fails: %v", e.Source.Point, e.Err)
			}
			name := e.Source.Point
			tries[name]++
			passedOver(t, skipped[name], nil, why[name], 1)
			skipped[name] = nil
		}
	}
	for name := range lists {
		for _, url := range streamed(s, name) {
			refused(t, url)
		}
	}
}

// next is the next event of any kind.
func next(t *testing.T, events *event.Subscription) (event.Record, bool) {
	t.Helper()
	select {
	case r := <-events.C():
		return r, true
	case <-time.After(2 * patience):
		t.Error("nothing happens")
		return event.Record{}, false
	}
}
