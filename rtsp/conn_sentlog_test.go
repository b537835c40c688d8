package rtsp

import "testing"

// sentModel is what a SentLog is meant to be: all packets in order.
type sentModel []struct {
	seq  uint16
	sent Sent
}

func (m sentModel) find(seq uint16) (Sent, bool) {
	newest := m[len(m)-1]
	for back := 0; back < min(len(m), MaxSent); back++ {
		e := m[len(m)-1-back]
		age := int32(newest.sent.Timestamp - e.sent.Timestamp)
		if age > sentSpan || age < -sentSpan {
			return Sent{}, false
		}
		if e.seq == seq {
			return e.sent, true
		}
	}
	return Sent{}, false
}

// Packets 7 ms apart, over the wrap of sequence numbers and timestamps.
func TestSentLogAgainstModel(t *testing.T) {
	var l SentLog
	var model sentModel
	seq, timestamp := uint16(65000), uint32(0xFFFFF000)
	for n := range 3000 {
		s := Sent{Packet: int64(n), Keep: ^uint64(0), Timestamp: timestamp, Fragment: uint16(n % 3), Size: 1400}
		l.Add(seq, s)
		model = append(model, struct {
			seq  uint16
			sent Sent
		}{seq, s})
		for _, back := range []uint16{0, 1, 49, 50, 63, 64, 65, 999, 1000, 1428, 1429, 1430, 65535} {
			got, ok := l.Find(seq - back)
			want, known := model.find(seq - back)
			if got != want || ok != known {
				t.Fatalf("packet %d, %d back: %+v, %t, want %+v, %t", n, back, got, ok, want, known)
			}
		}
		seq++
		timestamp += 7
	}
	if want := 10_000/7 + 1; l.Len() != want {
		t.Errorf("%d known, want %d", l.Len(), want)
	}
}

func TestSentLogTimes(t *testing.T) {
	tests := []struct {
		name  string
		times []uint32
		want  int
	}{
		{"10 s are kept", []uint32{0, 5000, 10_000}, 3},
		{"more are not", []uint32{0, 5000, 10_001}, 2},
		{"back after a seek", []uint32{60_000, 60_100, 0}, 1},
		{"reverse play", []uint32{60_000, 55_000, 50_000, 49_999}, 3},
		{"over the wrap", []uint32{0xFFFFFF00, 0x100}, 2},
	}
	for _, tt := range tests {
		var l SentLog
		for seq, at := range tt.times {
			l.Add(uint16(seq), Sent{Timestamp: at})
		}
		if l.Len() != tt.want {
			t.Errorf("%s: %d known, want %d", tt.name, l.Len(), tt.want)
		}
	}
}

func TestSentLogBeginsAnew(t *testing.T) {
	var l SentLog
	if _, ok := l.Find(65535); ok {
		t.Error("an empty log knows a packet")
	}
	l.Add(5, Sent{Packet: 1})
	l.Add(6, Sent{Packet: 2})
	l.Add(900, Sent{Packet: 3})
	if _, ok := l.Find(6); ok || l.Len() != 1 {
		t.Errorf("after a jump: %d known", l.Len())
	}
	if s, ok := l.Find(900); !ok || s.Packet != 3 {
		t.Errorf("after a jump: %+v, %t", s, ok)
	}
}

func TestSentLogAllocatesNothing(t *testing.T) {
	var l SentLog
	seq, at := uint16(0), uint32(0)
	add := func() {
		for range 2000 {
			l.Add(seq, Sent{Timestamp: at})
			l.Find(seq - 100)
			seq++
			at += 10
		}
	}
	add()
	if n := testing.AllocsPerRun(10, add); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkSentLog(b *testing.B) {
	var l SentLog
	seq, at := uint16(0), uint32(0)
	b.ReportAllocs()
	for b.Loop() {
		l.Add(seq, Sent{Timestamp: at})
		seq++
		at += 10
	}
}
