package point

import (
	"context"
	"errors"
	"testing"
)

// nothing is an Opener of a point that has nothing.
type nothing struct{}

func (nothing) Open(context.Context, string) (Entry, error) { return nil, ErrNotFound }
func (nothing) List() ([]Item, error)                       { return nil, nil }

// A guarded point says nothing to who was not allowed in: not what is there, nor where
// it leads.
func TestGuardedPoint(t *testing.T) {
	r := NewRegistry()
	for _, p := range []*Point{{Name: "club", Opener: nothing{}}, {Name: "moved", Opener: nothing{}, Redirect: "http://other.example/"}} {
		p.Guarded.Store(true)
		r.Add(p)
	}
	for _, name := range []string{"club", "club/film.wmv", "moved"} {
		if _, _, err := r.Open(name); !errors.Is(err, ErrForbidden) {
			t.Errorf("%s: %v", name, err)
		}
		if _, _, err := r.OpenFor(name, Asker{Allowed: true}); errors.Is(err, ErrForbidden) {
			t.Errorf("%s, allowed: %v", name, err)
		}
	}
}
