// Package point holds publishing points, what a player asks for by name, and
// the Play, the one object that a front-end drains: it knows pacing by send
// time, Fast Start, seeking, striding, stream selection and the ends of
// entries, and nothing of any protocol.
package point

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// What Lookup, Open, Prepare and an Entry answer when they cannot serve.
var (
	ErrNotFound  = errors.New("point: nothing is published under this name")
	ErrForbidden = errors.New("point: this may not be read")
	ErrNotMedia  = errors.New("point: this is not Windows Media content")
	ErrPosition  = errors.New("point: no such position in the content")
	ErrEnd       = errors.New("point: the content has ended")
)

// Options say how a point's content is sent.
type Options struct {
	// Batch is how much real time of packets leaves in one write once Fast
	// Start is over.
	Batch time.Duration
	// Speed is how much faster than real time a player is served that asks
	// for nothing. Unpaced overrules it: as fast as the connection takes it.
	Speed   float64
	Unpaced bool
	// MaxSpeed bounds the Speed that a player asks for (Fast Cache).
	MaxSpeed float64
	// MaxAccel, bits a second, and MaxAccelDuration bound the Fast Start that
	// a player asks for.
	MaxAccel         uint32
	MaxAccelDuration time.Duration
	// Burst is how much media a player that does not ask for a Fast Start is
	// sent at MaxAccel when it begins.
	Burst time.Duration
}

// DefaultOptions are those of an on-demand point.
func DefaultOptions() Options {
	return Options{
		Batch: time.Second, Speed: 1, MaxSpeed: 5,
		MaxAccel: 3_500_000, MaxAccelDuration: 18 * time.Second, Burst: 3 * time.Second,
	}
}

// Datagrams are the options for who gets its packets over UDP, where nothing but
// the pace keeps a player's buffer from being overrun: in real time, the burst at
// the beginning no faster than MaxAccel.
func (o Options) Datagrams() Options {
	o.Unpaced, o.Speed, o.MaxSpeed = false, 1, 1
	return o
}

// Opener finds a point's content; internal/source implements it. name is
// relative to the point and "" for the point itself.
type Opener interface {
	Open(ctx context.Context, name string) (Entry, error)
	List() ([]Item, error)
}

// Item is one thing that a point publishes.
type Item struct {
	Name string // relative to the point, with slashes; "" when the point is the item
	Size int64  // bytes; 0 if Live
	Live bool   // a broadcast
}

// Point is an on-demand publishing point.
type Point struct {
	Name    string // "" is the root
	Options Options
	Opener  Opener
	// Redirect is a URL that players are sent to instead; "" for none.
	Redirect string
	// UseProxy are URLs of proxies, one for a scheme, that players are sent to
	// which do not come through one; none for none.
	UseProxy []string
	// Via are the servers that the content comes from, as the last answer of the
	// nearest one has named them; nil where it comes from this one.
	Via func() []string

	// Guarded says that it is not open to everybody: OpenFor refuses who was not
	// allowed in.
	Guarded atomic.Bool

	opening atomic.Int32 // calls of the Opener that have not returned
}
