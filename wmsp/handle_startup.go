package wmsp

import (
	"caracal/internal/head"
	"caracal/internal/point"
)

// startupProfile returns the X-StartupProfile header's value for a Play that
// was granted an acceleration, or nil when there is none to give.
func startupProfile(e point.Entry, start *point.Start) []byte {
	p, ok := point.Startup(e, start)
	if !ok {
		return nil
	}
	h := head.StartupProfile{
		Rate: point.StartupRates[:], MaxBytes: p.MaxBytes[:], Time: p.Time[:], ByteRate: p.ByteRate[:],
		StartTime: p.StartTime, LastTime: p.LastTime, MaxDiffTime: p.MaxDiffTime, MaxDiffSndTime: p.MaxDiffSndTime,
	}
	return h.Append(nil)
}
