package rtsp

import (
	"strings"

	"caracal/internal/head"
)

// Properties is the a=type attribute of SDP: what can be done with the content
// or playlist entry, [MS-RTSP] 2.2.5.2.6.
type Properties uint8

const (
	PropertyBroadcast    Properties = 1 << iota
	PropertyLastEntry               // the last entry of a server-side playlist
	PropertyNotSeekable             // no Range
	PropertyNotStridable            // no Scale
	PropertyPlaylist                // an entry of a server-side playlist
	PropertySkipBackward            // X-Playlist: pl-offset=-1
	PropertySkipForward             // X-Playlist: pl-offset=1
)

var propertyNames = [...]string{
	"broadcast", "lastentry", "notseekable", "notstridable", "playlist", "skipbackward", "skipforward",
}

// ParseProperties reads the attribute's value. Unknown names are ignored.
func ParseProperties(s string) Properties {
	var p Properties
	for name := range head.List(s) {
		for i, known := range propertyNames {
			if strings.EqualFold(name, known) {
				p |= 1 << i
			}
		}
	}
	return p
}

// Has says that all of want are there.
func (p Properties) Has(want Properties) bool { return p&want == want }

func (p Properties) String() string {
	var names []string
	for i, name := range propertyNames {
		if p&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}
