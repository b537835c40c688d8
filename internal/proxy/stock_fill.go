package proxy

import (
	"fmt"
	"slices"

	"caracal/internal/point"
)

// maxSpans is how many separate runs of packets one content may consist of.
const maxSpans = 1024

// filler is the end of a stock at which packets are being added, in order. It
// belongs to one goroutine.
type filler struct {
	s     *stock
	block *piece // that is being filled; nil: none
	next  int64  // behind its last packet
}

// put adds packet n. It is false if that is there already.
func (f *filler) put(n int64, pkt []byte) (bool, error) {
	s := f.s
	if f.block != nil && (n != f.next || f.block.Full()) {
		if err := f.close(); err != nil {
			return false, err
		}
	}
	s.mu.Lock()
	if s.there.has(n) {
		s.mu.Unlock()
		return false, nil
	}
	if len(s.there) >= maxSpans && !s.there.has(n-1) {
		s.mu.Unlock()
		return false, errSpans
	}
	if f.block == nil {
		f.block = &piece{Block: point.NewGrowingBlock(n, s.size, int((n/s.per+1)*s.per-n))}
		s.insert(f.block)
	}
	if !f.block.Append(pkt) {
		s.mu.Unlock()
		return false, errPacket
	}
	f.next = n + 1
	s.count = max(s.count, f.next)
	s.there.add(span{n, n + 1})
	s.marks.add(n, pkt)
	wakes := s.waiting[n]
	delete(s.waiting, n)
	s.mu.Unlock()
	wakeAll(wakes)
	return true, nil
}

// close ends the block that is being filled: it goes to the disk.
func (f *filler) close() error {
	p, s := f.block, f.s
	if p == nil {
		return nil
	}
	f.block = nil
	r := p.span()
	if s.file != nil {
		if _, err := s.file.WriteAt(p.Data(), s.dataAt+r.first*int64(s.size)); err != nil {
			s.lose(p, r)
			return fmt.Errorf("%w: %w", errDisk, err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p.done, p.saved = true, s.file != nil
	if s.file != nil {
		s.stored.add(r)
	}
	return nil
}

// lose takes back a block that could not be written.
func (s *stock) lose(p *piece, r span) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.there.cut(r)
	s.marks.cut(r)
	s.blocks = slices.DeleteFunc(s.blocks, func(x *piece) bool { return x == p })
}
