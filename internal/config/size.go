package config

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// Size is a number of bytes, written 256MiB.
type Size int64

var errSize = errors.New("config: not a size")

var sizeUnits = []struct {
	suffix string
	bytes  float64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
	{"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1}, {"", 1},
}

// ParseSize reads "256MiB", "1.5 GB" or "65536", units in either case.
func ParseSize(s string) (Size, error) {
	for _, u := range sizeUnits {
		at := len(s) - len(u.suffix)
		if at <= 0 || !strings.EqualFold(s[at:], u.suffix) {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(s[:at]), 64)
		if n *= u.bytes; err != nil || math.IsNaN(n) || n < 0 || n >= math.MaxInt64 {
			return 0, errSize
		}
		return Size(n), nil
	}
	return 0, errSize
}

// String writes the largest binary unit that leaves a whole number.
func (s Size) String() string {
	units := [...]string{"B", "KiB", "MiB", "GiB", "TiB"}
	i := 0
	for s != 0 && s%1024 == 0 && i < len(units)-1 {
		s /= 1024
		i++
	}
	return strconv.FormatInt(int64(s), 10) + units[i]
}
