package auth

import (
	"fmt"
	"net/netip"
)

// Right is what somebody wants to do.
type Right uint8

// The rights.
const (
	Play    Right = iota // what only takes: play, download, list
	Publish              // bring a point its content, make points like it
	Admin                // order the server about, see who is there
)

var rightNames = [...]string{"play", "publish", "admin"}

func (r Right) String() string { return rightNames[r] }

// ParseRight takes "play", "publish" or "admin".
func ParseRight(s string) (Right, error) {
	for i, name := range rightNames {
		if s == name {
			return Right(i), nil
		}
	}
	return 0, fmt.Errorf("auth: %q is not play, publish or admin", s)
}

// Target is what somebody wants it of.
type Target struct {
	Point string // the publishing point's name as it is registered; "" is the root, or no point
	Name  string // all that was asked for, the point's name included
}

// Ask is what a peer wants.
type Ask struct {
	Right    Right
	Target   Target
	Address  netip.Addr
	Protocol string // the listener: "http", "rtsp", "mms", "admin" ...
	Agent    string // of the peer, as sent

	// Who only passes the peer's words on takes away what the peer's address is
	// worth: Forwarded, that a proxy does (this machine's address counts for
	// nothing), and Page, that a browser does for a page (no address counts, and
	// no account for more than Play).
	Forwarded, Page bool
}
