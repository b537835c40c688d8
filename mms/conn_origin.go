package mms

import "caracal/internal/point"

// maxOrigins is how many entries the packets of a SentLog are of at most.
const maxOrigins = 16

// origin says of what the packets from a number on are.
type origin struct {
	from  Sequence
	entry point.Entry
}

// origins are the entries that a SentLog's packets were made from, the oldest
// first. An entry is kept for as long as one of them may be asked for.
type origins []origin

// add notes that the packet with number seq is of an entry; oldest is the first
// one that may still be asked for.
func (o *origins) add(seq, oldest Sequence, e point.Entry) {
	list := *o
	if n := len(list); n == 0 || list[n-1].entry != e {
		list = append(list, origin{seq, e})
	}
	for len(list) > maxOrigins || len(list) > 1 && int32(oldest-list[1].from) >= 0 {
		list[0] = origin{}
		list = list[1:]
	}
	*o = list
}

// find returns the entry of a packet, nil if it is not known.
func (o origins) find(seq Sequence) point.Entry {
	for i := len(o) - 1; i >= 0; i-- {
		if int32(seq-o[i].from) >= 0 {
			return o[i].entry
		}
	}
	return nil
}
