package fronttest

import (
	"bytes"
	"sync"
	"testing"

	"caracal/asf"
	"caracal/internal/point"
)

// Past keeps all that is broadcast, as an archive does, in memory; what is asked
// for is not there at once.
type Past struct {
	t   testing.TB
	tap *point.Tap

	mu    sync.Mutex
	entry uint32
	kept  map[uint32][]kept // by entry, all of its packets in order
	read  map[*byte]bool    // packets that have been asked for
}

type kept struct {
	packet []byte
	clean  bool
}

// NewPast gives a broadcast a past. What it plays begins after that.
func NewPast(t testing.TB, b *point.Broadcast) *Past {
	p := &Past{t: t, tap: b.Tap(), kept: map[uint32][]kept{}, read: map[*byte]bool{}}
	b.SetPast(p)
	return p
}

// Take takes what has come, before it is in memory no longer.
func (p *Past) Take() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		it, ok := p.tap.Next()
		switch {
		case !ok || it.Ended:
			return
		case it.Entry != nil:
			p.entry = it.Generation
		case it.Number != int64(len(p.kept[p.entry])):
			p.t.Fatalf("packet %d behind %d", it.Number, len(p.kept[p.entry]))
		default:
			p.kept[p.entry] = append(p.kept[p.entry], kept{bytes.Clone(it.Packet), it.Clean})
		}
	}
}

// Block returns a packet, when it is asked for again.
func (p *Past) Block(entry uint32, n int64, wake func()) (*point.Block, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.kept[entry]
	if n >= int64(len(list)) {
		return nil, point.ErrPosition
	}
	b := list[n].packet
	if !p.read[&b[0]] {
		p.read[&b[0]] = true
		go wake()
		return nil, nil
	}
	return point.NewBlock(n, len(b), b), nil
}

// Before finds a clean point of the first video stream, or the first stream.
func (p *Past) Before(entry uint32, _ uint8, ms uint32) (c asf.CleanPoint, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for n, k := range p.kept[entry] {
		var pkt asf.Packet
		if !k.clean || asf.ParsePacket(k.packet, &pkt) != nil {
			continue
		}
		it := pkt.Payloads()
		for it.Next() && !it.Payload.Key {
		}
		if ok && it.Payload.Time > ms {
			break
		}
		c, ok = asf.CleanPoint{Packet: int64(n), Time: it.Payload.Time}, true
	}
	return c, ok
}

// After finds the next one.
func (p *Past) After(entry uint32, _ uint8, n int64) (int64, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for list := p.kept[entry]; n < int64(len(list)); n++ {
		if list[n].clean {
			return n, true
		}
	}
	return 0, false
}
