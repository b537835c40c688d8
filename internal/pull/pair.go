package pull

import "time"

// MaxPair is how many packets a packet-pair experiment has in every protocol.
const MaxPair = 3

// Measurement is what packet pairs tell of the way from a server, [MS-MMSP]
// 3.1.5.4, [MS-RTSP] 3.1.5.5, [MS-WMSP] 3.1.5.6.
type Measurement struct {
	UDP       bool
	Packets   int           // that came
	Size      int           // of the one that was timed, bytes, with its head
	Elapsed   time.Duration // since the one before it
	Bandwidth uint64        // bits/s of the bottleneck; 0 if they came as one
}

// Pair notes when the packets of an experiment come, and how large they are.
type Pair struct {
	at    [MaxPair]time.Time
	sizes [MaxPair]int
	count int
}

// Note takes the next packet; those behind the last one of an experiment do
// not count.
func (p *Pair) Note(now time.Time, size int) {
	if p.count < MaxPair {
		p.at[p.count], p.sizes[p.count] = now, size
		p.count++
	}
}

// Count is how many packets came.
func (p *Pair) Count() int { return p.count }

// Measurement times the second packet, or the third if the first two came
// together.
func (p *Pair) Measurement(udp bool) Measurement {
	m := Measurement{UDP: udp, Packets: p.count}
	for n := 1; n < p.count; n++ {
		if elapsed := p.at[n].Sub(p.at[n-1]); elapsed > 0 {
			m.Elapsed, m.Size = elapsed, p.sizes[n]
			m.Bandwidth = uint64(float64(8*m.Size) / elapsed.Seconds())
			break
		}
	}
	return m
}
