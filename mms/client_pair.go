package mms

import "time"

// Measurement is what a packet pair tells of the way from the server, [MS-MMSP]
// 3.1.5.4 and 3.1.5.11.
type Measurement struct {
	UDP       bool
	Packets   int           // that came
	Size      int           // of the one that was timed, bytes
	Elapsed   time.Duration // since the one before it
	Bandwidth uint64        // bits/s of the bottleneck; 0 if they came as one
}

// pairWatch notes when the packets of an experiment come.
type pairWatch struct {
	udp   bool
	at    [PairMessages]time.Time
	sizes [PairMessages]int
	count int
}

func (w *pairWatch) note(now time.Time, size int) {
	if w.count < len(w.at) {
		w.at[w.count], w.sizes[w.count] = now, size
		w.count++
	}
}

// packet takes a data packet of a pair, whose numbers say whether one of them
// was lost.
func (w *pairWatch) packet(now time.Time, d Data) {
	w.udp = true
	if int(d.LocationID-PairLocation) == w.count {
		w.note(now, len(d.Payload)+DataHeadSize)
	}
}

// again forgets what came: the server sends all of it anew.
func (w *pairWatch) again() { *w = pairWatch{} }

// measurement times the second packet, or the third if the first two came
// together.
func (w *pairWatch) measurement() *Measurement {
	if w.count == 0 {
		return nil
	}
	m := &Measurement{UDP: w.udp, Packets: w.count}
	for n := 1; n < w.count; n++ {
		if elapsed := w.at[n].Sub(w.at[n-1]); elapsed > 0 {
			m.Elapsed, m.Size = elapsed, w.sizes[n]
			m.Bandwidth = uint64(float64(8*m.Size) / elapsed.Seconds())
			break
		}
	}
	return m
}
