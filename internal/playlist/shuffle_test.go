package playlist

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/point"
)

// asked opens the list for a player as a point does.
func (l *List) asked(t *testing.T, player string) *Way {
	t.Helper()
	var w *Way
	p := point.Point{Opener: opener(func(ctx context.Context) { w = l.WayFor(ctx) })}
	p.OpenFor("", point.Asker{Player: player})
	return w
}

type opener func(context.Context)

func (o opener) Open(ctx context.Context, _ string) (point.Entry, error) {
	o(ctx)
	return nil, point.ErrNotFound
}

func (opener) List() ([]point.Item, error) { return nil, nil }

// Each player has an order of its own, and the same when it describes the list and
// when it plays it.
func TestShuffleOfEachPlayer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		s.folders["films/"] = strings.Fields("a1 b1 c1 d1 e1 f1 g1 h1 i1 j1 k1 l1")
		l := s.list(t, `<media src="films/" shuffle="true"/>`)
		order := func(w *Way) string {
			got, _ := walk(t, w, point.Outside, 20)
			return strings.Join(got, " ")
		}
		first, second := order(l.asked(t, "one")), order(l.asked(t, "two"))
		if first == second {
			t.Error("two players have the order", first)
		}
		for range 3 {
			time.Sleep(seedFor)
			if got := order(l.asked(t, "one")); got != first {
				t.Errorf("a player that asks again has %s, not %s", got, first)
			}
		}
		time.Sleep(2 * seedFor)
		if got := order(l.asked(t, "one")); got == first {
			t.Error("who comes another time has the same order")
		}
		if one, other := order(l.Way()), order(l.Way()); one == other {
			t.Error("two who are nobody have the same order")
		}
		for i := range 3 * maxSeeds {
			l.asked(t, strings.Repeat("x", i%100)+string(rune(i)))
		}
		if len(l.seeds) > maxSeeds {
			t.Errorf("%d orders are kept", len(l.seeds))
		}
	})
}

// With a seed the order is fixed: another one each round, and none begins with what the
// last one ended with, be it a repetition of the folder, of what it is in, or of all.
func TestShuffleRounds(t *testing.T) {
	s := newStore()
	s.folders["films/"] = strings.Fields("a1 b1 c1")
	for _, text := range []string{
		`<media src="films/" shuffle="true" repeatCount="indefinite"/>`, `<seq repeatCount="indefinite"><media src="films/" shuffle="true"/></seq>`,
		`<media src="films/" shuffle="true"/>`,
	} {
		orders := map[string]int{}
		for value := range uint64(20) {
			w := s.list(t, text).Way()
			w.seed = value
			again := s.list(t, text).Way()
			again.seed = value
			played, _ := walk(t, w, point.Outside, 60)
			if got, _ := walk(t, again, point.Outside, 60); !slices.Equal(got, played) {
				t.Errorf("with the seed %d it plays %v and %v", value, played, got)
			}
			for len(played) < 60 {
				w = w.Again()
				next, _ := walk(t, w, point.Outside, 3)
				played = append(played[:len(played)/3*3], next...)
			}
			for i := 1; i < len(played); i++ {
				if played[i] == played[i-1] {
					t.Errorf("%s: seed %d: %s follows itself", text, value, played[i])
				}
			}
			for i := 0; i+3 <= len(played); i += 3 {
				orders[strings.Join(played[i:i+3], " ")]++
			}
		}
		if len(orders) != 6 {
			t.Errorf("%s: there are the orders %v", text, orders)
		}
	}
	s.folders["films/"] = []string{"a1"}
	if got, _ := walk(t, s.list(t, `<media src="films/" shuffle="true" repeatCount="3"/>`).Way(), point.Outside, 9); strings.Join(got, " ") != "a1 a1 a1 ." {
		t.Errorf("a folder with one file plays %v", got)
	}
}
