package point

import (
	"time"

	"caracal/asf"
)

// maxMarkers is how many places in an entry are known.
const maxMarkers = 1000

// Markers are the named places in the entry, with times from its beginning. Writers
// count them as they do the packets, whose times begin with the preroll and in some
// recordings far behind it. One that has a marker before the preroll counted from 0.
func (i *Info) Markers() []asf.MarkerPoint {
	markers := i.Header.Markers()
	markers = markers[:min(len(markers), maxMarkers)]
	preroll := time.Duration(i.Preroll) * time.Millisecond
	base := preroll
	if begin := time.Duration(i.TimeBase) * time.Millisecond; begin > base+time.Second {
		base = begin
	}
	for _, m := range markers {
		if m.Time < preroll {
			base = 0
		}
	}
	for n := range markers {
		markers[n].Time = max(0, markers[n].Time-base)
	}
	return markers
}
