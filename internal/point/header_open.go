package point

import "caracal/asf"

// OpenHeader is the header of an entry for players that are told nothing of what
// follows it, and go on with that where Continues says so: they would end where the
// header says that its own packets do.
func OpenHeader(e Entry) []byte {
	info := e.Info()
	if l, ok := e.(*Listed); ok && !info.Broadcast && !l.item.Skips.Last {
		return asf.OpenEnded(info.HeaderBytes)
	}
	return info.HeaderBytes
}
