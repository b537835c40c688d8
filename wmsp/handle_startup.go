package wmsp

import (
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

// startupWindow is how much media a startup profile is computed from when no
// acceleration was asked for.
const startupWindow = 10 * time.Second

// startupProfile computes the X-StartupProfile header's value for the streams
// that go out, or nil when the content does not allow it.
func startupProfile(e point.Entry, start point.Start) []byte {
	window := start.AccelDuration
	if window <= 0 {
		window = startupWindow
	}
	payloads, err := e.Payloads(start.Packet, window)
	if err != nil {
		return nil
	}
	samples := make([]StartupSample, 0, len(payloads))
	for _, p := range payloads {
		if start.Level(p.Stream) != asf.None {
			samples = append(samples, StartupSample{
				SendTime: p.SendTime, PresentationTime: p.Time, Bytes: p.Bytes, Audio: p.Audio,
			})
		}
	}
	profile, err := ComputeStartupProfile(samples, uint32(window.Milliseconds()))
	if err != nil {
		return nil
	}
	return profile.Append(nil)
}
