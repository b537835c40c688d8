package rtsp

import (
	"strconv"
	"strings"
)

// MaxFECSpan is the most source packets of one span, [MS-RTSP] 2.2.6.11.
const MaxFECSpan = 24

// FECParameters is fec-parameters of the Transport header, [MS-RTSP] 2.2.6.11.
// The zero value is their absence.
type FECParameters struct {
	Span        uint8 // source packets of a span, 1 to 24
	PerSpan     uint8 // FEC packets of a span, 1 to Span
	BurstMargin uint8 // distance between source packets of a span, 1 to 12
}

// Valid holds them against the ranges of 2.2.6.11.
func (f FECParameters) Valid() bool {
	return f.Span >= 1 && f.Span <= MaxFECSpan && f.PerSpan >= 1 && f.PerSpan <= f.Span &&
		f.BurstMargin >= 1 && f.BurstMargin <= 12 && int(f.Span-1)*int(f.BurstMargin) <= MaxFECSpan
}

func (f *FECParameters) parseParameter(name, value string) bool {
	var field *uint8
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "fecspan":
		field = &f.Span
	case "fecperspan":
		field = &f.PerSpan
	case "fecburstmargin":
		field = &f.BurstMargin
	default:
		return false
	}
	n, err := strconv.ParseUint(value, 16, 8) // HEXDIG
	if err == nil {
		*field = uint8(n)
	}
	return err == nil
}

func (f FECParameters) append(b []byte) []byte {
	if f == (FECParameters{}) {
		return b
	}
	b = append(b, ";FecSpan="...)
	b = strconv.AppendUint(b, uint64(f.Span), 16)
	b = append(b, ";FecPerSpan="...)
	b = strconv.AppendUint(b, uint64(f.PerSpan), 16)
	b = append(b, ";FecBurstMargin="...)
	return strconv.AppendUint(b, uint64(f.BurstMargin), 16)
}
