// Package metafile reads and writes the playlists that players open: Windows
// Media metafiles (.asx, .wax, .wvx and the [Reference] files of servers), .wpl,
// .m3u and .pls. All become one neutral List, which can become a server-side
// playlist (.wsx) and come from one. What is read is what the players read; the
// elements are those of the Windows Media Player SDK, "Windows Media Metafile
// Elements Reference".
package metafile

import (
	"errors"
	"fmt"
	"time"

	"caracal/internal/playlist/markup"
)

// Maxima, besides those of package markup.
const (
	MaxEntries = 10_000
	MaxRefs    = 64 // of an entry
	MaxParams  = 64 // of an entry or a list
)

// maxFaults is how many are remembered.
const maxFaults = 1000

// ErrUnknown means that a file is no playlist that this package knows.
var ErrUnknown = errors.New("metafile: no playlist that is known")

// The codes of faults, besides those of packages markup and wsx.
const (
	NoEntry        = "no-entry"
	NoSource       = "no-source"
	BadTime        = "time"
	BadBegin       = "begin"
	Unsupported    = "unsupported"
	UnknownElement = "unknown-element"
	BadLine        = "line"
	TooMany        = "too-many"
)

// Forever is how often something is played that does not end.
const Forever = -1

// List is a playlist. Zero values are what it does not say.
type List struct {
	About
	Entries []Entry
	Repeats []Repeat // in order, without overlap; all else is played once
	Events  []Event
	Faults  []markup.Fault // what is wrong in the file that it was read from

	base string // what relative references of an ASX count from, while it is read
}

// About is what a list or an entry tells of itself.
type About struct {
	Title, Author, Copyright, Abstract string

	MoreInfo string // a link
	Banner   Banner
	LogURLs  []string // where players post a log as well
	Params   []Param
}

// Banner is a picture that players show.
type Banner struct{ Image, Text, Link string }

// Param is a name with a value, in whatever the players know: Artist, Album,
// Genre, CanSkipBack.
type Param struct{ Name, Value string }

// Entry is one thing to play.
type Entry struct {
	About
	Refs   []Ref // the same content, in the order in which they are tried
	IsList bool  // Refs lead to another list, whose entries come here

	Start, Duration        time.Duration // where it begins, how much of it is played
	StartMarker, EndMarker string        // a name or a number
	Length                 time.Duration // how long the file is said to be
	Role                   string
	NoSkip, NoRecede       bool // players may not go on from it, or back
	SkipIfRef              bool // left out if another list refers to this one
	Pos                    markup.Pos
}

// Ref is where the content of an entry is.
type Ref struct {
	URL string // or a file, as it stands there
	Pos markup.Pos
}

// Repeat is a row of entries that is played more than once.
type Repeat struct{ First, Count, Times int }

// Event is what is played when a script command of its name comes.
type Event struct {
	Name     string
	WhenDone string // RESUME, NEXT or BREAK
	Entries  []Entry
}

// Param gives the value of a parameter, in whatever letters.
func (a *About) Param(name string) string {
	for _, p := range a.Params {
		if equalFold(p.Name, name) {
			return p.Value
		}
	}
	return ""
}

// addParam adds one that says something.
func (a *About) addParam(name, value string) {
	if value = oneLine(value); value != "" && len(a.Params) < MaxParams {
		a.Params = append(a.Params, Param{oneLine(name), value})
	}
}

func (l *List) fail(at markup.Pos, code, reason, instead string) {
	l.fault(markup.Fault{Pos: at, Code: code, Reason: reason, Instead: instead})
}

func (l *List) warn(at markup.Pos, code, reason, instead string) {
	l.fault(markup.Fault{Pos: at, Code: code, Warning: true, Reason: reason, Instead: instead})
}

func (l *List) fault(f markup.Fault) {
	if len(l.Faults) < maxFaults {
		l.Faults = append(l.Faults, f)
	}
}

// add puts an entry into the list.
func (l *List) add(e Entry) error {
	if len(l.Entries) == MaxEntries {
		return &markup.Error{Pos: e.Pos, What: fmt.Sprintf("more than %d entries", MaxEntries), Err: markup.ErrLimit}
	}
	l.Entries = append(l.Entries, e)
	return nil
}
