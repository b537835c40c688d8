package config

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// Rate is a bandwidth in bits a second, written 300k or 1.5M.
type Rate int64

var errRate = errors.New("config: not a bandwidth")

var rateUnits = []struct {
	suffix string
	bits   float64
}{{"k", 1e3}, {"M", 1e6}, {"G", 1e9}, {"", 1}}

// ParseRate reads "300k", "1.5 Mbit/s", "100Mbps" or "65536", letters in either case.
func ParseRate(s string) (Rate, error) {
	for _, tail := range []string{"bit/s", "bps"} {
		if at := len(s) - len(tail); at > 0 && strings.EqualFold(s[at:], tail) {
			s = s[:at]
			break
		}
	}
	s = strings.TrimSpace(s)
	for _, u := range rateUnits {
		at := len(s) - len(u.suffix)
		if at <= 0 || !strings.EqualFold(s[at:], u.suffix) {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(s[:at]), 64)
		if n *= u.bits; err != nil || math.IsNaN(n) || n < 0 || n >= math.MaxInt64 {
			return 0, errRate
		}
		return Rate(n), nil
	}
	return 0, errRate
}

// String writes the largest unit that leaves a whole number.
func (r Rate) String() string {
	units := [...]string{"", "k", "M", "G"}
	i := 0
	for r != 0 && r%1000 == 0 && i < len(units)-1 {
		r /= 1000
		i++
	}
	return strconv.FormatInt(int64(r), 10) + units[i]
}
