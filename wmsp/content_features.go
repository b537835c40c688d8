package wmsp

import (
	"strings"

	"caracal/internal/head"
)

// ContentFeatures is the features token of Pragma and of $M: what can be done
// with the content or playlist entry, [MS-WMSP] 2.2.1.4.8.
type ContentFeatures uint8

const (
	ContentBroadcast    ContentFeatures = 1 << iota
	ContentLast                         // the last entry of a server-side playlist
	ContentLive                         // from an encoder
	ContentPlaylist                     // an entry of a server-side playlist
	ContentSeekable                     // stream-time and stream-offset
	ContentSkipBackward                 // pl-offset=-1
	ContentSkipForward                  // pl-offset=1
	ContentStridable                    // rate other than 1
)

// contentFeatureNames is in the order that Windows Media Services uses.
var contentFeatureNames = [...]struct {
	bit  ContentFeatures
	name string
}{
	{ContentBroadcast, "broadcast"},
	{ContentLive, "live"},
	{ContentSeekable, "seekable"},
	{ContentStridable, "stridable"},
	{ContentPlaylist, "playlist"},
	{ContentSkipBackward, "skipbackward"},
	{ContentSkipForward, "skipforward"},
	{ContentLast, "last"},
}

// ParseContentFeatures reads a list without its quotes. Unknown names are
// ignored.
func ParseContentFeatures(s string) ContentFeatures {
	var f ContentFeatures
	for token := range head.List(s) {
		f |= contentFeature(token)
	}
	return f
}

func contentFeature(token string) ContentFeatures {
	for _, known := range contentFeatureNames {
		if strings.EqualFold(token, known.name) {
			return known.bit
		}
	}
	return 0
}

// Has says that all of want are there.
func (f ContentFeatures) Has(want ContentFeatures) bool { return f&want == want }

// Append appends the list without its quotes, empty for no features.
func (f ContentFeatures) Append(b []byte) []byte {
	separator := ""
	for _, known := range contentFeatureNames {
		if f&known.bit != 0 {
			b = append(b, separator...)
			b = append(b, known.name...)
			separator = ","
		}
	}
	return b
}

func (f ContentFeatures) String() string { return string(f.Append(nil)) }
