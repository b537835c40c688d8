package rtsp

import (
	"testing"

	"caracal/internal/head"
	"caracal/internal/pull"
)

// testReceiving is a session without a connection that takes packets of one
// media stream, protected by FEC.
func testReceiving() *clientSession {
	s := &clientSession{
		c: &Client{Unpadded: true}, err: errClosed,
		receivers: map[uint32]*clientReceiver{}, byes: map[uint32]bool{},
	}
	s.logins.connect()
	s.queue = pull.NewQueue(&s.mu, gapEvent)
	media := &clientTrack{url: "a", ssrc: 1, hasSSRC: true}
	fec := &clientTrack{url: "a/fec", kind: trackFEC, of: media, ssrc: 1, payload: PayloadFEC}
	s.tracks = []*clientTrack{media, fec}
	s.starting = true
	s.receiver(1).begin(s, 0)
	return s
}

// testFragment is a whole ASF packet of one byte in an RTP packet.
func testFragment(seq uint16) []byte {
	b := appendRTPHead(nil, true, PayloadASF, seq, 0, 1)
	h := PayloadHead{Whole: true, Length: 1}
	return append(h.Append(b), byte(seq))
}

func TestReceiverOrders(t *testing.T) {
	tests := []struct {
		name  string
		first uint16
		in    []uint16
		out   string
		stats ClientStats
	}{
		{"in order", 0, []uint16{0, 1, 2}, "\x00\x01\x02", ClientStats{Packets: 3}},
		{"turned round", 0, []uint16{2, 1, 0}, "\x00\x01\x02", ClientStats{Packets: 3}},
		{"twice", 0, []uint16{0, 0, 2, 2, 1, 1}, "\x00\x01\x02", ClientStats{Packets: 3, Duplicates: 3}},
		{"across 65535", 65534, []uint16{65535, 0, 65534, 1}, "\xfe\xff\x00\x01", ClientStats{Packets: 4}},
		{"too early", 10, []uint16{9, 10}, "\x0a", ClientStats{Packets: 1, Duplicates: 1}},
		{"waits", 0, []uint16{0, 2, 3}, "\x00", ClientStats{Packets: 3}},
		{"jumps", 0, []uint16{0, 2, receiveHistory + 5}, "\x00\x02", ClientStats{Packets: 3, Lost: 4}},
		{"jumps far", 0, []uint16{0, 30_000}, "\x00", ClientStats{Packets: 2, Lost: 30_000 - receiveHistory}},
	}
	for _, test := range tests {
		s := testReceiving()
		r := s.receivers[1]
		r.started = false
		r.begin(s, test.first)
		for _, seq := range test.in {
			s.packet(testFragment(seq), false)
		}
		out := ""
		for event, more := s.queue.Take(); more; event, more = s.queue.Take() {
			out += string(event.Data)
		}
		if out != test.out || s.stats != test.stats {
			t.Errorf("%s: %q, %+v; want %q, %+v", test.name, out, s.stats, test.out, test.stats)
		}
	}
}

// testText is what Next returns: the bytes of packets, "|" for an end and "H" for a header.
func testText(s *clientSession) (out string) {
	for event, more := s.queue.Take(); more; event, more = s.queue.Take() {
		switch event.Kind {
		case GotPacket:
			out += string(rune('a' + event.Data[0]))
		case GotEnd:
			out += "|"
		case GotHeader:
			out += "H"
		case GotGap:
			out += "-"
		}
	}
	return out
}

