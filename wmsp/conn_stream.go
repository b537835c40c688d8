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
	counted uint64 // packets that the session knows of
	late    uint64 // likewise
	failure error  // of the storage, if that ended it
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

// drain takes from the Play what is due and sends it in one write.
func (s *sender) drain(now time.Time) time.Time {
	st := s.stream
	if st == nil {
		return time.Time{}
	}
	var it point.Step
	var next time.Time
	size, ended := 0, false
	vec := append(s.Mem.Vector, nil) // room for the chunk's head
	for n := 0; ; n++ {
		if n == maxRunPackets || size >= maxRunBytes {
			next = now
			break
		}
		st.play.Next(now, s.Mem, &it)
		if it.Kind != point.Packet {
			next, ended = it.At, it.Kind == point.End
			break
		}
		head := AppendD(s.Mem.Grab(DataHeadSize)[:0], st.mark && it.Ahead, uint32(it.Number), 0, st.seq, len(it.Data))
		st.seq++
		st.packets++
		size += len(head) + len(it.Data)
		vec = append(vec, head, it.Data)
	}
	st.play.Rest()
	s.Mem.Vector = vec
	if size > 0 {
		s.flush(vec, size)
	}
	if ended && !s.Closed() {
		st.failure = it.Err
		s.endOfStream(it.Reason)
	}
	return next
}

// flush sends a vector of heads and packets, as one chunk if the reply is
// chunked.
func (s *sender) flush(vec [][]byte, size int) {
	s.stream.count(size)
	if s.stream.chunked {
		vec[0] = appendChunkHead(s.Mem.Grab(maxChunkHead)[:0], size)
		vec = append(vec, crlf)
	}
	s.Mem.Vector = vec
	s.SendVector(vec)
}
