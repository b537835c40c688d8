package point

// Brings says whether an entry is one of the broadcast's.
func (b *Broadcast) Brings(e Entry) bool {
	l := liveOf(e)
	return l != nil && l.watched == &b.watched
}
