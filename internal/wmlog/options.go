package wmlog

import (
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Format is how lines are written.
type Format uint8

// The formats.
const (
	W3C  Format = iota // the extended format of Windows Media Services
	JSON               // an object a line
)

// Period is how long one file goes on.
type Period uint8

// The periods. A week begins on Monday.
const (
	Daily Period = iota
	Hourly
	Weekly
	Monthly
	Forever // until it is too large
)

// Place is what the server knows of what a player asks for.
type Place struct {
	Point   string // the publishing point; "" is the root
	Known   bool   // there is such a point
	Content string // where the content comes from, without passwords; "" is not known
	Server  bool   // the lines go to the log of the server
	Own     bool   // the lines go to a log of the point's own
}

// Options say what is written and where. The functions are called by one goroutine.
type Options struct {
	Folder   string // must not be empty
	Format   Format
	Rotate   Period
	MaxSize  int64 // bytes after which the next file begins; 0 is no limit
	Keep     int   // files that stay, the newest; 0 is all
	KeepSize int64 // bytes of all files of a log that stay; 0 is all

	Local    bool     // times are local, not UTC
	CodePage bool     // Windows-1252 in the place of UTF-8
	Shorten  bool     // addresses of players, to /24 and /48
	Roles    []string // the roles of content that is logged; none is all

	Server    string       // the host's name
	Addresses []netip.Addr // that the server has, for the header
	Software  string       // the same
	Version   string

	Place func(target string) Place
	Load  func() (players, cpu int, ok bool)                         // cpu in percent, -1: not known
	Sent  func(session uint32) (packets, bytes uint64, isThere bool) // until now

	Log *slog.Logger
}

// zone is where times are.
func (o *Options) zone() *time.Location {
	if o.Local {
		return time.Local
	}
	return time.UTC
}

// wants says whether a role is one that is logged.
func (o *Options) wants(role string) bool {
	return len(o.Roles) == 0 || slices.ContainsFunc(o.Roles, func(r string) bool {
		return strings.EqualFold(cleanWord(r, longText), role)
	})
}

// shorten makes an address that of a network: some hundred people, or a house.
func shorten(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	bits := 48
	if a.Is4() {
		bits = 24
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.Addr().String()
}
