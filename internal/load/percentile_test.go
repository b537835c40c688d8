package main

import (
	"slices"
	"testing"
)

func TestPercentiles(t *testing.T) {
	hundred := make([]float64, 100)
	for i := range hundred {
		hundred[i] = float64(100 - i)
	}
	tests := []struct {
		values []float64
		ps     []float64
		want   []float64
	}{
		{nil, []float64{50, 99}, []float64{0, 0}},
		{[]float64{7}, []float64{0, 1, 50, 99, 100}, []float64{7, 7, 7, 7, 7}},
		{[]float64{4, 1, 3, 2}, []float64{25, 26, 50, 75, 76, 100}, []float64{1, 2, 2, 3, 4, 4}},
		{[]float64{1, 2, 3}, []float64{50, 99}, []float64{2, 3}},
		{hundred, []float64{1, 50, 99, 99.5, 100}, []float64{1, 50, 99, 100, 100}},
	}
	for _, tt := range tests {
		if got := percentiles(tt.values, tt.ps...); !slices.Equal(got, tt.want) {
			t.Errorf("percentiles %v of %v: %v, want %v", tt.ps, tt.values, got, tt.want)
		}
	}
}
