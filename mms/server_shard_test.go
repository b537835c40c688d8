package mms_test

import (
	"bytes"
	"testing"

	"caracal/mms"
)

// A copy has nothing in it of what the shard has sent to another player just
// before.
func TestCopiesBesideAnotherPlayer(t *testing.T) {
	s := startServer(t)
	p, u, id := s.readyUDP("clip.wmv")
	p.start(beginning, 4)
	p.end(4)
	sent := u.drain()
	q := s.ready(player7, "clip.wmv")
	q.start(beginning, 4)
	q.end(4)
	for n := range sent {
		u.ask(s, id, 1, mms.Sequence(n))
		list := u.drain()
		if len(list) != 1 || !bytes.Equal(list[0].raw, sent[n].raw) {
			t.Fatalf("packet %d: %d copies, or another", n, len(list))
		}
		if n == 2 {
			break
		}
		q.start(beginning, 5)
		q.end(5)
	}
}
