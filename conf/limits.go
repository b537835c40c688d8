package conf

import "time"

// Rate is how often something may happen: so many at once, and so many a second in
// the long run.
type Rate struct {
	Burst     float64
	PerSecond float64
}

// Limits bound what conferences take. A field that is zero has its default.
type Limits struct {
	Conferences      int // of all kinds together
	Members          int // of one conference
	MembersByAddress int // of one conference, from one address or /64 of IPv6

	Line      int // bytes of one line
	Lines     int // of a conference, that are kept for who comes later
	LineBytes int // of those together

	Objects     int // of a whiteboard
	ObjectBytes int // of those together
	Bitmap      int // bytes of one bitmap

	FileSize  int64 // of one file
	FileBytes int64 // of a conference's files together
	Files     int   // of a conference

	Events     int // that a slow member may be behind
	EventBytes int // of those together

	LineRate, DrawRate, OrderRate Rate // of a member
	FileRate                      Rate // of a member, in files
	ByteRate                      Rate // of a member, in bytes of files; the burst is FileSize at least
	JoinRate                      Rate // of an address
	GuessRate                     Rate // of an address: passwords that are wrong

	Linger    time.Duration // that a conference made on demand stays without members
	BarFor    time.Duration // that who was ejected stays out
	InviteFor time.Duration // that an invitation holds
	UploadFor time.Duration // that a file that is coming in may stand still
}

var defaults = Limits{
	Conferences: 1000, Members: 1000, MembersByAddress: 100,
	Line: 4 << 10, Lines: 1000, LineBytes: 1 << 20,
	Objects: 5000, ObjectBytes: 16 << 20, Bitmap: 1 << 20,
	FileSize: 64 << 20, FileBytes: 256 << 20, Files: 200,
	Events: 1024, EventBytes: 4 << 20,
	LineRate: Rate{20, 5}, DrawRate: Rate{400, 100}, OrderRate: Rate{20, 5},
	FileRate: Rate{10, 0.5}, ByteRate: Rate{64 << 20, 4 << 20},
	JoinRate: Rate{200, 20}, GuessRate: Rate{5, 0.1},
	Linger: 10 * time.Minute, BarFor: 5 * time.Minute, InviteFor: 10 * time.Minute, UploadFor: time.Minute,
}

// withDefaults fills in what is zero.
func (l Limits) withDefaults() Limits {
	d := &defaults
	or(&l.Conferences, d.Conferences)
	or(&l.Members, d.Members)
	or(&l.MembersByAddress, d.MembersByAddress)
	or(&l.Line, d.Line)
	or(&l.Lines, d.Lines)
	or(&l.LineBytes, d.LineBytes)
	or(&l.Objects, d.Objects)
	or(&l.ObjectBytes, d.ObjectBytes)
	or(&l.Bitmap, d.Bitmap)
	or(&l.FileSize, d.FileSize)
	or(&l.FileBytes, d.FileBytes)
	or(&l.Files, d.Files)
	or(&l.Events, d.Events)
	or(&l.EventBytes, d.EventBytes)
	or(&l.LineRate, d.LineRate)
	or(&l.DrawRate, d.DrawRate)
	or(&l.OrderRate, d.OrderRate)
	or(&l.FileRate, d.FileRate)
	or(&l.ByteRate, d.ByteRate)
	or(&l.JoinRate, d.JoinRate)
	or(&l.GuessRate, d.GuessRate)
	or(&l.Linger, d.Linger)
	or(&l.BarFor, d.BarFor)
	or(&l.InviteFor, d.InviteFor)
	or(&l.UploadFor, d.UploadFor)
	l.FileSize = min(l.FileSize, l.FileBytes)
	l.ByteRate.Burst = max(l.ByteRate.Burst, float64(l.FileSize))
	return l
}

func or[T comparable](p *T, value T) {
	var zero T
	if *p == zero {
		*p = value
	}
}
