package rtsp

// fecMatrix gives the rows of the generator matrix below the identity, [MS-RTSP]
// 2.2.2.2.2: row i has the factors of the k source packets in the FEC packet
// with FecIndex i. The Vandermonde matrix has 1, n, n^2 ... n^(k-1) in its nth
// row, counted from 1; its columns are combined until the first k rows are the
// identity.
func fecMatrix(k, rows int) [][]byte {
	m := make([][]byte, k+rows)
	for n := range m {
		m[n] = make([]byte, k)
		power := byte(1)
		for c := range m[n] {
			m[n][c] = power
			power = fecMul(power, byte(n+1))
		}
	}
	for d := range k {
		// The first d+1 points are all different, so that m[d][d] is not 0 here.
		fecScaleColumn(m, d, fecInverse(m[d][d]))
		for c := range k {
			if c != d {
				fecAddColumn(m, c, d, m[d][c])
			}
		}
	}
	return m[k:]
}

func fecScaleColumn(m [][]byte, column int, factor byte) {
	for _, row := range m {
		row[column] = fecMul(row[column], factor)
	}
}

// fecAddColumn adds factor times the column from to the column to.
func fecAddColumn(m [][]byte, to, from int, factor byte) {
	for _, row := range m {
		row[to] ^= fecMul(row[from], factor)
	}
}

// fecSolve solves a x = y for as many unknowns as there are rows; x and y are
// rows of bytes of one length. It uses a up and leaves x in y; false if a has no
// inverse.
func fecSolve(a, y [][]byte) bool {
	for d := range a {
		pivot := d
		for pivot < len(a) && a[pivot][d] == 0 {
			pivot++
		}
		if pivot == len(a) {
			return false
		}
		a[d], a[pivot] = a[pivot], a[d]
		y[d], y[pivot] = y[pivot], y[d]
		scale := fecInverse(a[d][d])
		fecScaleRow(a[d], scale)
		fecScaleRow(y[d], scale)
		for r := range a {
			if r != d {
				factor := a[r][d]
				fecMulAdd(a[r], a[d], factor)
				fecMulAdd(y[r], y[d], factor)
			}
		}
	}
	return true
}

func fecScaleRow(row []byte, factor byte) {
	for i, v := range row {
		row[i] = fecMul(v, factor)
	}
}
