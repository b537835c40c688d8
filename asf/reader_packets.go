package asf

import (
	"io"
	"sync"
)

const (
	scanChunk = 1 << 20   // bytes that a scan of the whole file reads at once
	seekChunk = 128 << 10 // bytes that a search for one place reads at once
	sendHead  = 64        // bytes of a packet that surely hold its send time
)

// ReadPackets fills b with packets from number first on, as many as fit and
// are there, and gives their number; io.EOF if first is behind the last one.
func (r *Reader) ReadPackets(b []byte, first int64) (int, error) {
	if first < 0 || first >= r.packets {
		return 0, io.EOF
	}
	n := min(int64(len(b)/r.packetSize), r.packets-first)
	if err := r.readAt(b[:n*int64(r.packetSize)], r.packetAt(first)); err != nil {
		return 0, err
	}
	return int(n), nil
}

func (r *Reader) packetAt(n int64) int64 { return r.DataOffset() + n*int64(r.packetSize) }

// SendTime gives the send time of packet n in ms.
func (r *Reader) SendTime(n int64) (uint32, error) {
	if n < 0 || n >= r.packets {
		return 0, io.EOF
	}
	buf := buffer(&r.heads, min(sendHead, r.packetSize))
	defer r.heads.Put(buf)
	if err := r.readAt(*buf, r.packetAt(n)); err != nil {
		return 0, err
	}
	return SendTime(*buf)
}

// PacketBySendTime gives the last packet whose send time is not after ms, 0 if
// there is none.
func (r *Reader) PacketBySendTime(ms uint32) (int64, error) {
	lo, hi := int64(0), r.packets
	for lo < hi {
		mid := lo + (hi-lo)/2
		sent, at, err := r.sendTimeFrom(mid, hi)
		if err != nil {
			return 0, err
		}
		switch {
		case at == hi || sent > ms:
			hi = mid
		default:
			lo = at + 1
		}
	}
	return max(0, lo-1), nil
}

// sendTimeFrom gives the send time of the first packet from n on that has one,
// and its number; end if there is none before it.
func (r *Reader) sendTimeFrom(n, end int64) (uint32, int64, error) {
	const patience = 64 // damaged packets in a row
	for i := n; i < min(end, n+patience); i++ {
		sent, err := r.SendTime(i)
		if err == nil {
			return sent, i, nil
		}
		if !isParseError(err) {
			return 0, 0, err
		}
	}
	return 0, end, nil
}

func isParseError(err error) bool {
	_, ok := err.(*ParseError)
	return ok
}

// buffer gives n bytes from a pool.
func buffer(pool *sync.Pool, n int) *[]byte {
	buf, _ := pool.Get().(*[]byte)
	if buf == nil || cap(*buf) < n {
		b := make([]byte, n)
		return &b
	}
	*buf = (*buf)[:n]
	return buf
}

// eachPacket reads the packets from first up to end in order, chunk bytes at
// once, until visit is false. The packet is not to be kept.
func (r *Reader) eachPacket(first, end int64, chunk int, visit func(n int64, b []byte) bool) error {
	end = min(end, r.packets)
	if first >= end {
		return nil
	}
	batch := min(end-first, max(1, int64(chunk/r.packetSize)))
	buf := buffer(&r.chunks, int(batch)*r.packetSize)
	defer r.chunks.Put(buf)
	for first < end {
		n := min(batch, end-first)
		b := (*buf)[:n*int64(r.packetSize)]
		if err := r.readAt(b, r.packetAt(first)); err != nil {
			return err
		}
		for ; len(b) > 0; b = b[r.packetSize:] {
			if !visit(first, b[:r.packetSize:r.packetSize]) {
				return nil
			}
			first++
		}
	}
	return nil
}
