package wmsp

import (
	"time"

	"caracal/internal/point"
)

// stream is a Play under way on a connection.
type stream struct {
	play    *point.Play
	client  *client
	chunked bool
	batch   time.Duration
	mark    bool // packets of a Fast Start have their B bit set
	seq     byte // of the next $D packet
	began   time.Time
	packets uint64
	bytes   uint64
	counted uint64     // packets that the session knows of
	late    uint64     // likewise
	frames  *frameFile // nil: not shared
}

// count brings the session's figures up to date; once a batch.
func (st *stream) count(size int) {
	ses := st.client.session
	ses.Packets.Add(st.packets - st.counted)
	ses.Bytes.Add(uint64(size))
	ses.Late.Add(st.play.Late - st.late)
	st.bytes += uint64(size)
	st.counted, st.late = st.packets, st.play.Late
}

// close gives back what the stream holds.
func (st *stream) close() {
	st.play.Entry().Close()
	if st.frames != nil {
		st.frames.release()
	}
}

// batch is what one run of a sender sends.
type batch struct {
	first int64 // packet number
	size  int   // bytes of heads and packets
	plain bool  // packets in a row, whole, numbered as everybody's
}

// drain takes from the Play what is due and sends it in one write.
func (s *sender) drain(now time.Time) time.Time {
	st := s.stream
	var it point.Step
	var next time.Time
	var b batch
	ended := false
	vec := append(s.mem.Vector, nil) // room for the chunk's head
	for n := 0; ; n++ {
		if n == maxRunPackets || b.size >= maxRunBytes {
			next = now
			break
		}
		st.play.Next(now, s.mem, &it)
		if it.Kind != point.Packet {
			next, ended = it.At, it.Kind == point.End
			break
		}
		vec = s.frame(vec, &it, &b)
	}
	st.play.Rest()
	s.mem.Vector = vec
	if b.size > 0 {
		s.flush(vec, b)
	}
	if ended && !s.closed {
		s.endOfStream(it.Reason)
	}
	return next
}

// frame appends a packet and the head that goes before it.
func (s *sender) frame(vec [][]byte, it *point.Step, b *batch) [][]byte {
	st := s.stream
	more := st.mark && it.Ahead
	if b.size == 0 {
		b.first, b.plain = it.Number, true
	}
	b.plain = b.plain && it.Whole && !more && byte(it.Number) == st.seq && it.Number == b.first+int64(len(vec)-1)/2
	head := AppendD(s.mem.Grab(DataHeadSize)[:0], more, uint32(it.Number), 0, st.seq, len(it.Data))
	st.seq++
	st.packets++
	b.size += len(head) + len(it.Data)
	return append(vec, head, it.Data)
}

// flush sends a batch: from the frames that everybody shares if it can, else
// its vector, as one chunk if the reply is chunked.
func (s *sender) flush(vec [][]byte, b batch) {
	st := s.stream
	st.count(b.size)
	if b.plain && st.frames != nil {
		sent, err := st.frames.send(s.out, b.first, vec[1:], s.mem)
		if err != nil {
			s.fail(reasonGone)
		}
		if sent {
			return
		}
	}
	if st.chunked {
		vec[0] = appendChunkHead(s.mem.Grab(maxChunkHead)[:0], b.size)
		vec = append(vec, crlf)
	}
	s.mem.Vector = vec
	if err := s.out.SendVector(vec); err != nil {
		s.fail(reasonGone)
	}
}
