package rtsp

import "encoding/binary"

// fecPolynomial makes GF(2^8) of the bytes, less its term x^8: exp(8) in figure 8
// of [MS-RTSP] 4.2.
const fecPolynomial = 0x1D

// fecExp and fecLog are the tables of figure 8. fecExp goes round twice, so
// that the sum of two logarithms is an index; fecLog of 0 is not used.
var fecExp, fecLog = fecTables()

func fecTables() (exp [510]byte, log [256]uint16) {
	x := byte(1)
	for n := range uint16(255) {
		exp[n], exp[n+255] = x, x
		log[x] = n
		carry := x >> 7
		x = x<<1 ^ carry*fecPolynomial
	}
	return exp, log
}

func fecMul(a, b byte) byte {
	if a == 0 || b == 0 {
		return 0
	}
	return fecExp[fecLog[a]+fecLog[b]]
}

// fecInverse is 1/a; a is not 0.
func fecInverse(a byte) byte { return fecExp[255-fecLog[a]] }

// fecMulAdd adds c times src to dst, which is as long or longer.
func fecMulAdd(dst, src []byte, c byte) {
	if c == 0 {
		return
	}
	var times [256]byte
	for v := range times {
		times[v] = fecMul(byte(v), c)
	}
	for i, v := range src {
		dst[i] ^= times[v]
	}
}

// fecDouble doubles the eight bytes of a word.
func fecDouble(w uint64) uint64 {
	const low, top = 0x7F7F7F7F7F7F7F7F, 0x0101010101010101
	return (w&low)<<1 ^ (w>>7&top)*fecPolynomial
}

// fecHorner makes of sums[0] + 2 sums[1] + 4 sums[2] ... + 128 sums[7] its
// value, in sums[0]. All are as long as each other, a multiple of 8 bytes.
func fecHorner(sums *[8][]byte, size int) {
	s0, s1, s2, s3 := sums[0][:size], sums[1][:size], sums[2][:size], sums[3][:size]
	s4, s5, s6, s7 := sums[4][:size], sums[5][:size], sums[6][:size], sums[7][:size]
	word := binary.LittleEndian
	for i := 0; i+8 <= len(s0); i += 8 {
		w := fecDouble(word.Uint64(s7[i:])) ^ word.Uint64(s6[i:])
		w = fecDouble(w) ^ word.Uint64(s5[i:])
		w = fecDouble(w) ^ word.Uint64(s4[i:])
		w = fecDouble(w) ^ word.Uint64(s3[i:])
		w = fecDouble(w) ^ word.Uint64(s2[i:])
		w = fecDouble(w) ^ word.Uint64(s1[i:])
		w = fecDouble(w) ^ word.Uint64(s0[i:])
		word.PutUint64(s0[i:], w)
	}
}
