package main

import (
	"math"
	"slices"
)

// percentiles returns a value for each of ps, by nearest rank: the smallest
// of values that p percent of them do not exceed; 0 if there are none. It
// sorts values.
func percentiles(values []float64, ps ...float64) []float64 {
	slices.Sort(values)
	found := make([]float64, len(ps))
	for i, p := range ps {
		if n := len(values); n > 0 {
			rank := int(math.Ceil(p / 100 * float64(n)))
			found[i] = values[min(max(rank, 1), n)-1]
		}
	}
	return found
}
