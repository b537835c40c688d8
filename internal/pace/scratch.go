package pace

// Scratch hands out memory that lives until the end of the current run of a
// task: packet heads, rewritten packets, the vector of what goes out. It
// grows to what one run needs and then allocates no more.
type Scratch struct {
	Vector [][]byte // what goes out next; a task appends and Out.Send takes it

	buf  []byte
	used int
	want int // what this run would have needed in all
}

// scratchMax bounds what a shard keeps between runs.
const scratchMax = 4 << 20

// Grab returns n bytes with any content.
func (s *Scratch) Grab(n int) []byte {
	s.want += n
	if s.used+n > len(s.buf) {
		return make([]byte, n)
	}
	b := s.buf[s.used : s.used+n : s.used+n]
	s.used += n
	return b
}

// Reset takes all memory back; the shard does it before each run.
func (s *Scratch) Reset() {
	if s.want > len(s.buf) && s.want <= scratchMax {
		s.buf = make([]byte, s.want*2)
	}
	s.used, s.want = 0, 0
	clear(s.Vector)
	s.Vector = s.Vector[:0]
}
