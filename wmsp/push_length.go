package wmsp

// MaxPushLength is the Content-Length of a PushStart request that need not
// end, [MS-WMHTTP] 3.1.4.2.1.
const MaxPushLength = 1<<31 - 1

// pushLength is Length-Remaining, [MS-WMHTTP] 3.1.1: how many bytes a request's
// body still takes. It is 0 or at least the size of the smallest $F packet, so
// that $F packets always fill it up to the byte.
type pushLength int64

// fits says whether a packet of n bytes may be sent and the rest still be
// filled. 3.1.4.3 and 3.1.4.5 keep a Framing Header in reserve for that; the 8
// bytes of 3.1.4.4 do not, and could leave 1 to 3 bytes that nothing fits.
func (l pushLength) fits(n int) bool { return int64(l) >= int64(n)+pushFillSize }

// fill appends $F packets of the whole rest, of which none is longer than
// pushFillMax and the last is not shorter than pushFillSize, and returns what is
// left then: nothing. 3.1.4.4 has a payload of four bytes there, which is too
// long for 4 to 7 bytes; those get what fits.
//
// At most limit bytes are appended, for rests that are long.
func (l pushLength) fill(b []byte, limit int) ([]byte, pushLength) {
	for limit >= pushFillMax && l > 0 {
		n := min(int64(l), pushFillMax)
		if rest := int64(l) - n; rest > 0 && rest < pushFillSize {
			n -= pushFillSize
		}
		b = appendPushHead(b, FrameFill, int(n)-pushFillSize)
		b = append(b, make([]byte, n-pushFillSize)...)
		l -= pushLength(n)
		limit -= int(n)
	}
	return b, l
}

// least is the smallest length of a request, [MS-WMHTTP] 3.1.4.2.1: room for
// three packets, and for the header with a $F.
func leastPushLength(header, packet int) int64 {
	return max(3*int64(FramingHeaderSize+packet), int64(pushEndSize+header)) + pushFillSize
}
