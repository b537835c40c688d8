package playlist

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/playlist/wsx"
	"caracal/internal/point"
)

// A player that leaves while a source is being opened takes it from nobody else.
func TestLeavingIsNotHanging(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		slow := func(ctx context.Context, src wsx.Source) (Found, error) {
			time.Sleep(time.Second)
			return s.find(ctx, src)
		}
		l := New(parse(t, `<media src="a5"/>`), Options{Name: "test", Open: slow, Bus: &s.bus})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		if _, err := l.Way().Open(ctx, point.Outside, 1); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("who has gone is told %v", err)
		}
		if got := at(t, l.Way(), point.Outside, 1); got != "a5" {
			t.Errorf("the next player gets %q", got)
		}
	})
	// A source that does hang is not asked by everybody.
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		l := s.list(t, `<media src="hang"/>`)
		for range 3 {
			if got := at(t, l.Way(), point.Outside, 1); got != "." {
				t.Error(got)
			}
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.opened != 1 {
			t.Errorf("it was asked %d times", s.opened)
		}
	})
}
