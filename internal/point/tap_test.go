package point

import (
	"bytes"
	"slices"
	"testing"

	"caracal/asf"
)

// tapAll takes what there is, compares the packets with the source's, and
// returns their numbers and what else came.
func tapAll(t *testing.T, tap *Tap, s *liveSource, first int64) (numbers []int64, lost uint64, entries int, ended bool) {
	t.Helper()
	next := first
	for {
		it, ok := tap.Next()
		lost += it.Lost
		next += int64(it.Lost)
		switch {
		case !ok || it.Ended:
			return numbers, lost, entries, it.Ended
		case it.Entry != nil:
			entries++
			next = 0
		case it.Packet != nil:
			if !bytes.Equal(it.Packet, s.packet(next)) {
				t.Fatalf("packet %d differs", next)
			}
			clean := slices.ContainsFunc(s.e.clean, func(c asf.CleanPoint) bool { return c.Packet == next%s.e.info.Packets })
			if it.Clean != clean {
				t.Errorf("packet %d begins with a key frame: %v", next, it.Clean)
			}
			numbers = append(numbers, next)
			next++
		}
	}
}

// A Tap gets every packet from the first one on, in every entry.
func TestTap(t *testing.T) {
	b := NewBroadcast(BroadcastOptions{})
	tap := b.Tap()
	if it, ok := tap.Next(); ok {
		t.Errorf("before the first source: %+v", it)
	}
	s := feed(t, b)
	s.bring(50)
	got, lost, entries, ended := tapAll(t, tap, s, 0)
	if len(got) != 50 || lost != 0 || entries != 1 || ended {
		t.Errorf("%d packets, %d lost, %d entries, ended %v", len(got), lost, entries, ended)
	}
	s.bring(7)
	s.Feed.Close()
	if got, _, entries, ended = tapAll(t, tap, s, 50); len(got) != 7 || entries != 0 || !ended {
		t.Errorf("then %d packets, %d entries, ended %v", len(got), entries, ended)
	}
	s = feed(t, b)
	s.bring(9)
	if err := s.Header(liveFakeHeader()); err != nil {
		t.Fatal(err)
	}
	s.next = 0
	s.bring(11)
	if got, _, entries, ended = tapAll(t, tap, s, 0); len(got) != 20 || entries != 2 || ended {
		t.Errorf("then %d packets, %d entries, ended %v", len(got), entries, ended)
	}
}

// A Tap that is too slow is told how much it has lost, and goes on where
// decoding can start.
func TestTapLoses(t *testing.T) {
	b, s := broadcast(t, BroadcastOptions{Bytes: 4 * liveBlockBytes})
	s.bring(5)
	tap := b.Tap()
	tapAll(t, tap, s, 0)
	s.bring(3000)
	got, lost, _, _ := tapAll(t, tap, s, 5)
	if lost == 0 || len(got)+int(lost) != 3000 || got[len(got)-1] != 3004 {
		t.Errorf("%d lost, %d packets from %d to %d", lost, len(got), got[0], got[len(got)-1])
	}
}
