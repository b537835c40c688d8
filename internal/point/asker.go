package point

import "context"

// Asker is for whom content is opened, as far as a proxy has to tell it to the
// server that it gets the content from, [MS-WMSP] 3.1.5.1 and [MS-RTSP] 3.1.5.1.
// The zero value is nobody in particular.
type Asker struct {
	Via   string // the proxies that the request has come through, as one header
	Agent string // of the player
	Verb  string // the player's method

	// Player tells players apart that ask, and is the same for all that one asks in a
	// session; "" for nobody in particular.
	Player string

	// Allowed says that whoever opens has made sure that it may be: the access rules
	// let the player in, or it is the server itself.
	Allowed bool
	// May says why the player may not play what else a list leads to, by the name of
	// its point and its own; nil: all that there is.
	May func(ctx context.Context, point, name string) error

	MaxForwards    int // how many more servers the request may go through
	HasMaxForwards bool
}

type askerKey struct{}

// AskerOf returns for whom an Opener is to open content.
func AskerOf(ctx context.Context) Asker {
	a, _ := ctx.Value(askerKey{}).(Asker)
	return a
}

// WithAsker has an Opener find for whom it opens.
func WithAsker(ctx context.Context, a Asker) context.Context {
	return context.WithValue(ctx, askerKey{}, a)
}

// OpenFor is Open for somebody.
func (r *Registry) OpenFor(path string, a Asker) (*Point, Entry, error) {
	p, name, err := r.Lookup(path)
	switch {
	case err != nil:
		return p, nil, err
	case p.Guarded.Load() && !a.Allowed:
		return p, nil, ErrForbidden
	case p.Redirect != "":
		return p, nil, nil
	}
	e, err := p.OpenFor(name, a)
	return p, e, err
}
