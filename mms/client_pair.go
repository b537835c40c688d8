package mms

import (
	"time"

	"caracal/internal/pull"
)

// Measurement is what a packet pair tells of the way from the server, [MS-MMSP]
// 3.1.5.4 and 3.1.5.11.
type Measurement = pull.Measurement

// pairWatch notes when the packets of an experiment come.
type pairWatch struct {
	pull.Pair
	udp bool
}

// packet takes a data packet of a pair, whose numbers say whether one of them
// was lost.
func (w *pairWatch) packet(now time.Time, d Data) {
	w.udp = true
	if int(d.LocationID-PairLocation) == w.Count() {
		w.Note(now, len(d.Payload)+DataHeadSize)
	}
}

// again forgets what came: the server sends all of it anew.
func (w *pairWatch) again() { *w = pairWatch{} }

// measurement is nil if nothing came.
func (w *pairWatch) measurement() *Measurement {
	if w.Count() == 0 {
		return nil
	}
	m := w.Measurement(w.udp)
	return &m
}
