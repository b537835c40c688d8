package conf

// log is the ring of the last events, which all members read.
type log struct {
	ring  []Event
	first uint64 // the number of the oldest event; that of the next if there is none
	next  uint64 // the number of the next event
	bytes int
}

func newLog(last uint64) log { return log{first: last + 1, next: last + 1} }

// add puts an event in, for which the oldest go that are too many.
func (l *log) add(e Event, most, mostBytes int) {
	for l.first < l.next && (l.count() >= most || l.bytes+e.size > mostBytes) {
		l.drop()
	}
	if l.count() == len(l.ring) {
		l.grow(most)
	}
	*l.at(l.next) = e
	l.next++
	l.bytes += e.size
}

func (l *log) count() int { return int(l.next - l.first) }

// at is the place of an event.
func (l *log) at(number uint64) *Event { return &l.ring[number%uint64(len(l.ring))] }

func (l *log) drop() {
	e := l.at(l.first)
	l.bytes -= e.size
	*e = Event{} // let go what it points to
	l.first++
}

func (l *log) grow(most int) {
	old := *l
	l.ring = make([]Event, min(max(2*len(old.ring), 16), max(most, 1)))
	for n := l.first; n < l.next; n++ {
		*l.at(n) = *old.at(n)
	}
}
