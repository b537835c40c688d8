package asf

import (
	"errors"
	"sort"
)

// ErrNoCleanPoint says that a stream does not exist or has no clean point.
var ErrNoCleanPoint = errors.New("asf: stream has no clean point")

// CleanPoint is where decoding of a stream can start: the first byte of a key
// frame, of any media object in an audio stream.
type CleanPoint struct {
	Packet int64  // number of the packet in which the media object starts
	Object uint32 // media object number
	Time   uint32 // presentation time, ms, preroll included
}

// maxCleanPoints is how many clean points of one stream are kept.
const maxCleanPoints = 4 << 20

// CleanPoint gives the stream's last clean point whose presentation time is not
// after ms, else the first one. It uses an index as far as it tells the truth,
// else send times, and reads a few packets.
//
// Clean points are taken to be in the order of their times, and not to be sent
// after them.
func (r *Reader) CleanPoint(stream uint8, ms uint32) (CleanPoint, error) {
	if r.header.Stream(stream) == nil {
		return CleanPoint{}, ErrNoCleanPoint
	}
	if list, ok := r.seek.scanned(stream); ok {
		return notAfter(list, ms)
	}
	for {
		clues, err := r.clues(stream)
		if err != nil {
			return CleanPoint{}, err
		}
		if len(clues) == 0 {
			break
		}
		if found, ok, err := r.byClues(stream, ms, clues); ok || err != nil {
			return found, err
		}
		r.seek.distrust(stream, clues)
	}
	if found, ok, err := r.bySendTime(stream, ms); ok || err != nil {
		return found, err
	}
	list, err := r.scan(stream)
	if err != nil {
		return CleanPoint{}, err
	}
	return notAfter(list, ms)
}

// CleanPoints gives the stream's clean points in order: all of them from one
// scan of the file, or with an index those that it points to, which are at most
// one for each of its intervals. The answer is kept, and not to be changed.
func (r *Reader) CleanPoints(stream uint8) ([]CleanPoint, error) {
	if r.header.Stream(stream) == nil {
		return nil, ErrNoCleanPoint
	}
	if list, ok := r.seek.known(stream); ok {
		return list, nil
	}
	for {
		clues, err := r.clues(stream)
		if err != nil {
			return nil, err
		}
		if len(clues) == 0 {
			return r.scan(stream)
		}
		if list, ok, err := r.followClues(stream, clues); ok || err != nil {
			return list, err
		}
		r.seek.distrust(stream, clues)
	}
}

// notAfter finds the last clean point that is not after ms, else the first.
func notAfter(list []CleanPoint, ms uint32) (CleanPoint, error) {
	if len(list) == 0 {
		return CleanPoint{}, ErrNoCleanPoint
	}
	i := sort.Search(len(list), func(i int) bool { return list[i].Time > ms })
	return list[max(0, i-1)], nil
}

// eachCleanPoint goes through the packets from first up to end and shows the
// stream's clean points, and the packet that each is in, until visit is false.
func (r *Reader) eachCleanPoint(stream uint8, first, end int64, chunk int, visit func(*Packet, CleanPoint) bool) error {
	all := r.header.Stream(stream).Kind() == Audio
	var p Packet
	return r.eachPacket(first, end, chunk, func(n int64, b []byte) bool {
		if ParsePacket(b, &p) != nil {
			return true
		}
		it := p.Payloads()
		for it.Next() {
			l := &it.Payload
			if l.Stream != stream || l.Offset != 0 || !l.Key && !all {
				continue
			}
			if !visit(&p, CleanPoint{n, l.Object, l.Time}) {
				return false
			}
		}
		return true
	})
}
