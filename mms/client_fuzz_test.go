package mms

import (
	"testing"

	"caracal/internal/pull"
)

// FuzzClientMedia gives a Client data packets over UDP in any order, with
// stops and starts between them: what Next gets is in order, and nothing twice.
func FuzzClientMedia(f *testing.F) {
	f.Add([]byte{0, 0, 0, 1, 1, 0, 2, 2, 0, 5, 5, 0, 3, 3, 0}, false)
	f.Add([]byte{0, 0, 0, 9, 9, 1, 255, 200, 0, 7, 7, 2, 0, 0, 0}, true)
	f.Add([]byte{200, 0, 0, 199, 1, 0, 100, 90, 0, 99, 2, 3, 100, 91, 0}, false)
	f.Fuzz(func(t *testing.T, input []byte, reverse bool) {
		s := &clientSession{udp: true, hasClientID: true, packets: 100}
		s.c = &Client{NoLog: true}
		s.queue = pull.NewQueue(&s.mu, gapEvent)
		s.gaps.running = true // no timer
		s.play.playing, s.play.receiver.reverse = true, reverse
		s.play.begin(s.play.nextIncarnation())
		for ; len(input) >= 3; input = input[3:] {
			d := Data{LocationID: uint32(input[1]), PlayIncarnation: s.play.incarnation, AFFlags: input[0]}
			switch input[2] % 8 {
			case 1:
				d.PlayIncarnation = s.play.before
			case 2:
				s.play.begin(s.play.nextIncarnation())
			case 3:
				s.play.playing = !s.play.playing
			case 4:
				s.skip(s.play.receiver.end)
			case 5:
				d.LocationID |= uint32(input[0]) << 8
			}
			if s.play.takes(d.PlayIncarnation) {
				s.media(d, false)
			}
		}
		checkOrder(t, s)
	})
}

func checkOrder(t *testing.T, s *clientSession) {
	t.Helper()
	var last Sequence
	began := false
	var packets, lost uint64
	for e, more := s.queue.Take(); more; e, more = s.queue.Take() {
		switch e.Kind {
		case GotPacket:
			if began && int32(e.Sequence-last) <= 0 {
				t.Fatalf("packet %d comes behind %d", e.Sequence, last)
			}
			began, last = true, e.Sequence
			packets++
		case GotGap:
			lost += uint64(e.Lost)
		}
	}
	if packets > s.stats.Packets || lost > s.stats.Lost {
		t.Errorf("%d packets, %d lost; %+v", packets, lost, s.stats)
	}
	if r := &s.play.receiver; int32(r.end-r.next) < 0 || int32(r.end-r.next) > receiveHistory {
		t.Errorf("next %d, end %d", r.next, r.end)
	}
}
