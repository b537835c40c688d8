// Package playlist plays server-side playlists: a List is one, under a name, and a
// Way how one player goes through it, by the times of [SMIL20] chapter 10 as the
// Windows Media Services 9 Series SDK has them. What a src leads to is opened by
// whoever makes the List.
package playlist

import (
	"context"
	"errors"
	"time"

	"caracal/internal/event"
	"caracal/internal/playlist/wsx"
	"caracal/internal/point"
)

// Maxima of a way.
const (
	MaxHistory = 256    // items that a player can skip back
	MaxNested  = 8      // lists within each other
	maxTries   = 20_000 // items that one Open looks at
	maxSteps   = 1 << 20
	maxBy      = 1000 // items that one Open skips
	maxEvents  = 64   // events that a list remembers
	maxQueue   = 256  // elements of an excl that wait
	maxOpening = 64   // sources of a list that are being opened
	maxHung    = 1024 // sources that are remembered because they hang
)

// The times that a source has.
const (
	openTimeout = 2 * time.Second
	farTimeout  = 8 * time.Second // of other servers and of programs
	hungFor     = 30 * time.Second
	seedFor     = time.Minute      // that a player has its order, which describes first and then plays
	maxAhead    = 30 * time.Second // that an item is sent before it is played
)

// Why an item is passed over.
var (
	ErrCircle  = errors.New("playlist: the list is within itself")
	ErrNested  = errors.New("playlist: too many lists within each other")
	ErrEmpty   = errors.New("playlist: there is nothing in it")
	ErrClip    = errors.New("playlist: nothing of it is within the times of the list")
	ErrHangs   = errors.New("playlist: the storage or the server does not answer")
	ErrRequest = errors.New("playlist: %RequestedURL% is for wrappers: nothing was requested here")
)

// Found is what a src leads to, one of these.
type Found struct {
	Entry  point.Entry
	Source string // what it is, for people; "" for what the src says
	// Release is called when an Entry is closed, if it is not nil.
	Release func()
	List    *List // whose items come in its place
	// Folder are the sources of a folder, in order; not nil.
	Folder []wsx.Source
}

// Opener finds what a src leads to. It may be called from any goroutine.
type Opener func(ctx context.Context, src wsx.Source) (Found, error)

// Options are what a List needs.
type Options struct {
	Name string // for events
	File string // that it is read from: two lists of one file are not within each other; "" for none
	Open Opener
	Bus  *event.Bus // may be nil
	// Refresh is called before players go on; it may Replace. Nil: nothing changes
	// by itself.
	Refresh func()
}