// Over UDP packets of the next entry come when they will: before those that are still
// missing of the one before, before its end is told, before the Announce. Each comes
// to Next behind the header of its entry.
func TestReceiverKeepsEntriesApart(t *testing.T) {
	entry := func(s *clientSession) {
		r := &Request{Method: MethodAnnounce, Body: []byte("v=0\r\n")}
		r.Add("Content-Type", TypeSDP)
		if status := s.announced(r); status != 200 {
			t.Errorf("Announce: %d", status)
		}
	}
	for _, test := range []struct {
		name string
		in   string // packets by their letters, "|" where the entry of three ends, "H" for the Announce, "F" for the end of all behind "e"
		want string
	}{
		{"in order", "abc|Hde", "abc|Hde"},
		{"one is missing", "ac|Hdeb", "abc|Hde"},
		{"the last is missing", "ab|Hdec", "abc|Hde"},
		{"before the Announce", "abc|deH", "abc|Hde"},
		{"before the Announce, one is missing", "ac|edbH", "abc|Hde"},
		{"before the end", "abcd|eH", "abc|Hde"},
		{"before the end, one is missing", "abde|Hc", "abc|Hde"},
		{"two ends, one is missing", "ac|HdeF", "a"},
		{"two ends, and it comes", "ac|HdeFb", "abc|Hde|"},
		{"two ends, one of each is missing", "ac|HdFbe", "abc|Hde|"},
		{"a confirmed end", "abc|HdFCe", "abc|Hde|"},
		{"taken before the end", "abcd.|Hef", "abcd.|Hdef"},
	} {
		s := testReceiving()
		got := ""
		for _, c := range test.in {
			switch c {
			case '|':
				s.step(clientStep{reason: EndOfEntry, rtpInfo: "url=a;seq=3"})
			case 'F':
				s.step(clientStep{reason: EndPlain, rtpInfo: "url=a;seq=5"})
			case 'C': // the answer to the Play that confirms the second entry
				s.confirmed(&Response{Status: 200, Header: head.Fields{{Name: "RTP-Info", Value: "url=a;seq=3"}}})
			case 'H':
				entry(s)
			case '.':
				got += testText(s) + "."
			default:
				s.packet(testFragment(uint16(c-'a')), false)
			}
		}
		if got += testText(s); got != test.want || s.stats.Lost != 0 {
			t.Errorf("%s: %s, want %s; %+v", test.name, got, test.want, s.stats)
		}
	}
}

func TestReceiverTakesEarlyPackets(t *testing.T) {
	s := testReceiving()
	s.stopReceivers()
	s.packet(testFragment(98), false) // of before Pause
	s.starts(false)
	for _, seq := range []uint16{99, 101, 100} {
		s.packet(testFragment(seq), false)
	}
	s.asking = false // Play is answered
	s.receivers[1].begin(s, 100)
	n := s.queue.Len()
	if e, ok := s.queue.Take(); n != 2 || !ok || e.Data[0] != 100 || s.stats.Duplicates != 2 {
		t.Errorf("%d events, %+v, %+v", n, e, s.stats)
	}
	for i := range uint32(2 * maxClientReceivers) {
		s.receiver(i)
	}
	if len(s.receivers) != maxClientReceivers {
		t.Errorf("%d receivers", len(s.receivers))
	}
}

func FuzzReceiver(f *testing.F) {
	f.Add(testFragment(0), testFragment(2), uint8(0))
	fec := appendRTPHead(nil, true, PayloadFEC, 0, 0, 1)
	head := FECPacket{Base: 0, Mask: 7, Length: 5, Span: 1}
	f.Add(append(head.AppendHead(fec), 1, 2, 3, 4, 5), testFragment(1), uint8(0))
	f.Add(AppendBye(nil, SenderInfo{SSRC: 1}, "a"), testFragment(1), uint8(2))
	f.Fuzz(func(t *testing.T, a, b []byte, how uint8) {
		s := testReceiving()
		for i := range 3 {
			s.packet(testFragment(uint16(i)*2), false)
			switch {
			case how&1 != 0:
				s.resent(a)
			case how&2 != 0:
				s.rtcp(a)
			default:
				s.packet(a, how&4 != 0)
			}
			s.packet(b, false)
		}
		for _, r := range s.receivers {
			if held := r.end - r.next; held > receiveHistory {
				t.Fatalf("waits for %d packets", held)
			}
		}
		s.endOfStream(EndPlain, string(b))
		for _, r := range s.receivers {
			r.skip(s, r.end)
			r.drain(s)
		}
		if !s.over {
			t.Fatal("no end")
		}
	})
}
