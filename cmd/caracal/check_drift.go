package main

import "time"

// maxSamples is how many packets are remembered for their times; of more, every
// second one is forgotten.
const maxSamples = 4096

// timing is when a packet came, and when it was to be sent.
type timing struct {
	came time.Time
	send time.Duration // on the stream's own clock
}

// drift compares the send times of packets with the clock.
type drift struct {
	samples     []timing
	every, skip int
	first, last time.Duration // send times
	bytes       uint64        // behind the first packet
	seen        bool
	wraps       time.Duration
	previous    uint32
}

// add takes a packet with its send time, ms.
func (d *drift) add(send uint32, size int, now time.Time) {
	if d.seen && send < d.previous && d.previous-send > 1<<31 {
		d.wraps += 1 << 32 * time.Millisecond
	}
	d.previous = send
	at := d.wraps + time.Duration(send)*time.Millisecond
	if !d.seen {
		d.seen, d.first, d.every = true, at, 1
	} else {
		d.bytes += uint64(size)
	}
	d.last = max(d.last, at)
	if d.skip++; d.skip < d.every {
		return
	}
	d.skip = 0
	d.samples = append(d.samples, timing{now, at})
	if len(d.samples) == maxSamples {
		for i := range maxSamples / 2 {
			d.samples[i] = d.samples[2*i]
		}
		d.samples = d.samples[:maxSamples/2]
		d.every *= 2
	}
}

// media is how much playing time came.
func (d *drift) media() time.Duration { return d.last - d.first }

// rate is that of the packets by their send times, bits a second; 0 if it is not
// known.
func (d *drift) rate() uint64 {
	if d.media() < time.Second {
		return 0
	}
	return uint64(float64(d.bytes) * 8 / d.media().Seconds())
}

// leastDrift is how long it takes to tell anything.
const leastDrift = 4 * time.Second

// measured is by how many ms the send times have run ahead of the clock, and in
// what time: from the middle third to the last. In the first there is what who
// joins gets at once. What counts is the packet of a third that came earliest by
// its send time, so that the others may come in heaps.
func (d *drift) measured() (ms int64, over time.Duration, ok bool) {
	if len(d.samples) < 3 {
		return 0, 0, false
	}
	begin := d.samples[0].came
	span := d.samples[len(d.samples)-1].came.Sub(begin)
	if span < leastDrift {
		return 0, 0, false
	}
	lead := [3]time.Duration{}
	at := [3]time.Duration{}
	found := [3]bool{}
	for _, s := range d.samples {
		came := s.came.Sub(begin)
		third := min(int(3*came/span), 2)
		if l := s.send - d.first - came; !found[third] || l > lead[third] {
			lead[third], at[third], found[third] = l, came, true
		}
	}
	if !found[1] || !found[2] {
		return 0, 0, false
	}
	return (lead[2] - lead[1]).Milliseconds(), at[2] - at[1], true
}
